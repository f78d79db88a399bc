"""The service behind every door: read, change and explain the settings of one clone.

Each call opens the repository anew, so that one Store serves many threads and sees every change.
"""

from __future__ import annotations

import getpass
import socket
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict, Unpack

from gitcfg import attempts, followers, intent, journal, moment, settings, staging, writing
from gitcfg import status as standing
from gitcfg.errors import GitcfgError, UsageError
from gitcfg.history import open_history
from gitcfg.observe import observe
from gitcfg.plan import Terms
from gitcfg.repository import Repository
from gitcfg.schema import normalise_key
from gitcfg.validation import check
from gitcfg.version import CLIENT
from gitcfg.worktree import files

if TYPE_CHECKING:
    import builtins
    from collections.abc import Mapping
    from pathlib import Path

    from gitcfg.intent import Intent
    from gitcfg.model import Author, Follower, Setting, Status, Value, Version, Written
    from gitcfg.validation import Checked


class Options(TypedDict, total=False):
    """What every verb that writes takes besides its own arguments.

    `author` is git's own identity where it is missing. `expect` is a version or a revision that
    must still be the key's, by key where there are several. `dry_run` changes nothing. `wait` is
    how many seconds to wait for followers. `metadata` is any JSON. `via` is cli, discord or api.
    """

    author: Author | None
    reason: str | None
    expect: int | str | Mapping[str, int | str] | None
    dry_run: bool
    wait: float | None
    offline: bool
    metadata: Mapping[str, Value] | None
    via: str
    actor: str | None


class Store:
    """The settings of the clone at or above a folder.

    `notices` tells what a repair at the opening found, as after a killed writer.
    """

    def __init__(self, path: Path | str = ".") -> None:
        repository = Repository.open(path)
        self.root = repository.root
        self.notices = journal.recover(repository)

    def get(self, key: str, *, at: str | None = None) -> Value:
        """Read the effective value of a key, typed; raises UnknownKeyError."""
        key = normalise_key(key)
        repository = self._open()
        if at is None:
            checked = observe(repository).checked
        else:
            checked = check(repository.files(moment.revision(repository, at)))
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

    def set(
        self, key: str, value: Value, *, category: str | None = None, **options: Unpack[Options]
    ) -> Written:
        """Store a value, typed or as text, in one commit; raises InvalidError with findings."""
        return self.set_many({key: value}, category=category, **options)

    def set_many(
        self,
        changes: Mapping[str, Value],
        *,
        category: str | None = None,
        **options: Unpack[Options],
    ) -> Written:
        """Store several values in one commit, all or none."""
        wanted = {normalise_key(key): value for key, value in changes.items()}
        if len(wanted) < len(changes):
            raise UsageError("a key stands twice in one change. Name each once")
        return self._change(intent.storing(wanted, category=category), "set", wanted, options)

    def unset(self, key: str, **options: Unpack[Options]) -> Written:
        """Remove the stored value, so that the default counts."""
        key = normalise_key(key)
        return self._change(intent.unsetting(key), "unset", {key: None}, options)

    def reset(self, key: str, **options: Unpack[Options]) -> Written:
        """Store the default of the schema."""
        key = normalise_key(key)
        return self._change(intent.resetting(key), "reset", {key: None}, options)

    def rollback(
        self, key: str, *, to: int | str | None = None, **options: Unpack[Options]
    ) -> Written:
        """Store the value of an older version, or revision, again; by default the previous one."""
        key = normalise_key(key)
        return self._change(intent.rolling_back(key, to), "rollback", {key: None}, options)

    def history(self, key: str, *, limit: int | None = None) -> tuple[Version, ...]:
        """Tell the versions of a key, newest first; raises UnknownKeyError where there are none."""
        key = normalise_key(key)
        repository = self._open()
        revision, checked, _ = self._in_force(repository, None)
        with open_history(repository, revision=None) as history:
            position = history.position(revision)
            found = history.versions(key, limit=limit, active=position)
        if not found and key not in checked.values:
            raise intent.missing(checked, key)
        return found

    def validate(self, revision: str | None = None, *, staged: bool = False) -> Checked:
        """Judge a revision, or what is staged, or the files as they lie; takes no lock."""
        repository = self._open()
        if staged:
            return check(staging.files(repository))
        if revision is None:
            return check(files(repository.root))
        return check(repository.files(repository.resolve(revision)))

    def status(self) -> Status:
        """Tell where this clone stands and who runs what."""
        repository = self._open()
        return standing.status(repository, followers=followers.read(repository))

    def followers(self) -> tuple[Follower, ...]:
        """Tell which programs follow this clone and what each runs."""
        return followers.read(self._open())

    def _open(self) -> Repository:
        return Repository.open(self.root)

    def _in_force(
        self, repository: Repository, at: str | None
    ) -> tuple[str, Checked, frozenset[str]]:
        if at is None:
            found = observe(repository)
            return found.revision, found.checked, found.uncommitted
        revision = moment.revision(repository, at)
        return revision, check(repository.files(revision)), frozenset()

    def _change(
        self, wanted: Intent, action: str, asked: Mapping[str, Value], options: Options
    ) -> Written:
        terms = self._terms(list(asked), options)
        repository = self._open()
        if options.get("dry_run"):
            return writing.rehearse(repository, wanted, terms)
        try:
            written, told = writing.change(repository, wanted, terms, committer=self._committer)
        except GitcfgError as error:
            if not isinstance(error, UsageError):
                facts = writing.refused(repository, action, asked, terms, error)
                attempts.record(repository, facts, author=terms.author, committer=self._committer)
            raise
        self.notices += told
        wait = options.get("wait")
        if wait is not None and written.revision is not None:
            found = followers.wait(repository, written.revision, wait)
            return replace(written, followers=found)
        return written

    def _terms(self, keys: builtins.list[str], options: Options) -> Terms:
        return Terms(
            author=options.get("author") or self._author,
            reason=options.get("reason") or "",
            expect=_expected(keys, options.get("expect")),
            metadata=options.get("metadata") or {},
            via=options.get("via", "api"),
            actor=options.get("actor") or f"os:{getpass.getuser()}@{socket.gethostname()}",
            client=CLIENT,
        )

    @cached_property
    def _author(self) -> Author:
        return self._open().identity("AUTHOR")

    @cached_property
    def _committer(self) -> Author:
        return self._open().identity("COMMITTER")


def _expected(
    keys: builtins.list[str], expect: int | str | Mapping[str, int | str] | None
) -> Mapping[str, int | str]:
    if expect is None:
        return {}
    if isinstance(expect, int | str):
        if len(keys) > 1:
            raise UsageError("expect needs a version for each key: KEY=VERSION")
        return {keys[0]: expect}
    return {normalise_key(key): version for key, version in expect.items()}
