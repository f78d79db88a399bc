"""Batches on record: which entries a run takes, frozen file by file, and how far each file got."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from exporter import batch as files
from exporter import turns
from exporter.entries import IMMEDIATE, SCHEDULED
from exporter.leases import LENGTH
from exporter.tables import batches, contents, entries, runs
from exporter.turns import Turn

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row

    from exporter.process import Process
    from exporter.runs import Run

State = Literal["frozen", "alarm", "delivered"]
APPROVED, REJECTED, CANCELLED = "approved", "rejected", "cancelled"
"""What a person may have decided of an entry."""

_MANY = 1_000_000
# Written out in the statement, for a partial index is found by its very condition.
_AT_ONCE = entries.c.path == literal(IMMEDIATE, literal_execute=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file as the queue records it: frozen for ever, on its way or delivered."""

    id: int
    run: int
    destination: int
    date: date
    number: int
    name: str
    state: State
    entries: int
    total: int
    size: int
    sha256: str
    reserved: str | None
    error: str | None
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many entries, and what they add up to in minor units."""

    entries: int
    total: int


def waiting() -> ColumnElement[bool]:
    """Say that an entry is in no batch, and that nobody took it out of the queue."""
    decision = entries.c.decision
    return and_(entries.c.batch.is_(None), or_(decision.is_(None), decision == APPROVED))


def trusted(threshold: str) -> ColumnElement[bool]:
    """Say that an entry needs no review: entered or approved by a person, or confident enough.

    Confidence and threshold are plain decimals as texts, compared exactly; equal passes.
    """
    return or_(
        entries.c.confidence.is_(None),
        entries.c.confidence >= threshold,
        entries.c.decision.is_not_distinct_from(APPROVED),
    )


def for_review(threshold: str) -> ColumnElement[bool]:
    """Say that an entry waits for a person to look at it."""
    return and_(waiting(), not_(trusted(threshold)))


def in_buffer(cutoff: datetime) -> ColumnElement[bool]:
    """Say that an immediate entry can still be corrected."""
    return and_(waiting(), _AT_ONCE, entries.c.queued > cutoff)


def due_at_once(threshold: str, cutoff: datetime) -> ColumnElement[bool]:
    """Say that an immediate entry's buffer has ended and nothing holds it."""
    return and_(waiting(), _AT_ONCE, entries.c.queued <= cutoff, trusted(threshold))


def taken_by(run: Run, *, after: int | None = None, upto: int | None = None) -> ColumnElement[bool]:
    """Say that a run takes an entry: by its path, queued before the run, not held for review.

    Between `after` and `upto` in queue order, or all that it has not come to yet.
    """
    scheduled = entries.c.path == SCHEDULED
    immediate = and_(_AT_ONCE, entries.c.queued <= run.cutoff)
    paths = {"daily": scheduled, "immediate": immediate, "manual": or_(scheduled, immediate)}
    return and_(
        waiting(),
        # Each bound once: given two upper ones, SQLite goes by whichever it reads first.
        entries.c.seq > (run.cursor if after is None else after),
        entries.c.seq <= (run.upto if upto is None else upto),
        paths[run.kind],
        trusted(run.settings.threshold),
    )


def freeze_next(
    connection: Connection, run: Run, destination: int, me: Process, now: datetime
) -> Batch | None:
    """Freeze a run's next file, with its bytes, members and number; None when nothing is left.

    Within a writing transaction: either all of it is on record or nothing. It is ours to bring.
    """
    turns.take(connection, Turn.FREEZE)
    still_open = (runs.c.id == run.id) & (runs.c.state != "done")
    cursor = connection.execute(select(runs.c.cursor).where(still_open)).scalar_one_or_none()
    if cursor is None:
        return None
    chosen = (
        select(
            entries.c.seq,
            entries.c.date,
            entries.c.description,
            entries.c.amount,
            entries.c.category,
            entries.c.reference,
        )
        .where(taken_by(run, after=cursor))
        .order_by(entries.c.seq)
        .limit(run.settings.batch_size)
    )
    rows = connection.execute(chosen).all()
    if not rows:
        return None
    made = files.freeze(files.Line(*row[1:]) for row in rows)
    batch = _record(connection, run, destination, made, me=me, now=now)
    last = rows[-1].seq
    _claim(connection, run, (cursor, last), batch)
    connection.execute(update(runs).where(runs.c.id == run.id).values(cursor=last))
    return batch


def undelivered(connection: Connection, run: Run) -> list[Batch]:
    """List a run's files that are frozen and not confirmed, in the order of their numbers."""
    chosen = select(batches).where(batches.c.run == run.id, batches.c.state != "delivered")
    return [from_row(row) for row in connection.execute(chosen.order_by(batches.c.id))]


def alarmed(connection: Connection, run: Run) -> str | None:
    """Tell what stopped the first of a run's files that wait for a person."""
    chosen = select(batches.c.error).where(batches.c.run == run.id, batches.c.state == "alarm")
    found: str | None = connection.scalar(chosen.order_by(batches.c.id).limit(1))
    return found


def content(connection: Connection, batch: Batch) -> bytes:
    """Read the frozen bytes of a file."""
    found = connection.execute(select(contents.c.bytes).where(contents.c.batch == batch.id))
    return bytes(found.scalar_one())


def reserve(connection: Connection, batch: Batch, reserved: str) -> None:
    """Record the id that a destination set aside for a file, before it is used."""
    connection.execute(update(batches).where(batches.c.id == batch.id).values(reserved=reserved))


def confirm(
    connection: Connection, batch: Batch, *, now: datetime, link: str | None = None
) -> None:
    """Record that a file is delivered, and where people find it: its entries are exported."""
    connection.execute(
        update(batches)
        .where(batches.c.id == batch.id)
        .values(state="delivered", delivered=now, link=link, expires=None, error=None)
    )


def alarm(connection: Connection, batch: Batch, error: str) -> None:
    """Record that a file cannot be delivered before a person has looked."""
    connection.execute(
        update(batches)
        .where(batches.c.id == batch.id)
        .values(state="alarm", expires=None, error=error)
    )


def add_up(connection: Connection, which: ColumnElement[bool]) -> Sum:
    """Count entries and add up their amounts, exactly, however large."""
    amount = entries.c.amount
    # Two halves, each far from what 64 bits hold.
    chosen = select(
        func.count(), func.sum(amount // _MANY), func.sum(amount - amount // _MANY * _MANY)
    ).where(which)
    count, high, low = connection.execute(chosen).one()
    return Sum(entries=count, total=int(high or 0) * _MANY + int(low or 0))


def held_by(me: Process, until: datetime) -> dict[str, Any]:
    """Name who brings a file, as its row has it."""
    return {"host": me.host, "pid": me.pid, "process": me.birth, "expires": until}


def _record(
    connection: Connection,
    run: Run,
    destination: int,
    made: files.Frozen,
    *,
    me: Process,
    now: datetime,
) -> Batch:
    same = (batches.c.destination == destination) & (batches.c.date == run.date)
    number = connection.scalar(select(func.coalesce(func.max(batches.c.number), 0)).where(same))
    number = int(number or 0) + 1
    facts: dict[str, Any] = {
        "run": run.id,
        "destination": destination,
        "date": run.date,
        "number": number,
        "name": files.name_of(run.date, number),
        "state": "frozen",
        "entries": made.entries,
        "size": len(made.content),
        "sha256": made.sha256,
        "reserved": None,
        "error": None,
        "fence": 1,
    }
    held = held_by(me, now + LENGTH)
    key = connection.execute(
        insert(batches)
        .values(total=str(made.total), md5=made.md5, frozen=now, **facts, **held)
        .returning(batches.c.id)
    ).scalar_one()
    connection.execute(insert(contents).values(batch=key, bytes=made.content))
    return Batch(id=key, total=made.total, **facts)


def _claim(connection: Connection, run: Run, between: tuple[int, int], batch: Batch) -> None:
    cursor, last = between
    done = connection.execute(
        update(entries).where(taken_by(run, after=cursor, upto=last)).values(batch=batch.id)
    )
    if done.rowcount != batch.entries:
        raise AssertionError(f"{batch.name} froze {batch.entries} entries, not {done.rowcount}")


def from_row(row: Row[Any], **changed: Any) -> Batch:
    """Read a file's row."""
    facts = {**row._mapping, **changed}  # noqa: SLF001 - the documented way to a row's columns
    wanted = {field.name: facts[field.name] for field in fields(Batch)}
    return Batch(**{**wanted, "total": int(facts["total"])})
