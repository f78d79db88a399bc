"""What JSON Schema 2020-12 asks of a schema itself, keyword by keyword.

The metaschema says the same; checked through it, a schema costs ten milliseconds, and there is
one beside each file. A test holds the two together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gitcfg.schemas.subschemas import LISTS, MAPS, ONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")

_ANCHOR = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _positive(value: Any) -> bool:
    return _number(value) and value > 0


def _count(value: Any) -> bool:
    return _number(value) and value >= 0 and value == int(value)


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _map(value: Any) -> bool:
    return isinstance(value, dict)


def is_names(value: Any) -> bool:
    """Tell whether a value is a list of names, none twice."""
    return _list(value) and all(map(_text, value)) and len(set(value)) == len(value)


def _dependent(value: Any) -> bool:
    return _map(value) and all(map(is_names, value.values()))


def _type(value: Any) -> bool:
    if isinstance(value, str):
        return value in TYPES
    return is_names(value) and bool(value) and all(name in TYPES for name in value)


def _schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _schemas(value: Any) -> bool:
    return _list(value) and bool(value)


def _vocabulary(value: Any) -> bool:
    return _map(value) and all(map(_flag, value.values()))


def _id(value: Any) -> bool:
    return isinstance(value, str) and re.search(r"\A[^#]*#?\Z", value) is not None


def _anchor(value: Any) -> bool:
    return isinstance(value, str) and _ANCHOR.fullmatch(value) is not None


def _legacy(value: Any) -> bool:
    return _map(value) and all(_schema(one) or is_names(one) for one in value.values())


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(ONE, (_schema, "a schema: a map, true or false")),
    **dict.fromkeys(LISTS, (_schemas, "a list of schemas, at least one")),
    **dict.fromkeys(MAPS, (_map, "a map of schemas")),
    **dict.fromkeys(
        [
            "$comment",
            "$dynamicRef",
            "$ref",
            "$schema",
            "contentEncoding",
            "contentMediaType",
            "description",
            "format",
            "pattern",
            "title",
        ],
        (_text, "text"),
    ),
    **dict.fromkeys(
        ["deprecated", "readOnly", "uniqueItems", "writeOnly"], (_flag, "true or false")
    ),
    **dict.fromkeys(
        ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"], (_number, "a number")
    ),
    **dict.fromkeys(
        [
            "maxContains",
            "maxItems",
            "maxLength",
            "maxProperties",
            "minContains",
            "minItems",
            "minLength",
            "minProperties",
        ],
        (_count, "a whole number, not negative"),
    ),
    "$anchor": (_anchor, "a name: a letter or _, then letters, digits, - . _"),
    "$dynamicAnchor": (_anchor, "a name: a letter or _, then letters, digits, - . _"),
    "$id": (_id, "a URI without fragment"),
    "$recursiveAnchor": (_anchor, "a name: a letter or _, then letters, digits, - . _"),
    "$recursiveRef": (_text, "text"),
    "$vocabulary": (_vocabulary, "a map of true and false"),
    "dependencies": (_legacy, "a map of schemas or lists of names"),
    "dependentRequired": (_dependent, "a map of lists of names, none twice"),
    "enum": (_list, "a list"),
    "examples": (_list, "a list"),
    "multipleOf": (_positive, "a number above 0"),
    "required": (is_names, "a list of names, none twice"),
    "type": (_type, f"one of {', '.join(TYPES)}, or a list of them"),
}


def misshapen(schema: Any) -> Iterator[tuple[str, str]]:
    """Tell the keywords of one schema, not of those in it, that have not their shape; and why.

    The keyword is empty where the schema as a whole is none.
    """
    if not isinstance(schema, dict):
        if not isinstance(schema, bool):
            yield "", "must be a schema: a map, true or false"
        return
    for keyword, value in schema.items():
        shape = _SHAPES.get(keyword)
        if shape is not None and not shape[0](value):
            yield keyword, f"`{keyword}` must be {shape[1]}"
    dialect = schema.get("$schema", DIALECT)
    if isinstance(dialect, str) and dialect.rstrip("#") != DIALECT:
        yield "$schema", f"is written for another JSON Schema ({dialect}). Write it for {DIALECT}"
