"""Portions of a run on a shared queue: stretches of it in queue order, each frozen by one process.

Cutting one off is quick and one at a time; freezing it, which takes long, goes on side by side. A
portion has a lease and a fence as a file has, so whoever dies over one leaves it to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from exporter import batches, turns
from exporter.errors import LeaseLostError
from exporter.leases import LENGTH
from exporter.process import Process, is_gone
from exporter.tables import entries, portions, runs
from exporter.turns import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from exporter.runs import Kind, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What lies after one place of the queue up to another, ours to freeze under this fence."""

    id: int
    after: int
    upto: int
    fence: int


@cache
def _end(kind: Kind) -> Select[Any]:
    first = select(entries.c.seq).where(batches.taken(kind)).order_by(entries.c.seq)
    return select(func.max(first.limit(bindparam("size")).subquery().c.seq))


def cut(connection: Connection, run: Run, me: Process, now: datetime) -> Portion | None:
    """Cut off what makes a run's next file; None when nothing is left.

    Within a writing transaction, which must be short.
    """
    turns.take(connection, Turn.FREEZE)
    still_open = (runs.c.id == run.id) & (runs.c.state != "done")
    cursor = connection.scalar(select(runs.c.cursor).where(still_open))
    if cursor is None:
        return None
    size = {"size": run.settings.batch_size}
    last = connection.scalar(_end(run.kind), {**batches.bounds(run, after=cursor), **size})
    if last is None:
        return None
    place = {"after": cursor, "upto": last, "fence": 1}
    made = connection.execute(
        insert(portions)
        .values(run=run.id, **place, **batches.held_by(me, now + LENGTH))
        .returning(portions.c.id)
    )
    connection.execute(update(runs).where(runs.c.id == run.id).values(cursor=last))
    return Portion(id=made.scalar_one(), **place)


def take(connection: Connection, run: Run, me: Process, now: datetime) -> Portion | None:
    """Take a portion whose holder is gone, within a short writing transaction."""
    chosen = select(portions).where(portions.c.run == run.id).order_by(portions.c.id)
    for row in connection.execute(chosen.with_for_update(skip_locked=True)):
        if _is_free(row, me, now):
            fence = row.fence + 1
            held = batches.held_by(me, now + LENGTH)
            ours = portions.c.id == row.id
            connection.execute(update(portions).where(ours).values(fence=fence, **held))
            return Portion(id=row.id, after=row.after, upto=row.upto, fence=fence)
    return None


def use_up(connection: Connection, portion: Portion) -> None:
    """Let go of a portion that is frozen; raises LeaseLostError where it is not ours any more."""
    ours = (portions.c.id == portion.id) & (portions.c.fence == portion.fence)
    if connection.execute(delete(portions).where(ours)).rowcount != 1:
        raise LeaseLostError


def give_back(connection: Connection, portion: Portion) -> None:
    """Leave a portion to whoever comes next."""
    ours = (portions.c.id == portion.id) & (portions.c.fence == portion.fence)
    connection.execute(update(portions).where(ours).values(expires=None))


def left(connection: Connection, run: Run) -> int:
    """Count the portions of a run that are cut off and not frozen."""
    found = connection.scalar(select(func.count()).where(portions.c.run == run.id))
    return found or 0


def _is_free(row: Row[Any], me: Process, now: datetime) -> bool:
    # An end further away than a lease is long was written under a clock that has gone back since.
    if row.expires is None or not now < row.expires <= now + LENGTH:
        return True
    holder = Process(row.host, row.pid, row.process)
    return holder == me or is_gone(holder)
