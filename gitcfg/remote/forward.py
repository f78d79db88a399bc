"""Bring the checked-out branch, the index and the files to another commit, as one durable change.

It is the way of a set: journal, index, branch by compare-and-swap, files; a file that a human left
edited is never overwritten, and stops all of it. Files that are no plain ones, as links or files
under a filter, are checked out by git itself.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pygit2
from pygit2.enums import DeltaStatus

from gitcfg.errors import DirtyError, GitcfgError, LockedError, RepositoryError
from gitcfg.git import objects, refs, worktree
from gitcfg.git.commit import Prepared, carry_out, check_clean
from gitcfg.git.objects import Built, Draft
from gitcfg.git.repository import Blob
from gitcfg.remote import process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gitcfg.git.repository import Repository
    from gitcfg.model import Author

_PLAIN = (0o100644, 0o100755)
_SECONDS = 300.0

Blobs = dict[str, Blob | None]


def forward(
    repository: Repository, *, head: str, tip: str, who: Author, now: datetime, words: str
) -> bool:
    """Move from the head to a tip; False where the branch moved meanwhile.

    The caller holds the writers' lock and has repaired. Raises DirtyError naming every file that a
    human left edited and that would change, RepositoryError while a merge or the like is under way.
    """
    busy = repository.busy()
    if busy:
        raise RepositoryError(f"the checkout was not brought forward: {busy}")
    before, after = changed(repository, head, tip)
    by_git = not _is_plain(repository, before, after)
    if not by_git:
        _check(repository, head, [*after])
    objects.sync(repository, objects.beyond(repository, tip, head))
    draft = Draft(files={}, message=words, author=who, committer=who, date=now)
    ref = repository.branch
    if ref is None:
        return False
    if by_git:
        return _check_out(repository, ref, head, tip, draft)
    built = Built(revision=tip, objects=(), blobs=after)
    moved = carry_out(
        repository, Prepared(revision=tip, head=head, ref=ref, draft=draft, built=built)
    )
    if moved is not None:
        _tidy(repository, [path for path, blob in after.items() if blob is None])
    return moved is not None


def changed(repository: Repository, old: str, new: str) -> tuple[Blobs, Blobs]:
    """List the files that two commits have otherwise, as the one and as the other has them."""
    trees: list[Any] = [repository.object(one).peel(pygit2.Tree) for one in (old, new)]
    before: Blobs = {}
    after: Blobs = {}
    for delta in trees[0].diff_to_tree(trees[1]).deltas:
        path = delta.new_file.raw_path.decode("utf-8", "surrogateescape")
        gone, fresh = delta.status == DeltaStatus.DELETED, delta.status == DeltaStatus.ADDED
        before[path] = None if fresh else Blob(int(delta.old_file.mode), str(delta.old_file.id))
        after[path] = None if gone else Blob(int(delta.new_file.mode), str(delta.new_file.id))
    return before, after


def _is_plain(repository: Repository, before: Blobs, after: Blobs) -> bool:
    return not _clashes(after) and all(
        _is_same_kind(before[path], blob) and _is_unfiltered(repository, path)
        for path, blob in after.items()
    )


def _is_same_kind(old: Blob | None, new: Blob | None) -> bool:
    if old is None or new is None:
        mode = (old or new or Blob(0, "")).mode
        return mode == _PLAIN[0] or (new is None and mode in _PLAIN)
    return old.mode == new.mode and old.mode in _PLAIN


def _is_unfiltered(repository: Repository, path: str) -> bool:
    try:
        worktree.refuse_filters(repository, path)
    except (GitcfgError, UnicodeError):
        return False
    return True


def _clashes(after: Mapping[str, Blob | None]) -> bool:
    """Tell whether a folder comes in the place of a file, or a file in that of a folder."""
    gone = {path for path, blob in after.items() if blob is None}
    fresh = {path for path, blob in after.items() if blob is not None}
    return bool(_above(gone) & fresh or _above(fresh) & gone)


def _above(paths: set[str]) -> set[str]:
    return {str(above) for path in paths for above in PurePosixPath(path).parents}


def _check(repository: Repository, head: str, paths: list[str]) -> None:
    try:
        check_clean(repository, head, paths)
    except DirtyError:
        _check_each(repository, head, paths)


def _check_each(repository: Repository, head: str, paths: list[str]) -> None:
    edited = []
    for path in paths:
        try:
            check_clean(repository, head, [path])
        except DirtyError as error:
            edited.append(error)
    if edited:
        raise left_edited([one.path for one in edited], first=edited[0])


def left_edited(paths: list[str], *, first: DirtyError) -> DirtyError:
    """Say which files a human left edited, so that they were left alone and nothing moved."""
    error = DirtyError(first.path, staged=first.staged)
    if len(paths) > 1:
        error.message += f". The same holds for {', '.join(paths[1:])}"
        error.args = (error.message,)
    return error


def _tidy(repository: Repository, gone: list[str]) -> None:
    """Remove folders in which nothing is left, as git does."""
    for path in gone:
        place = (repository.root / path).parent
        while place != repository.root:
            try:
                place.rmdir()
            except OSError:
                break
            place = place.parent


def _check_out(repository: Repository, ref: str, head: str, tip: str, draft: Draft) -> bool:
    """Have git bring index and files forward, then move the branch, or take all of it back."""
    # Our own entries in the index have no times of files yet, which git takes for an edit.
    process.run(repository.root, ["update-index", "-q", "--refresh"], timeout=_SECONDS)
    _read_tree(repository, head, tip)
    moved = False
    try:
        moved = repository.branch == ref and refs.compare_and_swap(
            repository, ref, old=head, new=tip, synced=True
        )
    finally:
        if not moved:
            _read_tree(repository, tip, head)
    if moved:
        refs.log(repository, ref, old=head, new=tip, draft=draft)
    return moved


def _read_tree(repository: Repository, old: str, new: str) -> None:
    said = process.run(repository.root, ["read-tree", "-m", "-u", old, new], timeout=_SECONDS)
    if said.code == 0:
        return
    if "index.lock" in said.err:
        raise LockedError(
            f"a git command holds {repository.git_dir / 'index.lock'} (an open `git commit` editor "
            "does); nothing was changed. End that command and try again"
        )
    raise RepositoryError(
        f"git did not check out {new[:12]}: {said.err.strip() or 'it took too long'}. Commit or "
        "undo what is edited there, then try again"
    )
