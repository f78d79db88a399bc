"""What the exporter has to tell: frozen events, each with its facts as JSON has them.

Whoever shows, logs or sends them decides on the form; the facts are the same everywhere. Times
are UTC, amounts text with two decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from exporter import money
from exporter.moments import utc_text

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from exporter.runs import Run
    from exporter.settings import RunSettings
    from exporter.slots import Slot
    from gitcfg import Change, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at a moment, to be shown in a zone."""

    name: ClassVar[str]
    time: datetime
    zone: ZoneInfo

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {"event": self.name, "time": utc_text(self.time)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Event):
    """The daemon runs, under these settings.

    `waiting` entries leave when their time comes, `review` ones only after a person has looked.
    """

    name = "started"
    settings: RunSettings
    next: Slot
    waiting: int
    review: int
    destination: str

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {
            **Event.facts(self),
            **self.settings.record(),
            **slot_facts(self.next),
            "waiting": self.waiting,
            "review": self.review,
            "destination": self.destination,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSet(Event):
    """A new queue's schedule begins after this date: nothing of the past is made up for.

    `waiting` entries leave with the next run.
    """

    name = "baseline"
    date: date
    next: Slot
    waiting: int

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {
            **Event.facts(self),
            "date": self.date.isoformat(),
            **slot_facts(self.next),
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged(Event):
    """A value came into force here, with this effect on the next export."""

    name = "settings_changed"
    change: Change
    next: Slot
    effect: str

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        change = self.change
        author = change.author
        return {
            **Event.facts(self),
            "key": change.key,
            "old": change.old,
            "new": change.new,
            "version": change.version,
            "revision": change.revision,
            "author": None if author is None else {"name": author.name, "email": author.email},
            "reason": change.reason,
            "uncommitted": change.uncommitted,
            "effect": self.effect,
            **slot_facts(self.next),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsCommitted(SettingsChanged):
    """A value that was in force uncommitted is a commit now: who and why are known."""

    name = "settings_committed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRefused(Event):
    """What lies in the repository is not taken: the settings and the schedule of `held` hold."""

    name = "settings_refused"
    findings: tuple[Finding, ...]
    held: str | None
    next: Slot

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {
            **Event.facts(self),
            "findings": [asdict(finding) for finding in self.findings],
            "held": self.held,
            **slot_facts(self.next),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRepaired(Event):
    """The repository's settings can be taken again, and are."""

    name = "settings_repaired"
    revision: str
    next: Slot

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), "revision": self.revision, **slot_facts(self.next)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted(Event):
    """A run begins, or goes on after a kill or a failure."""

    name = "job_started"
    run: Run
    resumed: bool

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), "resumed": self.resumed, **run_facts(self.run)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCompleted(Event):
    """An attempt at a run ended: all delivered, or an error that says what is done about it.

    `daemon` is whether one runs that goes on by itself.
    """

    name = "job_completed"
    run: Run
    success: bool
    error: str | None
    retry: datetime | None
    seconds: float
    destination: str
    daemon: bool = True

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {
            **Event.facts(self),
            **run_facts(self.run),
            "success": self.success,
            "error": self.error,
            "retry": None if self.retry is None else utc_text(self.retry),
            "seconds": round(self.seconds, 3),
            "destination": self.destination,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInterrupted(Event):
    """The program was asked to end within a run.

    The next start goes on there, or the `daemon` that runs beside the program; None: it is one.
    """

    name = "job_interrupted"
    run: Run
    daemon: bool | None = None

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), **run_facts(self.run)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Event):
    """Something is in the way of working at all; it is tried again every few seconds."""

    name = "trouble"
    message: str

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(Event):
    """The trouble is over: what was in the way, and since when it was."""

    name = "recovered"
    message: str
    since: datetime

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), "message": self.message, "since": utc_text(self.since)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Event):
    """Something about the repository that a person should know."""

    name = "noticed"
    message: str

    def facts(self) -> dict[str, Any]:
        """Tell everything about it."""
        return {**Event.facts(self), "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Event):
    """The daemon ends because it was asked to."""

    name = "stopped"


Tell = Callable[[Event], None]
"""Whoever is told of events; it must not raise and may be called from several threads."""


def slot_facts(slot: Slot) -> dict[str, Any]:
    """Tell when the next daily export is and which date it has."""
    return {"next_run": utc_text(slot.moment), "next_date": slot.date.isoformat()}


def run_facts(run: Run) -> dict[str, Any]:
    """Tell everything about a run, with the settings it goes by."""
    return {
        "run": run.id,
        "kind": run.kind,
        "date": run.date.isoformat(),
        "state": run.state,
        "started": utc_text(run.started),
        "finished": None if run.finished is None else utc_text(run.finished),
        "entries": run.entries,
        "total": money.to_text(run.total),
        "files": list(run.files),
        "attempts": run.attempts,
        "retry": None if run.retry is None else utc_text(run.retry),
        "error": run.error,
        "host": run.host,
        "pid": run.pid,
        "settings": run.settings.record(),
    }
