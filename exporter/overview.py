"""Where the exporter stands: what waits, what runs, what was left open, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from exporter import batches, leases, roster, runs, slots
from exporter.entries import IMMEDIATE, SCHEDULED
from exporter.tables import batches as files
from exporter.tables import entries

if TYPE_CHECKING:
    from datetime import datetime

    from exporter.leases import Holder
    from exporter.queue import Queue
    from exporter.roster import Member
    from exporter.runs import Run
    from exporter.settings import RunSettings
    from exporter.slots import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of a queue at a moment, under the settings in force.

    Entries are counted once: `scheduled` and `immediate` wait for their time, `review` for a
    person, `frozen` are in files on their way, `exported` are delivered. `next` is None as long
    as no daemon has begun the schedule.
    """

    now: datetime
    settings: RunSettings
    scheduled: int
    immediate: int
    review: int
    frozen: int
    exported: int
    next: Slot | None
    next_immediate: datetime | None
    at_work: Holder | None
    open: tuple[Run, ...]
    last: Run | None
    daemons: tuple[Member, ...] = ()


def look(queue: Queue, settings: RunSettings, now: datetime) -> Overview:
    """Read it all from one consistent state of the queue."""
    with queue.reading() as connection:
        recorded = runs.recorded(connection)
        trusted = batches.waiting() & batches.trusted(settings.threshold)
        scheduled = batches.add_up(connection, trusted & (entries.c.path == SCHEDULED))
        immediate = batches.add_up(connection, trusted & (entries.c.path == IMMEDIATE))
        last = runs.latest(connection, 1, exports_only=True)
        return Overview(
            now=now,
            settings=settings,
            scheduled=scheduled.entries,
            immediate=immediate.entries,
            review=batches.add_up(connection, batches.for_review(settings.threshold)).entries,
            frozen=_entries(connection, delivered=False),
            exported=_entries(connection, delivered=True),
            next=slots.next_slot(now, settings.at, settings.zone, recorded)
            if runs.begun(connection)
            else None,
            next_immediate=_next_immediate(connection, settings),
            at_work=leases.held(connection, now),
            open=tuple(runs.with_files(connection, run) for run in runs.unfinished(connection)),
            last=last[0] if last else None,
            daemons=roster.there(connection, now) if queue.shared else (),
        )


def _entries(connection: Connection, *, delivered: bool) -> int:
    which = (files.c.state == "delivered") if delivered else (files.c.state != "delivered")
    found = connection.scalar(select(func.coalesce(func.sum(files.c.entries), 0)).where(which))
    return int(found or 0)


def _next_immediate(connection: Connection, settings: RunSettings) -> datetime | None:
    first: datetime | None = connection.scalar(
        select(func.min(entries.c.queued, type_=entries.c.queued.type)).where(
            batches.waiting(),
            entries.c.path == IMMEDIATE,
            batches.trusted(settings.threshold),
        )
    )
    return None if first is None else first + settings.buffer
