"""What one clone says of its settings: values, history, differences, validity, status.

Each thread has a repository of its own open, so that one object serves many of them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from gitcfg import here, intent, progress, settings
from gitcfg import status as standing
from gitcfg.errors import GitcfgError, UsageError
from gitcfg.following import edited, followers
from gitcfg.following.checkout import Checkout
from gitcfg.following.ledger import Ledger
from gitcfg.following.observe import Observer
from gitcfg.git import journal, staging
from gitcfg.git.repository import Repository
from gitcfg.git.worktree import files
from gitcfg.history import moment
from gitcfg.history.audit import Query, audit, period
from gitcfg.history.compare import differences
from gitcfg.history.history import open_history
from gitcfg.revisions import Revisions, check_at
from gitcfg.schemas.schema import normalise_key
from gitcfg.validation import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitcfg.git.repository import Commit
    from gitcfg.here import Settled
    from gitcfg.model import Audited, Difference, Follower, Setting, Status, Value, Version
    from gitcfg.validation import Checked


class Reader:
    """The settings of the clone at or above a folder, for reading.

    `notices` tells what a repair at the opening found, as after a killed writer.
    """

    def __init__(self, path: Path | str = ".") -> None:
        repository = Repository.open(path)
        self.root = repository.root
        self._of_thread = threading.local()
        self._kept = ""
        self.notices = journal.recover(repository)

    def get(self, key: str, *, at: str | None = None) -> Value:
        """Read the effective value of a key, typed; raises UnknownKeyError."""
        key = normalise_key(key)
        repository = self._open()
        if at is None:
            found = self._observer().now()
            usual = found.refusal is None and not found.drift and found.head == found.revision
            if usual and found.head != self._kept:
                self.keep(here.of_head(repository, found.head, found.checked), {})
                self._kept = found.head
            checked = found.checked
        else:
            checked = check_at(repository, moment.revision(repository, at))
        settings.require(checked, key)
        return checked.values[key]

    def setting(self, key: str, *, at: str | None = None) -> Setting:
        """Read a key with its version, who gave its value, when, and its title and type."""
        key = normalise_key(key)
        repository = self._open()
        revision, checked, uncommitted = self._in_force(repository, at)
        settings.require(checked, key)
        with open_history(repository, revision=revision) as history:
            return settings.setting(repository, checked, history, key, uncommitted=uncommitted)

    def list(self, *, category: str | None = None, at: str | None = None) -> tuple[Setting, ...]:
        """Read all settings, or those of one category; raises UsageError for an unknown one."""
        repository = self._open()
        revision, checked, uncommitted = self._in_force(repository, at)
        with open_history(repository, revision=revision) as history:
            found = settings.settings(repository, checked, history, uncommitted=uncommitted)
        if category is None:
            return found
        known = sorted({one.category for one in found if one.category})
        if category not in known:
            raise UsageError(f"there is no category {category}. There are {', '.join(known)}")
        return tuple(one for one in found if one.category == category)

    def history(self, key: str, *, limit: int | None = None) -> tuple[Version, ...]:
        """Tell the versions of a key, newest first; raises UnknownKeyError where there are none."""
        key = normalise_key(key)
        repository = self._open()
        revision, checked, _ = self._in_force(repository, None)
        history = self._ledger().at(repository, repository.head())
        found = history.versions(key, limit=limit, active=history.position(revision))
        if not found and key not in checked.values:
            raise intent.missing(checked, key)
        return found

    def blame(self) -> tuple[Version, ...]:
        """Tell, for every stored key, who gave it its value, when and why."""
        repository = self._open()
        found = []
        with open_history(repository) as history, progress.told("settings told") as tell:
            for key, row in sorted(history.latest().items()):
                if row.value is not None:
                    found.append(history.describe(key, row, active=True))
                    tell(len(found))
        return tuple(found)

    def diff(self, old: str | None = None, new: str | None = None) -> tuple[Difference, ...]:
        """Compare stored values of two revisions or dates by key.

        Without `new` with the files as they lie, without `old` from the checked-out commit.
        """
        repository = self._open()
        before = repository.head() if old is None else moment.revision(repository, old)
        after = None if new is None else repository.files(moment.revision(repository, new))
        return differences(repository.files(before), files(repository) if after is None else after)

    def audit(
        self,
        key: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        by: str | None = None,
        status: str | None = None,
        action: str | None = None,
        limit: int | None = None,
    ) -> tuple[Audited, ...]:
        """List changes and refused attempts, newest first; `since` is a date or a revision."""
        repository = self._open()
        with open_history(repository) as history:
            query = Query(
                key=normalise_key(key) if key else None,
                by=by,
                status=status,
                action=action,
                limit=limit,
                **period(repository, history, since, until),
            )
            return audit(repository, history, query)

    def revision(self, text: str) -> Commit:
        """Find the commit that a revision or a date names; raises UsageError where none is."""
        repository = self._open()
        return repository.commit(moment.revision(repository, text))

    def validate(self, revision: str | None = None, *, staged: bool = False) -> Checked:
        """Judge a revision, or what is staged, or the files as they lie; takes no lock."""
        repository = self._open()
        if staged:
            return check(staging.files(repository))
        if revision is None:
            return edited.as_they_lie(repository)
        return check_at(repository, repository.resolve(revision))

    def status(self) -> Status:
        """Tell where this clone stands and who runs what."""
        repository = self._open()
        return standing.status(repository, followers=followers.read(repository))

    def followers(self) -> tuple[Follower, ...]:
        """Tell which programs follow this clone and what each runs."""
        return followers.read(self._open())

    def settled(self) -> Settled | None:
        """Tell what an answer may be kept on: a valid head whose files lie there untouched."""
        revisions = self._revisions()
        repository = revisions.repository
        try:
            head = repository.head()
            sight = Checkout(repository).look(head, revisions.blobs(head))
            checked = revisions.checked(head) if sight.calm and not sight.drift else None
        except GitcfgError:  # whatever is wrong is said by the answer itself
            return None
        return here.of_head(repository, head, checked) if checked and checked.valid else None

    def keep(self, settled: Settled | None, answers: Mapping[str, Value]) -> None:
        """Keep answers for `gitcfg.quick` that were given since, if nothing moved meanwhile."""
        here.keep(self.root, settled, answers)

    def _open(self) -> Repository:
        return self._revisions().repository

    def _revisions(self) -> Revisions:
        """Give the calling thread its own open repository, with what it read of it so far."""
        found: Revisions | None = getattr(self._of_thread, "revisions", None)
        if found is None:
            found = self._of_thread.revisions = Revisions(Repository.open(self.root))
        return found

    def _observer(self) -> Observer:
        """Give the calling thread its own eye on the work tree, with what it saw so far."""
        found: Observer | None = getattr(self._of_thread, "observer", None)
        if found is None:
            found = self._of_thread.observer = Observer(self._open())
        return found

    def _ledger(self) -> Ledger:
        """Give the calling thread its own open index of versions."""
        found: Ledger | None = getattr(self._of_thread, "ledger", None)
        if found is None:
            found = self._of_thread.ledger = Ledger()
        return found

    def _in_force(
        self, repository: Repository, at: str | None
    ) -> tuple[str, Checked, frozenset[str]]:
        if at is None:
            found = self._observer().now()
            return found.revision, found.checked, found.uncommitted
        revision = moment.revision(repository, at)
        return revision, check_at(repository, revision), frozenset()
