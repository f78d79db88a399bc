"""The versions of a key from the index as it is, without git: nothing is counted nor written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.git.shallow import boundary
from gitcfg.history import facts, tables
from gitcfg.history.rows import Rows, counted
from gitcfg.quick import Unsure

if TYPE_CHECKING:
    from gitcfg.model import Version
    from gitcfg.quickfiles import Place

_TIMEOUT = 1.0


def versions(place: Place, key: str, *, limit: int | None) -> tuple[Version, ...]:
    """Tell the versions of a key up to a head that is in force, newest first; raises Unsure.

    That is so where the index is not counted up to the head, or lacks the facts of a version.
    """
    common = Path(place.common)
    file = tables.place(common)
    if place.branch is None or not file.is_file():
        raise Unsure
    try:
        with closing(sqlite3.connect(file, timeout=_TIMEOUT, isolation_level=None)) as database:
            database.execute("BEGIN")
            line, tip, cut = counted(database, place.branch)
            if _version(database) != tables.FORMAT or (tip, cut) != (place.head, boundary(common)):
                raise Unsure
            found = Rows(database, line).told(key, limit=limit)
    except sqlite3.Error as error:
        raise Unsure from error
    if any(text is None for _, text in found):
        raise Unsure
    return tuple(
        facts.restored(key, row, text or "", active=number == 0)
        for number, (row, text) in enumerate(found)
    )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
