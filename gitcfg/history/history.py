"""What happened to a key: its versions with who, when, why and through which door.

Numbers and values come from the index, that is from content; a message's own trailers are believed
only where they say the same.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from gitcfg.history import derived, facts, message, tables
from gitcfg.history.index import Index
from gitcfg.history.origin import origin
from gitcfg.model import Version
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.git.repository import Commit, Repository
    from gitcfg.history.message import Facts, KeyFacts
    from gitcfg.history.rows import Row


class History:
    """The versions along the line of a repository, up to one revision of it."""

    def __init__(self, repository: Repository, index: Index, *, revision: str) -> None:
        self._repository = repository
        self._index = index
        self._position = index.position(revision)

    def number(self, key: str) -> int:
        """Count the versions of a key; 0 when it was never stored."""
        row = self.last(key)
        return row.version if row else 0

    def last(self, key: str) -> Row | None:
        """Find the version of a key that is in force at the revision."""
        rows = self._index.rows(key, limit=1, position=self._position)
        return rows[0] if rows else None

    def latest(self) -> dict[str, Row]:
        """Find the version of every key that is in force at the revision."""
        return self._index.latest(position=self._position)

    def rows(self, key: str, *, limit: int | None = None) -> list[Row]:
        """List the bare versions of a key, newest first."""
        return self._index.rows(key, limit=limit, position=self._position)

    def versions(
        self, key: str, *, limit: int | None = None, active: int | None = None
    ) -> tuple[Version, ...]:
        """Tell the versions of a key with all their facts, newest first.

        The one in force at the position `active` is marked, by default the newest.
        """
        told = self._index.told(key, limit=limit, position=self._position)
        in_force = self._index.rows(key, limit=1, position=active)
        number = in_force[0].version if in_force else 0
        found = [
            facts.restored(key, row, text, active=row.version == number)
            if text is not None
            else self.describe(key, row, active=row.version == number)
            for row, text in told
        ]
        fresh = [one for one, (_, text) in zip(found, told, strict=True) if text is None]
        if fresh:
            self._index.keep(key, [(one.version, facts.written(one)) for one in fresh])
        return tuple(found)

    def describe(self, key: str, row: Row, *, active: bool) -> Version:
        """Tell all the facts of one version of a key."""
        commit = self._repository.commit(row.revision)
        source = self._source(commit, key, row)
        said, own = _believed(source, key, row)
        return Version(
            key=key,
            version=row.version,
            value=row.value,
            old=row.old,
            deleted=row.value is None,
            active=active,
            revision=row.revision,
            author=source.author,
            committer=commit.committer,
            origin=source.revision if source is not commit else None,
            date=commit.date,
            action=own.action if own else ("unset" if row.value is None else "set"),
            reason=said.reason if said else source.message.strip(),
            via=said.via if said else "git",
            actor=said.actor if said else None,
            client=said.client if said else None,
            metadata=said.metadata or None if said else None,
        )

    def _source(self, commit: Commit, key: str, row: Row) -> Commit:
        if len(commit.parents) < 2:  # noqa: PLR2004 - a merge is a commit of two parents or more
            return commit
        found = origin(self._repository, commit, key, row.value)
        return self._repository.commit(found) if found else commit

    def made_at(self, position: int | None) -> list[tuple[str, Row]]:
        """List the versions that the commit at a position made; none without a position."""
        if position is None:
            return []
        return list(self._index.between(after=position - 1, until=position, key=None))

    def between(
        self, *, after: int = 0, until: int | None = None, key: str | None = None
    ) -> Iterator[tuple[str, Row]]:
        """List bare versions of commits in a range of positions, newest first."""
        return self._index.between(after=after, until=until, key=key)

    def notices(self, teller: str) -> tuple[str, ...]:
        """Tell of renumbering, each time once to each teller."""
        return self._index.notices(teller)

    def position(self, revision: str) -> int | None:
        """Find where on the line a revision stands; None if it is not on it."""
        return self._index.position(revision)

    def dates(self) -> dict[str, int]:
        """Tell when each commit of the line was committed (Unix seconds), the oldest first."""
        return self._index.dates()

    def at(self, moment: int) -> str | None:
        """Find the last revision on the line at a moment (Unix seconds)."""
        return self._index.at(moment)


def _believed(commit: Commit, key: str, row: Row) -> tuple[Facts | None, KeyFacts | None]:
    said = message.parse(commit.message)
    for one in said.keys if said else ():
        if one.key == key and same(one.old, row.old) and same(one.new, row.value):
            return said, one
    return None, None


@contextmanager
def open_history(
    repository: Repository, *, revision: str | None = None, tip: str | None = None
) -> Iterator[History]:
    """Open the history up to a revision of the checked-out line, counted up to its tip.

    An index that turns out to be damaged is deleted and counted anew.
    """
    tip = tip or repository.head()
    index = caught_up(repository, tip)
    with closing(index):
        yield History(repository, index, revision=revision or tip)


def caught_up(repository: Repository, tip: str) -> Index:
    """Open the index of the checked-out line, counted up to a tip; whoever asks closes it."""
    try:
        return _caught_up(Index(repository), tip)
    except sqlite3.OperationalError:  # a full or read-only disk, or a writer that is frozen
        with suppress(sqlite3.Error):
            return _caught_up(Index(repository, in_memory=True), tip)
    except sqlite3.DatabaseError:
        pass
    derived.remove(tables.place(repository.common_dir))
    return _caught_up(Index(repository), tip)


def _caught_up(index: Index, tip: str) -> Index:
    try:
        index.catch_up(tip)
    except BaseException:
        index.close()
        raise
    return index
