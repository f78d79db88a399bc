"""The keywords of plain schemas: whether a value keeps to them, exactly as jsonschema has it.

A schema is here a list of checks, each with its argument as `plain_shapes` has made it ready.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gitcfg.values import same

if TYPE_CHECKING:
    from gitcfg.model import Value

Check = Callable[[Any, Any], bool]
Checks = list[tuple[Check, Any]]

TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_NUMBERS = (int, float)


def holds(checks: Checks, value: Value) -> bool:
    """Tell whether a value keeps to a schema."""
    for check, argument in checks:  # noqa: SIM110 - `all` takes twice as long
        if not check(argument, value):
            return False
    return True


@cache
def patterns() -> Any:
    """Give the module of patterns, which is slow to import; most schemas need it not."""
    return import_module("gitcfg.schemas.patterns")


def is_of_types(types: tuple[type, ...], value: Value) -> bool:
    """Tell whether a value is of one of Python's types for those of JSON."""
    return type(value) in types


def is_whole(types: tuple[type, ...], value: Value) -> bool:
    """Tell the same where one of the types is integer, which a whole float is too."""
    return type(value) in types or (type(value) is float and value.is_integer())


def _is_one_of(argument: list[Any], value: Value) -> bool:
    if type(value) is str:
        return value in argument  # only text is equal to text
    return any(same(one, value) for one in argument)


def _is_found(argument: str, value: Value) -> bool:
    return type(value) is not str or bool(patterns().found(argument, value))


def _properties(argument: dict[str, Checks], value: Value) -> bool:
    if type(value) is not dict:
        return True
    return all(holds(one, value[name]) for name, one in argument.items() if name in value)


def additional(argument: tuple[frozenset[str], Checks | None], value: Value) -> bool:
    """Tell whether what is not known by name keeps to a schema, or is not there if there is none.

    The argument are the names that are known, and the schema.
    """
    if type(value) is not dict:
        return True
    known, checks = argument
    rest = [item for name, item in value.items() if name not in known]
    return not rest if checks is None else all(holds(checks, item) for item in rest)


# In the very comparisons of jsonschema, so that a number that is none passes here as there.
CHECKS: dict[str, Check] = {
    "allOf": lambda every, value: all(holds(one, value) for one in every),
    "anyOf": lambda every, value: any(holds(one, value) for one in every),
    "const": same,
    "enum": _is_one_of,
    "exclusiveMaximum": lambda most, value: type(value) not in _NUMBERS or not value >= most,
    "exclusiveMinimum": lambda least, value: type(value) not in _NUMBERS or not value <= least,
    "items": lambda checks, value: (
        type(value) is not list or all(holds(checks, one) for one in value)
    ),
    "maxItems": lambda most, value: type(value) is not list or len(value) <= most,
    "maxLength": lambda most, value: type(value) is not str or len(value) <= most,
    "maximum": lambda most, value: type(value) not in _NUMBERS or not value > most,
    "minItems": lambda least, value: type(value) is not list or len(value) >= least,
    "minLength": lambda least, value: type(value) is not str or len(value) >= least,
    "minimum": lambda least, value: type(value) not in _NUMBERS or not value < least,
    "not": lambda checks, value: not holds(checks, value),
    "oneOf": lambda every, value: sum(holds(one, value) for one in every) == 1,
    "pattern": _is_found,
    "properties": _properties,
    "required": lambda names, value: (
        type(value) is not dict or all(name in value for name in names)
    ),
}
