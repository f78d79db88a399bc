"""The validator: jsonschema's 2020-12 keywords, with patterns under a time limit, in our words.

Each error takes its words along where an `x-messages` on its way has some. Slow to import (0.1 s),
so only `judge` does, and only what judges imports that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import attrs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from gitcfg.schemas.patterns import found

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


def words_of(error: ValidationError) -> str | None:
    """Tell the words that `x-messages` have for an error."""
    words = vars(error).get("words")
    return words if isinstance(words, str) else None


def _told(keyword: str, check: Keyword) -> Keyword:
    """Give errors the words of this schema, unless a schema further in gave them some."""

    def told(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        messages = schema.get("x-messages")
        for error in check(validator, value, instance, schema) or ():
            if messages and "words" not in vars(error):
                words = _choose(messages, keyword, error)
                if words is not None:
                    vars(error)["words"] = words
            yield error

    return told


def _choose(messages: dict[str, str], keyword: str, error: ValidationError) -> str | None:
    names = [keyword]
    if keyword == "if":
        names.insert(0, str(error.schema_path[0]))  # `then` or `else`
    if not error.path and isinstance(error.validator, str):
        names.insert(0, error.validator)  # the same value failed further in
    return next((messages[name] for name in names if name in messages), None)


def _pattern(validator: Any, value: str, instance: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not found(value, instance):
        yield ValidationError("does not match")


def _pattern_properties(
    validator: Any, value: dict[str, Any], instance: Any, _: Any
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, schema in value.items():
            names = [name for name in instance if found(pattern, name)]
            yield from _each(validator, schema, instance, names, step=pattern)


def _properties(
    validator: Any, value: dict[str, Any], instance: Any, _: Any
) -> Iterator[ValidationError]:
    """Judge by name; jsonschema itself loses the name where the schema is `false`."""
    if validator.is_type(instance, "object"):
        for name in (name for name in value if name in instance):
            yield from _each(validator, value[name], instance, [name], step=name)


def _additional(
    validator: Any, value: Any, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        yield from _each(validator, value, instance, extras(instance, schema))


def _each(
    validator: Any,
    schema: Any,
    instance: dict[str, Any],
    names: Iterable[str],
    *,
    step: str | None = None,
) -> Iterator[ValidationError]:
    for name in names:
        if schema is False:
            yield ValidationError("is not allowed", path=[name])
        else:
            yield from validator.descend(instance[name], schema, path=name, schema_path=step)


def extras(instance: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """List the names in a map that neither `properties` nor `patternProperties` speak of."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [
        name
        for name in instance
        if name not in known and not any(found(pattern, name) for pattern in patterns)
    ]


def _first_of_all(
    validator: Any, value: list[Any], instance: Any, _: Any
) -> Iterator[ValidationError]:
    """Tell of each value only the first branch that fails: a later one judges what is let in."""
    told: set[tuple[Any, ...]] = set()
    for index, schema in enumerate(value):
        errors = list(validator.descend(instance, schema, schema_path=index))
        yield from (error for error in errors if tuple(error.path) not in told)
        told |= {tuple(error.path) for error in errors}


def _required(validator: Any, value: list[str], instance: Any, _: Any) -> Iterator[ValidationError]:
    """Tell each missing name, which is all the message there is."""
    if validator.is_type(instance, "object"):
        yield from (ValidationError(name) for name in value if name not in instance)


def _dependent(
    validator: Any, value: dict[str, list[str]], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for name, names in value.items():
            if name in instance:
                yield from _required(validator, names, instance, schema)


def _unique(validator: Any, value: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
    """Compare by hashes; jsonschema compares each with each where a list is of mixed types."""
    if value and validator.is_type(instance, "array"):
        different = {_hashable(item) for item in instance}
        if len(different) < len(instance):
            yield ValidationError("has an item twice")


def _hashable(value: Any) -> Any:
    """Give what is equal exactly where JSON values are: 1 is 1.0, and is not true."""
    if isinstance(value, list):
        return "list", tuple(map(_hashable, value))
    if isinstance(value, dict):
        return "map", frozenset((name, _hashable(item)) for name, item in value.items())
    return isinstance(value, bool), value


def _unevaluated(
    validator: Any, value: Any, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    known = evaluated(validator, instance, schema)
    yield from _each(validator, value, instance, [name for name in instance if name not in known])


def evaluated(validator: Any, instance: dict[str, Any], schema: Any) -> set[str]:
    """Collect the names in a map that a schema, or a branch of it that applies, speaks of."""
    if not isinstance(schema, dict):
        return set()
    names = {name for name in instance if name in schema.get("properties", {})}
    for pattern in schema.get("patternProperties", {}):
        names |= {name for name in instance if found(pattern, name)}
    if "additionalProperties" in schema:
        names |= set(extras(instance, schema))
    for inner, branch in branches(validator, instance, schema):
        names |= evaluated(inner, instance, branch)
        if isinstance(branch, dict) and "unevaluatedProperties" in branch:
            names |= set(instance)
    return names


def branches(validator: Any, instance: Any, schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """List the subschemas that apply to the same value and accept it, each with its validator."""
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            yield _target(validator, schema[keyword])
    for branch in _beside(validator, instance, schema):
        if validator.evolve(schema=branch).is_valid(instance):
            yield validator, branch


def _beside(validator: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(keyword, ())
    if "if" in schema:
        yield schema["if"]
        accepted = validator.evolve(schema=schema["if"]).is_valid(instance)
        yield schema.get("then" if accepted else "else", True)
    if isinstance(instance, dict):
        dependent = schema.get("dependentSchemas", {})
        yield from (branch for name, branch in dependent.items() if name in instance)


def _target(validator: Any, ref: str) -> tuple[Any, Any]:
    resolved = validator._resolver.lookup(ref)  # noqa: SLF001 - the only way to where refs lead
    return (
        validator.evolve(schema=resolved.contents, _resolver=resolved.resolver),
        resolved.contents,
    )


_OWN: dict[str, Keyword] = {
    "additionalProperties": _additional,
    "allOf": _first_of_all,
    "dependentRequired": _dependent,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "properties": _properties,
    "required": _required,
    "unevaluatedProperties": _unevaluated,
    "uniqueItems": _unique,
}

_KEYWORDS = {**cast("dict[str, Keyword]", Draft202012Validator.VALIDATORS), **_OWN}

Checker: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {name: _told(name, check) for name, check in _KEYWORDS.items()},
)
# As it comes, a schema with `$schema` is given to jsonschema's own class, without our keywords.
Checker.evolve = attrs.evolve
