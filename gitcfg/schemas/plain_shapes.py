"""Which schemas are plain: keywords that `plain_checks` knows, in the shape that is asked of them.

Stricter than the metaschema: what has another shape may be right, but is not plain.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gitcfg.documents.scalars import MAX_INTEGER
from gitcfg.keys import KEY
from gitcfg.schemas.metaschema import DIALECT, is_names, is_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_DEPTH = 6
"""How deep plain schemas nest, lest they need a bound as those of any depth do."""


def is_plain(schema: Any) -> bool:
    """Tell whether the content of a schema file is plain as a whole."""
    if type(schema) is not dict or schema.get("$schema", DIALECT) != DIALECT:
        return False
    for keyword, argument in schema.items():
        shape = _ROOT.get(keyword)
        if shape is None or not shape(argument):
            return False
    return True


def _declares(key: str, schema: Any) -> bool:
    return KEY.fullmatch(key) is not None and _is_schema(schema, MAX_DEPTH, _OF_PROPERTY)


def _is_schema(schema: Any, depth: int, extra: Mapping[str, Any]) -> bool:
    if type(schema) is not dict or depth == 0:
        return False
    for keyword, argument in schema.items():
        shape = _SHAPES.get(keyword) or extra.get(keyword)
        if shape is not None:
            if not shape(argument):
                return False
        elif keyword not in _NESTING or not _NESTING[keyword](argument, depth - 1):
            return False
    return True


def _is_inner(schema: Any, depth: int) -> bool:
    return _is_schema(schema, depth, {})


def _are_inner(schemas: Any, depth: int) -> bool:
    return type(schemas) is list and bool(schemas) and all(_is_inner(one, depth) for one in schemas)


def _by_name(schemas: Any, depth: int) -> bool:
    return type(schemas) is dict and all(_is_inner(one, depth) for one in schemas.values())


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
    return _is_simple(value) or (type(value) is list and all(map(_is_simple, value)))


def _are_simple(value: Any) -> bool:
    return type(value) is list and all(map(_is_simple, value))


def _are_shallow(value: Any) -> bool:
    return type(value) is list and all(map(_is_shallow, value))


def _are_messages(value: Any) -> bool:
    return type(value) is dict and all(map(_is_text, value.values()))


def _are_warnings(value: Any) -> bool:
    return type(value) is list and all(map(_is_warning, value))


def _is_warning(value: Any) -> bool:
    if type(value) is not dict or value.keys() != {"when", "message"}:
        return False
    return _is_text(value["message"]) and _is_inner(value["when"], MAX_DEPTH)


_SHAPES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$comment", "description", "pattern", "title"), _is_text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly"), _is_flag),
    **dict.fromkeys(("maxItems", "maxLength", "minItems", "minLength"), _is_count),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), _is_number),
    "const": _is_simple,
    "enum": _are_simple,
    "examples": _are_shallow,
    "required": is_names,
    "type": is_type,
    "x-messages": _are_messages,
}
_NESTING: dict[str, Callable[[Any, int], bool]] = {
    "additionalProperties": lambda value, depth: _is_flag(value) or _is_inner(value, depth),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _are_inner),
    **dict.fromkeys(("items", "not"), _is_inner),
    "properties": _by_name,
}
# Of a key itself alone: further in, both depend on which branches apply.
_OF_PROPERTY: dict[str, Callable[[Any], bool]] = {
    "default": _is_shallow,
    "x-warnings": _are_warnings,
}
_ROOT: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$comment", "$schema", "description", "title"), _is_text),
    "additionalProperties": _is_flag,
    "properties": lambda value: type(value) is dict and all(map(_declares, value, value.values())),
    "required": is_names,
    "type": lambda value: value == "object",
    "x-messages": _are_messages,
}
