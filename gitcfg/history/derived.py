"""An SQLite file for what is derived from git: made, upgraded, or made anew when it is unusable."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TIMEOUT = 1.0
"""Seconds to wait for who writes: what is derived is no reason to wait, as for a frozen process."""


def connect(place: Path | None, schema: str, *, version: int) -> sqlite3.Connection:
    """Open the file with its tables, or without a place one in memory, as where no disk lets us.

    A file of another version, or that is no database, is deleted first: nothing is lost by it.
    """
    if place is None:
        return _prepared(":memory:", schema, version)
    try:
        return _prepared(place, schema, version)
    except sqlite3.OperationalError:
        return _prepared(":memory:", schema, version)
    except (sqlite3.DatabaseError, _OtherVersionError):
        remove(place)
        return _prepared(place, schema, version)


def remove(place: Path) -> None:
    """Delete the file with whatever SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)


def take_over(place: Path, into: sqlite3.Connection, *, version: int) -> None:
    """Copy what a file holds, as far as it can be read, into a database in memory."""
    if not place.is_file():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(place, timeout=_TIMEOUT)) as source:
        if _version(source) == version:
            source.backup(into)


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """Write in one transaction, alone from its beginning."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.commit()


class _OtherVersionError(Exception):
    pass


def _prepared(place: Path | str, schema: str, version: int) -> sqlite3.Connection:
    # Closed by whichever thread is the last to know it.
    database = sqlite3.connect(
        place, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        _make(database, schema, version)
    except BaseException:
        database.close()
        raise
    return database


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make(database: sqlite3.Connection, schema: str, version: int) -> None:
    found = _version(database)
    if found == version:
        return
    if found:
        raise _OtherVersionError
    with writing(database):
        if _version(database) == 0:
            for statement in schema.split(";"):
                if statement.strip():
                    database.execute(statement)
            database.execute(f"PRAGMA user_version = {version}")
