"""A change whose writer was killed on the way: brought to the state before or after it, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gitcfg.git import objects, refs, staging, worktree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitcfg.git.record import Record
    from gitcfg.git.repository import Blob, Repository


def settle(repository: Repository, record: Record, wait: float) -> tuple[bool, tuple[str, ...]]:
    """Finish a change whose branch has moved, and take back one whose branch has not.

    Returns whether it stands, and what a person should know. Raises LockedError when git's index
    is not free within `wait` seconds.
    """
    record = on_branch(repository, record)
    tip = refs.current(repository, record.ref)
    if tip == refs.NOTHING:
        return False, ()
    if tip != record.old:
        objects.restore(repository, record.objects)
    if repository.contains(tip, record.new):
        return True, _finish(repository, record, tip, wait)
    _unstage(repository, record, tip, wait)
    return False, ()


def on_branch(repository: Repository, record: Record) -> Record:
    """Follow a branch that was renamed since: the one that is checked out has the commit."""
    ref = repository.branch
    gone = refs.current(repository, record.ref) == refs.NOTHING
    return replace(record, ref=ref) if gone and ref is not None else record


def _finish(repository: Repository, record: Record, tip: str, wait: float) -> tuple[str, ...]:
    blobs = {path: repository.blob(tip, path) for path in record.after}
    undone = [path for path, new in record.after.items() if blobs[path] != new]
    mine = {path: new for path, new in record.after.items() if path not in undone}
    if repository.branch == record.ref:
        for path, new in mine.items():
            _put(repository, path, record.before[path], new)
        stage(
            repository,
            record.token,
            {path: {_id(record.before[path])} for path in mine},
            mine,
            wait,
        )
    return tuple(
        f"commit {tip[:12]} put back the {path} from before {record.new[:12]}, perhaps unknowingly "
        f"(its author's work tree was not up to date). See `git diff {record.new[:12]} {tip[:12]}`"
        for path in undone
        if blobs[path] == record.before[path]
    )


def _put(repository: Repository, path: str, old: Blob | None, new: Blob | None) -> None:
    present = worktree.read(repository.root, path)
    if worktree.holds(repository, path, present, old) and not worktree.holds(
        repository, path, present, new
    ):
        worktree.check_out(repository, path, present, old, new)


def _unstage(repository: Repository, record: Record, tip: str, wait: float) -> None:
    """Take back what was staged for a move of the branch that did not come."""
    old = {path: blob for path, blob in record.before.items() if repository.blob(tip, path) == blob}
    if repository.branch == record.ref:
        stage(
            repository, record.token, {path: {_id(record.after[path])} for path in old}, old, wait
        )


def stage(
    repository: Repository,
    token: str,
    old: Mapping[str, set[str | None]],
    new: Mapping[str, Blob | None],
    wait: float,
) -> None:
    """Give the index new entries where it still has one of the old ones."""
    staged = staging.entries(repository, list(new))
    behind = {
        path: blob
        for path, blob in new.items()
        if staged[path] in old[path] and staged[path] != _id(blob)
    }
    if behind:
        with staging.hold(repository, token, wait=wait):
            staging.update(repository, behind)


def _id(blob: Blob | None) -> str | None:
    return blob.id if blob else None
