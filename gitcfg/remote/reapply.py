"""Commits that were never pushed, made anew on an upstream that moved: by what they meant.

Only commits of ours are, whose trailers say exactly what the commit does. All are planned before a
branch moves: either each finds its place, or nothing changes.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pygit2

from gitcfg.errors import ConflictError, GitcfgError, InvalidError, RemoteError
from gitcfg.git import objects
from gitcfg.git.objects import Draft
from gitcfg.git.steps import is_config
from gitcfg.history import message
from gitcfg.history.history import History, open_history
from gitcfg.intent import Edit, View
from gitcfg.plan import Terms, edited, plan
from gitcfg.remote.clone import diverged_by_hand
from gitcfg.remote.forward import changed
from gitcfg.values import dumps, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.git.repository import Commit, Repository
    from gitcfg.history.message import Facts, KeyFacts
    from gitcfg.history.rows import Row
    from gitcfg.model import Value
    from gitcfg.remote.clone import Clone
    from gitcfg.revisions import Revisions

LOCAL, UPSTREAM = "local", "upstream"
SIDES = (LOCAL, UPSTREAM)
"""Whose value counts where both changed a key, or whose history after a force-push."""


@dataclass(frozen=True, slots=True)
class Anew:
    """A commit that was made anew: the old one, and the new one, None where nothing was left."""

    old: str
    new: str | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The new line: its tip, and what became of each commit, the oldest first."""

    tip: str
    commits: tuple[Anew, ...]


class _Since:
    """Versions as counted where two lines parted, plus what was made anew since."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._more: dict[str, int] = {}

    def number(self, key: str) -> int:
        return self._history.number(key) + self._more.get(key, 0)

    def last(self, key: str) -> Row | None:
        return self._history.last(key)

    def count(self, keys: Sequence[KeyFacts]) -> None:
        for one in keys:
            self._more[one.key] = self._more.get(one.key, 0) + 1


def unpushed(repository: Repository, head: str, *without: str) -> list[str]:
    """List the commits of a head that none of some others has, the oldest first."""
    walk = repository.raw.walk(pygit2.Oid(hex=head))
    walk.sort(pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE)
    for one in without:
        walk.hide(pygit2.Oid(hex=one))
    return [str(one.id) for one in walk]


def rebuild(clone: Clone, commits: Sequence[str], onto: str, *, take: str | None = None) -> Rebuilt:
    """Make commits anew on another; only objects are written.

    Raises RemoteError for one made by hand, ConflictError where a key changed on both sides and
    `take` does not say whose value counts, InvalidError for what is not valid there.
    """
    repository, found = clone.repository, []
    facts = [_facts(clone, one) for one in commits]
    with ExitStack() as stack:
        base = repository.commit(commits[0]).parents[0]
        since = _Since(stack.enter_context(open_history(repository, revision=base)))
        for revision, said in zip(commits, facts, strict=True):
            new = _again(clone, revision, said, onto, since=since, take=take)
            found.append(Anew(revision, new))
            onto = new or onto
    return Rebuilt(onto, tuple(found))


def _facts(clone: Clone, revision: str) -> Facts:
    """Read what a commit of ours says; raises RemoteError where it says otherwise than it does."""
    commit = clone.repository.commit(revision)
    said = message.parse(commit.message)
    if said is None or len(commit.parents) != 1 or not _is_true(clone.revisions, commit, said):
        raise RemoteError(diverged_by_hand(clone.upstream, revision))
    return said


def _is_true(revisions: Revisions, commit: Commit, said: Facts) -> bool:
    """Tell whether the trailers, carried out on the parent, give the very files of the commit."""
    repository, parent = revisions.repository, commit.parents[0]
    _, after = changed(repository, parent, commit.revision)
    if not said.keys or said.status or not all(is_config(path) for path in after):
        return False
    category = {key: one.category for key, one in revisions.checked(commit.revision).stored.items()}
    view = _view(revisions, parent, None)
    edits = [_edit(one, category.get(one.key)) for one in said.keys]
    try:
        files = edited(view, edits)
    except GitcfgError:
        return False
    told = all(same(_stored(view, one.key), one.old) for one in said.keys)
    return told and files == {
        path: None if blob is None else repository.read(blob.id) for path, blob in after.items()
    }


def _again(
    clone: Clone, revision: str, said: Facts, onto: str, *, since: _Since, take: str | None
) -> str | None:
    commit = clone.repository.commit(revision)
    view = _view(clone.revisions, onto, since)
    both = [one for one in said.keys if is_conflict(view, one)]
    if both and take is None:
        raise ConflictError(_both(clone, commit, both, view))
    kept = [one for one in said.keys if take != UPSTREAM or one not in both]
    stored = clone.revisions.checked(commit.revision).stored
    edits = [_edit(one, stored[one.key].category if one.key in stored else None) for one in kept]
    terms = Terms(
        author=commit.author,
        reason=said.reason,
        metadata=said.metadata,
        via=said.via,
        actor=said.actor,
        client=said.client,
        subject=said.subject if kept == [*said.keys] else None,
    )
    try:
        planned = plan(view, edits, terms)
    except InvalidError as error:
        if take == UPSTREAM:
            return None
        raise InvalidError(_unfit(clone, commit, error), error.findings) from error
    if not planned.files:
        return None
    since.count(kept)
    now = clone.now()
    draft = Draft(
        files=dict(planned.files),
        message=planned.message,
        author=commit.author,
        committer=clone.committer(),
        date=max(now, clone.repository.commit(onto).date.astimezone(now.tzinfo)),
    )
    return objects.build(clone.repository, parents=[onto], draft=draft).revision


def _edit(one: KeyFacts, category: str | None) -> Edit:
    return Edit(key=one.key, new=one.new, action=one.action, category=category)


def _view(revisions: Revisions, head: str, since: _Since | None) -> View:
    return View(
        repository=revisions.repository,
        head=head,
        files=revisions.files(head),
        checked=revisions.checked(head),
        history=cast("History", since),
    )


def _stored(view: View, key: str) -> Value:
    entry = view.checked.stored.get(key)
    return entry.value if entry else None


def is_conflict(view: View, one: KeyFacts) -> bool:
    """Tell whether a key has another value than the one it was changed from, or to."""
    now = _stored(view, one.key)
    return not same(now, one.old) and not same(now, one.new)


def _both(clone: Clone, commit: Commit, both: Sequence[KeyFacts], view: View) -> str:
    return (
        f"{sides(clone.upstream.name, both, view)} ({commit.revision[:12]}, not pushed yet). "
        "Nothing was changed. Say whose value counts: `gitcfg sync --take upstream` leaves this "
        "change out, `gitcfg sync --take local` makes it anew on top"
    )


def sides(name: str, both: Sequence[KeyFacts], view: View) -> str:
    """Show both values of keys that changed on both sides."""
    return "; ".join(
        f"{one.key} changed on both sides: from {_told(one.old)} to "
        f"{_told(_stored(view, one.key))} at {name}, to {_told(one.new)} here"
        for one in both
    )


def _told(value: Value) -> str:
    return "not stored" if value is None else dumps(value)


def _unfit(clone: Clone, commit: Commit, error: InvalidError) -> str:
    return (
        f"{commit.revision[:12]}, made here and not pushed yet, is not valid on top of "
        f"{clone.upstream.name}: {error.message}. Nothing was changed. "
        "`gitcfg sync --take upstream` leaves it out; it is kept under refs/gitcfg/offline/"
    )
