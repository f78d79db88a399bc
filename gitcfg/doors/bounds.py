"""Keywords about a value by itself: whether newer ones, taken together, ask at least as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitcfg.schemas.formats import CHECKER
from gitcfg.schemas.keywords import Checker
from gitcfg.schemas.patterns import SlowPatternError, budget
from gitcfg.schemas.properties import type_of
from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_ALL = frozenset(["array", "boolean", "integer", "null", "number", "object", "string"])
_OF = {
    "object": ("dependentRequired", "maxProperties", "minProperties", "required"),
    "string": ("format", "maxLength", "minLength", "pattern"),
    "array": ("maxItems", "minItems", "uniqueItems"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
}
_TYPE_OF = {keyword: name for name, keywords in _OF.items() for keyword in keywords}


def types(schema: Any) -> frozenset[str]:
    """Tell the types that a schema lets in; a number may be whole."""
    if not isinstance(schema, dict):
        return frozenset() if schema is False else _ALL
    named = schema.get("type")
    found = _ALL if named is None else frozenset([named] if isinstance(named, str) else named)
    if "number" in found:
        found |= {"integer"}
    values = _values(schema)
    if values is None:
        return found
    return found & frozenset(kind for one in values for kind in _kinds(one))


def _kinds(value: Any) -> tuple[str, ...]:
    name = type_of(value)
    if name == "number":  # 1.0 is an integer to JSON Schema
        return ("number", "integer") if value.is_integer() else ("number",)
    return ("integer", "number") if name == "integer" else (name,)


def _values(schema: dict[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def is_never(name: str, parts: Sequence[Any]) -> bool:
    """Tell whether no value of a type is let in by all of the schemas."""
    wanted = {name, "integer"} if name == "number" else {name}
    return any(not types(one) & wanted for one in parts)


def holds(keyword: str, old: dict[str, Any], parts: Sequence[Any]) -> bool:
    """Tell whether newer schemas, all of which hold, ask what an older one's keyword asks."""
    kind = _TYPE_OF.get(keyword)
    if kind is not None and is_never(kind, parts):
        return True
    maps = [one for one in parts if isinstance(one, dict)]
    return CHECKS[keyword](old[keyword], maps) or _each(keyword, old, maps)


def _each(keyword: str, old: dict[str, Any], parts: list[dict[str, Any]]) -> bool:
    """Try the few values that are let in at all, where they are listed."""
    listed = next((_values(one) for one in parts if _values(one) is not None), None)
    if listed is None:
        return False
    checker = Checker({keyword: old[keyword]}, format_checker=CHECKER)
    with budget():
        try:
            return all(checker.is_valid(one) for one in listed)
        except SlowPatternError:
            return False


def _type(asked: Any, parts: list[dict[str, Any]]) -> bool:
    wanted = types({"type": asked})
    return any(types(one) <= wanted for one in parts)


def _enum(asked: list[Any], parts: list[dict[str, Any]]) -> bool:
    found = (_values(one) for one in parts)
    return any(
        values is not None and all(any(same(one, each) for each in asked) for one in values)
        for values in found
    )


def _const(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return _enum([asked], parts)


def _at_most(word: str) -> Callable[[Any, list[dict[str, Any]]], bool]:
    return lambda asked, parts: any(one[word] <= asked for one in parts if word in one)


def _at_least(word: str) -> Callable[[Any, list[dict[str, Any]]], bool]:
    return lambda asked, parts: (
        asked == 0 or any(one[word] >= asked for one in parts if word in one)
    )


def _maximum(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return any(one <= asked for one in _numbers(parts, "maximum", "exclusiveMaximum"))


def _minimum(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return any(one >= asked for one in _numbers(parts, "minimum", "exclusiveMinimum"))


def _below(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return any(one <= asked for one in _numbers(parts, "exclusiveMaximum")) or any(
        one < asked for one in _numbers(parts, "maximum")
    )


def _above(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return any(one >= asked for one in _numbers(parts, "exclusiveMinimum")) or any(
        one > asked for one in _numbers(parts, "minimum")
    )


def _numbers(parts: list[dict[str, Any]], *words: str) -> Iterator[Any]:
    return (one[word] for one in parts for word in words if word in one)


def _multiple(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return any(
        one == asked or (type(one) is int and type(asked) is int and one % asked == 0)
        for one in _numbers(parts, "multipleOf")
    )


def _equal(word: str) -> Callable[[Any, list[dict[str, Any]]], bool]:
    return lambda asked, parts: any(same(one.get(word), asked) for one in parts)


def _unique(asked: Any, parts: list[dict[str, Any]]) -> bool:
    return not asked or any(one.get("uniqueItems") for one in parts)


def _required(asked: list[str], parts: list[dict[str, Any]]) -> bool:
    return set(asked) <= {name for one in parts for name in one.get("required", ())}


def _dependent(asked: dict[str, list[str]], parts: list[dict[str, Any]]) -> bool:
    always = {name for one in parts for name in one.get("required", ())}
    for name, names in asked.items():
        then = [one.get("dependentRequired", {}).get(name, ()) for one in parts]
        if not set(names) <= always.union(*then):
            return False
    return True


CHECKS: dict[str, Callable[[Any, list[dict[str, Any]]], bool]] = {
    "const": _const,
    "dependentRequired": _dependent,
    "enum": _enum,
    "exclusiveMaximum": _below,
    "exclusiveMinimum": _above,
    "format": _equal("format"),
    "maxItems": _at_most("maxItems"),
    "maxLength": _at_most("maxLength"),
    "maxProperties": _at_most("maxProperties"),
    "maximum": _maximum,
    "minItems": _at_least("minItems"),
    "minLength": _at_least("minLength"),
    "minProperties": _at_least("minProperties"),
    "minimum": _minimum,
    "multipleOf": _multiple,
    "pattern": _equal("pattern"),
    "required": _required,
    "type": _type,
    "uniqueItems": _unique,
}
