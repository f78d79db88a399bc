"""After a power cut: the changes on record are carried out again, where anything of them was lost.

What a record tells was acknowledged, or was about to be. The last one of a branch says where the
branch was to be; a person who moved it since shows by the time of its file.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import RepositoryError
from gitcfg.git import durable, halfway, objects, refs, staging, worktree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gitcfg.git.record import Record
    from gitcfg.git.repository import Blob, Repository

_SECTOR = 512


def replay(repository: Repository, records: Sequence[Record]) -> tuple[str, ...]:
    """Carry out records anew, oldest first; returns what a person should know.

    The caller makes it durable, and holds the writers' lock.
    """
    for record in records:
        objects.restore(repository, record.objects)
    told: list[str] = []
    for ref in dict.fromkeys(record.ref for record in records):
        _free(repository.common_dir / f"{ref}.lock")
        mine = [record for record in records if record.ref == ref]
        told += _branch(repository, mine)
    _free(repository.git_dir / "index.lock")
    told += _index(repository)
    _files(repository, [record for record in records if record.ref == repository.branch])
    return tuple(told)


def _free(held: Path) -> None:
    """Remove a lock from before this machine was started: ours, or one that lost its content."""
    with suppress(OSError):
        started = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        content = held.read_bytes()
        if content.startswith(b"gitcfg ") or held.stat().st_mtime < started:
            held.unlink()


def _branch(repository: Repository, records: Sequence[Record]) -> tuple[str, ...]:
    last = records[-1]
    tip = refs.current(repository, last.ref)
    place = repository.common_dir / last.ref
    if tip != refs.NOTHING and (
        repository.contains(tip, last.new)
        or not repository.contains(last.new, tip)
        or _written(repository, place) > last.time
    ):
        return ()
    if tip == refs.NOTHING and not place.exists():
        return ()  # deleted, or renamed, by a person
    durable.put(place, f"{last.new}\n".encode(), folder=place.parent)
    name = last.ref.removeprefix("refs/heads/")
    words = (
        f"after a power cut, {name} was brought to commit {last.new[:12]} again, which was "
        f"acknowledged. See `git log {name}`"
    )
    return (words,)


def _written(repository: Repository, place: Path) -> int:
    """Tell when a reference was written last, in Unix ns."""
    with suppress(OSError):
        return place.stat().st_mtime_ns
    with suppress(OSError):
        return (repository.common_dir / "packed-refs").stat().st_mtime_ns
    return 0


def _index(repository: Repository) -> tuple[str, ...]:
    """Make an index that a power cut left unreadable anew from the head."""
    try:
        staging.entries(repository, [])
    except RepositoryError:
        place = repository.git_dir / "index"
        place.unlink()
        index = pygit2.Index(str(place))
        index.read_tree(repository.object(repository.head()).peel(pygit2.Tree))
        index.write()
        return ("after a power cut, git's index was made anew from the commit. See `git status`",)
    return ()


def _files(repository: Repository, records: Sequence[Record]) -> None:
    """Bring up to the head the files and entries that a power cut took back or emptied."""
    head = repository.head()
    paths = dict.fromkeys(path for record in records for path in record.after)
    new = {path: repository.blob(head, path) for path in paths}
    old = {path: _older(records, path) for path in paths}
    for path, blob in new.items():
        present = worktree.read(repository.root, path)
        if not worktree.holds(repository, path, present, blob) and (
            _damaged(present, repository.read(blob.id) if blob else b"")
            or any(worktree.holds(repository, path, present, one) for one in old[path])
        ):
            worktree.check_out(repository, path, present or None, None, blob)
    ids = {path: {one.id if one else None for one in found} for path, found in old.items()}
    token = f"gitcfg {secrets.token_hex(16)}"
    halfway.stage(repository, token, ids, new, staging.WAIT)


def _damaged(present: bytes | None, new: bytes) -> bool:
    """Tell whether a content is what a disk may have of a new one: nothing, sectors, or holes."""
    if not present or (len(present) % _SECTOR == 0 and new.startswith(present)):
        return True
    pairs = zip(present, new, strict=False)
    return 0 in present and all(is_ in (0, meant) for is_, meant in pairs)


def _older(records: Iterable[Record], path: str) -> list[Blob | None]:
    found = [record for record in records if path in record.after]
    return [blob for record in found for blob in (record.before[path], record.after[path])]
