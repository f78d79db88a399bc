"""Who may begin and close runs: one process at a time, for as long as it renews its lease.

Each time the lease goes to another holder its fence rises; every step of the work is committed
under the fence it began with, so a holder that was asleep too long changes nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, insert, select, update

from exporter import turns
from exporter.errors import LeaseLostError
from exporter.process import Process, is_gone
from exporter.tables import leases
from exporter.turns import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

LENGTH = timedelta(seconds=20)
"""How long a holder that says nothing keeps others waiting."""

_NAME = "exports"
# Built once, as it is asked in each step.
_RENEW = (
    update(leases)
    .where(leases.c.name == _NAME, leases.c.fence == bindparam("held"))
    .values(expires=bindparam("until", type_=leases.c.expires.type))
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work, as long as the fence in the queue is still this one."""

    fence: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone else who works just now, and since when."""

    process: Process
    since: datetime


def take(connection: Connection, me: Process, now: datetime) -> Lease | Holder:
    """Take the lease, or tell who holds it; within a writing transaction."""
    turns.take(connection, Turn.LEASE)
    row = _row(connection)
    facts = {
        "host": me.host,
        "pid": me.pid,
        "process": me.birth,
        "since": now,
        "expires": now + LENGTH,
    }
    if row is None:
        connection.execute(insert(leases).values(name=_NAME, fence=1, **facts))
        return Lease(1)
    if (holder := _holder(row, now)) is not None:
        return holder
    connection.execute(
        update(leases).where(leases.c.name == _NAME).values(fence=row.fence + 1, **facts)
    )
    return Lease(row.fence + 1)


def held(connection: Connection, now: datetime) -> Holder | None:
    """Tell who works on the runs just now, if anyone does."""
    row = _row(connection)
    return None if row is None else _holder(row, now)


def renew(connection: Connection, lease: Lease, now: datetime) -> None:
    """Prove within a writing transaction that the lease is ours, and prolong it.

    Raises LeaseLostError, which undoes the transaction.
    """
    done = connection.execute(_RENEW, {"held": lease.fence, "until": now + LENGTH})
    if done.rowcount != 1:
        raise LeaseLostError


def give_back(connection: Connection, lease: Lease, now: datetime) -> None:
    """Let the next one begin at once, unless the lease was lost anyway."""
    connection.execute(
        update(leases)
        .where(leases.c.name == _NAME, leases.c.fence == lease.fence)
        .values(expires=now)
    )


def _row(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(leases).where(leases.c.name == _NAME)).one_or_none()


def _holder(row: Row[Any], now: datetime) -> Holder | None:
    other = Process(row.host, row.pid, row.process)
    # An end further away than a lease is long was written under a clock that has gone back since.
    if now < row.expires <= now + LENGTH and not is_gone(other):
        return Holder(other, row.since)
    return None
