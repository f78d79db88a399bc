"""Repositories that we cannot use, or not just now: what they are, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygit2.enums import RepositoryState

if TYPE_CHECKING:
    from pathlib import Path

_UNSUPPORTED = {
    "object format": "uses the sha256 object format, which gitcfg cannot read. Use a clone made "
    "with `git init --object-format=sha1`",
    "refstorage": "keeps its references as reftable, which gitcfg cannot read. Run "
    "`git refs migrate --ref-format=files`",
    "partialclone": "is a partial clone, so objects may be missing. Clone it whole: "
    "`git clone` without --filter",
}
_BUSY = {
    RepositoryState.MERGE: ("a merge", "git commit", "git merge --abort"),
    RepositoryState.REVERT: ("a revert", "git revert --continue", "git revert --abort"),
    RepositoryState.REVERT_SEQUENCE: ("a revert", "git revert --continue", "git revert --abort"),
    RepositoryState.CHERRYPICK: (
        "a cherry-pick",
        "git cherry-pick --continue",
        "git cherry-pick --abort",
    ),
    RepositoryState.CHERRYPICK_SEQUENCE: (
        "a cherry-pick",
        "git cherry-pick --continue",
        "git cherry-pick --abort",
    ),
    RepositoryState.BISECT: ("a bisect", "git bisect reset", "git bisect reset"),
    RepositoryState.APPLY_MAILBOX: ("git am", "git am --continue", "git am --abort"),
}
_REBASE = ("a rebase", "git rebase --continue", "git rebase --abort")


def busy(state: RepositoryState) -> str | None:
    """Tell what a human has begun and not ended, with the way out; None if it is nothing."""
    if state == RepositoryState.NONE:
        return None
    what, onward, back = _BUSY.get(state, _REBASE)
    return f"{what} is in progress: finish it (`{onward}`) or leave it (`{back}`)"


def cannot_open(path: Path, error: Exception) -> str:
    """Say why a repository cannot be opened, and what to do."""
    words = str(error)
    for name, meaning in _UNSUPPORTED.items():
        if name in words.lower():
            return f"{path} {meaning}"
    if "not owned" in words:
        return (
            f"{path} belongs to another user. If you trust it, run "
            f"`git config --global --add safe.directory {path.resolve()}`"
        )
    return f"{path} cannot be opened as a git repository: {words}. Run `git fsck` there"
