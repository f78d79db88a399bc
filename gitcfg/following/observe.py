"""What is in force in a work tree: the checked-out commit, and valid hand edits on top of it.

A commit counts at once, read from its objects. Hand edits count, together, once they are settled;
whatever is not valid is refused, and what was in force before stays.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gitcfg.errors import InvalidError
from gitcfg.following.checkout import Checkout
from gitcfg.following.edited import counted, judge, uncommitted
from gitcfg.model import Refusal
from gitcfg.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitcfg.following.checkout import Lying, Sight
    from gitcfg.git.repository import Repository
    from gitcfg.model import Finding
    from gitcfg.validation import Checked

QUIET = 0.1
"""Seconds for which a hand edit must lie unchanged before it counts."""

_PATIENCE = 1.0
"""Seconds that one question waits for a hand edit to settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is in force. `revision` is the commit it stands on, `head` the one checked out.

    `edits` are the hand-edited files in force and `uncommitted` the keys they change; `drift`
    lists every file that differs from the head; `refusal` tells what lies there and does not count.
    """

    head: str
    revision: str
    checked: Checked
    uncommitted: frozenset[str] = frozenset()
    drift: tuple[str, ...] = ()
    refusal: Refusal | None = None
    edits: Mapping[str, bytes] = field(default_factory=dict)


def observe(
    repository: Repository, *, committed_only: bool = False, held: Standing | None = None
) -> Standing:
    """Tell what a follower here would run; `held` is what it runs already, None if it starts now.

    Waits a moment for a hand edit to settle. Raises InvalidError where no revision is valid.
    """
    return Observer(repository, committed_only=committed_only).now(held)


class Observer:
    """One work tree with the caches that make looking at it again cheap."""

    def __init__(self, repository: Repository, *, committed_only: bool = False) -> None:
        self.repository = repository
        self._committed_only = committed_only
        self._revisions = Revisions(repository)
        self._checkout = Checkout(repository)

    def renew(self, repository: Repository) -> None:
        """Go on with the same repository opened afresh."""
        self.repository = self._revisions.repository = self._checkout.repository = repository

    def now(self, held: Standing | None = None) -> Standing:
        """Tell what is in force, after waiting a moment for a hand edit to settle."""
        sight = self.look()
        deadline = time.monotonic() + _PATIENCE
        settled = self._is_old(sight, time.time_ns())
        while sight.calm and not settled and time.monotonic() < deadline:
            time.sleep(QUIET)
            before, sight = sight, self.look()
            settled = sight == before
        if held is not None and held.head != sight.head:
            held = self.moved(held, sight.head)
        if settled and sight.calm:
            return self.settled(held, sight)
        if held is None:
            return self.committed(None, sight.head, sight.drift)
        return replace(held, drift=tuple(sight.drift))

    def look(self) -> Sight:
        """Compare the work tree with the head."""
        while True:
            head = self.repository.head()
            sight = self._checkout.look(head, self._revisions.blobs(head))
            if self.repository.head() == head:
                return sight

    def _is_old(self, sight: Sight, now: int) -> bool:
        """Say that nothing that counts changed lately, so that no second look is needed."""
        found = self._counted(sight)
        if any(not lying.stamp for lying in found.values()):
            return False  # a missing file has no time of its own
        return not found or now - sight.changed > QUIET * 1e9

    def committed(self, held: Standing | None, head: str, drift: Iterable[str] = ()) -> Standing:
        """Put a commit in force; if it is not valid keep what is held, or the newest valid one."""
        names = tuple(drift)
        checked = self._revisions.checked(head)
        if checked.valid:
            return Standing(head=head, revision=head, checked=checked, drift=names)
        held = held or self._fallback(head, checked)
        refusal = _refusal(checked.findings, head, held, uncommitted=False)
        return replace(held, head=head, drift=names, refusal=refusal)

    def why_not_head(self, standing: Standing) -> Refusal | None:
        """Tell why a standing is on an older revision than its head; None if it is not."""
        if standing.revision == standing.head:
            return None
        return self.committed(standing, standing.head).refusal

    def _fallback(self, head: str, checked: Checked) -> Standing:
        revision = self._revisions.newest_valid(head)
        if revision is None:
            raise _nothing_valid(self.repository, head, checked.findings)
        return Standing(head=head, revision=revision, checked=self._revisions.checked(revision))

    def moved(self, held: Standing, head: str) -> Standing:
        """Put a new head in force at once; hand edits in force stay if they lie there untouched."""
        drift = self._lying(head, {*held.edits, *held.drift})
        kept = self._kept(held.edits, drift)
        found = self.committed(held, head, drift)
        if kept:
            edited = self._edited(found if found.revision == head else held, head, drift, kept)
            return found if edited.refusal and found.refusal else edited
        if found.refusal is None and held.refusal and held.refusal.uncommitted and drift:
            # Still there, and judged anew when it is settled: not a repair, nor a new refusal.
            carried = replace(held.refusal, revision=head, held=found.revision)
            return replace(found, refusal=carried)
        return found

    def settled(self, held: Standing | None, sight: Sight) -> Standing:
        """Judge a work tree in which nothing moves any more, with its hand edits."""
        found = self._counted(sight)
        if not found:
            return self.committed(held, sight.head, sight.drift)
        return self._edited(held, sight.head, sight.drift, found)

    def waits(self, sight: Sight, path: str, standing: Standing) -> bool:
        """Tell whether a file is an edit that would count, and is not in force."""
        lying = self._counted(sight).get(path)
        return lying is not None and lying.content != standing.edits.get(path)

    def _edited(
        self,
        held: Standing | None,
        head: str,
        drift: Iterable[str],
        edits: Mapping[str, Lying],
    ) -> Standing:
        checked, findings = judge(self._revisions, head, edits)
        if checked.valid and not findings:
            return Standing(
                head=head,
                revision=head,
                checked=checked,
                uncommitted=uncommitted(self._revisions.checked(head), checked),
                drift=tuple(drift),
                edits={path: lying.content or b"" for path, lying in edits.items()},
            )
        held = held or self.committed(None, head)
        refusal = _refusal((*findings, *checked.findings), head, held, uncommitted=True)
        return replace(held, head=head, drift=tuple(drift), refusal=refusal)

    def _counted(self, sight: Sight) -> dict[str, Lying]:
        if self._committed_only:
            return {}
        return counted(self._revisions, sight.head, sight.drift)

    def _lying(self, head: str, paths: Iterable[str]) -> Mapping[str, Lying]:
        paths = sorted(paths)
        if not paths:
            return {}
        return self._checkout.look(head, self._revisions.blobs(head), only=paths).drift

    def _kept(self, edits: Mapping[str, bytes], drift: Mapping[str, Lying]) -> dict[str, Lying]:
        """Take over hand edits in force: those that a commit took in are part of the head now.

        If one was touched, all are judged anew later: half of them must not be in force alone.
        """
        kept = {path: drift[path] for path in edits if path in drift}
        untouched = all(lying.content == edits[path] for path, lying in kept.items())
        return kept if untouched else {}


def _refusal(
    findings: Iterable[Finding], head: str, held: Standing, *, uncommitted: bool
) -> Refusal:
    return Refusal(
        findings=tuple(finding for finding in findings if finding.is_error),
        revision=head,
        held=held.revision,
        uncommitted=uncommitted,
    )


def _nothing_valid(repository: Repository, head: str, findings: Iterable[Finding]) -> InvalidError:
    errors = tuple(finding for finding in findings if finding.is_error)
    first = ": ".join(part for part in (errors[0].place, errors[0].message) if part)
    return InvalidError(
        f"no revision on {repository.line} of {repository.root} is valid, so there is nothing to "
        f"run. The head, {head[:12]}, has {first}. Mend what `gitcfg validate` names and commit it",
        errors,
    )
