"""Where subschemas stand in a JSON Schema, and the names (`#/properties/X`) of their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE = frozenset(
    [
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
LISTS = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
MAPS = frozenset(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"])


def walk(schema: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Visit a schema and every subschema in it, those of `x-warnings` too, with their pointers.

    What has not the shape of a subschema is visited all the same, to be told.
    """
    yield pointer, schema
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        for step, child in children(keyword, value):
            yield from walk(child, f"{pointer}/{escaped(keyword)}{step}")


def children(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:
    """List the subschemas that a keyword's value holds, with the rest of their pointers."""
    if keyword in ONE:
        yield "", value
    elif keyword in LISTS and isinstance(value, list):
        yield from ((f"/{index}", child) for index, child in enumerate(value))
    elif keyword in MAPS and isinstance(value, dict):
        yield from ((f"/{escaped(name)}", child) for name, child in value.items())
    elif keyword == "dependencies" and isinstance(value, dict):
        yield from (
            (f"/{escaped(name)}", child)
            for name, child in value.items()
            if not isinstance(child, list)
        )
    elif keyword == "x-warnings" and isinstance(value, list):
        yield from (
            (f"/{index}/when", warning["when"])
            for index, warning in enumerate(value)
            if isinstance(warning, dict) and "when" in warning
        )


def escaped(name: str) -> str:
    """Write a name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def at(document: Any, pointer: str) -> Any:
    """Follow a JSON pointer; raises LookupError where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdecimal():
            document = document[int(name)]
        elif isinstance(document, dict):
            document = document[name]
        else:
            raise LookupError(pointer)
    return document


def place(text: str, pointer: str) -> tuple[int, int]:
    """Tell line and column, from 1, of a pointer's last name in the text of a schema.

    Names are looked for one behind the other, which is right unless a name stands earlier too.
    """
    index = 0
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = re.compile(rf'"{re.escape(name)}"\s*:').search(text, index)
        index = found.start() if found else index
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
