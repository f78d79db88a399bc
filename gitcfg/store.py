"""The service behind every door: change settings, each change as one commit, or read them."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict, Unpack

from gitcfg import intent, writing
from gitcfg.errors import GitcfgError, UsageError
from gitcfg.following import followers
from gitcfg.git import upstream
from gitcfg.history import attempts
from gitcfg.history.history import open_history
from gitcfg.identity import signable
from gitcfg.keys import check_category, normalise_key
from gitcfg.plan import Terms
from gitcfg.reading import Reader
from gitcfg.remote import door
from gitcfg.remote.reapply import SIDES
from gitcfg.remote.syncing import sync
from gitcfg.values import dumps
from gitcfg.version import CLIENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitcfg.intent import Intent
    from gitcfg.model import Author, Follower, Synced, Value, Written
    from gitcfg.remote.publishing import Publishing
    from gitcfg.revisions import Revisions


DOORS = ("cli", "discord", "api")
"""Through which a change may come."""


class Options(TypedDict, total=False):
    """What every verb that writes takes besides its own arguments.

    `author` is git's own identity where it is missing. `expect` is a version or a revision that
    must still be the key's, by key where there are several. `dry_run` changes nothing. `wait` is
    how many seconds to wait for followers. `metadata` is any JSON. `offline` commits here only,
    although `gitcfg.push` is true. `via` is cli, discord or api.
    What an actor is refused again for the same reason within `fold` seconds is one record.
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
    fold: float


class Store(Reader):
    """The settings of the clone at or above a folder, for reading and writing.

    `committer` signs the commits in place of git's own identity.
    """

    def __init__(self, path: Path | str = ".", *, committer: Author | None = None) -> None:
        super().__init__(path)
        if committer is not None:
            self._committer = signable(committer, role="committer")

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
        if category is not None:
            check_category(category)
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

    def revert(self, revision: str, **options: Unpack[Options]) -> Written:
        """Undo every change of a commit by key; raises ConflictError for a key changed since."""
        repository = self._open()
        found = repository.resolve(revision)
        with open_history(repository) as history:
            keys = {key: row.old for key, row in history.made_at(history.position(found))}
        return self._change(intent.reverting(found), "revert", keys, options)

    def refuse(
        self, action: str, asked: Mapping[str, Value], why: str, **options: Unpack[Options]
    ) -> None:
        """Put on record what a door refused by itself, as for want of a permission."""
        wanted = {normalise_key(key): value for key, value in asked.items()}
        self._record(action, wanted, GitcfgError(why), options)

    def reached(self, revision: str, *, wait: float = 0.0) -> tuple[Follower, ...]:
        """Tell what became of a commit in each follower, after `wait` seconds at the latest.

        `running` is who runs a revision that contains it.
        """
        return followers.wait(self._open(), revision, wait)

    def upstream_url(self) -> str | None:
        """Tell where the branch's upstream, or else `origin`, lies; without user and password."""
        return upstream.url(self._open())

    def _change(
        self, wanted: Intent, action: str, asked: Mapping[str, Value], options: Options
    ) -> Written:
        terms = self._terms(list(asked), options)
        revisions = self._revisions()
        repository = revisions.repository
        if options.get("dry_run"):
            return writing.rehearse(revisions, wanted, terms)
        online = None if options.get("offline") else self._publishing(revisions)
        try:
            written, told = writing.change(
                revisions, wanted, terms, committer=self._committer, publish=online
            )
        except GitcfgError as error:
            if online and (stranded := online.stranded(None)):
                raise stranded from error
            if asked and not isinstance(error, UsageError):
                self._record(action, asked, error, options)
            raise
        if online and (stranded := online.stranded(None)):
            raise stranded
        self.notices += told
        wait = options.get("wait")
        if wait is not None and written.revision is not None:
            found = followers.wait(repository, written.revision, wait)
            return replace(written, followers=found)
        return written

    def _record(
        self, action: str, asked: Mapping[str, Value], error: GitcfgError, options: Options
    ) -> None:
        terms, revisions = self._terms(list(asked), options), self._revisions()
        attempts.record(
            revisions.repository,
            writing.refused(revisions, action, asked, terms, error),
            author=terms.author,
            committer=self._committer,
            fold=options.get("fold", 0.0),
        )

    def sync(self, *, take: str | None = None) -> Synced:
        """Bring this clone and its upstream in step: fetch, go forward, push what is unpushed.

        `take` says which side counts where both changed a key, or where the upstream was rewritten:
        `local` or `upstream`. Raises RemoteError, ConflictError or DirtyError, with what to do.
        """
        if take is not None and take not in SIDES:
            raise UsageError(f"take is one of {', '.join(SIDES)}, not {take!r}")
        clone = door.clone(self._revisions(), lambda: self._committer)
        return sync(clone, push=True, take=take)

    def _publishing(self, revisions: Revisions) -> Publishing | None:
        return door.publishing(revisions, lambda: self._committer)

    def _terms(self, keys: list[str], options: Options) -> Terms:
        return Terms(
            author=signable(options.get("author") or self._author),
            reason=options.get("reason") or "",
            expect=_expected(keys, options.get("expect")),
            metadata=_metadata(options.get("metadata") or {}),
            via=_door(options.get("via", "api")),
            actor=options.get("actor") or f"os:{_login()}@{socket.gethostname()}",
            client=CLIENT,
        )

    @cached_property
    def _author(self) -> Author:
        return self._open().identity("AUTHOR")

    @cached_property
    def _committer(self) -> Author:
        return signable(self._open().identity("COMMITTER"), role="committer")


def _expected(
    keys: list[str], expect: int | str | Mapping[str, int | str] | None
) -> Mapping[str, int | str]:
    if expect is None:
        return {}
    if isinstance(expect, int | str):
        if len(keys) != 1:
            raise UsageError("expect needs a version for each key: KEY=VERSION")
        return {keys[0]: expect}
    return {normalise_key(key): version for key, version in expect.items()}


def _metadata(facts: Mapping[str, Value]) -> Mapping[str, Value]:
    try:
        dumps(dict(facts))
    except (TypeError, ValueError) as error:
        raise UsageError(f"metadata must be JSON: {error}") from error
    return facts


def _door(via: str) -> str:
    if via not in DOORS:
        raise UsageError(f"via is one of {', '.join(DOORS)}, not {via!r}")
    return via


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
