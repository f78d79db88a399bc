"""Tell subscribers what a new standing means: what changed, was committed, refused or repaired."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from gitcfg.errors import GitcfgError
from gitcfg.following.ledger import Ledger
from gitcfg.following.subscribers import Subscribers
from gitcfg.following.transition import changed, committed
from gitcfg.history.credit import Credits
from gitcfg.model import Change, Refusal, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.following.observe import Standing
    from gitcfg.git.repository import Repository

_log = logging.getLogger(__name__)


class Telling:
    """The subscribers of one follower. Only its own thread tells; others may subscribe meanwhile.

    A notice waits until somebody listens; everything else is for those who listen at the time.
    """

    def __init__(self, teller: str) -> None:
        self.changes = Subscribers[Change]()
        self.commits = Subscribers[Change]()
        self.refusals = Subscribers[Refusal]()
        self.repairs = Subscribers[Snapshot]()
        self.notices = Subscribers[str]()
        self._teller = teller
        self._ledger = Ledger()
        self._told: set[object] = set()
        self._waiting: list[str] = []

    def clear(self) -> None:
        """End all subscriptions."""
        for one in (self.changes, self.commits, self.refusals, self.repairs, self.notices):
            one.clear()

    def notice(self, words: Iterable[str]) -> None:
        """Tell what a person should know, and log it."""
        for one in words:
            _log.warning("%s", one)
            self._waiting.append(one)
        while self._waiting and self.notices:
            self.notices.tell(self._waiting.pop(0))

    def begin(self, standing: Standing) -> None:
        """Take a refusal that stood at the start as told: whoever starts asks for it."""
        if standing.refusal:
            self._told.add(_what(standing.refusal))

    def numbering(self, repository: Repository, standing: Standing) -> tuple[str, ...]:
        """Take what there is to tell about the numbering of versions."""
        return Credits(self._ledger, repository, standing, standing).notices(self._teller)

    def catch_up(self, repository: Repository) -> None:
        """Count the versions of what was told, and tell what there is about their numbering."""
        try:
            history = self._ledger.catch_up(repository)
            if history is not None:
                self.notice(history.notices(self._teller))
        except (GitcfgError, OSError, sqlite3.Error):
            _log.exception("the history of %s cannot be read", repository.root)

    def close(self) -> None:
        """Let the history go; the thread that told must do it."""
        self._ledger.close()

    def tell(
        self, repository: Repository, old: Standing, new: Standing, snapshot: Snapshot
    ) -> tuple[str, ...]:
        """Tell a transition, each part once; returns which subscribers raised, and what."""
        failed: list[str] = []
        if old.refusal and not new.refusal:
            self._told.clear()
            failed += self.repairs.tell(snapshot)
        changes, commits = self._credited(repository, old, new)
        for subscribers, found in ((self.changes, changes), (self.commits, commits)):
            for change in found:
                failed += subscribers.tell(change, key=change.key)
        if new.refusal and _what(new.refusal) not in self._told:
            self._told.add(_what(new.refusal))
            failed += self.refusals.tell(new.refusal)
        return tuple(failed)

    def _credited(
        self, repository: Repository, old: Standing, new: Standing
    ) -> tuple[list[Change], list[Change]]:
        """Tell what changed, as far as anybody asks for it, and who did it."""
        keys = [key for key in changed(old, new) if self.changes.want(key)]
        taken = [key for key in committed(old, new) if self.commits.want(key)]
        if not keys and not taken and old.head == new.head:
            return [], []
        found = Credits(self._ledger, repository, old, new)
        self.notice(found.notices(self._teller))
        return found.changes(keys), found.changes(taken)


def _what(refusal: Refusal) -> object:
    """Tell refusals apart by what is wrong, not by the commit that has it, or stands below it."""
    return refusal.uncommitted, tuple(
        (one.file, one.line, one.column, one.key, one.message) for one in refusal.findings
    )
