"""What there is to do for the exporter at a moment, and doing it: the tick, and `export-now`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from exporter import batches, runs, slots
from exporter.destinations import registry
from exporter.errors import RefusedError
from exporter.events import JobCompleted, JobInterrupted, JobStarted
from exporter.tables import entries

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from exporter.delivery import Outcome, Shift
    from exporter.events import Tell
    from exporter.process import Process
    from exporter.queue import Queue
    from exporter.runs import Kind, Run
    from exporter.settings import RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is to be done: runs to go on with, the date whose run is due, immediate entries."""

    resume: tuple[Run, ...]
    due: date | None
    immediate: bool

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.resume or self.due or self.immediate)


def agenda(
    connection: Connection, settings: RunSettings, now: datetime, *, again: bool = False
) -> Agenda:
    """Find what is to be done; `again` takes up everything unfinished, alarms included."""
    unfinished = runs.unfinished(connection)
    recorded = runs.recorded(connection)
    at_once = batches.due_at_once(settings.threshold, now - settings.buffer)
    found = connection.execute(select(entries.c.seq).where(at_once).limit(1)).first()
    return Agenda(
        resume=tuple(run for run in unfinished if again or _may_go_on(run, now)),
        due=slots.due(now, settings.at, settings.zone, recorded),
        immediate=found is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What `export-now` would do: entries it takes, their files; what it leaves, and why.

    `frozen` files of earlier runs go with it; `review` entries have too little confidence,
    `buffered` immediate ones can still be corrected.
    """

    date: date
    settings: RunSettings
    takes: batches.Sum
    files: int
    frozen: int
    review: int
    buffered: int


def preview(
    queue: Queue, settings: RunSettings, now: datetime, *, me: Process, day: date | None = None
) -> Preview:
    """Tell what `export_now` would do, changing nothing; raises RefusedError as it would."""
    today = now.astimezone(settings.zone).date()
    kind: Kind = "manual" if day is None else "daily"
    with queue.reading() as connection:
        if day is not None:
            refuse_date(connection, settings, day, now)
        run = runs.draft(connection, kind, day or today, settings, me=me, now=now)
        takes = batches.add_up(connection, batches.taken(run.kind), batches.bounds(run))
        return Preview(
            date=run.date,
            settings=settings,
            takes=takes,
            files=-(-takes.entries // settings.batch_size),
            frozen=sum(
                len(batches.undelivered(connection, left)) for left in runs.unfinished(connection)
            ),
            review=batches.add_up(connection, batches.for_review(settings.threshold)).entries,
            buffered=batches.add_up(connection, batches.in_buffer(run.cutoff)).entries,
        )


def tick(shift: Shift, settings: RunSettings, tell: Tell, *, again: bool = False) -> None:
    """Do all that is to be done: what was left first, then the due date, then immediate entries.

    What fails is put on record and told, and blocks nothing that comes after it.
    """
    with shift.queue.reading() as connection:
        found = agenda(connection, settings, shift.clock.now(), again=again)
    for run in found.resume:
        if _carry_out(shift, run, tell, again=again, resumed=True).state == "stopped":
            return
    if found.due is not None:
        run = shift.begin("daily", found.due, settings)
        if _carry_out(shift, run, tell).state == "stopped":
            return
    if found.immediate:
        today = shift.clock.now().astimezone(settings.zone).date()
        _carry_out(shift, shift.begin("immediate", today, settings), tell)


def export_now(
    shift: Shift, settings: RunSettings, tell: Tell, *, day: date | None = None
) -> list[Outcome]:
    """Deliver what waits, at once; or with a date that date's daily run, under its name.

    Raises RefusedError for a date that is in the future or has a finished run.
    """
    if day is not None:
        run, resumed = _run_of(shift, settings, day)
        return [_carry_out(shift, run, tell, again=True, resumed=resumed)]
    with shift.queue.reading() as connection:
        left = runs.unfinished(connection)
    outcomes: list[Outcome] = []
    for run in left:
        outcomes.append(_carry_out(shift, run, tell, again=True, resumed=True))
        if outcomes[-1].state == "stopped":
            return outcomes
    # Where nothing can be delivered just now, no run is begun that would have to wait as well.
    registry.register(shift.queue, shift.destination)
    today = shift.clock.now().astimezone(settings.zone).date()
    run = shift.begin("manual", today, settings)
    return [*outcomes, _carry_out(shift, run, tell)]


def refuse_date(connection: Connection, settings: RunSettings, day: date, now: datetime) -> None:
    """Raise RefusedError for a date whose daily run is done, or that has not come yet."""
    today = now.astimezone(settings.zone).date()
    if day > today:
        raise RefusedError(
            f"{day.isoformat()} is in the future: today is {today.isoformat()} in {settings.zone}"
        )
    done = runs.daily(connection, day)
    if done is not None and done.state == "done":
        raise RefusedError(
            f"the daily export of {day.isoformat()} is finished (run {done.id}). Nothing exported "
            "is ever reopened; without --date, what waits is delivered now"
        )


def _run_of(shift: Shift, settings: RunSettings, day: date) -> tuple[Run, bool]:
    with shift.queue.reading() as connection:
        refuse_date(connection, settings, day, shift.clock.now())
        found = runs.daily(connection, day)
    if found is not None:
        return found, True
    return shift.begin("daily", day, settings), False


def _may_go_on(run: Run, now: datetime) -> bool:
    if run.state != "open":
        return False
    # A try further away than any wait was planned under a clock that has gone back since.
    return run.retry is None or not now < run.retry <= now + runs.LONGEST_REST


def _carry_out(
    shift: Shift, run: Run, tell: Tell, *, again: bool = False, resumed: bool = False
) -> Outcome:
    began, zone = shift.clock.now(), run.settings.zone
    tell(JobStarted(time=began, zone=zone, run=run, resumed=resumed))
    outcome = shift.carry_out(run, again=again)
    now = shift.clock.now()
    if outcome.state == "stopped":
        tell(JobInterrupted(time=now, zone=zone, run=outcome.run))
        return outcome
    tell(
        JobCompleted(
            time=now,
            zone=zone,
            run=outcome.run,
            success=outcome.state == "done",
            error=outcome.error,
            retry=outcome.retry,
            seconds=(now - began).total_seconds(),
            destination=shift.destination.place,
        )
    )
    return outcome
