"""Every change and every refused attempt in one list, newest first: what an auditor reads.

Changes stand in the order of the branch, whatever their dates; an attempt, which is on no branch,
stands among them by its date, and a change that a wrong clock dated misplaces none but near ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from heapq import heappush, heapreplace, merge
from itertools import islice
from typing import TYPE_CHECKING, TypedDict

from gitcfg import progress
from gitcfg.errors import UsageError
from gitcfg.history import attempts, moment
from gitcfg.model import Audited, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from gitcfg.git.repository import Repository
    from gitcfg.history.attempts import Attempt
    from gitcfg.history.history import History
    from gitcfg.history.message import KeyFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an auditor asks for: dates are inclusive; `after` is a position on the line, exclusive.

    Attempts lie on no line, so for them `attempts_since` stands in for that position.

    `by` is found in the author, the actor or the committer, in any case.
    """

    key: str | None = None
    after: int = 0
    attempts_since: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: str | None = None
    status: str | None = None
    action: str | None = None
    limit: int | None = None

    def wants(self, one: Audited) -> bool:
        """Tell whether a record is asked for."""
        who = f"{one.author} {one.committer} {one.actor or ''}".casefold()
        return (
            self.key in (None, one.key)
            and (self.since is None or one.date >= self.since)
            and (self.until is None or one.date <= self.until)
            and (self.by is None or self.by.casefold() in who)
            and self.status in (None, one.status)
            and self.action in (None, one.action)
        )


class Period(TypedDict, total=False):
    """The part of a query that says from when to when."""

    after: int
    since: datetime | None
    until: datetime | None
    attempts_since: datetime | None


def period(
    repository: Repository, history: History, since: str | None, until: str | None
) -> Period:
    """Read dates, or a revision to begin after; raises UsageError for what is neither."""
    found = Period()
    if until is not None:
        found["until"] = moment.parse(until)
        if found["until"] is None:
            raise UsageError(f"{until} is no date. Write it as 2026-01-31 or 2026-01-31T09:30")
    if since is None:
        return found
    start = moment.parse(since, end=False)
    if start is not None:
        found["since"] = start
        return found
    revision = moment.resolve(repository, since)
    position = history.position(revision)
    if position is None:
        raise UsageError(f"{since} is not on the first-parent line of the branch")
    return Period(**found, after=position, attempts_since=repository.commit(revision).date)


def audit(repository: Repository, history: History, query: Query) -> tuple[Audited, ...]:
    """List applied changes and attempts that fit a query, newest first."""
    attempted = sorted(
        _attempted(repository, query.attempts_since), key=lambda one: one.date, reverse=True
    )
    every = merge(
        _applied(history, query),
        ((int(one.date.timestamp()), one) for one in attempted),
        key=lambda pair: pair[0],
        reverse=True,
    )
    with progress.told("changes read") as tell:
        return tuple(islice(_wanted(every, query, tell), query.limit))


def _wanted(
    every: Iterable[tuple[int, Audited]], query: Query, tell: Callable[[int], None]
) -> Iterator[Audited]:
    for number, (_, one) in enumerate(every, start=1):
        tell(number)
        if query.wants(one):
            yield one


def _applied(history: History, query: Query) -> Iterator[tuple[int, Audited]]:
    dates = history.dates()
    when = dict(zip(dates, rising(dates.values()), strict=True))
    for key, row in history.between(after=query.after, key=query.key):
        version = history.describe(key, row, active=history.number(key) == row.version)
        facts = {field.name: getattr(version, field.name) for field in fields(Version)}
        yield when[row.revision], Audited(**facts, status="applied", error=None)


def rising(dates: Iterable[int]) -> list[int]:
    """Change dates so that none is before the one that precedes it, by the least sum of changes.

    The few that clocks got wrong are moved so, rather than the many that are right.
    """
    # Isotonic regression by absolute differences: the heap's top, negated, is the fit so far.
    heap: list[int] = []
    fits: list[int] = []
    for date in dates:
        heappush(heap, -date)
        if -heap[0] > date:
            heapreplace(heap, -date)
        fits.append(-heap[0])
    for at in range(len(fits) - 1, 0, -1):
        fits[at - 1] = min(fits[at - 1], fits[at])
    return fits


def _attempted(repository: Repository, since: datetime | None) -> Iterator[Audited]:
    for attempt in attempts.read(repository):
        if since is not None and attempt.commit.date < since:
            continue
        for one in attempt.facts.keys:
            yield _attempt(attempt, one)


def _attempt(attempt: Attempt, one: KeyFacts) -> Audited:
    commit, facts = attempt.commit, attempt.facts
    return Audited(
        key=one.key,
        version=0,
        value=one.new,
        old=one.old,
        deleted=False,
        active=False,
        revision=commit.revision,
        author=commit.author,
        committer=commit.committer,
        origin=None,
        date=commit.date,
        action=one.action,
        reason=facts.reason,
        via=facts.via,
        actor=facts.actor,
        client=facts.client,
        metadata=facts.metadata or None,
        status=facts.status or "refused",
        error=facts.error,
    )
