"""Carry out one change: objects, journal, index, branch by compare-and-swap, file in turn."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from gitcfg.errors import DirtyError, GitcfgError, RepositoryError
from gitcfg.git import journal, objects, refs, staging, worktree
from gitcfg.git.record import Record

if TYPE_CHECKING:
    from gitcfg.git.objects import Built, Draft
    from gitcfg.git.repository import Repository


_RECENT = 50
"""So many commits back an index may have been left behind."""


def check_clean(repository: Repository, head: str, paths: list[str]) -> None:
    """Raise DirtyError where a file, or what is staged of it, differs from the head."""
    staged = staging.entries(repository, paths)
    for path in paths:
        worktree.refuse_filters(repository, path)
        blob = repository.blob(head, path)
        content = worktree.read(repository.root, path)
        unknown = blob is None and os.path.lexists(repository.root / path)
        if unknown or not worktree.holds(repository, path, content, blob):
            raise DirtyError(path)
        if staged[path] != (blob.id if blob else None) and not is_left_behind(
            repository, head, path, staged[path]
        ):
            raise DirtyError(path, staged=True)


def is_left_behind(repository: Repository, head: str, path: str, staged: str | None) -> bool:
    """Tell whether the index has a file as it was a few commits ago, under an untouched file.

    `git commit` reads the index before it locks it. Where a change of ours comes between, it puts
    the older index back, and fails: nobody staged that.
    """
    line = islice(repository.first_parents(head), 1, 1 + _RECENT)
    return any(
        staged == (blob.id if (blob := repository.blob(one, path)) else None) for one in line
    )


def checked_out(repository: Repository) -> str:
    """Name the branch to commit to; raises RepositoryError where none is checked out."""
    ref = repository.branch
    if ref is None:
        raise RepositoryError(
            f"HEAD of {repository.root} is detached, so there is no branch to commit to. "
            "Run `git switch BRANCH` first"
        )
    return ref


class Moved(Exception):  # noqa: N818 - no fault: the caller begins again
    """The branch was brought to another head meanwhile: begin again from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A commit that exists as objects, on a head of a branch that does not name it yet."""

    revision: str
    head: str
    ref: str
    draft: Draft
    built: Built


def commit(repository: Repository, *, head: str, draft: Draft) -> str | None:
    """Commit new files on a head of the checked-out branch; None when the branch moved meanwhile.

    The caller holds the writers' lock and has repaired. Raises DirtyError, LockedError and
    RepositoryError, each with nothing changed.
    """
    return carry_out(repository, compose(repository, head=head, draft=draft))


def prepare(repository: Repository, *, head: str, draft: Draft) -> Prepared:
    """Write the objects of a commit, which nothing refers to yet; raises RepositoryError.

    They are synced, as no record holds them yet: after a power cut, a damaged file that nobody
    knows of would stand in the way of the same object.
    """
    prepared = compose(repository, head=head, draft=draft)
    try:
        objects.write(repository, prepared.built.objects)
        objects.sync(repository, [one.id for one in prepared.built.objects])
    except OSError as error:
        raise RepositoryError(_nothing_changed(repository, error)) from error
    return prepared


def compose(repository: Repository, *, head: str, draft: Draft) -> Prepared:
    """Work out a commit without writing anything; raises RepositoryError."""
    ref = checked_out(repository)
    built = objects.compose(repository, parents=[head], draft=draft)
    return Prepared(revision=built.revision, head=head, ref=ref, draft=draft, built=built)


def carry_out(repository: Repository, prepared: Prepared) -> str | None:
    """Bring a commit onto its branch, into the index and the files, as one durable change.

    Returns its revision, or None when the branch moved meanwhile. The caller holds the writers'
    lock and has repaired. Raises DirtyError, LockedError and RepositoryError.
    """
    check_clean(repository, prepared.head, list(prepared.built.blobs))
    record = _record(repository, prepared)
    try:
        journal.begin(repository, record)
    except OSError as error:
        journal.drop(repository, record)
        raise RepositoryError(_nothing_changed(repository, error)) from error
    return _carry_out(repository, record, prepared.draft)


def _record(repository: Repository, prepared: Prepared) -> Record:
    built = prepared.built
    return Record(
        ref=prepared.ref,
        old=prepared.head,
        new=prepared.revision,
        token=f"gitcfg {secrets.token_hex(16)}",
        time=time.time_ns(),
        objects=built.objects,
        before={path: repository.blob(prepared.head, path) for path in built.blobs},
        after=built.blobs,
        trees=built.trees,
    )


def _nothing_changed(repository: Repository, error: OSError) -> str:
    return (
        f"nothing was changed: {error.filename or repository.git_dir}: {error.strerror}. "
        "Check the disk and the permissions, then try again"
    )


def _carry_out(repository: Repository, record: Record, draft: Draft) -> str | None:
    moved = False
    try:
        objects.write(repository, record.objects)
        with staging.hold(repository, record.token):
            check_clean(repository, record.old, list(record.after))
            moved = _move(repository, record)
            if moved:
                _check_out(repository, record)
        if moved:
            refs.log(repository, record.ref, old=record.old, new=record.new, draft=draft)
            objects.keep(repository, record.objects)
            journal.end(repository, record)
    except (OSError, GitcfgError) as error:
        # Any other way out, as by Ctrl-C, leaves the journal: where it struck, nobody knows.
        if not moved:
            journal.drop(repository, record)
        if isinstance(error, GitcfgError):
            raise
        raise RepositoryError(_half_way(repository, record, error, moved=moved)) from error
    if not moved:
        journal.drop(repository, record)
    return record.new if moved else None


def _half_way(repository: Repository, record: Record, error: OSError, *, moved: bool) -> str:
    if not moved:
        return _nothing_changed(repository, error)
    where = f"{error.filename or repository.git_dir}: {error.strerror}"
    return (
        f"committed as {record.new[:12]}, but not all files could be written: {where}. Free the "
        "disk or mend the permissions; the next gitcfg command finishes the change"
    )


def _move(repository: Repository, record: Record) -> bool:
    """Move the index, then the branch, or neither.

    `git commit` reads HEAD, then the index, and locks only after that. Were the branch moved
    first, it could take the new HEAD with the old index, and quietly undo the change.
    """
    staging.update(repository, record.after, record.trees)
    moved = False
    try:
        moved = repository.branch == record.ref and refs.compare_and_swap(
            repository, record.ref, old=record.old, new=record.new
        )
    finally:
        if not moved:
            staging.update(repository, record.before)
    return moved


def _check_out(repository: Repository, record: Record) -> None:
    for path, new in record.after.items():
        old, present = record.before[path], worktree.read(repository.root, path)
        # A file edited this very instant stays as it is, and shows as drift.
        if worktree.holds(repository, path, present, old):
            worktree.check_out(repository, path, present, old, new)
