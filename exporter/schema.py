"""The shape of the tables: a database is brought up to the revision that is known here.

A new one is made at once as it is to be; an older one is migrated, step by step, by alembic. That
is slow to load, so it is only asked where the revision on record is another one.
"""

from __future__ import annotations

import secrets
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import insert

from exporter import records, revisions, tables, turns
from exporter.turns import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

# Named here so that both modules have described their tables before any is made.
ALL = (*tables.TABLES, *records.TABLES)


def bring_up(connection: Connection, now: datetime) -> None:
    """Make or migrate the tables within a writing transaction: all of it or nothing.

    Whoever comes second finds it done. Raises UnknownRevisionError.
    """
    turns.take(connection, Turn.SCHEMA)
    found = revisions.stored(connection)
    if found is None:
        _make(connection, now)
    elif found != revisions.NEWEST:
        import_module("exporter.migrations").upgrade(connection, found)


def _make(connection: Connection, now: datetime) -> None:
    tables.metadata.create_all(connection, tables=ALL, checkfirst=False)
    revisions.mark(connection, revisions.NEWEST)
    new = {"one": 1, "id": secrets.token_hex(16), "format": revisions.FORMAT, "made": now}
    connection.execute(insert(tables.queue).values(**new))
