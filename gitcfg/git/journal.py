"""The changes under way or not yet durable file by file: begin one, end it, repair after a kill.

A change is durable from its record in the write-ahead log on. A mark beside that log says that one
is under way: whoever comes next and finds it with no writer behind brings the repository to the
state before or after the change, whole. After a power cut the records are carried out again.
Records are written, read and repaired under the writers' lock only.
"""

from __future__ import annotations

import os
import re
import struct
import time
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError, RepositoryError
from gitcfg.git import durable, halfway, objects, refs, staging, wal
from gitcfg.git.lock import folder, shared_folder, try_lock
from gitcfg.git.record import Record, decode, encode, tip
from gitcfg.git.replay import replay

if TYPE_CHECKING:
    from pathlib import Path

    from gitcfg.git.repository import Repository

_ABANDONED = 600.0
"""Seconds after which a file in the shared folder is no living writer's."""

_TOKEN = re.compile("gitcfg [0-9a-f]{32}")
_MANY = 5000
"""So many foreign objects are made durable one by one; with more, the whole file system is."""


def _mark(repository: Repository) -> Path:
    return folder(repository) / "journal"


def _log(repository: Repository) -> Path:
    return folder(repository) / wal.NAME


def pending(repository: Repository) -> bool:
    """Tell whether a change is under way, or was when its writer died."""
    return (repository.git_dir / "gitcfg" / "journal").exists()


def begin(repository: Repository, record: Record) -> None:
    """Make a record durable; raises OSError, with nothing begun."""
    payload, log = encode(record), _log(repository)
    if not wal.fits(log, len(payload)):
        settle(repository, record.ref, record.old)
    _stand(repository, record.old)
    handle = os.open(_mark(repository), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        os.write(handle, record.token.encode())
    finally:
        os.close(handle)
    wal.append(log, payload)


def _stand(repository: Repository, head: str) -> None:
    """Make durable what others committed since our last change: ours will stand on it."""
    last = wal.last(_log(repository))
    known = tip(last) if last is not None else None
    if known != head:
        names = list(islice(objects.beyond(repository, head, known), _MANY))
        objects.sync(repository, names)
        if len(names) == _MANY:
            durable.sync_all(repository.common_dir)


def settle(repository: Repository, ref: str, head: str) -> None:
    """Make durable in its own place what the records tell, and empty the log."""
    durable.sync_all(*{repository.common_dir, repository.git_dir, repository.root})
    wal.empty(
        _log(repository),
        encode(Record(ref=ref, old=head, new=head, token="", time=time.time_ns())),
    )


def end(repository: Repository, record: Record) -> None:
    """Say that a change is done; its record stays until what it tells is durable elsewhere."""
    if not wal.boot():  # no power cut could be told from none
        settle(repository, record.ref, record.new)
    _mark(repository).unlink(missing_ok=True)


def drop(repository: Repository, record: Record) -> None:
    """Take a change back of which nothing is left: it never happens, after a power cut neither.

    Where the disk does not take that, the mark stays, and whoever comes next tries again.
    """
    try:
        wal.cancel(_log(repository), encode(record))
    except FileNotFoundError:
        pass
    except OSError:
        return
    _mark(repository).unlink(missing_ok=True)


def recover(repository: Repository) -> tuple[str, ...]:
    """Repair what a killed writer or a power cut left, unless someone is writing just now.

    It tells what it found, never waits and never raises: whoever reads can do so before, too.
    """
    if not _asked(repository):
        return ()
    try:
        with try_lock(repository) as free:
            return repair(repository, wait=0) if free else ()
    except (GitcfgError, OSError) as error:
        if not pending(repository) and _stands(repository):
            return ()
        return (f"a change that was cut short could not be finished yet: {error}",)


def _stands(repository: Repository) -> bool:
    """Tell whether the last change on record is there: who only reads need not know of more."""
    last = wal.last(_log(repository))
    return last is None or repository.contains(repository.head(), tip(last))


def _asked(repository: Repository) -> bool:
    return pending(repository) or wal.stale(repository.git_dir / "gitcfg" / wal.NAME)


def repair(repository: Repository, *, wait: float = staging.WAIT) -> tuple[str, ...]:
    """Repair under the writers' lock; returns what a person should know.

    Raises LockedError when git's index is not free within `wait` seconds.
    """
    if not _asked(repository):
        return ()
    told: tuple[str, ...] = ()
    records = _read(repository)
    if wal.stale(_log(repository)):
        told = replay(repository, records)
        settle(repository, records[-1].ref, records[-1].new)
    elif record := _under_way(repository, records):
        refs.release(repository, record.ref, record.new)
        staging.release(repository, record.token)
        happened, told = halfway.settle(repository, record, wait)
        end(repository, record) if happened else drop(repository, record)
    _tidy(repository)
    _mark(repository).unlink(missing_ok=True)
    return told


def _under_way(repository: Repository, records: list[Record]) -> Record | None:
    """Find the record that the mark names; none, where it was not yet durable."""
    try:
        token = _mark(repository).read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
    if token and not _TOKEN.fullmatch(token):
        raise _unreadable(_mark(repository), "it is none of ours")
    return next((one for one in reversed(records) if one.token == token), None)


def _tidy(repository: Repository) -> None:
    """Remove what killed writers left half made; the shared folder has living writers, too."""
    shared = shared_folder(repository)
    for place in {folder(repository), shared}:
        for left in place.glob(".gitcfg-*"):
            with suppress(OSError):
                if place != shared or time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()


def _read(repository: Repository) -> list[Record]:
    log = _log(repository)
    try:
        return [decode(payload) for payload in wal.read(log)]
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise _unreadable(log, str(error)) from error


def _unreadable(place: Path, why: str) -> RepositoryError:
    return RepositoryError(
        f"the journal {place} cannot be read ({why}). Look at `git status` and `git log`, mend "
        "what is half done, then remove that file"
    )
