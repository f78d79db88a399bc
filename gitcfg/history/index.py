"""The index of versions: every version of every key along a branch, counted and kept in SQLite.

It is derived and can be deleted at any time. It follows a branch commit by commit; when the last
tip it counted is no longer on the branch's first-parent line, or a shallow clone was cut off
elsewhere, it counts anew and keeps a notice.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg import progress
from gitcfg.git import refs
from gitcfg.git.repository import Repository
from gitcfg.git.shallow import boundary
from gitcfg.git.steps import steps
from gitcfg.history import derived, tables
from gitcfg.history.counting import Counting
from gitcfg.history.rows import NOT_COUNTED, Rows, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

_DETACHED = "HEAD "
_MOST_DETACHED = 8
"""Work trees without a branch that are kept counted; with more, those begun first are dropped."""


class Index(Rows):
    """The versions along the line of a repository's checked-out branch.

    One in memory begins with what the file has, so that it need not be counted anew.
    """

    def __init__(self, repository: Repository, *, in_memory: bool = False) -> None:
        self._repository = repository
        self.name = name(repository.branch, repository.git_dir)
        where = tables.place(repository.common_dir)
        super().__init__(
            derived.connect(None if in_memory else where, tables.SCHEMA, version=tables.FORMAT)
        )
        if in_memory:
            derived.take_over(where, self._database, version=tables.FORMAT)

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def catch_up(self, tip: str) -> None:
        """Count whatever is new up to a tip of the line."""
        if self._counted() != (tip, boundary(self._repository.common_dir)):
            with derived.writing(self._database):
                self._follow(tip)

    def _counted(self) -> tuple[str | None, str]:
        self._line, tip, cut = counted(self._database, self.name)
        return tip, cut

    def _follow(self, asked: str) -> None:
        known, cut = self._counted()
        tip, first = self._present(asked), self._first()
        now_cut = boundary(self._repository.common_dir)
        on_line, new = steps(self._repository, tip, known if now_cut == cut else None)
        if not on_line:
            # A repository that was opened before a clone was deepened has its commits cut off yet.
            _, new = steps(Repository.open(self._repository.root), tip, None)
            self._delete(self._line, *tables.COUNTED)
        if known is None:
            self._begin()
        counting = Counting(self._database, self._line, self._repository)
        with progress.told("commits counted") as tell:
            position = counting.count(new, tell=tell)
        self._database.execute(
            "UPDATE lines SET tip = ?, boundary = ?, position = ? WHERE id = ?",
            (bytes.fromhex(tip), now_cut, position, self._line),
        )
        if known is not None and self._repository.branch is not None:
            self._note(known, tip, moved=now_cut != cut and self._first() != first)

    def _begin(self) -> None:
        """Begin a line, and forget those that went."""
        self._drop_lines()
        made = self._database.execute(
            "INSERT INTO lines (name, boundary, position) VALUES (?, '', 0)", (self.name,)
        )
        self._line = made.lastrowid or NOT_COUNTED

    def _first(self) -> str | None:
        row = self._one("SELECT revision FROM commits WHERE line = ? AND position = 1")
        return None if row is None else str(row[0].hex())

    def _present(self, asked: str) -> str:
        """Ask the branch anew: it may have moved on, or another been checked out, since asked."""
        if self.name.startswith(_DETACHED):
            return asked
        current = refs.current(self._repository, self.name)
        return asked if current == refs.NOTHING else current

    def _delete(self, line: int, *names: str) -> None:
        for table in names:
            statement = f"DELETE FROM {table} WHERE line = ?"  # noqa: S608 - our own names
            self._database.execute(statement, (line,))

    def _drop_lines(self) -> None:
        """Forget branches that were deleted, work trees that were removed, and too many of them."""
        found = self._database.execute("SELECT id, name FROM lines ORDER BY id DESC").fetchall()
        detached = [line for line, called in found if called.startswith(_DETACHED)]
        gone = [line for line, called in found if self._is_gone(called)]
        for line in {*gone, *detached[_MOST_DETACHED - 1 :]}:
            self._delete(line, *tables.COUNTED, "notices", "told")
            self._database.execute("DELETE FROM lines WHERE id = ?", (line,))

    def _is_gone(self, called: str) -> bool:
        if called.startswith(_DETACHED):
            return not Path(called.removeprefix(_DETACHED)).exists()
        return refs.current(self._repository, called) == refs.NOTHING

    def _note(self, known: str, tip: str, *, moved: bool) -> None:
        branch = self.name.removeprefix("refs/heads/")
        if moved:
            why = f"this clone is or was shallow, and the history of {branch} begins elsewhere now"
        elif self.position(known) is None:
            why = (
                f"{branch} was rewritten, or merged in from the side: {known[:12]} is no longer on "
                f"the first-parent line of {tip[:12]}"
            )
        else:
            return
        words = f"{why}. Versions are renumbered: counted anew from the first commit"
        self._run("INSERT INTO notices (line, words) VALUES (?, ?)", words)

    def notices(self, teller: str) -> tuple[str, ...]:
        """Tell what happened to the numbering, each time once to each teller."""
        seen = self._one("SELECT id FROM told WHERE line = ? AND teller = ?", teller)
        rows = self._all(
            "SELECT id, words FROM notices WHERE line = ? AND id > ? ORDER BY id",
            seen[0] if seen else 0,
        )
        if rows:
            # Where it cannot be noted, as beside a writer that is frozen, it is told once more.
            with suppress(sqlite3.OperationalError), derived.writing(self._database):
                self._run("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", teller, rows[-1][0])
        return tuple(words for _, words in rows)

    def keep(self, key: str, facts: Iterable[tuple[int, str]]) -> None:
        """Keep facts of versions of a key, by number, where the disk and others let us."""
        with suppress(sqlite3.OperationalError), derived.writing(self._database):
            self._many(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)",
                ((key, version, text) for version, text in facts),
            )


def name(branch: str | None, git_dir: Path) -> str:
    """Name the line of a checkout: its branch, or the work tree itself where it has none."""
    if branch is not None:
        return branch
    folder = os.fsencode(git_dir).decode(errors="backslashreplace")
    return f"{_DETACHED}{folder}"  # as text, since SQLite takes no other
