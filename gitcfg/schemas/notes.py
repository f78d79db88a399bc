"""What a schema adds to values that it accepts: warnings, and which numbers are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitcfg.schemas.keywords import branches, extras
from gitcfg.schemas.patterns import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitcfg.model import Value

Path = tuple[str | int, ...]


def warnings(validator: Any, instance: Value, schema: Any) -> Iterator[tuple[Path, str]]:
    """Tell the `x-warnings` that hold, each with the path of the value it is about."""
    for path, value, inner, part in _applied(validator, instance, schema, ()):
        for warning in part.get("x-warnings", ()):
            if inner.evolve(schema=warning["when"]).is_valid(value):
                yield path, warning["message"]


def whole(validator: Any, instance: Value, schema: Any) -> Value:
    """Give the value with `100.0` as 100 wherever its type is integer."""
    places = {
        path
        for path, value, _, part in _applied(validator, instance, schema, ())
        if isinstance(value, float) and value.is_integer() and _is_integer(part)
    }
    return _rounded(instance, places, ())


def _is_integer(schema: dict[str, Any]) -> bool:
    types = schema.get("type")
    return types == "integer" or (isinstance(types, list) and "integer" in types)


def _rounded(value: Value, places: set[Path], path: Path) -> Value:
    if isinstance(value, dict):
        return {name: _rounded(item, places, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item, places, (*path, index)) for index, item in enumerate(value)]
    return int(value) if path in places else value


def _applied(
    validator: Any, instance: Value, schema: Any, path: Path
) -> Iterator[tuple[Path, Value, Any, dict[str, Any]]]:
    """Visit every schema that applies to a value or to one inside it, with what it applies to."""
    if not isinstance(schema, dict):
        return
    yield path, instance, validator, schema
    for inner, branch in branches(validator, instance, schema):
        yield from _applied(inner, instance, branch, path)
    for step, child in _inside(instance, schema):
        yield from _applied(validator, instance[step], child, (*path, step))


def _inside(instance: Value, schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    if isinstance(instance, dict):
        known = schema.get("properties", {})
        yield from ((name, known[name]) for name in instance if name in known)
        for pattern, child in schema.get("patternProperties", {}).items():
            yield from ((name, child) for name in instance if found(pattern, name))
        if "additionalProperties" in schema:
            rest = schema["additionalProperties"]
            yield from ((name, rest) for name in extras(instance, schema))
    elif isinstance(instance, list):
        first = schema.get("prefixItems", [])
        yield from enumerate(first[: len(instance)])
        if "items" in schema:
            yield from ((index, schema["items"]) for index in range(len(first), len(instance)))
