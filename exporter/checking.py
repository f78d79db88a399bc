"""What would keep the exporter from working, found before its first run and without changing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from exporter import overview, texts
from exporter.destinations import registry
from exporter.errors import ExporterError
from exporter.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from exporter.destinations import Destination
    from exporter.places import Places
    from exporter.settings import RunSettings
    from gitcfg import Refusal

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, what it is, and what to do about it."""

    state: State
    name: str
    message: str


def settings(found: RunSettings, refusal: Refusal | None) -> Iterator[Check]:
    """Tell which settings a daemon would run on."""
    at = f"{found.at.isoformat('minutes')} in {found.zone}"
    yield Check("ok", "settings", f"a daily export at {at}, under revision {found.revision[:12]}")
    if refusal is not None:
        words = "; ".join(one.message for one in refusal.findings) or "what lies there"
        yield Check("warning", "settings", f"{words}: refused, so an older revision is in force")


def queue(found: Places, current: RunSettings) -> Iterator[Check]:
    """Tell whether the queue can be read, and what is in it."""
    name = f"queue {found.queue}"
    try:
        with Queue.glance(found.queue) as there:
            seen = overview.look(there, current, there.clock.now())
    except ExporterError as error:
        yield Check("error", name, error.message)
        return
    waiting = texts.count(seen.scheduled + seen.immediate, "entry waits", "entries wait")
    yield Check("ok", name, f"{waiting}, {seen.review:,} for review, {seen.exported:,} exported")
    for run in seen.open:
        yield Check("warning", name, f"run {run.id} is open: {run.error or 'not finished'}")


def destination(found: Places, make: Callable[[], Destination]) -> Iterator[Check]:
    """Tell whether a file could be delivered, delivering none."""
    name = found.delivers_to
    try:
        there = make()
        marker = there.mark()
        if marker is not None:
            with Queue.glance(found.queue) as ours:
                registry.same_queue(ours, there, marker[0])
        doubts = there.doubts()
    except ExporterError as error:
        yield Check("error", name, error.message)
        return
    for doubt in doubts:
        yield Check("error", name, doubt)
    if not doubts:
        words = "ours" if marker else "not used yet; the first run marks it as this queue's"
        yield Check("ok", name, words)


def silent(found: Places) -> Iterator[Check]:
    """Tell what is set in the environment and does nothing."""
    for variable in found.silent:
        yield Check("warning", variable, "is set, but nothing is sent to Discord yet")
