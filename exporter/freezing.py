"""Freezing a run's next file: its members, its number and its very bytes, for ever."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Select,
    Update,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)

from exporter import batch as batch_file
from exporter import batches, portions, turns
from exporter.batches import Batch
from exporter.leases import LENGTH
from exporter.tables import batches as files
from exporter.tables import contents, entries, runs
from exporter.turns import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.sql.dml import ReturningUpdate

    from exporter.portions import Portion
    from exporter.process import Process
    from exporter.runs import Kind, Run


_COLUMNS = ("date", "description", "amount", "category", "reference")

# Built once: with ten statements for each file, building them anew would be a third of the time.
_CURSOR = select(runs.c.cursor).where(
    runs.c.id == bindparam("run"), runs.c.state != literal("done", literal_execute=True)
)
_MOVE = update(runs).where(runs.c.id == bindparam("run")).values(cursor=bindparam("last"))
_NUMBER = select(func.coalesce(func.max(files.c.number), 0)).where(
    files.c.destination == bindparam("destination"), files.c.date == bindparam("date")
)
_FILE = insert(files).returning(files.c.id)
_CONTENT = insert(contents)
_RANGE = (
    update(entries)
    .where(entries.c.seq > bindparam("after"), entries.c.seq <= bindparam("upto"))
    .values(batch=bindparam("file"))
)


@cache
def _chosen(kind: Kind) -> Select[Any]:
    return (
        select(*(entries.c[name] for name in _COLUMNS), entries.c.seq)
        .where(batches.taken(kind))
        .order_by(entries.c.seq)
        .limit(bindparam("size"))
    )


@cache
def _members(kind: Kind) -> Update:
    return update(entries).where(batches.taken(kind)).values(batch=bindparam("file"))


@cache
def _members_read(kind: Kind) -> ReturningUpdate[Any]:
    return _members(kind).returning(*(entries.c[name] for name in _COLUMNS), entries.c.seq)


# What PostgreSQL will number the next row of the table by.
_NEW_ID = select(func.nextval(func.pg_get_serial_sequence("batches", "id")))


def freeze_next(
    connection: Connection, run: Run, destination: int, me: Process, now: datetime
) -> Batch | None:
    """Freeze a run's next file, with its bytes, members and number; None when nothing is left.

    Within a writing transaction: either all of it is on record or nothing. It is ours to bring.
    """
    turns.take(connection, Turn.FREEZE)
    cursor = connection.execute(_CURSOR, {"run": run.id}).scalar_one_or_none()
    if cursor is None:
        return None
    bounds = batches.bounds(run, after=cursor)
    rows = _raw(connection, _chosen(run.kind), {**bounds, "size": run.settings.batch_size})
    if not rows:
        return None
    *columns, places = zip(*rows, strict=True)
    made = batch_file.freeze_columns(columns)
    batch = _record(connection, run, destination, made, me=me, now=now)
    _claim(connection, run, batches.bounds(run, after=cursor, upto=places[-1]), batch)
    connection.execute(_MOVE, {"run": run.id, "last": places[-1]})
    return batch


def freeze_portion(
    connection: Connection,
    run: Run,
    portion: Portion,
    destination: int,
    *,
    me: Process,
    now: datetime,
) -> Batch | None:
    """Freeze the file that a portion makes; None where everything in it was taken out meanwhile.

    Within a writing transaction beside others: reading and claiming are one statement, so what is
    edited at the same moment is in the file as it was before or as it is after.
    """
    file = connection.scalar(_NEW_ID)
    bounds = batches.bounds(run, after=portion.after, upto=portion.upto)
    rows = _raw(connection, _members_read(run.kind), {**bounds, "file": file})
    rows.sort(key=itemgetter(-1))
    size = run.settings.batch_size
    # Something may have been approved since it was cut off; there it waits for the next run.
    if surplus := [row[-1] for row in rows[size:]]:
        connection.execute(update(entries).where(entries.c.seq.in_(surplus)).values(batch=None))
    portions.use_up(connection, portion)
    if not rows:
        return None
    *columns, _ = zip(*rows[:size], strict=True)
    made = batch_file.freeze_columns(columns)
    return _record(connection, run, destination, made, me=me, now=now, key=file)


def _raw(
    connection: Connection, chosen: Select[Any] | ReturningUpdate[Any], values: dict[str, Any]
) -> list[Any]:
    """Read rows as the driver gives them: with a million of them, dressing them up is half."""
    found = connection.execute(chosen, values)
    cursor: Any = found.cursor
    rows: list[Any] = cursor.fetchall()
    found.close()
    return rows


def _record(
    connection: Connection,
    run: Run,
    destination: int,
    made: batch_file.Frozen,
    *,
    me: Process,
    now: datetime,
    key: int | None = None,
) -> Batch:
    turns.take(connection, Turn.NUMBER)
    same = {"destination": destination, "date": run.date}
    number = int(connection.execute(_NUMBER, same).scalar_one()) + 1
    facts: dict[str, Any] = {
        "run": run.id,
        "destination": destination,
        "date": run.date,
        "number": number,
        "name": batch_file.name_of(run.date, number),
        "state": "frozen",
        "entries": made.entries,
        "size": len(made.content),
        "sha256": made.sha256,
        "reserved": None,
        "error": None,
        "fence": 1,
    }
    more = {"total": str(made.total), "md5": made.md5, "frozen": now}
    held = batches.held_by(me, now + LENGTH)
    given = {} if key is None else {"id": key}
    key = connection.execute(_FILE, {**facts, **more, **held, **given}).scalar_one()
    connection.execute(_CONTENT, {"batch": key, "bytes": made.content})
    return Batch(id=key, total=made.total, content=made.content, **facts)


def _claim(connection: Connection, run: Run, bounds: dict[str, Any], batch: Batch) -> None:
    # Without gaps, and nobody else may change what waits just now: all of the range is meant.
    whole = bounds["upto"] - bounds["after"] == batch.entries
    members = _RANGE if whole else _members(run.kind)
    wanted = {"after": bounds["after"], "upto": bounds["upto"]} if whole else bounds
    done = connection.execute(members, {**wanted, "file": batch.id})
    if done.rowcount != batch.entries:
        raise AssertionError(f"{batch.name} froze {batch.entries} entries, not {done.rowcount}")
