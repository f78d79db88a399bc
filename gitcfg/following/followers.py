"""The programs that follow a work tree, as their records tell: which revision each one runs."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitcfg.errors import RepositoryError
from gitcfg.following import record
from gitcfg.model import Finding, Follower
from gitcfg.revisions import trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.git.repository import Repository

_STEP = 0.01
_KEPT_FINDINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a follower says of itself. `head` is the newest commit that it has dealt with.

    `refused` and `uncommitted` are as in the standing; `failed` names subscribers that raised.
    """

    name: str
    pid: int
    host: str
    started: datetime
    head: str
    revision: str
    since: datetime
    effect: str | None = None
    uncommitted: tuple[str, ...] = ()
    refused: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Shape it for a record."""
        shown = [asdict(one) | {"value": None} for one in self.refused[:_KEPT_FINDINGS]]
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        times = {name: own[name].isoformat() for name in ("started", "since")}
        return own | times | {"refused": shown}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Report:
        """Read one from a record; raises ValueError, TypeError or KeyError for one of others."""
        known = {field.name: facts[field.name] for field in fields(cls)}
        times = {name: datetime.fromisoformat(known[name]) for name in ("started", "since")}
        refused = tuple(Finding(**one) for one in known["refused"])
        lists = {name: tuple(known[name]) for name in ("uncommitted", "failed")}
        return cls(**known | times | lists | {"refused": refused})


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    pid: int
    alive: bool
    report: Report | None


def read(repository: Repository) -> tuple[Follower, ...]:
    """List the followers of a work tree by name, those that died among them."""
    head = _head(repository)
    return tuple(_follower(repository, head, seen) for seen in _seen(repository))


def wait(repository: Repository, revision: str, timeout: float) -> tuple[Follower, ...]:
    """Wait until every living follower runs, or refused, a revision that contains the one given.

    After `timeout` seconds it returns as well: the states tell who did not come so far. They are
    about that revision: who runs it is `running`, though it refuses edits made besides.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        reports = [seen.report for seen in _seen(repository) if seen.alive and seen.report]
        if all(_has_met(repository, report, revision) for report in reports):
            break
        time.sleep(_STEP)
    head = _head(repository)
    return tuple(_follower(repository, head, seen, revision) for seen in _seen(repository))


def _has_met(repository: Repository, report: Report, revision: str) -> bool:
    if _runs(repository, report, revision):
        return True
    return bool(report.refused) and repository.contains(report.head, revision)


def _runs(repository: Repository, report: Report, revision: str) -> bool:
    return repository.contains(report.revision, revision)


def _seen(repository: Repository) -> Iterator[_Seen]:
    for place, name, pid in record.places(repository):
        try:
            found = record.peek(place)
        except OSError:
            continue  # gone this very moment, or not ours to read
        report = _report(found.facts)
        if report is not None or (found.begun and not found.alive):
            yield _Seen(name, pid, found.alive, report)


def _report(facts: Mapping[str, Any] | None) -> Report | None:
    try:
        return Report.of(facts) if facts is not None else None
    except (ValueError, TypeError, KeyError):
        return None


def _follower(
    repository: Repository, head: str | None, seen: _Seen, wanted: str | None = None
) -> Follower:
    report = seen.report
    state = _state(repository, head, report) if report and seen.alive else "dead"
    if report and seen.alive and wanted and _runs(repository, report, wanted):
        state = "running"
    return Follower(
        name=seen.name,
        pid=seen.pid,
        state=state,
        revision=report.revision if report else None,
        since=report.since if report else None,
        effect=report.effect if report else None,
        host=report.host if report else None,
        refused=report.refused if report else (),
        uncommitted=report.uncommitted if report else (),
        failed=report.failed if report else (),
    )


def _state(repository: Repository, head: str | None, report: Report) -> str:
    """Tell how a living follower stands; one that runs the head may refuse hand edits beside it."""
    try:
        behind = report.revision != head and (
            head is None or trees(repository, report.revision) != trees(repository, head)
        )
    except RepositoryError:  # its revision is gone from here
        behind = True
    if not behind:
        return "running"
    return "refused" if report.refused else "lagging"


def _head(repository: Repository) -> str | None:
    try:
        return repository.head()
    except RepositoryError:
        return None
