"""A clone beside its upstream: ask for the tip, bring it here, and tell how the two stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError, RemoteError, RepositoryError
from gitcfg.git import refs
from gitcfg.remote import contact, seen
from gitcfg.remote.forward import forward
from gitcfg.writing import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gitcfg.git.repository import Repository
    from gitcfg.model import Author
    from gitcfg.remote.transport import Transport
    from gitcfg.remote.upstream import Upstream
    from gitcfg.revisions import Revisions


class Stance(StrEnum):
    """How a branch and its upstream stand to each other."""

    SAME = "in step"
    AHEAD = "ahead"
    BEHIND = "behind"
    DIVERGED = "diverged"
    REWRITTEN = "rewritten"
    GONE = "gone"
    NEW = "new"


@dataclass(slots=True, kw_only=True)
class Clone:
    """All that keeping in step needs; `committer` is asked only when something is written."""

    revisions: Revisions
    upstream: Upstream
    transport: Transport
    committer: Callable[[], Author]
    now: Callable[[], datetime] = field(default=local_now)

    @property
    def repository(self) -> Repository:
        """The clone's repository."""
        return self.revisions.repository

    def head(self) -> str:
        """Tell the branch's tip; raises RepositoryError where another is checked out by now."""
        if self.repository.branch != self.upstream.local:
            raise RepositoryError("another branch was checked out meanwhile. Try again")
        return self.repository.head()

    def ask(self) -> tuple[str | None, dict[str, str]]:
        """Fetch the upstream's tip, None where the branch is not there, and see the attempts' tips.

        Raises UnreachableError, which is also put on record for `status`.
        """
        try:
            tips = self.transport.tips()
            tip = tips.pop(self.upstream.branch, None)
            if tip is not None and not self._has(tip):
                self.transport.fetch([f"+{self.upstream.branch}:{self.upstream.fetched}"])
                tip = refs.current(self.repository, self.upstream.fetched)
        except GitcfgError as error:
            self.failed(error.message)
            raise
        contact.answered(self.repository, self.upstream, tip, now=self.now())
        return tip, tips

    def failed(self, error: str) -> None:
        """Put on record that the upstream gave no answer."""
        contact.failed(self.repository, self.upstream, error, now=self.now())

    def pushed(self, tip: str) -> None:
        """Put on record what the upstream took."""
        contact.answered(self.repository, self.upstream, tip, now=self.now())

    def unreached(self, why: str) -> str:
        """Put on record that a push did not get there, and say so."""
        error = f"{self.upstream.name} cannot be reached ({why})"
        self.failed(error)
        return error

    def _has(self, tip: str) -> bool:
        known = (self.upstream.fetched, self.upstream.seen, self.upstream.local)
        return tip in {refs.current(self.repository, ref) for ref in known}

    def stance(self, head: str, tip: str | None) -> Stance:
        """Tell how a head stands to the tip of the upstream."""
        return stance(self.repository, head, tip, seen.last(self.repository, self.upstream))

    def expected(self) -> str | None:
        """Tell what the upstream must still be for a push: the newest tip known that is no rewrite.

        A push by hand moves only git's own reference.
        """
        last, fetched = (find(self.repository, self.upstream) for find in (seen.last, seen.tracked))
        if last and fetched and self.repository.contains(fetched, last):
            return fetched
        return last

    def note(self, tip: str) -> None:
        """Take a tip of the upstream for good."""
        seen.note(self.repository, self.upstream, tip)

    def forward(self, head: str, tip: str, words: str) -> bool:
        """Bring the checkout to a tip; False where the branch moved meanwhile."""
        return forward(
            self.repository, head=head, tip=tip, who=self.committer(), now=self.now(), words=words
        )

    def stops(self, stance: Stance, head: str, tip: str | None) -> RemoteError | None:
        """Say why nothing may be pushed or pulled before a person decides; None where it may."""
        if stance is Stance.GONE:
            return RemoteError(gone(self.upstream))
        if stance is Stance.REWRITTEN and tip is not None:
            last = seen.last(self.repository, self.upstream) or head
            return RemoteError(rewritten(self.upstream, last, tip))
        return None


def stance(repository: Repository, head: str, tip: str | None, last: str | None) -> Stance:
    """Tell how a head and an upstream's tip stand, `last` being the last tip taken for good."""
    if tip is None:
        return Stance.NEW if last is None else Stance.GONE
    if tip == head:
        return Stance.SAME
    has_tip = repository.contains(head, tip)
    # A person who brought the branch here to the new tip by hand has decided.
    decided = has_tip and (last is None or not repository.contains(head, last))
    if last is not None and not repository.contains(tip, last) and not decided:
        return Stance.REWRITTEN
    if has_tip:
        return Stance.AHEAD
    return Stance.BEHIND if repository.contains(tip, head) else Stance.DIVERGED


def gone(upstream: Upstream) -> str:
    """Say that the branch is not at the remote any more, and what may be done."""
    return (
        f"{upstream.name} is gone: the remote has no branch {upstream.short} any more, so nothing "
        "was pulled or pushed. To put it back with what is here, run `gitcfg sync --take local`; "
        "to follow another branch, `git branch --set-upstream-to=REMOTE/BRANCH`"
    )


def rewritten(upstream: Upstream, last: str, tip: str) -> str:
    """Say that the upstream was rewritten, and which ways there are."""
    return (
        f"{upstream.name} was rewritten, as by a force-push: {last[:12]} is gone from it, and it "
        f"is at {tip[:12]} now. Nothing was pulled or pushed. Look with `git log "
        f"{last[:12]}...{tip[:12]}`, then say which side counts: `gitcfg sync --take upstream` "
        "moves this clone to what is there now and commits unpushed changes of gitcfg anew on top; "
        "`gitcfg sync --take local` puts what is here in its place there, for all clones. What "
        "leaves a branch is kept under refs/gitcfg/offline/"
    )


def diverged_by_hand(upstream: Upstream, revision: str) -> str:
    """Say that a commit made by hand keeps two lines apart."""
    return (
        f"this branch and {upstream.name} have diverged, and {revision[:12]} here was made by "
        f"hand, so gitcfg does not move it. Run `git pull --rebase`, then `gitcfg sync`"
    )
