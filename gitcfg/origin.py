"""Which merged commit gave a key its value: whom a merge's version is credited to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pygit2
from pygit2.enums import SortMode

from gitcfg import document
from gitcfg.steps import is_config
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.model import Value
    from gitcfg.repository import Commit, Repository


def origin(repository: Repository, merge: Commit, key: str, value: Value) -> str | None:
    """Find the newest commit merged in by a merge that gave the key this value; None if none did.

    None also where the merge itself made the value, as when a human solved a conflict.
    """
    for revision in _merged(repository, merge):
        commit = repository.commit(revision)
        if not same(stored(repository, revision, key), value):
            continue
        if all(not same(stored(repository, one, key), value) for one in commit.parents):
            return revision
    return None


def _merged(repository: Repository, merge: Commit) -> Iterator[str]:
    first, *others = merge.parents
    walk: Any = repository.raw.walk(None, SortMode.TOPOLOGICAL | SortMode.TIME)
    for other in others:
        walk.push(pygit2.Oid(hex=other))
    walk.hide(pygit2.Oid(hex=first))
    for commit in walk:
        yield str(commit.id)


def stored(repository: Repository, revision: str, key: str) -> Value:
    """Read a key's stored value at any revision; None where there is none, or it is unsure."""
    found = []
    for path, blob in repository.blobs(revision).items():
        if is_config(path):
            read = document.load(repository.read(blob.id), path)
            if key in read.entries:
                found.append(read.entries[key].value)
    return found[0] if len(found) == 1 else None
