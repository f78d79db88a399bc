"""Plain schemas: the everyday keywords judged here, in a hundredth of the time that `judge` takes.

What is plain is valid here exactly where it is for jsonschema; a test holds the two together. For
whatever else, and for the words of an error, there is `judge`.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import ref

from gitcfg.documents.encoding import BOM
from gitcfg.schemas import plain_shapes
from gitcfg.schemas.plain_checks import holds, patterns
from gitcfg.schemas.plain_shapes import NotPlainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitcfg.model import Value
    from gitcfg.schemas.plain_checks import Checks

_SIMPLE = (str, bool, int, type(None))


class Plain:
    """A schema file that is plain as a whole; `defaults` are those of its keys."""

    __slots__ = ("__weakref__", "_keys", "_needed", "closed", "defaults", "patterned", "schema")

    def __init__(self, schema: dict[str, Any], *, patterned: bool) -> None:
        self.schema = schema
        self.patterned = patterned
        self._keys, self.defaults = plain_shapes.read(schema)
        self._needed: list[str] = schema.get("required", [])
        self.closed = schema.get("additionalProperties") is False

    def accepts(self, values: Mapping[str, Value]) -> bool:
        """Tell that values are valid, without a warning and to be delivered as they are.

        A False says nothing: `judge` has to look.
        """
        if self._needed and not all(name in values for name in self._needed):
            return False
        return _in_time(self._accepts, values) if self.patterned else self._accepts(values)

    def _accepts(self, values: Mapping[str, Value]) -> bool:
        keys = self._keys
        for name, value in values.items():
            checks, whens, stays = keys.get(name, _UNKNOWN)
            if checks is None:
                if self.closed:
                    return False
            elif not holds(checks, value) or (whens and any(holds(one, value) for one in whens)):
                return False
            if type(value) not in _SIMPLE and not _is_settled(value, stays=stays):
                return False
        return True

    def takes_defaults(self) -> bool:
        """Tell that every default keeps to its own schema; a False says nothing."""
        return _in_time(self._takes, None) if self.patterned else self._takes(None)

    def _takes(self, _: object) -> bool:
        keys = self._keys
        for name, value in self.defaults.items():  # noqa: SIM110 - `all` takes longer
            if not holds(keys[name][0], value):
                return False
        return True


_UNKNOWN: tuple[None, list[Checks], bool] = (None, [], True)


class Source:
    """The bytes of a plain schema, read anew when it is asked for after it was let go.

    Parsed, thousands of schemas take many times the memory of their bytes, and few are looked at
    after the first check. What all are asked for, the names of keys and the defaults, stays.
    """

    __slots__ = ("_data", "_found", "closed", "defaults", "names")

    def __init__(self, data: bytes, found: Plain) -> None:
        self._data = data
        self._found = _kept(found)
        self.names: tuple[str, ...] = tuple(found.schema.get("properties", ()))
        self.defaults = found.defaults
        self.closed = found.closed

    @property
    def text(self) -> str:
        """The schema as it is written."""
        return self._data.removeprefix(BOM).decode()

    def plain(self) -> Plain:
        """Give the schema, and keep it for a while."""
        found = self._found()
        if found is None:
            found = read(self.text)
            if found is None:
                raise AssertionError(self.text)  # it has been read before
            self._found = _kept(found)
        return found


_latest: deque[Plain] = deque(maxlen=64)


def _kept(found: Plain) -> ref[Plain]:
    _latest.append(found)
    return ref(found)


def read(text: str) -> Plain | None:
    """Read a schema; None where it is not plain, or no JSON, or not as it should be."""
    if "\\u" in text:
        return None  # half of a surrogate pair may hide in there
    try:
        schema = json.loads(text, object_pairs_hook=_object)
        return Plain(schema, patterned='"pattern"' in text)
    except (ValueError, RecursionError, NotPlainError):
        return None


def _is_settled(value: Value, *, stays: bool = False) -> bool:
    """Tell that a value is of JSON's types and has no whole float, which may become an integer.

    At the top it `stays` one where no schema says that it is an integer.
    """
    if type(value) is float:
        return stays or not value.is_integer()
    if type(value) is list:
        return all(map(_is_settled, value))
    if type(value) is dict:
        return all(type(name) is str for name in value) and all(map(_is_settled, value.values()))
    return type(value) in _SIMPLE


def _in_time(act: Callable[[Any], bool], values: Any) -> bool:
    module = patterns()
    with module.budget():
        try:
            return act(values)
        except (module.PatternError, module.SlowPatternError):
            return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError  # a name stands twice
    return found
