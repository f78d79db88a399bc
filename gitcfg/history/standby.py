"""The index of versions held open by one writer, since each opening costs more than a change."""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

from gitcfg.history import tables
from gitcfg.history.history import History, caught_up

if TYPE_CHECKING:
    from gitcfg.git.repository import Repository
    from gitcfg.history.index import Index

_Identity = tuple[object, ...]

_inherited: list[Index] = []
"""What the process that we were forked from opened: never closed here, nor collected."""


class Standby:
    """One thread's open index; a file that was deleted, another branch or a fork opens it anew."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._identity: _Identity = ()
        self._closing: weakref.finalize[..., Standby] | None = None

    def history(self, repository: Repository, tip: str) -> History:
        """Give the history up to a tip of the checked-out line; it stays open."""
        index = self._index
        if index is not None and self._identity == _identity(repository):
            with suppress(sqlite3.Error):
                index.catch_up(tip)
                return History(repository, index, revision=tip)
        self.close()
        index = self._index = caught_up(repository, tip)
        self._identity = _identity(repository)
        self._closing = weakref.finalize(self, _close, index, os.getpid())
        return History(repository, index, revision=tip)

    def close(self) -> None:
        """Let the index go."""
        if self._closing is not None:
            self._closing()
        if self._index is not None and self._identity[0] != os.getpid():
            _inherited.append(self._index)
        self._index = None


def _close(index: Index, process: int) -> None:
    # What another process opened is not ours to close: it would take that one's locks.
    if process == os.getpid():
        with suppress(sqlite3.Error):  # as in another thread, at the end of a program
            index.close()


def _identity(repository: Repository) -> _Identity:
    try:
        facts = tables.place(repository.common_dir).stat()
    except OSError:
        return (os.getpid(), object())
    return os.getpid(), repository, repository.branch, facts.st_dev, facts.st_ino
