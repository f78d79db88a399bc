"""The index of versions: every version of every key along a branch, counted and kept in SQLite.

It is derived and can be deleted at any time. It follows a branch commit by commit; when the last
tip it counted is no longer on the branch's first-parent line, or a shallow clone was cut off
elsewhere, it counts anew and keeps a notice.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitcfg.documents import document
from gitcfg.git import refs
from gitcfg.git.repository import Repository
from gitcfg.git.steps import boundary, steps
from gitcfg.history import derived
from gitcfg.values import dumps, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.git.steps import Step
    from gitcfg.model import Value

_FORMAT = 3
_SCHEMA = """
CREATE TABLE lines (line TEXT PRIMARY KEY, tip TEXT NOT NULL, boundary TEXT NOT NULL,
    position INTEGER NOT NULL);
CREATE TABLE commits (line TEXT, position INTEGER, revision TEXT, committed INTEGER,
    PRIMARY KEY (line, position)) WITHOUT ROWID;
CREATE UNIQUE INDEX commits_revision ON commits (line, revision);
CREATE TABLE versions (line TEXT, key TEXT, version INTEGER, position INTEGER, value TEXT,
    old TEXT, PRIMARY KEY (line, key, version)) WITHOUT ROWID;
CREATE INDEX versions_position ON versions (line, position);
CREATE TABLE held (line TEXT, path TEXT, key TEXT, value TEXT, sure INTEGER,
    PRIMARY KEY (line, path, key)) WITHOUT ROWID;
CREATE INDEX held_key ON held (line, key);
CREATE TABLE notices (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT, words TEXT);
CREATE TABLE told (line TEXT, teller TEXT, id INTEGER, PRIMARY KEY (line, teller));
"""
_COUNTED = ("lines", "commits", "versions", "held")


@dataclass(frozen=True, slots=True)
class Row:
    """One version of a key: number, commit, value after and before (None where not stored)."""

    version: int
    revision: str
    value: Value
    old: Value


def place(repository: Repository) -> Path:
    """Say where the index of a repository lies; linked work trees share it."""
    folder = repository.common_dir / "gitcfg"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return folder / "index.sqlite3"


class Index:
    """The versions along the line of a repository's checked-out branch."""

    def __init__(self, repository: Repository, *, in_memory: bool = False) -> None:
        self._repository = repository
        self._line = repository.line
        if repository.branch is None:
            folder = os.fsencode(repository.git_dir).decode(errors="backslashreplace")
            self._line = f"HEAD {folder}"  # as text, since SQLite takes no other
        where = None if in_memory else place(repository)
        self._database = derived.connect(where, _SCHEMA, version=_FORMAT)

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def catch_up(self, tip: str) -> None:
        """Count whatever is new up to a tip of the line."""
        if self._counted() != (tip, boundary(self._repository)):
            with derived.writing(self._database):
                self._follow(tip)

    def _counted(self) -> tuple[str | None, str]:
        row = self._one("SELECT tip, boundary FROM lines WHERE line = ?")
        return (None, "") if row is None else (str(row[0]), str(row[1]))

    def _follow(self, asked: str) -> None:
        known, cut = self._counted()
        tip, first, now_cut = self._present(asked), self._first(), boundary(self._repository)
        on_line, new = steps(self._repository, tip, known if now_cut == cut else None)
        if not on_line:
            # A repository that was opened before a clone was deepened has its commits cut off yet.
            _, new = steps(Repository.open(self._repository.root), tip, None)
            self._forget()
        start = self._one("SELECT position FROM lines WHERE line = ?")
        position = int(start[0]) if start else 0
        for step in new:
            position += 1
            self._count(position, step)
        self._run("INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?)", tip, now_cut, position)
        if known is None:
            self._drop_lines()
        elif self._repository.branch is not None:
            self._note(known, tip, moved=now_cut != cut and self._first() != first)

    def _first(self) -> str | None:
        row = self._one("SELECT revision FROM commits WHERE line = ? AND position = 1")
        return None if row is None else str(row[0])

    def _present(self, asked: str) -> str:
        """Ask the branch anew: it may have moved on, or another been checked out, since asked."""
        if not self._line.startswith("refs/"):
            return asked
        current = refs.current(self._repository, self._line)
        return asked if current == refs.NOTHING else current

    def _forget(self) -> None:
        self._delete(self._line, *_COUNTED)

    def _delete(self, line: str, *tables: str) -> None:
        for table in tables:
            statement = f"DELETE FROM {table} WHERE line = ?"  # noqa: S608 - our own names
            self._database.execute(statement, (line,))

    def _drop_lines(self) -> None:
        """Forget branches that were deleted, and work trees that were removed."""
        for (line,) in self._all("SELECT line FROM lines WHERE line != ?"):
            if line.startswith("refs/"):
                gone = refs.current(self._repository, line) == refs.NOTHING
            else:
                gone = not Path(line.removeprefix("HEAD ")).exists()
            if gone:
                self._delete(line, *_COUNTED, "notices", "told")

    def _note(self, known: str, tip: str, *, moved: bool) -> None:
        name = self._line.removeprefix("refs/heads/")
        if moved:
            why = f"this clone is or was shallow, and the history of {name} begins elsewhere now"
        elif self.position(known) is None:
            why = (
                f"{name} was rewritten, or merged in from the side: {known[:12]} is no longer on "
                f"the first-parent line of {tip[:12]}"
            )
        else:
            return
        words = f"{why}. Versions are renumbered: counted anew from the first commit"
        self._run("INSERT INTO notices (line, words) VALUES (?, ?)", words)

    def _count(self, position: int, step: Step) -> None:
        self._run(
            "INSERT INTO commits VALUES (?, ?, ?, ?)", position, step.revision, step.committed
        )
        touched: set[str] = set()
        for path, blob in step.changed.items():
            touched |= self._hold(path, blob)
        for key in sorted(touched):
            last = self._last(key)
            old = json.loads(last[1]) if last and last[1] is not None else None
            new = self._held(key, old)
            if not same(old, new):
                self._run(
                    "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)",
                    key,
                    (last[0] if last else 0) + 1,
                    position,
                    None if new is None else dumps(new),
                    None if old is None else dumps(old),
                )

    def _hold(self, path: str, blob: str | None) -> set[str]:
        """Note what a file holds now; a file or key that cannot be read keeps what it held."""
        before = dict(self._all("SELECT key, value FROM held WHERE line = ? AND path = ?", path))
        if blob is None:
            self._run("DELETE FROM held WHERE line = ? AND path = ?", path)
            return set(before)
        read = document.load(self._repository.read(blob), path)
        if not read.readable:
            self._run("UPDATE held SET sure = 0 WHERE line = ? AND path = ?", path)
            return set(before)
        self._run("DELETE FROM held WHERE line = ? AND path = ?", path)
        rows: dict[str, tuple[str | None, int]] = {
            key: (dumps(entry.value), 1) for key, entry in read.entries.items()
        }
        rows |= {key: (before.get(key), 0) for key in read.unsure}
        for key, (value, sure) in rows.items():
            self._run("INSERT INTO held VALUES (?, ?, ?, ?, ?)", path, key, value, sure)
        return set(before) | set(rows)

    def _held(self, key: str, old: Value) -> Value:
        rows = self._all(
            "SELECT value, sure FROM held INDEXED BY held_key WHERE line = ? AND key = ?", key
        )
        sure = [value for value, is_sure in rows if is_sure]
        if len(sure) == 1:
            return json.loads(sure[0])
        return old if rows else None

    def _last(self, key: str) -> tuple[int, str | None] | None:
        return self._one(
            "SELECT version, value FROM versions WHERE line = ? AND key = ? "
            "ORDER BY version DESC LIMIT 1",
            key,
        )

    def position(self, revision: str) -> int | None:
        """Find where on the line a revision stands, counted from 1; None if it is not on it."""
        row = self._one("SELECT position FROM commits WHERE line = ? AND revision = ?", revision)
        return None if row is None else int(row[0])

    def dates(self) -> dict[str, int]:
        """Tell when each commit of the line was committed (Unix seconds), the oldest first."""
        return dict(
            self._all("SELECT revision, committed FROM commits WHERE line = ? ORDER BY position")
        )

    def at(self, moment: int) -> str | None:
        """Find the last revision on the line committed at or before a moment (Unix seconds)."""
        row = self._one(
            "SELECT revision FROM commits WHERE line = ? AND committed <= ? "
            "ORDER BY position DESC LIMIT 1",
            moment,
        )
        return None if row is None else str(row[0])

    def rows(self, key: str, *, limit: int | None = None, position: int | None = None) -> list[Row]:
        """List the versions of a key, newest first, none later than a position."""
        found = self._all(
            "SELECT version, revision, value, old FROM versions JOIN commits USING (line, position)"
            " WHERE line = ? AND key = ? AND position <= ? ORDER BY version DESC LIMIT ?",
            key,
            _bound(position),
            -1 if limit is None else limit,
        )
        return [_row(*facts) for facts in found]

    def between(
        self, *, after: int, until: int | None, key: str | None
    ) -> Iterator[tuple[str, Row]]:
        """List versions of all keys or of one, newest first, of commits in a range of positions."""
        found = self._database.execute(
            "SELECT key, version, revision, value, old FROM versions INDEXED BY versions_position"
            " JOIN commits USING (line, position) WHERE line = ? AND position > ?"
            " AND position <= ? AND (? IS NULL OR key = ?) ORDER BY position DESC, key",
            (self._line, after, _bound(until), key, key),
        )
        for name, *facts in found:
            yield str(name), _row(*facts)

    def latest(self, *, position: int | None = None) -> dict[str, Row]:
        """Find the newest version of every key, none later than a position."""
        found = self._all(
            "SELECT key, max(version), revision, value, old FROM versions"
            " JOIN commits USING (line, position) WHERE line = ? AND position <= ? GROUP BY key",
            _bound(position),
        )
        return {key: _row(*facts) for key, *facts in found}

    def notices(self, teller: str) -> tuple[str, ...]:
        """Tell what happened to the numbering, each time once to each teller."""
        seen = self._one("SELECT id FROM told WHERE line = ? AND teller = ?", teller)
        rows = self._all(
            "SELECT id, words FROM notices WHERE line = ? AND id > ? ORDER BY id",
            seen[0] if seen else 0,
        )
        if rows:
            with derived.writing(self._database):
                self._run("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", teller, rows[-1][0])
        return tuple(words for _, words in rows)

    def _run(self, statement: str, *facts: object) -> None:
        self._database.execute(statement, (self._line, *facts))

    def _one(self, statement: str, *facts: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._database.execute(
            statement, (self._line, *facts)
        ).fetchone()
        return found

    def _all(self, statement: str, *facts: object) -> list[tuple[Any, ...]]:
        return self._database.execute(statement, (self._line, *facts)).fetchall()


def _bound(position: int | None) -> int:
    return 2**62 if position is None else position


def _row(version: int, revision: str, value: str | None, old: str | None) -> Row:
    return Row(
        version,
        revision,
        None if value is None else json.loads(value),
        None if old is None else json.loads(old),
    )
