"""What each of some commits does to settings, and what its message says of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitcfg.git.steps import is_config
from gitcfg.history import message
from gitcfg.plan import is_written
from gitcfg.validation import parse
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitcfg.git.repository import Commit, Repository
    from gitcfg.history.message import Facts
    from gitcfg.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A commit with the keys that it changes: old and new value, None where none is stored.

    `said` are its trailers, None where it has none. A merge changes what no parent has so.
    """

    commit: Commit
    said: Facts | None
    changes: Mapping[str, tuple[Value, Value]]

    @property
    def reason(self) -> str:
        """What its author wrote: all of a message by hand, of ours what is not generated."""
        return self.commit.message if self.said is None else self.said.reason

    @property
    def lacks_reason(self) -> bool:
        """Whether it changes settings and says nothing of why."""
        return bool(self.changes) and not is_written(self.reason)


def made(repository: Repository, revisions: Iterable[str]) -> Iterator[Made]:
    """Read commits; a file that cannot be read changes nothing."""
    for revision in revisions:
        commit = repository.commit(revision)
        parents = commit.parents or (None,)
        sides = [_changes(repository, parent, revision) for parent in parents]
        keys = set(sides[0]).intersection(*sides[1:])
        yield Made(
            commit=commit,
            said=message.parse(commit.message),
            changes={key: sides[0][key] for key in sorted(keys)},
        )


def _changes(repository: Repository, old: str | None, new: str) -> dict[str, tuple[Value, Value]]:
    blobs = repository.changed(old, new, folder="config")
    paths = [path for path in blobs if is_config(path)]
    before, after = (_values(repository, revision, paths) for revision in (old, new))
    return {
        key: (before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if not same(before.get(key), after.get(key))
    }


def _values(repository: Repository, revision: str | None, paths: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for path in paths if revision is not None else ():
        blob = repository.blob(revision or "", path)
        content = repository.content(revision or "", path, blob) if blob is not None else None
        if content is not None:
            found |= {key: one.value for key, one in parse(path, content).entries.items()}
    return found
