"""The history of a followed checkout, kept open from one commit to the next."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from gitcfg.following.ahead import Ahead, follows
from gitcfg.history.history import History, caught_up
from gitcfg.history.tables import NAME

if TYPE_CHECKING:
    from gitcfg.following.observe import Standing
    from gitcfg.git.repository import Repository
    from gitcfg.history.index import Index


class Ledger:
    """Opens the index of versions once, and anew where the checkout, branch or file is another.

    To open and to close it takes longer than all else between a commit and who is told of it. It
    serves one thread at a time.
    """

    def __init__(self) -> None:
        self._index: Index | None = None
        self._repository: Repository | None = None
        self._is_of: object = None
        self._behind: str | None = None

    def ahead(self, repository: Repository, old: Standing, new: Standing) -> Ahead | None:
        """Give the history of a new standing without counting it, if it is a plain step on.

        None where it has to be counted. `catch_up` is then due, when there is time.
        """
        index = self._index if repository is self._repository else None
        if index is None or self._is_of != _identity(repository):
            return None
        history = History(repository, index, revision=old.head)
        if history.position(old.head) is None or not follows(repository, old, new):
            return None
        self._behind = new.revision
        return Ahead(history, old, new)

    def catch_up(self, repository: Repository) -> History | None:
        """Count what was told ahead; None where nothing was."""
        revision, self._behind = self._behind, None
        return None if revision is None else self.at(repository, revision)

    def __del__(self) -> None:
        self.close()

    def at(self, repository: Repository, revision: str) -> History:
        """Give the history up to a revision; raises GitcfgError, OSError and sqlite3.Error."""
        tip = repository.head()
        index = self._index if repository is self._repository else None
        if index is None or self._is_of != _identity(repository) or not _follows(index, tip):
            self.close()
            index = caught_up(repository, tip)
            self._index, self._repository = index, repository
            self._is_of = _identity(repository)
        return History(repository, index, revision=revision)

    def close(self) -> None:
        """Let the index go."""
        index, self._index = self._index, None
        if index is not None:
            index.close()


def _follows(index: Index, tip: str) -> bool:
    try:
        index.catch_up(tip)
    except sqlite3.Error:
        return False
    return True


def _identity(repository: Repository) -> object:
    """Tell branches and files apart; an index in memory alone has no file."""
    try:
        facts = os.stat(f"{repository.common_dir}/gitcfg/{NAME}")  # noqa: PTH116 - on the way of a call
    except OSError:
        return repository.line
    return repository.line, facts.st_dev, facts.st_ino
