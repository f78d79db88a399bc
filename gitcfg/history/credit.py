"""Who gave a value that came into force, when, why and as which version."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError
from gitcfg.following.transition import same_stored
from gitcfg.model import Change
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.following.ahead import Ahead
    from gitcfg.following.ledger import Ledger
    from gitcfg.following.observe import Standing
    from gitcfg.git.repository import Repository
    from gitcfg.history.history import History
    from gitcfg.history.rows import Row

_log = logging.getLogger(__name__)


class Credits:
    """The changes from one standing to the next, each credited."""

    def __init__(
        self, ledger: Ledger, repository: Repository, old: Standing, new: Standing
    ) -> None:
        self._repository = repository
        self._old = old
        self._new = new
        self._history: History | Ahead | None = None
        # Without history, as on a disk that fails, values still come into force.
        try:
            self._history = ledger.ahead(repository, old, new)
            if self._history is None:
                history = ledger.at(repository, new.revision)
                self._history = history if history.position(new.revision) is not None else None
        except (GitcfgError, OSError, sqlite3.Error):
            _log.exception("the history of %s cannot be read", repository.root)

    def notices(self, teller: str) -> tuple[str, ...]:
        """Tell what happened to the numbering of versions, each time once to each teller."""
        try:
            return self._history.notices(teller) if self._history else ()
        except sqlite3.Error:
            _log.exception("what was told of %s cannot be kept", self._repository.root)
            return ()

    def changes(self, keys: Iterable[str]) -> list[Change]:
        """Tell the changes of some keys."""
        return [self._change(key) for key in keys]

    def _change(self, key: str) -> Change:
        try:
            row = self._history.last(key) if self._history else None
            return self._credited(key, row)
        except Exception:  # noqa: BLE001 - the change is told all the same
            _log.exception("who changed %s cannot be told", key)
            return self._uncredited(key, None)

    def _credited(self, key: str, row: Row | None) -> Change:
        if key in self._new.uncommitted:
            return self._uncredited(key, row)
        if self._history and row and self._is_of(key, row):
            made = self._history.describe(key, row, active=True)
            return Change(
                key=key,
                old=self._old.checked.values.get(key),
                new=self._new.checked.values.get(key),
                version=made.version,
                revision=made.revision,
                author=made.author,
                reason=made.reason,
                date=made.date,
                via=made.via,
            )
        return self._of_head(key, row)

    def _is_of(self, key: str, row: Row) -> bool:
        """Tell whether a version made the value in force, and not a schema with its default."""
        stays = same_stored(self._old.checked, self._new.checked, key)
        if stays and key not in self._old.uncommitted:
            return False
        stored = self._new.checked.stored.get(key)
        return same(row.value, stored.value if stored else None)

    def _uncredited(self, key: str, row: Row | None) -> Change:
        return Change(
            key=key,
            old=self._old.checked.values.get(key),
            new=self._new.checked.values.get(key),
            version=row.version if row else 0,
            revision=self._new.revision,
            uncommitted=key in self._new.uncommitted,
        )

    def _of_head(self, key: str, row: Row | None) -> Change:
        commit = self._repository.commit(self._new.revision)
        return Change(
            key=key,
            old=self._old.checked.values.get(key),
            new=self._new.checked.values.get(key),
            version=row.version if row else 0,
            revision=commit.revision,
            author=commit.author,
            reason=commit.message.strip(),
            date=commit.date,
            via="git",
        )
