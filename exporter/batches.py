"""Batches on record: which entries a run takes, frozen file by file, and how far each file got."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from exporter.entries import IMMEDIATE, SCHEDULED
from exporter.errors import LeaseLostError
from exporter.tables import batches, contents, entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row

    from exporter.process import Process
    from exporter.runs import Kind, Run

State = Literal["frozen", "alarm", "delivered"]
# Built once, as it is asked with each file.
_CONFIRM = (
    update(batches)
    .where(batches.c.id == bindparam("file"), batches.c.fence == bindparam("held"))
    .values(
        state="delivered",
        delivered=bindparam("now", type_=batches.c.delivered.type),
        link=bindparam("at"),
        expires=None,
        error=None,
    )
)

APPROVED, REJECTED, CANCELLED = "approved", "rejected", "cancelled"
"""What a person may have decided of an entry."""

_MANY = 1_000_000
# Written out in the statement, for a partial index is found by its very condition.
_AT_ONCE = entries.c.path == literal(IMMEDIATE, literal_execute=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file as the queue records it: frozen for ever, on its way or delivered.

    `content` is at hand only just after it was frozen; nobody else can have begun to bring it.
    """

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
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many entries, and what they add up to in minor units."""

    entries: int
    total: int


def waiting() -> ColumnElement[bool]:
    """Say that an entry is in no batch, and that nobody took it out of the queue."""
    decision = entries.c.decision
    return and_(entries.c.batch.is_(None), or_(decision.is_(None), decision == APPROVED))


def trusted(threshold: str | BindParameter[Any]) -> ColumnElement[bool]:
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


def taken(kind: Kind) -> ColumnElement[bool]:
    """Say that a run of a kind takes an entry, between bounds that are bound by name.

    By its path, queued before the run, not held for review; see `bounds`.
    """
    scheduled = entries.c.path == literal(SCHEDULED, literal_execute=True)
    immediate = and_(_AT_ONCE, entries.c.queued <= bindparam("cutoff"))
    paths = {"daily": scheduled, "immediate": immediate, "manual": or_(scheduled, immediate)}
    return and_(
        waiting(),
        # Each bound once: given two upper ones, SQLite goes by whichever it reads first.
        entries.c.seq > bindparam("after"),
        entries.c.seq <= bindparam("upto"),
        paths[kind],
        trusted(bindparam("threshold")),
    )


def bounds(run: Run, *, after: int | None = None, upto: int | None = None) -> dict[str, Any]:
    """Give the values for `taken`: in queue order, from where the run is or `after`, to its end."""
    found = {
        "after": run.cursor if after is None else after,
        "upto": run.upto if upto is None else upto,
        "threshold": run.settings.threshold,
    }
    return found if run.kind == "daily" else {**found, "cutoff": run.cutoff}


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
    """Record that a file is delivered, and where people find it: its entries are exported.

    Raises LeaseLostError where it is not ours to bring any more.
    """
    held = {"file": batch.id, "held": batch.fence}
    if connection.execute(_CONFIRM, {**held, "now": now, "at": link}).rowcount != 1:
        raise LeaseLostError


def alarm(connection: Connection, batch: Batch, error: str) -> None:
    """Record that a file cannot be delivered before a person has looked; raises LeaseLostError."""
    ours = (batches.c.id == batch.id) & (batches.c.fence == batch.fence)
    facts = {"state": "alarm", "expires": None, "error": error}
    if connection.execute(update(batches).where(ours).values(**facts)).rowcount != 1:
        raise LeaseLostError


def add_up(
    connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any] | None = None
) -> Sum:
    """Count entries and add up their amounts, exactly, however large; `values` are bound."""
    amount = entries.c.amount
    # Two halves, each far from what 64 bits hold.
    chosen = select(
        func.count(), func.sum(amount // _MANY), func.sum(amount - amount // _MANY * _MANY)
    ).where(which)
    count, high, low = connection.execute(chosen, values or {}).one()
    return Sum(entries=count, total=int(high or 0) * _MANY + int(low or 0))


def held_by(me: Process, until: datetime) -> dict[str, Any]:
    """Name who brings a file, as its row has it."""
    return {"host": me.host, "pid": me.pid, "process": me.birth, "expires": until}


def from_row(row: Row[Any], **changed: Any) -> Batch:
    """Read a file's row."""
    facts = {**row._mapping, **changed}  # noqa: SLF001 - the documented way to a row's columns
    wanted = {one.name: facts[one.name] for one in fields(Batch) if one.name in facts}
    return Batch(**{**wanted, "total": int(facts["total"])})
