"""Which schemas are plain: keywords that `plain_checks` knows, in the shape that is asked of them.

Stricter than the metaschema: what has another shape may be right, but is not plain.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gitcfg.documents.scalars import MAX_INTEGER
from gitcfg.keys import KEY
from gitcfg.schemas.metaschema import DIALECT, TYPES, is_names
from gitcfg.schemas.plain_checks import CHECKS, additional, is_of_types, is_whole
from gitcfg.schemas.plain_checks import TYPES as PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.model import Value
    from gitcfg.schemas.plain_checks import Check, Checks

MAX_DEPTH = 6
"""How deep plain schemas nest, lest they need a bound as those of any depth do."""

Key = tuple["Checks", list["Checks"], bool]
"""Of one key: its checks, those of its warnings, and whether a whole float stays one."""


class NotPlainError(Exception):
    """A schema may be right, and is not plain."""


def read(schema: Any) -> tuple[dict[str, Key], dict[str, Value]]:
    """Make the content of a schema file ready: its keys and defaults; raises NotPlainError."""
    if type(schema) is not dict:
        raise NotPlainError
    for keyword, argument in schema.items():
        _demand(_ROOT.get(keyword, _never)(argument))
    keys: dict[str, Key] = {}
    defaults: dict[str, Value] = {}
    for name, one in schema.get("properties", {}).items():
        _demand(type(one) is dict and KEY.fullmatch(name) is not None)
        keys[name] = _key(one)
        if one.get("default") is not None:
            defaults[name] = one["default"]
    return keys, defaults


def _key(schema: dict[str, Any]) -> Key:
    checks: Checks = []
    whens: list[Checks] = []
    for keyword, argument in schema.items():
        known = _KEYWORDS.get(keyword)
        if known is _TEXT:
            if type(argument) is not str:
                raise NotPlainError
        elif known is not None:
            shape, check = known
            if not shape(argument):
                raise NotPlainError
            if check is not None:
                checks.append((check, argument))
        elif keyword == "type":
            checks.append(_types(argument))
        elif keyword == "default":
            _demand(_is_shallow(argument))
        elif keyword == "x-warnings":
            # Of a key itself alone: further in, it depends on which branches apply.
            whens = _warnings(argument)
        else:
            checks += _nested(keyword, argument, schema, MAX_DEPTH)
    return checks, whens, schema.get("type") == "number" and _BRANCHES.isdisjoint(schema)


def _inner(schema: Any, depth: int) -> Checks:
    _demand(type(schema) is dict and depth > 0)
    checks: Checks = []
    for keyword, argument in schema.items():
        if keyword not in _KEYWORDS:
            checks += _nested(keyword, argument, schema, depth)
            continue
        shape, check = _KEYWORDS[keyword]
        _demand(shape(argument))
        if check is not None:
            checks.append((check, argument))
    return checks


def _nested(keyword: str, argument: Any, schema: dict[str, Any], depth: int) -> Checks:
    ready: Any
    if keyword == "type":
        return [_types(argument)]
    if keyword in _BRANCHES:
        _demand(type(argument) is list and bool(argument))
        ready = [_inner(one, depth - 1) for one in argument]
    elif keyword in ("items", "not"):
        ready = _inner(argument, depth - 1)
    elif keyword == "properties":
        _demand(type(argument) is dict)
        ready = {name: _inner(one, depth - 1) for name, one in argument.items()}
    elif keyword == "additionalProperties":
        if argument is True:
            return []
        rest = None if argument is False else _inner(argument, depth - 1)
        known = schema.get("properties", {})
        _demand(type(known) is dict)
        return [(additional, (frozenset(known), rest))]
    else:
        raise NotPlainError
    return [(CHECKS[keyword], ready)]


def _types(argument: Any) -> tuple[Check, tuple[type, ...]]:
    if type(argument) is str and argument in _OF_TYPE:
        return _OF_TYPE[argument]
    names = argument
    _demand(is_names(names) and bool(names) and all(name in TYPES for name in names))
    types = tuple(one for name in names for one in PYTHON[name])
    return is_whole if "integer" in names else is_of_types, types


def _warnings(argument: Any) -> list[Checks]:
    _demand(type(argument) is list)
    return [_warning(one) for one in argument]


def _warning(one: Any) -> Checks:
    _demand(type(one) is dict and one.keys() == {"when", "message"} and _is_text(one["message"]))
    return _inner(one["when"], MAX_DEPTH)


def _demand(right: bool) -> None:  # noqa: FBT001 - as `assert` is written
    if not right:
        raise NotPlainError


def _never(_: Any) -> bool:
    return False


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_number(value: Any) -> bool:
    if type(value) is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER
    return type(value) is float and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _is_simple(value: Any) -> bool:
    return type(value) in (str, bool) or value is None or _is_number(value)


def _is_shallow(value: Any) -> bool:
    return _is_simple(value) or _are_simple(value)


def _are_simple(value: Any) -> bool:
    if type(value) is not list:
        return False
    for one in value:  # noqa: SIM110 - `all` takes twice as long
        if type(one) is not str and not _is_simple(one):
            return False
    return True


def _are_shallow(value: Any) -> bool:
    if type(value) is not list:
        return False
    for one in value:  # noqa: SIM110 - as above
        if type(one) is not str and not _is_shallow(one):
            return False
    return True


def _are_messages(value: Any) -> bool:
    return type(value) is dict and all(map(_is_text, value.values()))


_OF_TYPE: dict[str, tuple[Check, tuple[type, ...]]] = {
    name: (is_whole if name == "integer" else is_of_types, PYTHON[name]) for name in TYPES
}
_BRANCHES = frozenset(("allOf", "anyOf", "oneOf"))
_SHAPES: dict[str, Callable[[Any], bool]] = {
    "pattern": _is_text,
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly"), _is_flag),
    **dict.fromkeys(("maxItems", "maxLength", "minItems", "minLength"), _is_count),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), _is_number),
    "const": _is_simple,
    "enum": _are_simple,
    "examples": _are_shallow,
    "required": is_names,
    "x-messages": _are_messages,
}
_TEXT: tuple[Callable[[Any], bool], None] = (_is_text, None)
"""What most keywords of a schema are to hold, told apart so that no call is spent on it."""

_KEYWORDS: dict[str, tuple[Callable[[Any], bool], Check | None]] = {
    **dict.fromkeys(("$comment", "description", "title"), _TEXT),
    **{keyword: (shape, CHECKS.get(keyword)) for keyword, shape in _SHAPES.items()},
}
_ROOT: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$comment", "description", "title"), _is_text),
    "$schema": lambda value: value == DIALECT,
    "additionalProperties": _is_flag,
    "properties": lambda value: type(value) is dict,
    "required": is_names,
    "type": lambda value: value == "object",
    "x-messages": _are_messages,
}
