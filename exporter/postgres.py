"""The queue in PostgreSQL, which several machines share: `DATABASE_URL=postgresql://…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event

from exporter.errors import PlacesError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

ADVICE = (
    "Check that the server runs and lets this user in, then try again; nothing is half done, "
    "and a daemon goes on by itself"
)
IDLE_SECONDS = 10.0
"""So long a process may hold a transaction open and say nothing, stopped or out of reach.

Then the server ends it, and what it had locked is free before its lease has run out.
"""
_REACH = {
    "connect_timeout": 5,
    # A server that vanished without a word is noticed within seconds, not hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def engine(url: URL, *, wait: float) -> Engine:
    """Make an engine whose writers wait so many seconds for each other; raises PlacesError."""
    given = {name: value for name, value in _REACH.items() if name not in url.query}
    try:
        # A connection that died while it lay idle is replaced before it is used.
        made = create_engine(url, connect_args=given, pool_pre_ping=True, pool_size=3)
    except ImportError as error:
        raise PlacesError(
            "DATABASE_URL",
            "names a PostgreSQL, and its driver is not installed. "
            "Install it with `pip install 'gitcfg[postgres]'`",
        ) from error

    def configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(
            f"SET lock_timeout = '{round(wait * 1000)}ms'; "
            f"SET idle_in_transaction_session_timeout = '{round(IDLE_SECONDS * 1000)}ms'; "
            "SET synchronous_commit = on; SET timezone = 'UTC'; SET application_name = 'exporter'"
        )
        cursor.close()
        connection.autocommit = False

    event.listen(made, "connect", configure)
    return made
