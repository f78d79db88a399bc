"""The daemons of a shared queue: each says now and then that it is there, and what it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from exporter import settings as run_settings
from exporter.process import Process, is_gone
from exporter.records import daemons

if TYPE_CHECKING:
    from datetime import datetime

    from exporter.settings import RunSettings

EVERY = timedelta(seconds=10)
"""How often a daemon says so."""

LASTS = timedelta(seconds=35)
"""Who said nothing for so long is not there."""

_FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A daemon that is there: since when, where it delivers to, the settings it runs on."""

    process: Process
    since: datetime
    destination: str
    settings: RunSettings


def say(
    connection: Connection,
    me: Process,
    now: datetime,
    *,
    since: datetime,
    destination: str,
    settings: RunSettings,
) -> None:
    """Put on record that we are there, within a writing transaction."""
    ours = (daemons.c.host == me.host) & (daemons.c.pid == me.pid)
    facts = {
        "process": me.birth,
        "since": since,
        "seen": now,
        "destination": destination,
        "settings": settings.text(),
    }
    if connection.execute(update(daemons).where(ours).values(**facts)).rowcount == 0:
        connection.execute(delete(daemons).where(daemons.c.seen < now - _FORGOTTEN))
        connection.execute(insert(daemons).values(host=me.host, pid=me.pid, **facts))


def leave(connection: Connection, me: Process) -> None:
    """Take ourselves off the record."""
    ours = (daemons.c.host == me.host) & (daemons.c.pid == me.pid)
    connection.execute(delete(daemons).where(ours))


def there(connection: Connection, now: datetime) -> tuple[Member, ...]:
    """List the daemons that are there, the oldest first."""
    chosen = select(daemons).where(daemons.c.seen > now - LASTS).order_by(daemons.c.since)
    found = (
        Member(
            process=Process(row.host, row.pid, row.process),
            since=row.since,
            destination=row.destination,
            settings=run_settings.restore(row.settings),
        )
        for row in connection.execute(chosen)
    )
    return tuple(member for member in found if not is_gone(member.process))


def disagree(members: tuple[Member, ...]) -> bool:
    """Tell whether daemons run on different settings: whose turn is first decides by chance."""
    return len({member.settings.text() for member in members}) > 1
