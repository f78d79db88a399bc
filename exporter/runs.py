"""Runs on record: who began which one, under which settings, and how far it got."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from exporter import settings as run_settings
from exporter.tables import batches, entries, runs

if TYPE_CHECKING:
    from sqlalchemy import Row

    from exporter.process import Process
    from exporter.settings import RunSettings

Kind = Literal["baseline", "daily", "manual", "immediate"]
State = Literal["open", "alarm", "done"]
"""An open run goes on by itself; one under alarm waits for a person; a done one is closed."""

DATED: tuple[Kind, ...] = ("baseline", "daily")
"""The kinds whose date counts for the schedule."""

_FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
"""So long a run may wait where the destination said that a try before would be in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One export as the queue records it.

    It takes scheduled entries up to `upto` in queue order, immediate ones queued until `cutoff`;
    `cursor` is how far it got. `total` is in minor units.
    """

    id: int
    kind: Kind
    date: date
    state: State
    started: datetime
    finished: datetime | None
    upto: int
    cursor: int
    cutoff: datetime
    settings: RunSettings
    host: str
    pid: int
    attempts: int
    retry: datetime | None
    error: str | None
    destination: int | None = None
    entries: int = 0
    total: int = 0
    files: tuple[str, ...] = ()


def recorded(connection: Connection) -> date | None:
    """Find the newest date that the schedule has dealt with."""
    found: date | None = connection.scalar(
        select(func.max(runs.c.date, type_=runs.c.date.type)).where(runs.c.kind.in_(DATED))
    )
    return found


def begun(connection: Connection) -> bool:
    """Tell whether a daemon has begun the schedule: a baseline is recorded."""
    baseline = select(runs.c.id).where(runs.c.kind == "baseline").limit(1)
    return connection.execute(baseline).first() is not None


def draft(
    connection: Connection,
    kind: Kind,
    day: date,
    settings: RunSettings,
    *,
    me: Process,
    now: datetime,
) -> Run:
    """Say what a run that began now would be; nothing is recorded, and its id is 0."""
    done = kind == "baseline"
    return Run(
        id=0,
        kind=kind,
        date=day,
        state="done" if done else "open",
        started=now,
        finished=now if done else None,
        upto=connection.scalar(select(func.coalesce(func.max(entries.c.seq), 0))) or 0,
        cursor=0,
        cutoff=now - settings.buffer,
        settings=settings,
        host=me.host,
        pid=me.pid,
        attempts=0,
        retry=None,
        error=None,
    )


def begin(connection: Connection, run: Run) -> Run:
    """Put a drafted run on record, within a writing transaction, and return it with its id."""
    facts = {column.name: getattr(run, column.name) for column in runs.columns}
    del facts["id"]
    made = connection.execute(
        insert(runs).values(**{**facts, "settings": run.settings.text()}).returning(runs.c.id)
    )
    return replace(run, id=made.scalar_one())


def unfinished(connection: Connection) -> list[Run]:
    """List the runs that are not done, oldest first."""
    found = connection.execute(select(runs).where(runs.c.state != "done").order_by(runs.c.id))
    return [_run(row) for row in found]


def at_work(connection: Connection, run: Run) -> bool:
    """Tell whether somebody leads a run just now: it is open, and was not put off."""
    leading = (runs.c.state == "open") & runs.c.retry.is_(None) & runs.c.destination.is_not(None)
    chosen = select(runs.c.id).where(runs.c.id == run.id, leading)
    return connection.execute(chosen).first() is not None


def daily(connection: Connection, day: date) -> Run | None:
    """Find the daily run of a date."""
    row = connection.execute(
        select(runs).where(runs.c.kind == "daily", runs.c.date == day)
    ).one_or_none()
    return None if row is None else _run(row)


def latest(
    connection: Connection, limit: int | None = None, *, exports_only: bool = False
) -> list[Run]:
    """List runs with what they delivered, newest first, perhaps without the baseline."""
    chosen = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if exports_only:
        chosen = chosen.where(runs.c.kind != "baseline")
    return [_run(row, _files(connection, row.id)) for row in connection.execute(chosen)]


def with_files(connection: Connection, run: Run) -> Run:
    """Read a run anew, with what it delivered so far."""
    row = connection.execute(select(runs).where(runs.c.id == run.id)).one()
    return _run(row, _files(connection, run.id))


def aim(connection: Connection, run: Run, destination: int) -> None:
    """Record where a run's files go, so that others may lend a hand, and that it is at work."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run.id)
        .values(destination=destination, state="open", retry=None)
    )


def settle(connection: Connection, run: Run, *, now: datetime) -> None:
    """Close a run: all that it had to deliver is delivered."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run.id)
        .values(state="done", finished=now, retry=None, error=None)
    )


def put_off(
    connection: Connection,
    run: Run,
    error: str,
    *,
    now: datetime,
    at_least: timedelta = timedelta(0),
) -> datetime:
    """Leave a run open after a failure and tell when it is tried again: later and later."""
    wait: timedelta = min(_FIRST_WAIT * 2 ** min(run.attempts, 10), LONGEST_WAIT)
    wait = max(wait, min(at_least, LONGEST_REST))
    connection.execute(
        update(runs)
        .where(runs.c.id == run.id)
        .values(state="open", attempts=run.attempts + 1, retry=now + wait, error=error)
    )
    return now + wait


def alarm(connection: Connection, run: Run, error: str) -> None:
    """Leave a run to a person: it goes on at the next start, or by `export-now`."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run.id)
        .values(state="alarm", attempts=run.attempts + 1, retry=None, error=error)
    )


def _files(connection: Connection, run: int) -> list[Row[Any]]:
    delivered = (batches.c.run == run) & (batches.c.state == "delivered")
    chosen = select(batches.c.name, batches.c.entries, batches.c.total).where(delivered)
    return list(connection.execute(chosen.order_by(batches.c.id)))


def _run(row: Row[Any], files: list[Row[Any]] | None = None) -> Run:
    facts = {**row._mapping, "settings": run_settings.restore(row.settings)}  # noqa: SLF001
    return Run(
        **facts,
        entries=sum(file.entries for file in files or ()),
        total=sum(int(file.total) for file in files or ()),
        files=tuple(file.name for file in files or ()),
    )
