"""What happened in the repository since the feed last told: read in a thread, told in order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from gitcfg import GitcfgError, UsageError

if TYPE_CHECKING:
    from gitcfg import Audited, Difference, Refusal, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Commits that changed settings, oldest first, each with its changes.

    `newest` is the commit up to which this tells; `rewritten` says that the last one told is gone.
    """

    commits: tuple[tuple[Audited, ...], ...]
    newest: str
    rewritten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the files stand to the commit: those that differ, and the keys in them that do."""

    drift: tuple[str, ...]
    differences: tuple[Difference, ...]
    refusal: Refusal | None


def since(store: Store, told: str | None) -> News:
    """Read what came after a commit; without one nothing is news. Raises GitcfgError."""
    head = store.revision("HEAD").revision
    if told is None or told == head:
        return News(commits=(), newest=head)
    try:
        found = store.audit(since=told, status="applied")
    except UsageError:  # it is no longer on the branch's line, or nowhere
        return News(commits=(), newest=head, rewritten=True)
    commits = [tuple(group) for _, group in groupby(reversed(found), lambda one: one.revision)]
    newest = commits[-1][0].revision if commits else head
    return News(commits=tuple(commits), newest=newest)


def standing(store: Store) -> Standing:
    """Tell how the files stand to the commit just now. Raises GitcfgError."""
    status = store.status()
    return Standing(
        drift=status.drift,
        differences=_differences(store) if status.drift else (),
        refusal=status.refused,
    )


def _differences(store: Store) -> tuple[Difference, ...]:
    try:
        return store.diff()
    except GitcfgError:  # files that cannot be read differ in no way that could be shown
        return ()
