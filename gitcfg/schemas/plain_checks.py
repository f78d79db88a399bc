"""The keywords of plain schemas: whether a value keeps to them, exactly as jsonschema has it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gitcfg.values import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.model import Value

_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_NUMBERS = (int, float)


def holds(schema: dict[str, Any], value: Value) -> bool:
    """Tell whether a value keeps to a plain schema, warnings aside."""
    for keyword, argument in schema.items():
        check = _CHECKS.get(keyword)
        if check is not None and not check(argument, value, schema):
            return False
    return True


@cache
def patterns() -> Any:
    """Give the module of patterns, which is slow to import; most schemas need it not."""
    return import_module("gitcfg.schemas.patterns")


def _is_of_type(argument: str | list[str], value: Value, _: object) -> bool:
    if type(argument) is str:
        if type(value) in _TYPES[argument]:
            return True
        return argument == "integer" and type(value) is float and value.is_integer()
    return any(_is_of_type(one, value, None) for one in argument)


def _is_one_of(argument: list[Any], value: Value, _: object) -> bool:
    return any(same(one, value) for one in argument)


def _is_found(argument: str, value: Value, _: object) -> bool:
    return type(value) is not str or bool(patterns().found(argument, value))


def _properties(argument: dict[str, Any], value: Value, _: object) -> bool:
    if type(value) is not dict:
        return True
    return all(holds(one, value[name]) for name, one in argument.items() if name in value)


def _additional(argument: Any, value: Value, schema: dict[str, Any]) -> bool:
    if type(value) is not dict or argument is True:
        return True
    known = schema.get("properties", {})
    rest = [item for name, item in value.items() if name not in known]
    return not rest if argument is False else all(holds(argument, item) for item in rest)


def _has(argument: list[str], value: Value, _: object) -> bool:
    return type(value) is not dict or all(name in value for name in argument)


# In the very comparisons of jsonschema, so that a number that is none passes here as there.
_CHECKS: dict[str, Callable[[Any, Any, Any], bool]] = {
    "additionalProperties": _additional,
    "allOf": lambda argument, value, _: all(holds(one, value) for one in argument),
    "anyOf": lambda argument, value, _: any(holds(one, value) for one in argument),
    "const": lambda argument, value, _: same(argument, value),
    "enum": _is_one_of,
    "exclusiveMaximum": lambda most, value, _: type(value) not in _NUMBERS or not value >= most,
    "exclusiveMinimum": lambda least, value, _: type(value) not in _NUMBERS or not value <= least,
    "items": lambda argument, value, _: (
        type(value) is not list or all(holds(argument, one) for one in value)
    ),
    "maxItems": lambda most, value, _: type(value) is not list or len(value) <= most,
    "maxLength": lambda most, value, _: type(value) is not str or len(value) <= most,
    "maximum": lambda most, value, _: type(value) not in _NUMBERS or not value > most,
    "minItems": lambda least, value, _: type(value) is not list or len(value) >= least,
    "minLength": lambda least, value, _: type(value) is not str or len(value) >= least,
    "minimum": lambda least, value, _: type(value) not in _NUMBERS or not value < least,
    "not": lambda argument, value, _: not holds(argument, value),
    "oneOf": lambda argument, value, _: sum(holds(one, value) for one in argument) == 1,
    "pattern": _is_found,
    "properties": _properties,
    "required": _has,
    "type": _is_of_type,
}
