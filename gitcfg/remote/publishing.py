"""A change pushed before the branch here moves: only then does it stand.

Killed on the way, either the upstream has it and the next sync takes it in, or nobody has.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from gitcfg.errors import ConflictError, GitcfgError, RemoteError, UnknownOutcomeError
from gitcfg.git.commit import Moved
from gitcfg.history import message
from gitcfg.intent import View
from gitcfg.remote.clone import Stance
from gitcfg.remote.offline import bring
from gitcfg.remote.reapply import is_conflict, sides
from gitcfg.remote.transport import UnreachableError
from gitcfg.remote.words import Pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.git.commit import Prepared
    from gitcfg.remote.clone import Clone
    from gitcfg.remote.transport import Push

_ASK_AFTER = (0.0, 0.5, 1.5)
"""Seconds to wait before each time that the remote is asked what came of a push."""

_TRIES = 5
"""How often one change is pushed anew to an upstream that moves."""


@dataclass(slots=True)
class Publishing:
    """What one change does with the upstream; `published` is its commit once it is there."""

    clone: Clone
    sleep: Callable[[float], None] = field(default=time.sleep)
    published: str | None = None
    _tries: int = 0

    def __call__(self, prepared: Prepared) -> None:
        """Push the commit; raises Moved where the branch was brought to another head instead.

        Raises RemoteError with nothing changed, ConflictError where a key of the change moved at
        the upstream, UnknownOutcomeError where nobody can tell what came of it.
        """
        clone, branch = self.clone, self.clone.upstream.branch
        if self.published is not None:
            raise self.stranded(None) or Moved
        clone.head()
        self._tries += 1
        expected = clone.expected()
        if expected is not None and not clone.repository.contains(prepared.head, expected):
            self._catch_up(prepared, "it moved again and again")
        push = clone.transport.push(prepared.revision, branch, expected=expected)
        lost = push.result is Pushed.LOST
        if push.result is Pushed.DONE or (lost and self._ask(prepared.revision, expected, push)):
            self._done(prepared.revision)
        elif push.result is Pushed.REFUSED:
            raise RemoteError(
                f"{clone.upstream.name} refused the change: {push.why}. Nothing was changed"
            )
        elif push.result is Pushed.UNREACHED:
            self._unreached(push)
        else:
            self._catch_up(prepared, push.why)

    def _done(self, revision: str) -> None:
        self.published = revision
        self.clone.note(revision)
        self.clone.pushed(revision)

    def _unreached(self, push: Push) -> NoReturn:
        error = self.clone.unreached(push.why)
        raise UnreachableError(
            f"{error}. Nothing was changed. Try again, or commit it here only, with --offline: it "
            "goes out with a later sync"
        )

    def _ask(self, revision: str, expected: str | None, push: Push) -> bool:
        """Ask what came of a push whose answer was lost; False where it can come to nothing."""
        clone = self.clone
        for seconds in _ASK_AFTER:
            self.sleep(seconds)
            try:
                tip, _ = clone.ask()
            except UnreachableError:
                continue
            if tip is not None and clone.repository.contains(tip, revision):
                return True
            if tip != expected:
                return False  # it moved otherwise, and what was sent fits no more
        raise UnknownOutcomeError(
            f"the answer of {clone.upstream.name} was lost ({push.why}): {revision[:12]} may be "
            "there, may still arrive, or not. Nothing was changed here. Run `gitcfg sync`, which "
            "takes the change in if it is there; only then try again"
        )

    def _catch_up(self, prepared: Prepared, why: str) -> NoReturn:
        """Take in what the upstream has, and begin again, unless that is about the same keys."""
        clone, head = self.clone, prepared.head
        if self._tries > _TRIES:
            raise RemoteError(
                f"{clone.upstream.name} did not take the change in {_TRIES} tries ({why}); nothing "
                "was changed. Try again later"
            )
        tip, _ = clone.ask()
        stance = clone.stance(head, tip)
        stops = clone.stops(stance, head, tip)
        if stops is not None:
            raise stops
        if tip is not None and stance not in (Stance.SAME, Stance.AHEAD, Stance.NEW):
            bring(clone, head, tip, stance)
            self._check(prepared, clone.repository.head())
        if tip is not None:
            clone.note(tip)
        raise Moved

    def _check(self, prepared: Prepared, head: str) -> None:
        """Raise ConflictError where a key of the change has another value than it was made on."""
        said = message.parse(prepared.draft.message)
        revisions, clone = self.clone.revisions, self.clone
        view = View(
            repository=clone.repository,
            head=head,
            files=revisions.files(head),
            checked=revisions.checked(head),
            history=None,  # type: ignore[arg-type] # values alone are compared
        )
        both = [one for one in said.keys if is_conflict(view, one)] if said else []
        if both:
            raise ConflictError(
                f"{sides(clone.upstream.name, both, view)}. Your change was not made; the other "
                f"one is here now. Look with `gitcfg history {both[0].key}`, then try again"
            )

    def stranded(self, cause: GitcfgError | None) -> GitcfgError | None:
        """Tell that the change is at the upstream but could not be taken in; None if it was."""
        revision, repository = self.published, self.clone.repository
        if revision is None or repository.contains(repository.head(), revision):
            return cause
        why = f": {cause.message}" if cause else ", where something else was committed meanwhile"
        return RemoteError(
            f"the change stands at {self.clone.upstream.name} as {revision[:12]}, but is not in "
            f"force in this clone{why}. Do not make it again: run `gitcfg sync`"
        )
