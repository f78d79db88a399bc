"""Counts versions from what files hold, commit by commit; knows nothing of git or of a database.

What was counted before is asked for when a change touches it, so that a new commit costs by what
it changes, however much there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gitcfg.documents import document
from gitcfg.history import lines
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitcfg.history.lines import Lines
    from gitcfg.model import Value

Held = tuple[object, bool]
"""What a file holds of a key, and whether that is sure: one that cannot be read keeps its value."""


class Before(Protocol):
    """What was counted before."""

    def file(self, path: str, /) -> dict[str, Held]:
        """Tell what a file holds, by key."""

    def places(self, key: str, /) -> dict[str, Held]:
        """Tell what files hold of a key, by path."""

    def last(self, key: str, /) -> tuple[int, Value]:
        """Tell a key's last version and its value; 0 and None where there is none."""


class Made(NamedTuple):
    """One version that a commit made of a key: its number, the value after and before."""

    key: str
    version: int
    value: Value
    old: Value


class Tally:
    """What files hold along a line; `changed` are those that hold something else than before."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self._files: dict[str, dict[str, Held]] = {}
        self._places: dict[str, dict[str, Held]] = {}
        self._lines: dict[str, Lines] = {}
        self._last: dict[str, tuple[int, Value]] = {}
        self.changed: set[str] = set()

    def step(self, contents: Mapping[str, bytes | None]) -> Iterator[Made]:
        """Count a commit: the files that it changed with their contents, None for one that went."""
        touched: set[str] = set()
        for path, content in contents.items():
            touched.update(self._hold(path, content))
        for key in sorted(touched):
            version, old = self._last.get(key) or self._before.last(key)
            new = self._value(key, old)
            if not same(old, new):
                self._last[key] = version + 1, new
                yield Made(key, version + 1, new, old)

    def file(self, path: str) -> dict[str, Held]:
        """Tell what a file holds now, by key."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = self._before.file(path)
        return found

    def _hold(self, path: str, content: bytes | None) -> list[str]:
        """Take in what a file holds now, and tell the keys of which that is something else."""
        before, known = self.file(path), self._lines.pop(path, None)
        found = None
        if content is not None:
            found = lines.edit(known, before, content, path) if known else None
            found = found or lines.whole(content, path)
        if found is None:
            return self._take(path, _holds(path, content, before))
        self._lines[path] = found.lines
        after: dict[str, Held | None] = {key: (value, True) for key, value in found.values.items()}
        gone = found.gone if known else before.keys() - after.keys()
        return self._take(path, after | dict.fromkeys(gone))

    def _take(self, path: str, held: Mapping[str, Held | None]) -> list[str]:
        """Take in what a file holds of some keys, None where nothing; tell those that differ."""
        before = self.file(path)
        changed = [key for key, one in held.items() if not _is(before.get(key), one)]
        for key in changed:
            self._put(self._at(key), path, held[key])
            self._put(before, key, held[key])
        if changed:
            self.changed.add(path)
        return changed

    def _put(self, into: dict[str, Held], name: str, held: Held | None) -> None:
        if held is None:
            into.pop(name, None)
        else:
            into[name] = held

    def _at(self, key: str) -> dict[str, Held]:
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = self._before.places(key)
        return found

    def _value(self, key: str, old: Value) -> Value:
        """Tell the value of a key, which counts only where it surely stands in one file alone."""
        places = self._at(key)
        sure = [value for value, is_sure in places.values() if is_sure]
        if len(sure) == 1:
            return sure[0]
        return old if places else None


def _holds(
    path: str, content: bytes | None, before: Mapping[str, Held]
) -> Mapping[str, Held | None]:
    if content is None:
        return dict.fromkeys(before)
    read = document.load(content, path)
    if not read.readable:
        return {key: (value, False) for key, (value, _) in before.items()}
    found: dict[str, Held | None] = dict.fromkeys(before)
    found |= {key: (value, True) for key, value in read.values.items()}
    for key in read.unsure:
        found[key] = (before[key][0] if key in before else None, False)
    return found


def _is(one: Held | None, other: Held | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[1] == other[1] and same(one[0], other[0])
