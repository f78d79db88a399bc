"""The queue in a file of SQLite, on one machine: nothing to set up.

Writers take turns from their first statement on, and what is committed is on the disk.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.pool import ConnectionPoolEntry

_STEP = 0.01
_PATIENCE = 5.0
_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=FILE",
    "cache_size=-16384",
)


def engine(url: URL, *, wait: float) -> Engine:
    """Make an engine whose writers wait so many seconds for each other."""
    made = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})
    event.listen(made, "connect", _configure)
    event.listen(made, "begin", _begin)
    return made


def _configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    # The driver would begin transactions by itself, and only at the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Of a file that is new; its rows are read and written in their order, many to a page.
    cursor.execute("PRAGMA page_size=8192")
    _keep_log(cursor)
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_log(cursor: DBAPICursor) -> None:
    """Turn the write-ahead log on; where several make a new file at once, SQLite does not wait."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_STEP)
        else:
            return


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("exporter_begin", "BEGIN")
    connection.exec_driver_sql(statement)
