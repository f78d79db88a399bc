"""What the index of versions holds of one line, asked in SQL; needs nothing of git."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from gitcfg.model import Value

NOT_COUNTED = 0
"""The id of a line that the index has nothing of."""


class Row(NamedTuple):
    """One version of a key: number, commit, value after and before (None where not stored)."""

    version: int
    revision: str
    value: Value
    old: Value


class Rows:
    """The versions and commits of a line.

    CROSS JOIN has SQLite begin with the versions: most lines have far more commits.
    """

    def __init__(self, database: sqlite3.Connection, line: int = NOT_COUNTED) -> None:
        self._database = database
        self._line = line

    def position(self, revision: str) -> int | None:
        """Find where on the line a revision stands, counted from 1; None if it is not on it."""
        row = self._one(
            "SELECT position FROM commits WHERE line = ? AND revision = ?", bytes.fromhex(revision)
        )
        return None if row is None else int(row[0])

    def dates(self) -> dict[str, int]:
        """Tell when each commit of the line was committed (Unix seconds), the oldest first."""
        found = self._all(
            "SELECT revision, committed FROM commits WHERE line = ? ORDER BY position"
        )
        return {revision.hex(): committed for revision, committed in found}

    def at(self, moment: int) -> str | None:
        """Find the last revision on the line committed at or before a moment (Unix seconds)."""
        row = self._one(
            "SELECT revision FROM commits WHERE line = ? AND committed <= ? "
            "ORDER BY position DESC LIMIT 1",
            moment,
        )
        return None if row is None else str(row[0].hex())

    def rows(self, key: str, *, limit: int | None = None, position: int | None = None) -> list[Row]:
        """List the versions of a key, newest first, none later than a position."""
        return [row for row, _ in self.told(key, limit=limit, position=position)]

    def told(
        self, key: str, *, limit: int | None = None, position: int | None = None
    ) -> list[tuple[Row, str | None]]:
        """List the versions of a key as `rows` does, each with the facts kept of it, if any."""
        found = self._all(
            f"{_select('facts')} LEFT JOIN facts USING (line, key, version)"
            " WHERE line = ? AND key = ? AND position <= ? ORDER BY version DESC LIMIT ?",
            key,
            _bound(position),
            -1 if limit is None else limit,
        )
        return [(_row(*numbers), facts) for facts, _, *numbers in found]

    def between(
        self, *, after: int, until: int | None, key: str | None
    ) -> Iterator[tuple[str, Row]]:
        """List versions of all keys or of one, newest first, of commits in a range of positions."""
        found = self._database.execute(
            f"{_select('NULL', by='INDEXED BY versions_position')} WHERE line = ?"
            " AND position > ? AND position <= ? AND (? IS NULL OR key = ?)"
            " ORDER BY position DESC, key",
            (self._line, after, _bound(until), key, key),
        )
        for _, name, *numbers in found:
            yield str(name), _row(*numbers)

    def latest(self, *, position: int | None = None) -> dict[str, Row]:
        """Find the newest version of every key, none later than a position."""
        found = self._all(
            f"{_select('max(version)')} WHERE line = ? AND position <= ? GROUP BY key",
            _bound(position),
        )
        return {key: _row(*numbers) for _, key, *numbers in found}

    def _run(self, statement: str, *facts: object) -> None:
        self._database.execute(statement, (self._line, *facts))

    def _many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(statement, ((self._line, *facts) for facts in rows))

    def _one(self, statement: str, *facts: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._database.execute(
            statement, (self._line, *facts)
        ).fetchone()
        return found

    def _all(self, statement: str, *facts: object) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, (self._line, *facts)).fetchall()


def counted(database: sqlite3.Connection, called: str) -> tuple[int, str | None, str]:
    """Find a line by its name: id, the tip that it is counted up to, where a clone is cut off."""
    row = database.execute(
        "SELECT id, tip, boundary FROM lines WHERE name = ?", (called,)
    ).fetchone()
    return (NOT_COUNTED, None, "") if row is None else (int(row[0]), row[1].hex(), str(row[2]))


def _select(more: str, *, by: str = "") -> str:
    """Begin a question for versions, each with its commit and with the value before it."""
    earlier = (
        "(SELECT value FROM versions AS one WHERE one.line = versions.line"
        " AND one.key = versions.key AND one.version = versions.version - 1)"
    )
    columns = f"{more}, key, version, revision, value, {earlier}"
    return f"SELECT {columns} FROM versions {by} CROSS JOIN commits USING (line, position)"  # noqa: S608


def value(text: str | None) -> Value:
    """Read a value as the index keeps it; None where none was stored."""
    if text is None:
        return None
    return json.loads(text) if text[0] in "[{" else _scalar(text)


@lru_cache(maxsize=1024)
def _scalar(text: str) -> Value:
    return json.loads(text)  # the same over and over: each version tells the value before it, too


def _bound(position: int | None) -> int:
    return 2**62 if position is None else position


def _row(version: int, revision: bytes, new: str | None, old: str | None) -> Row:
    return Row(version, revision.hex(), value(new), value(old))
