"""Which merged commit gave a key its value: whom a merge's version is credited to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pygit2
from pygit2.enums import SortMode

from gitcfg.git.steps import is_config
from gitcfg.validation import parse
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitcfg.git.repository import Commit, Repository
    from gitcfg.model import Value

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a revision surely stores of a key; None where it stores nothing."""

    value: Value


def origin(repository: Repository, merge: Commit, key: str, value: Value) -> str | None:
    """Find the newest commit merged in by a merge that gave the key this value; None if none did.

    None also where the merge itself made the value, as when a human solved a conflict. A commit
    where the key cannot be read gave it nothing: what was stored before it still counts.
    """
    for revision in _merged(repository, merge):
        found = stored(repository, revision, key)
        if found is None or not same(found.value, value):
            continue
        before = _past(repository, revision, lambda one: stored(repository, one, key))
        if all(not same(one.value, value) for one in before):
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


def _past(
    repository: Repository, revision: str, tell: Callable[[str], _Told | None]
) -> Iterator[_Told]:
    """Ask the parents of a revision, and in place of one that has nothing to tell, its parents."""
    left, seen = [revision], {revision}
    while left:
        for one in repository.commit(left.pop()).parents:
            if one in seen:
                continue
            seen.add(one)
            told = tell(one)
            if told is None:
                left.append(one)
            else:
                yield told


def stored(repository: Repository, revision: str, key: str) -> Stored | None:
    """Read a key's stored value at any revision; None where that is unsure."""
    found, hidden = [], False
    for path, blob in repository.blobs(revision).items():
        if not is_config(path):
            continue
        content = repository.content(revision, path, blob)
        if content is None:
            continue
        read = parse(path, content)
        if key in read.entries:
            found.append(read.entries[key].value)
        elif not read.readable:
            hidden = hidden or _had(repository, revision, path, key)
        else:
            hidden = hidden or key in read.unsure
    if len(found) == 1:
        return Stored(found[0])
    return None if found or hidden else Stored(None)


def _had(repository: Repository, revision: str, path: str, key: str) -> bool:
    """Tell whether a file that cannot be read had a key when it last could be."""

    def has(one: str) -> bool | None:
        blob = repository.blob(one, path)
        content = None if blob is None else repository.content(one, path, blob)
        if content is None:
            return False
        read = parse(path, content)
        return key in read.entries or key in read.unsure if read.readable else None

    return any(_past(repository, revision, has))
