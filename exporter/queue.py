"""The queue's database: opened, made or brought up to date where need be, and its transactions."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from exporter import address, postgres, revisions, schema, sqlite, tables
from exporter.clock import SharedClock, SystemClock
from exporter.disk import make_folder
from exporter.errors import QueueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from exporter.address import Address
    from exporter.clock import Clock

BUSY_WAIT = 5.0
"""Seconds that a transaction waits for another writer before it gives up, to be tried again."""


class Queue:
    """An open queue; `id` is its own for ever. Usable from several threads.

    `clock` is the computer's, or the database's where several machines share it, unless one is
    given; `shared` is whether several may.
    """

    def __init__(self, engine: Engine, place: Address, clock: Clock | None) -> None:
        self._engine = engine
        self._address = place
        self._given = clock
        self.place = str(place)
        self.shared = place.shared
        self.clock: Clock = clock or (SharedClock(self._asked) if place.shared else SystemClock())
        self.id = ""

    @classmethod
    def open(
        cls, place: Path | Address, *, clock: Clock | None = None, wait: float = BUSY_WAIT
    ) -> Queue:
        """Open the queue in a file or on a server, making it where it is new.

        Raises QueueError, PlacesError. Several processes may do so at once.
        """
        there = address.of_file(place) if isinstance(place, Path) else place
        if there.file is not None:
            try:
                make_folder(there.file.parent)
            except OSError as error:
                raise QueueError(str(there), error.strerror or str(error)) from error
        opened = cls(_engine(there, wait), there, clock)
        return opened._opened()

    @classmethod
    def glance(cls, place: Path | Address, *, clock: Clock | None = None) -> Queue:
        """Open the queue to look into it; one that does not exist yet looks empty, and stays so."""
        there = address.of_file(place) if isinstance(place, Path) else place
        if there.file is not None and there.file.exists():
            return cls.open(there, clock=clock)
        if there.file is None:
            with cls(_engine(there, BUSY_WAIT), there, clock) as queue, queue.reading() as found:
                made = revisions.stored(found) is not None
            if made:
                return cls.open(there, clock=clock)
        empty = cls(_engine(address.of_file(Path(":memory:")), BUSY_WAIT), there, clock)
        # Nobody shares what is only looked at.
        empty.shared, empty.clock = False, clock or SystemClock()
        return empty._opened()

    def _opened(self) -> Self:
        try:
            self.id = self._prepare()
        except BaseException:
            self.close()
            raise
        return self

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
            raise self._error(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one consistent state, never waiting for a writer."""
        with self.connected() as connection:
            if self.shared:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write: all of it is committed, and on the disk, or nothing is.

        On SQLite alone; on PostgreSQL beside others, so take a turn where that counts.
        """
        with self.connected() as connection, writing(connection):
            yield connection

    def moment(self, connection: Connection) -> datetime:
        """Tell the present moment, by the clock that all who share the queue go by.

        Within a transaction on a shared queue, it is the database's very own.
        """
        if self._given is not None or not self.shared:
            return self.clock.now()
        found: datetime = connection.execute(
            select(func.clock_timestamp(type_=tables.queue.c.made.type))
        ).scalar_one()
        return found

    def _asked(self) -> datetime:
        with self.connected() as connection, connection.begin():
            return self.moment(connection)

    def _prepare(self) -> str:
        try:
            with self.reading() as connection:
                up_to_date = revisions.stored(connection) == revisions.NEWEST
            if not up_to_date:
                with self.writing() as connection:
                    schema.bring_up(connection, self.moment(connection))
        except revisions.UnknownRevisionError as error:
            raise QueueError(self.place, str(error), "Nothing was changed") from error
        with self.reading() as connection:
            return str(connection.execute(select(tables.queue.c.id)).scalar_one())

    def _error(self, error: SQLAlchemyError) -> QueueError:
        cause = getattr(error, "orig", None) or error
        # A driver's words may be many lines; and whatever they are, no password is among them.
        words = " ".join(str(cause).split())
        for secret in self._address.secrets():
            words = words.replace(secret, "***")
        if self._address.shared:
            # Its question what may be wrong; ours says it.
            words = words.partition(" Is the server running")[0].rstrip(".")
            return QueueError(self.place, words, postgres.ADVICE)
        return QueueError(self.place, words)


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Write on a connection that is held already."""
    # SQLite's way to take the writers' turn at once; PostgreSQL does not look at it.
    connection.execution_options(exporter_begin="BEGIN IMMEDIATE")
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(exporter_begin="BEGIN")


def _engine(place: Address, wait: float) -> Engine:
    if place.shared:
        return postgres.engine(place.url, wait=wait)
    return sqlite.engine(place.url, wait=wait)
