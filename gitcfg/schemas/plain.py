"""Plain schemas: the everyday keywords judged here, in a hundredth of the time that `judge` takes.

What is plain is valid here exactly where it is for jsonschema; a test holds the two together. For
whatever else, and for the words of an error, there is `judge`.
"""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import ref

from gitcfg.schemas.plain_checks import holds, patterns
from gitcfg.schemas.plain_shapes import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gitcfg.model import Value

_BRANCHES = frozenset(("allOf", "anyOf", "oneOf"))
_SIMPLE = (str, bool, int, type(None))


class Plain:
    """A schema file that is plain as a whole."""

    __slots__ = ("__weakref__", "_closed", "_needed", "_properties", "patterned", "schema")

    def __init__(self, schema: dict[str, Any], *, patterned: bool) -> None:
        self.schema = schema
        self.patterned = patterned
        self._properties: dict[str, dict[str, Any]] = schema.get("properties", {})
        self._needed: list[str] = schema.get("required", [])
        self._closed = schema.get("additionalProperties") is False

    def accepts(self, values: Mapping[str, Value]) -> bool:
        """Tell that values are valid, without a warning and to be delivered as they are.

        A False says nothing: `judge` has to look.
        """
        if self._needed and not all(name in values for name in self._needed):
            return False
        if self.patterned:
            return _in_time(self._accepts, values)
        return self._accepts(values)

    def _accepts(self, values: Mapping[str, Value]) -> bool:
        properties, closed = self._properties, self._closed
        for name, value in values.items():
            schema = properties.get(name)
            if type(value) not in _SIMPLE and not (_is_settled(value) or _stays(schema, value)):
                return False
            if schema is None:
                if closed:
                    return False
            elif not holds(schema, value) or _is_warned(schema, value):
                return False
        return True

    def takes(self, defaults: Mapping[str, Value]) -> bool:
        """Tell that defaults keep each to its own schema; a False says nothing."""
        return _in_time(self._takes, defaults) if self.patterned else self._takes(defaults)

    def _takes(self, defaults: Mapping[str, Value]) -> bool:
        return all(holds(self._properties[key], value) for key, value in defaults.items())


class Source:
    """The text of a plain schema: read anew when it is asked for after it was let go.

    Parsed, thousands of schemas take many times the memory of their text, and few are looked at
    after the first check.
    """

    __slots__ = ("_found", "_text")

    def __init__(self, text: str, found: Plain) -> None:
        self._text = text
        self._found = _kept(found)

    def plain(self) -> Plain:
        """Give the schema, and keep it for a while."""
        found = self._found()
        if found is None:
            found = read(self._text)
            if found is None:
                raise AssertionError(self._text)  # it has been read before
            self._found = _kept(found)
        return found


_latest: deque[Plain] = deque(maxlen=64)
_held: ContextVar[list[Plain]] = ContextVar("_held")


@contextmanager
def held() -> Iterator[None]:
    """Let no schema go that is read within, as while a whole tree is checked."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def _kept(found: Plain) -> ref[Plain]:
    _held.get(_latest).append(found)
    return ref(found)


def read(text: str) -> Plain | None:
    """Read a schema; None where it is not plain, or no JSON, or not as it should be."""
    if "\\u" in text:
        return None  # half of a surrogate pair may hide in there
    try:
        schema = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None
    return Plain(schema, patterned='"pattern"' in text) if is_plain(schema) else None


def _is_warned(schema: dict[str, Any], value: Value) -> bool:
    return any(holds(one["when"], value) for one in schema.get("x-warnings", ()))


def _is_settled(value: Value) -> bool:
    """Tell that a value is of JSON's types and has no whole float, which may become an integer."""
    if type(value) is float:
        return not value.is_integer()
    if type(value) is list:
        return all(map(_is_settled, value))
    if type(value) is dict:
        return all(type(name) is str for name in value) and all(map(_is_settled, value.values()))
    return type(value) in _SIMPLE


def _stays(schema: dict[str, Any] | None, value: Value) -> bool:
    """Tell that a whole float stays one, since no schema says that it is an integer."""
    if type(value) is not float:
        return False
    return schema is None or (schema.get("type") == "number" and _BRANCHES.isdisjoint(schema))


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
