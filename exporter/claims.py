"""Who brings a file: each has a lease of its own, so that several processes work on one run.

Its fence rises with every holder, and each step is committed only under the fence that it began
with. Whoever was asleep past the lease may still deliver the very same bytes under the very same
name, which changes nothing, but cannot put anything on record any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, update

from exporter import batches as files
from exporter.errors import LeaseLostError
from exporter.leases import LENGTH
from exporter.process import Process, is_gone
from exporter.tables import batches

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Row

    from exporter.batches import Batch, State
    from exporter.runs import Run

FROZEN: tuple[State, ...] = ("frozen",)
ALARMED_TOO: tuple[State, ...] = ("frozen", "alarm")


def take(
    connection: Connection,
    run: Run,
    me: Process,
    now: datetime,
    *,
    states: Collection[State] = FROZEN,
    after: int = 0,
) -> Batch | None:
    """Take the first file of a run, after the one of an id, that nobody brings.

    Within a writing transaction, which must be short: what others look at just now is passed over.
    """
    chosen = (
        select(batches)
        .where(batches.c.run == run.id, batches.c.state.in_(states), batches.c.id > after)
        .order_by(batches.c.id)
        .with_for_update(skip_locked=True)
    )
    for row in connection.execute(chosen):
        if _is_free(row, me, now):
            fence = row.fence + 1
            connection.execute(
                update(batches)
                .where(batches.c.id == row.id)
                .values(fence=fence, **files.held_by(me, now + LENGTH))
            )
            return files.from_row(row, fence=fence)
    return None


def renew(connection: Connection, batch: Batch, now: datetime) -> None:
    """Prove within a writing transaction that a file is ours to bring, and prolong that.

    Raises LeaseLostError, which undoes the transaction.
    """
    done = connection.execute(
        update(batches)
        .where(batches.c.id == batch.id, batches.c.fence == batch.fence)
        .values(expires=now + LENGTH)
    )
    if done.rowcount != 1:
        raise LeaseLostError


def give_back(connection: Connection, batch: Batch) -> None:
    """Let the next one begin at once, unless the file was lost anyway."""
    connection.execute(
        update(batches)
        .where(batches.c.id == batch.id, batches.c.fence == batch.fence)
        .values(expires=None)
    )


def under_way(connection: Connection, run: Run) -> int:
    """Count the files of a run that are frozen and neither delivered nor stopped by an alarm."""
    found = connection.scalar(
        select(func.count()).where(batches.c.run == run.id, batches.c.state == "frozen")
    )
    return found or 0


def _is_free(row: Row[Any], me: Process, now: datetime) -> bool:
    # An end further away than a lease is long was written under a clock that has gone back since.
    if row.expires is None or not now < row.expires <= now + LENGTH:
        return True
    holder = Process(row.host, row.pid, row.process)
    return holder == me or is_gone(holder)
