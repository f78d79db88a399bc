"""Changes that were refused, on record beside the branch: one chain of commits for each clone.

The commits have an empty tree and the trailers of a change, with `Config-Status` and
`Config-Error`; they lie on `refs/gitcfg/attempts/<clone>` and never on the branch.
"""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import SortMode

from gitcfg.errors import GitcfgError
from gitcfg.git import objects, refs
from gitcfg.git.lock import hold, shared_folder
from gitcfg.git.objects import Draft
from gitcfg.history import message
from gitcfg.values import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitcfg.git.repository import Commit, Repository
    from gitcfg.history.message import Facts
    from gitcfg.model import Author, Value

PREFIX = "refs/gitcfg/attempts/"
_NAME = "gitcfg.clone"
_BOUND = 1000
_LOOKED_AT = 100
_TRIES = 50
_STALE = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One refused change: the commit that records it, and what it says."""

    commit: Commit
    facts: Facts


def record(
    repository: Repository, facts: Facts, *, author: Author, committer: Author, fold: float = 0.0
) -> None:
    """Put a refused change on record, where the disk allows; never raises for the lack of it.

    What the same actor was refused for the same reason within `fold` seconds stays one record.
    """
    facts = _bounded(facts)
    try:
        draft = Draft(
            files={},
            message=message.compose(facts),
            author=author,
            committer=committer,
            date=datetime.now(UTC).astimezone(),
        )
        with hold(shared_folder(repository) / "attempts.lock"):
            ref = PREFIX + clone(repository)
            since = draft.date - timedelta(seconds=fold)
            if not (fold and _repeats(repository, ref, facts, since=since)):
                _append(repository, ref, draft)
    except (OSError, GitcfgError, pygit2.GitError, ValueError):
        _log.warning("an attempt could not be put on record", exc_info=True)


def _repeats(repository: Repository, ref: str, facts: Facts, *, since: datetime) -> bool:
    tip = refs.current(repository, ref)
    if tip == refs.NOTHING:
        return False
    for one in islice(repository.raw.walk(pygit2.Oid(hex=tip), SortMode.TOPOLOGICAL), _LOOKED_AT):
        commit = repository.commit(str(one.id))
        if commit.date <= since:
            return False
        known = message.parse(commit.message)
        if known is not None and _gist(known) == _gist(facts):
            return True
    return False


def _gist(facts: Facts) -> tuple[str | None, str | None, str | None]:
    return facts.actor, facts.status, facts.error


def _append(repository: Repository, ref: str, draft: Draft) -> None:
    _free(repository.common_dir / f"{ref}.lock")
    for _ in range(_TRIES):
        old = refs.current(repository, ref)
        parents = [] if old == refs.NOTHING else [old]
        built = objects.build(repository, parents=parents, draft=draft)
        objects.sync(repository, [one.id for one in built.objects])
        if refs.compare_and_swap(repository, ref, old=old, new=built.revision, synced=True):
            return
    raise GitcfgError(f"{ref} moved {_TRIES} times")


def _free(held: Path) -> None:
    """Remove a lock that a killed writer left: only we write here, one at a time, and quickly."""
    with suppress(FileNotFoundError):
        if time.time() - held.stat().st_mtime > _STALE:
            held.unlink()


def _bounded(facts: Facts) -> Facts:
    keys = tuple(replace(one, old=_short(one.old), new=_short(one.new)) for one in facts.keys[:20])
    return replace(
        facts,
        keys=keys,
        reason=_cut(facts.reason),
        error=_cut(facts.error or ""),
        metadata=facts.metadata if len(dumps(dict(facts.metadata))) < _BOUND else {},
        subject=_cut(f"Refused: {message.subject(keys)}"),
    )


def _short(value: Value) -> Value:
    try:
        text = dumps(value)
    except (TypeError, ValueError, RecursionError):  # whatever a program handed us
        return f"a {type(value).__name__} that is no JSON"
    return value if len(text) <= _BOUND else f"{text[:_BOUND]}…"


def _cut(text: str) -> str:
    return text if len(text) <= _BOUND else f"{text[:_BOUND]}…"


def clone(repository: Repository) -> str:
    """Find, or draw, the random id that names this clone's record."""
    config = repository.raw.config
    if _NAME not in config:
        config[_NAME] = secrets.token_hex(8)
    return str(config[_NAME])


def read(repository: Repository) -> Iterator[Attempt]:
    """Read the attempts of all clones that are known here, newest first."""
    tips = [
        str(repository.raw.references[name].target)
        for name in repository.raw.references
        if name.startswith(PREFIX)
    ]
    walk = repository.raw.walk(None, SortMode.TIME | SortMode.TOPOLOGICAL)
    for tip in tips:
        walk.push(pygit2.Oid(hex=tip))
    for one in walk:
        commit = repository.commit(str(one.id))
        facts = message.parse(commit.message)
        if facts is not None:
            yield Attempt(commit=commit, facts=facts)
