"""An input on its way into the queue: staged apart, then judged and taken in as one transaction.

Staging touches no table of the queue, so a slow input holds nobody up; only the last step writes,
set by set, so its time does not go into statements for single rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from exporter import turns
from exporter.tables import entries, intakes
from exporter.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

SHOWN = 10
"""How many warnings are told one by one."""

_incoming = Table(
    "incoming",
    MetaData(),
    Column("line", Integer, primary_key=True),
    Column("id", Text),
    Column("key", Text),
    Column("content", Text),
    Column("date", Text),
    Column("description", Text),
    Column("amount", BigInteger),
    Column("category", Text),
    Column("reference", Text),
    Column("confidence", Text),
    Column("path", Text),
    Column("reason", Text),
    Column("original", Text),
    Column("known", Integer, server_default="0"),
    prefixes=["TEMPORARY"],
)
_TAKEN = ("date", "description", "amount", "category", "reference", "confidence", "path")
_FILLED = ("line", "id", "key", "content", *_TAKEN, "reason", "original")


class Staged(NamedTuple):
    """One row to stage: an entry's facts, or the reason why it is none; `original` is JSON."""

    line: int
    id: str | None = None
    key: str | None = None
    content: str | None = None
    date: str | None = None
    description: str | None = None
    amount: int | None = None
    category: str | None = None
    reference: str | None = None
    confidence: str | None = None
    path: str | None = None
    reason: str | None = None
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of the rows; `repeated` are the first lines whose reference is known otherwise.

    `doubtful` counts all of those, which are warnings only: the rows were added.
    """

    added: int
    known: int
    rejected: int
    doubtful: int
    repeated: tuple[tuple[int, str], ...]


def prepare(connection: Connection) -> None:
    """Make an empty stage, visible on this connection only."""
    _incoming.drop(connection, checkfirst=True)
    _incoming.create(connection)


def clear(connection: Connection) -> None:
    """Take the stage down."""
    _incoming.drop(connection, checkfirst=True)


def add(connection: Connection, rows: Sequence[Staged]) -> None:
    """Stage rows; many at a time are fast."""
    # Straight to the driver: with a million rows, building parameters by name is half the time.
    columns = ", ".join(_FILLED)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as to:
            for row in rows:
                to.write_row(row)
        return
    places = ", ".join("?" * len(_FILLED))
    statement = f"INSERT INTO incoming ({columns}) VALUES ({places})"  # noqa: S608
    connection.exec_driver_sql(statement, list(rows))


def number(connection: Connection) -> None:
    """Give rows without an id of their own one: their key and which of the equal rows they are.

    Rejected rows are counted along, so that mending one changes no other's id.
    """
    place = func.row_number().over(partition_by=_incoming.c.key, order_by=_incoming.c.line)
    numbered = (
        select(_incoming.c.line, place.label("n"))
        .where(_incoming.c.id.is_(None), _incoming.c.key.is_not(None))
        .subquery()
    )
    connection.execute(
        update(_incoming)
        .where(_incoming.c.line == numbered.c.line)
        .values(id=_incoming.c.key + "-" + func.cast(numbered.c.n, Text))
    )


def take_in(connection: Connection, source: str, now: datetime) -> Intake:
    """Add what is new to the queue in the order of its lines, within a writing transaction.

    What was there already is known; what contradicts it gets a reason and joins the rejected.
    """
    turns.take(connection, Turn.INTAKE)
    _mark_known(connection)
    _mark_repeated_ids(connection)
    doubtful, repeated = _repeated_references(connection)
    counts = Intake(
        added=_count(connection, _fresh()),
        known=_count(connection, _incoming.c.known == 1),
        rejected=_count(connection, _incoming.c.reason.is_not(None)),
        doubtful=doubtful,
        repeated=repeated,
    )
    facts = {"added": counts.added, "known": counts.known, "rejected": counts.rejected}
    # The name of a file need not be text in any encoding.
    name = source.encode("utf-8", "backslashreplace").decode()
    made = connection.execute(
        insert(intakes).values(source=name, at=now, **facts).returning(intakes.c.id)
    )
    _insert(connection, made.scalar_one(), now)
    return counts


def rejected(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """Go through the rejected rows: line, reason, original as JSON."""
    chosen = (
        select(_incoming.c.line, _incoming.c.reason, _incoming.c.original)
        .where(_incoming.c.reason.is_not(None))
        .order_by(_incoming.c.line)
    )
    for row in connection.execute(chosen):
        yield row.line, row.reason, row.original


def _fresh() -> ColumnElement[bool]:
    return and_(_incoming.c.reason.is_(None), _incoming.c.known == 0)


def _mark_known(connection: Connection) -> None:
    same = select(literal(1)).where(entries.c.id == _incoming.c.id)
    connection.execute(
        update(_incoming)
        .where(_fresh(), exists(same.where(entries.c.content != _incoming.c.content)))
        .values(reason="is queued already, with other content, as entry " + _incoming.c.id)
    )
    connection.execute(update(_incoming).where(_fresh(), exists(same)).values(known=1))


def _mark_repeated_ids(connection: Connection) -> None:
    window: Any = {"partition_by": _incoming.c.id, "order_by": _incoming.c.line}
    first = (
        select(
            _incoming.c.line,
            func.first_value(_incoming.c.content).over(**window).label("content"),
            func.first_value(_incoming.c.line).over(**window).label("first"),
        )
        .where(_fresh(), _incoming.c.key.is_(None))
        .subquery()
    )
    later = and_(_incoming.c.line == first.c.line, first.c.first < first.c.line)
    told = "has the id of line " + func.cast(first.c.first, Text) + ", with other content"
    connection.execute(
        update(_incoming).where(later, _incoming.c.content != first.c.content).values(reason=told)
    )
    connection.execute(
        update(_incoming).where(later, _incoming.c.content == first.c.content).values(known=1)
    )


def _repeated_references(connection: Connection) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Find new rows whose reference stands for other content, in the queue or further up."""
    window: Any = {"partition_by": _incoming.c.reference, "order_by": _incoming.c.line}
    first = func.first_value(_incoming.c.content).over(**window)
    fresh = (
        select(_incoming.c.line, _incoming.c.reference, _incoming.c.content, first.label("first"))
        .where(_fresh(), _incoming.c.reference != "")
        .subquery()
    )
    queued = select(literal(1)).where(
        entries.c.reference == fresh.c.reference, entries.c.content != fresh.c.content
    )
    found = connection.execute(
        select(fresh.c.line, fresh.c.reference, func.count().over().label("all"))
        .where(or_(fresh.c.content != fresh.c.first, exists(queued)))
        .order_by(fresh.c.line)
        .limit(SHOWN)
    ).all()
    return (found[0].all if found else 0), tuple((row.line, row.reference) for row in found)


def _insert(connection: Connection, intake: int, now: datetime) -> None:
    columns = [_incoming.c[name] for name in ("id", "content", "line", *_TAKEN)]
    when = literal(now, entries.c.queued.type)
    fresh = (
        select(*columns, when, literal(intake, entries.c.intake.type))
        .where(_fresh())
        .order_by(_incoming.c.line)
    )
    names = ["id", "content", "line", *_TAKEN, "queued", "intake"]
    connection.execute(insert(entries).from_select(names, fresh))


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(which)).scalar_one()
