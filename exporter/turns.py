"""Turns among writers: on PostgreSQL they work side by side, and some work is one at a time.

SQLite's writers take turns by themselves, so there is nothing to take. A turn ends with its
transaction, which is short: it is never held over a delivery.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SPACE = 0x6578706F
"""Sets our locks apart from those of other programs in the same database."""


class Turn(IntEnum):
    """What is done by one writer at a time."""

    SCHEMA = 1
    LEASE = 2
    SCHEDULE = 3
    """Putting a baseline on record."""
    INTAKE = 4
    """Taking entries in, so that their order is the order in which they become visible."""
    FREEZE = 5
    """Going on with a run in queue order, and closing it."""
    DESTINATION = 6
    NUMBER = 7
    """Giving a file its number."""


def take(connection: Connection, turn: Turn) -> None:
    """Wait for a turn, within a writing transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SPACE, int(turn))))
