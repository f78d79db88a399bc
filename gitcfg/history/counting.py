"""Steps of a line counted into the tables of the index, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.git.repository import LINK, Blob
from gitcfg.history.rows import Rows, value
from gitcfg.history.tally import Tally
from gitcfg.values import dumps

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from gitcfg.git.repository import Repository
    from gitcfg.git.steps import Step
    from gitcfg.history.tally import Held
    from gitcfg.model import Value

_BATCH = 5000


class Counting:
    """Counts the steps of one line, whose id is known; whoever asks has begun a transaction."""

    def __init__(self, database: sqlite3.Connection, line: int, repository: Repository) -> None:
        self._tables = _Tables(database, line)
        self._repository = repository
        self._tally = Tally(self._tables)
        self._links = self._tables.links()

    def count(self, steps: Iterable[Step], *, tell: Callable[[int], object]) -> int:
        """Count steps and tell the position of the last; `tell` hears it from time to time."""
        for step in steps:
            self._tables.commit(step)
            for made in self._tally.step(self._contents(step)):
                self._tables.version(made.key, made.version, made.value)
            if self._tables.reached % _BATCH == 0:
                self._tables.write()
                tell(self._tables.reached)
        self._tables.write()
        for path in self._tally.changed:
            self._tables.hold(path, self._tally.file(path))
        self._tables.link(self._links)
        return self._tables.reached

    def _contents(self, step: Step) -> dict[str, bytes | None]:
        """Read what a step changed, and what links lead to, which may have changed as well."""
        for path, blob in step.changed.items():
            if blob is not None and blob.mode == LINK:
                self._links[path] = blob.id
            elif self._links:
                self._links.pop(path, None)
        found = {path: self._content(step, path, blob) for path, blob in step.changed.items()}
        for path, target in self._links.items():
            found[path] = self._content(step, path, Blob(LINK, target))
        return found

    def _content(self, step: Step, path: str, blob: Blob | None) -> bytes | None:
        return None if blob is None else self._repository.content(step.revision, path, blob)


class _Tables(Rows):
    """What was counted before, and what is counted now on its way into the tables."""

    def __init__(self, database: sqlite3.Connection, line: int) -> None:
        super().__init__(database, line)
        last = self._one("SELECT max(position) FROM commits WHERE line = ?")
        self.reached = int(last[0] or 0) if last else 0
        self._anew = self.reached == 0
        self._commits: list[tuple[object, ...]] = []
        self._versions: list[tuple[object, ...]] = []

    def file(self, path: str) -> dict[str, Held]:
        """Tell what a file holds, by key."""
        return self._held("SELECT key, value, sure FROM held WHERE line = ? AND path = ?", path)

    def places(self, key: str) -> dict[str, Held]:
        """Tell what files hold of a key, by path."""
        return self._held(
            "SELECT path, value, sure FROM held INDEXED BY held_key WHERE line = ? AND key = ?", key
        )

    def _held(self, statement: str, name: str) -> dict[str, Held]:
        rows = [] if self._anew else self._all(statement, name)
        return {other: (value(text), bool(sure)) for other, text, sure in rows}

    def last(self, key: str) -> tuple[int, Value]:
        """Tell a key's last version and its value; 0 and None where there is none."""
        row = self._anew or self._one(
            "SELECT version, value FROM versions WHERE line = ? AND key = ? "
            "ORDER BY version DESC LIMIT 1",
            key,
        )
        return (0, None) if row is None or row is True else (int(row[0]), value(row[1]))

    def links(self) -> dict[str, str]:
        """Tell the links among the files, with the blob that says where each leads."""
        return dict(self._all("SELECT path, target FROM links WHERE line = ?"))

    def commit(self, step: Step) -> None:
        """Take in the next commit of the line."""
        self.reached += 1
        self._commits.append((self.reached, bytes.fromhex(step.revision), step.committed))

    def version(self, key: str, number: int, new: Value) -> None:
        """Take in a version that this commit made."""
        self._versions.append((key, number, self.reached, _text(new)))

    def write(self) -> None:
        """Write what was taken in."""
        self._many("INSERT INTO commits VALUES (?, ?, ?, ?)", self._commits)
        self._many("INSERT INTO versions VALUES (?, ?, ?, ?, ?)", self._versions)
        self._commits, self._versions = [], []

    def hold(self, path: str, held: dict[str, Held]) -> None:
        """Write what a file holds now."""
        self._run("DELETE FROM held WHERE line = ? AND path = ?", path)
        self._many(
            "INSERT INTO held VALUES (?, ?, ?, ?, ?)",
            ((path, key, _text(one), int(sure)) for key, (one, sure) in held.items()),
        )

    def link(self, links: dict[str, str]) -> None:
        """Write which files are links."""
        if links != self.links():
            self._run("DELETE FROM links WHERE line = ?")
            self._many("INSERT INTO links VALUES (?, ?, ?)", links.items())


def _text(one: Value) -> str | None:
    if type(one) is int:
        return str(one)  # as `dumps` has it, and quicker
    return None if one is None else dumps(one)
