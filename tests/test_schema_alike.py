"""Any schema and any values: valid for us exactly where they are for check-jsonschema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from check_jsonschema.cli import (  # type: ignore[import-untyped]
    main as check_jsonschema,
)
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gitcfg.schemas.schema import Schemas

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.sampled_from(["A", "B", "C", "AB"])
ATOMS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 1.0, -1, 2.5, 3, 10])
    | st.sampled_from(["", "a", "ab", "ก", "๓", "A", "2024-02-30", "x\n"])
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])
PATTERNS = st.sampled_from([r"^\d$", r"\w", "^a", "A$", r"^.$", "[^a]", "^(?!A)", r"\s", "^x$"])
COUNTS = st.integers(0, 3)
NUMBERS = st.sampled_from([0, 1, 2, -1, 0.5, 2.5])


LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
    "enum": st.lists(VALUES, max_size=2),
    "const": VALUES,
    "pattern": PATTERNS,
    "format": st.sampled_from(["date", "email", "ipv4", "regex", "time", "unheard"]),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, unique=True), max_size=1),
    "uniqueItems": st.booleans(),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems"], COUNTS),
    **dict.fromkeys(["minProperties", "maxProperties"], COUNTS),
    **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], NUMBERS),
    "$ref": st.just("#/$defs/text"),
}
MAPS = ["dependentSchemas", "properties", "patternProperties"]
LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"]
ONE = ["additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"]
ONE += ["unevaluatedItems", "unevaluatedProperties"]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2, *, booleans: bool = True) -> Any:
    """Draw a valid schema of up to three keywords, with schemas inside it."""
    if booleans and draw(st.integers(0, 4)) == 0:
        return draw(st.booleans())
    names = sorted(LEAVES) + (MAPS + LISTS + ONE) * 2 * (depth > 0)
    chosen = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    return {name: draw(_value_of(name, depth - 1)) for name in chosen}


def _value_of(name: str, depth: int) -> st.SearchStrategy[Any]:
    if name in LEAVES:
        return LEAVES[name]
    if name in MAPS:
        keys = PATTERNS if name == "patternProperties" else NAMES
        return st.dictionaries(keys, schemas(depth), max_size=2)
    return st.lists(schemas(depth), min_size=1, max_size=2) if name in LISTS else schemas(depth)


@given(
    properties=st.dictionaries(NAMES, schemas(), max_size=3),
    whole=schemas(booleans=False),
    values=st.dictionaries(NAMES, VALUES, max_size=3),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(properties={}, whole={"unevaluatedProperties": False}, values={"A": 1})
@example(properties={"A": False}, whole={}, values={"A": 1})
@example(properties={"A": {"dependentRequired": {"A": ["B"]}}}, whole={}, values={"A": 1})
@example(properties={"A": {"properties": {"A": False}}}, whole={}, values={"A": 1})
@example(properties={"A": {"uniqueItems": True}}, whole={}, values={"A": 1})
@example(properties={"A": {"required": ["B"]}}, whole={}, values={"A": 1})
@example(properties={"A": {"unevaluatedProperties": False}}, whole={}, values={"A": 1})
@example(properties={"A": {"uniqueItems": True}}, whole={}, values={"A": [{"A": 1}, {"A": 1.0}]})
@example(properties={"A": {"uniqueItems": True}}, whole={}, values={"A": [1, True, [1], [True]]})
@example(
    properties={},
    whole={"allOf": [{"additionalProperties": True}], "unevaluatedProperties": False},
    values={"A": 1},
)
@example(
    properties={},
    whole={"allOf": [{"unevaluatedProperties": True}], "unevaluatedProperties": False},
    values={"A": 1},
)
@example(
    properties={},
    whole={"unevaluatedProperties": False, "if": {"properties": {"A": True}}, "else": True},
    values={"A": 1},
)
def test_verdict_agrees_with_check_jsonschema(
    tmp_path: Path, properties: dict[str, Any], whole: dict[str, Any], values: dict[str, Any]
) -> None:
    """No keyword, alone or with others, is stricter or looser here."""
    schema = {"$defs": {"text": {"type": "string"}}, **whole, "properties": properties}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    place, file = tmp_path / "a.schema.json", tmp_path / "a.json"
    place.write_text(json.dumps(schema), encoding="utf-8")
    file.write_text(json.dumps(values), encoding="utf-8")
    theirs = CliRunner().invoke(check_jsonschema, ["--schemafile", str(place), str(file)])
    unit = Schemas.load({"schemas/a.schema.json": place.read_bytes()}).unit("a")
    assert unit is not None
    verdict = unit.verdict(values)
    assert verdict is not None
    assert (verdict.errors == ()) == (theirs.exit_code == 0), theirs.output
