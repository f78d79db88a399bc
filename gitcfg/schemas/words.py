"""Our own words for each keyword of a schema, said where `x-messages` has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gitcfg.documents.scalars import scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError

MAX_SHOWN = 60
NOT_ALLOWED = "Is not allowed"

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "text",
}
_SENTENCES = {
    "exclusiveMaximum": "Must be below {}",
    "exclusiveMinimum": "Must be above {}",
    "format": "Must have the format {}",
    "maximum": "Must be at most {}",
    "minimum": "Must be at least {}",
    "multipleOf": "Must be a multiple of {}",
    "pattern": "Must match the pattern {}",
}
_COUNTS = {
    "maxContains": ("most", "item of the kind asked for"),
    "maxItems": ("most", "item"),
    "maxLength": ("most", "character"),
    "maxProperties": ("most", "entry"),
    "minContains": ("least", "item of the kind asked for"),
    "minItems": ("least", "item"),
    "minLength": ("least", "character"),
    "minProperties": ("least", "entry"),
}
_PLURALS = {
    "character": "characters",
    "entry": "entries",
    "item": "items",
    "item of the kind asked for": "items of the kind asked for",
}
_FIXED = {
    "anyOf": "Must be of one of the allowed forms",
    "contains": "Must have an item of the kind asked for",
    "not": "Is of a form that is not allowed",
    "oneOf": "Must be of exactly one of the allowed forms",
    "unevaluatedItems": "Has items that are not allowed",
    "uniqueItems": "Must not have the same item twice",
}


def of_types(types: Iterable[str]) -> str:
    """Say what a value must be, by its types: `Must be a whole number or null`."""
    return "Must be " + " or ".join(_TYPES.get(name, name) for name in types)


def of(error: ValidationError) -> str:
    """Say what is wrong with a value; where it is inside a list or map, say where."""
    keyword, wanted = str(error.validator), cast("Any", error.validator_value)
    inside = "".join(f"[{step!r}]" for step in list(error.relative_path)[1:])
    if keyword in ("required", "dependentRequired"):
        words = f"{error.message} is required. Write it"
    elif keyword == "type":
        words = of_types([wanted] if isinstance(wanted, str) else list(wanted))
    elif keyword == "const":
        words = f"Must be {shown(wanted)}"
    elif keyword == "enum":
        words = "Must be one of: " + ", ".join(shown(one) for one in wanted)
    elif keyword in _SENTENCES:
        words = _SENTENCES[keyword].format(wanted)
    elif keyword in _COUNTS:
        bound, noun = _COUNTS[keyword]
        words = f"Must have at {bound} {wanted} {noun if wanted == 1 else _PLURALS[noun]}"
    else:
        words = _FIXED.get(keyword) or NOT_ALLOWED
    return f"{inside}: {words}" if inside else words


def shown(value: Any) -> str:
    """Write a value for a sentence, cut where it is long."""
    text = "null" if value is None else scalar(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
