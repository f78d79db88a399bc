"""The queue's database: opened, made where it is new, and its transactions.

SQLite: writers take turns from their first statement on, and what is committed is on the disk.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from exporter import tables
from exporter.disk import make_folder
from exporter.errors import QueueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.pool import ConnectionPoolEntry

    from exporter.clock import Clock

BUSY_WAIT = 5.0
"""Seconds that a transaction waits for another writer before it gives up, to be tried again."""

_STEP = 0.01
_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=FILE",
    "cache_size=-16384",
)


class Queue:
    """An open queue; `id` is its own for ever. Usable from several threads."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.place = place
        self.id = ""

    @classmethod
    def open(cls, place: Path, *, clock: Clock, wait: float = BUSY_WAIT) -> Queue:
        """Open the queue in a file, making both where they are new; raises QueueError.

        Two processes may do so at once.
        """
        try:
            make_folder(place.parent)
        except OSError as error:
            raise QueueError(str(place), error.strerror or str(error)) from error
        return cls._open(_engine(str(place), wait), str(place), clock)

    @classmethod
    def glance(cls, place: Path, *, clock: Clock) -> Queue:
        """Open the queue to look into it; one that does not exist yet looks empty, and stays so."""
        if place.exists():
            return cls.open(place, clock=clock)
        return cls._open(_engine(":memory:", BUSY_WAIT), str(place), clock)

    @classmethod
    def _open(cls, engine: Engine, place: str, clock: Clock) -> Queue:
        opened = cls(engine, place)
        try:
            opened.id = opened._prepare(clock)
        except BaseException:
            engine.dispose()
            raise
        return opened

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Hold one connection over several transactions; raises QueueError for all that fails."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise QueueError(self.place, str(cause)) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one consistent state, never waiting for a writer."""
        with self.connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write alone: all of it is committed, and on the disk, or nothing is."""
        with self.connected() as connection, writing(connection):
            yield connection

    def _prepare(self, clock: Clock) -> str:
        with self.reading() as connection:
            made = inspect(connection).has_table("queue")
        if not made:
            self._make(clock)
        with self.reading() as connection:
            row = connection.execute(select(tables.queue)).one()
        if row.format != tables.FORMAT:
            raise QueueError(
                self.place,
                f"its tables have format {row.format} and this program knows {tables.FORMAT}; "
                "use the version of the exporter that made it",
            )
        return str(row.id)

    def _make(self, clock: Clock) -> None:
        with self.writing() as connection:
            if inspect(connection).has_table("queue"):
                return  # someone else was faster
            tables.metadata.create_all(connection, checkfirst=False)
            connection.execute(
                insert(tables.queue).values(
                    one=1, id=secrets.token_hex(16), format=tables.FORMAT, made=clock.now()
                )
            )


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Write alone on a connection that is held already."""
    connection.execution_options(exporter_begin="BEGIN IMMEDIATE")
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(exporter_begin="BEGIN")


def _engine(database: str, wait: float) -> Engine:
    url = URL.create("sqlite", database=database)
    engine = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    # The driver would begin transactions by itself, and only at the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_log(cursor)
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_log(cursor: DBAPICursor) -> None:
    """Turn the write-ahead log on; where several make a new file at once, SQLite does not wait."""
    deadline = time.monotonic() + BUSY_WAIT
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
