"""The record of a change under way, durable before the branch moves, and the repair after a kill.

Whoever comes next and finds a record whose writer is gone brings the repository to the state
before or after the change, whole. Records are read and repaired under the writers' lock only.
"""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from gitcfg.errors import GitcfgError, RepositoryError
from gitcfg.git import durable, objects, refs, staging, worktree
from gitcfg.git.lock import folder, shared_folder, try_lock
from gitcfg.git.objects import Object
from gitcfg.git.repository import Blob

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitcfg.git.repository import Repository


_ABANDONED = 600.0
"""Seconds after which a file in the shared folder is no living writer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a change is about to do: the move of a reference, its objects, and the files."""

    ref: str
    old: str
    new: str
    token: str
    objects: tuple[Object, ...]
    before: Mapping[str, Blob | None]
    after: Mapping[str, Blob | None]


def _place(repository: Repository) -> Path:
    return folder(repository) / "journal"


def pending(repository: Repository) -> bool:
    """Tell whether a change is under way, or was when its writer died."""
    return (repository.git_dir / "gitcfg" / "journal").exists()


def begin(repository: Repository, record: Record) -> None:
    """Make a record durable."""
    text = json.dumps(asdict(record), default=_encode)
    durable.replace(_place(repository), text.encode())


def end(repository: Repository) -> None:
    """Drop the record: what it tells is done and durable, or never happened."""
    _place(repository).unlink(missing_ok=True)


def recover(repository: Repository) -> tuple[str, ...]:
    """Repair what a killed writer left, unless someone is writing just now; tells what it found.

    It never waits and never raises: whoever reads can do so before the repair, too.
    """
    if not pending(repository):
        return ()
    try:
        with try_lock(repository) as free:
            return repair(repository, wait=0) if free else ()
    except (GitcfgError, OSError) as error:
        return (f"a change that was cut short could not be finished yet: {error}",)


def repair(repository: Repository, *, wait: float = staging.WAIT) -> tuple[str, ...]:
    """Repair under the writers' lock; returns what a person should know.

    Raises LockedError when git's index is not free within `wait` seconds.
    """
    if not pending(repository):
        return ()
    told: tuple[str, ...] = ()
    record = _read(repository)
    if record is not None:
        refs.release(repository, record.ref, record.new)
        staging.release(repository, record.token)
        told = _settle(repository, _on_branch(repository, record), wait)
    _tidy(repository)
    end(repository)
    return told


def _on_branch(repository: Repository, record: Record) -> Record:
    """Follow a branch that was renamed since: the one that is checked out has the commit."""
    ref = repository.branch
    gone = refs.current(repository, record.ref) == refs.NOTHING
    return replace(record, ref=ref) if gone and ref is not None else record


def _settle(repository: Repository, record: Record, wait: float) -> tuple[str, ...]:
    tip = refs.current(repository, record.ref)
    if tip == refs.NOTHING:
        return ()
    if tip != record.old:
        objects.restore(repository, record.objects)
    if repository.contains(tip, record.new):
        return _finish(repository, record, tip, wait)
    _unstage(repository, record, tip, wait)
    return ()


def _finish(repository: Repository, record: Record, tip: str, wait: float) -> tuple[str, ...]:
    blobs = {path: repository.blob(tip, path) for path in record.after}
    undone = [path for path, new in record.after.items() if blobs[path] != new]
    mine = {path: new for path, new in record.after.items() if path not in undone}
    if repository.branch == record.ref:
        for path, new in mine.items():
            _put(repository, path, record.before[path], new)
        _stage(repository, record, {path: record.before[path] for path in mine}, mine, wait)
    refs.sync(repository, record.ref)
    objects.sync(repository, record.objects)
    return tuple(
        f"commit {tip[:12]} put back the {path} from before {record.new[:12]}, perhaps unknowingly "
        f"(its author's work tree was not up to date). See `git diff {record.new[:12]} {tip[:12]}`"
        for path in undone
        if blobs[path] == record.before[path]
    )


def _put(repository: Repository, path: str, old: Blob | None, new: Blob | None) -> None:
    present = worktree.read(repository.root, path)
    if holds(repository, path, present, old) and not holds(repository, path, present, new):
        content = None if new is None else repository.read(new.id)
        if content is not None:
            content = worktree.as_checked_out(present, content, old)
        worktree.replace(repository, path, content)


def holds(repository: Repository, path: str, content: bytes | None, blob: Blob | None) -> bool:
    """Tell whether a checked-out content is what a blob, or its absence, would be there."""
    if content is None or blob is None:
        return content is None and blob is None
    return worktree.same(content, blob, converted=worktree.converts(repository, path))


def _unstage(repository: Repository, record: Record, tip: str, wait: float) -> None:
    """Take back what was staged for a move of the branch that did not come."""
    old = {path: blob for path, blob in record.before.items() if repository.blob(tip, path) == blob}
    if repository.branch == record.ref:
        _stage(repository, record, {path: record.after[path] for path in old}, old, wait)


def _stage(
    repository: Repository,
    record: Record,
    old: Mapping[str, Blob | None],
    new: Mapping[str, Blob | None],
    wait: float,
) -> None:
    """Give the index new entries where it still has the old ones."""
    staged = staging.entries(repository, list(new))
    behind = {
        path: blob
        for path, blob in new.items()
        if staged[path] == _id(old[path]) and staged[path] != _id(blob)
    }
    if behind:
        with staging.hold(repository, record.token, wait=wait):
            staging.update(repository, behind)


def _id(blob: Blob | None) -> str | None:
    return blob.id if blob else None


def _tidy(repository: Repository) -> None:
    """Remove what killed writers left half made; the shared folder has living writers, too."""
    shared = shared_folder(repository)
    for place in {folder(repository), shared}:
        for left in place.glob(".gitcfg-*"):
            with suppress(OSError):
                if place != shared or time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()


def _read(repository: Repository) -> Record | None:
    try:
        facts = json.loads(_place(repository).read_bytes())
        return Record(
            ref=facts["ref"],
            old=facts["old"],
            new=facts["new"],
            token=facts["token"],
            objects=tuple(
                Object(one["id"], one["kind"], base64.b64decode(one["data"]))
                for one in facts["objects"]
            ),
            before=_blobs(facts["before"]),
            after=_blobs(facts["after"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RepositoryError(
            f"the journal {_place(repository)} cannot be read ({error}). Look at `git status` and "
            "`git log`, mend what is half done, then remove that file"
        ) from error


def _blobs(facts: Any) -> dict[str, Blob | None]:
    return {path: Blob(**one) if one else None for path, one in facts.items()}


def _encode(data: Any) -> str:
    if isinstance(data, bytes):
        return base64.b64encode(data).decode()
    raise TypeError(type(data))
