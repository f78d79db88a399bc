"""A plain schema says of values what jsonschema says, and of itself what a whole reading says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gitcfg.schemas import plain
from gitcfg.schemas.judge import Judge
from gitcfg.schemas.schema import Schemas, Unit
from gitcfg.schemas.schemafile import SchemaFile, parsed, walked
from gitcfg.schemas.verdict import Verdict
from gitcfg.validation import check

PATH = "schemas/a.schema.json"
NAMES = st.sampled_from(["A", "B", "C"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 1.0, -1, 2.5, 10, 2.0, 2**63 - 1, float("nan")])
    | st.sampled_from(["", "a", "ab", "ก", "๓", "A", "1"])
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
FINITE = SCALARS.filter(lambda value: value == value)  # noqa: PLR0124 - NaN is no JSON
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])
COUNTS = st.integers(0, 3)
LIMITS = st.sampled_from([0, 1, 2, -1, 0.5, 2.5, 2.0])
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
    "enum": st.lists(FINITE, max_size=2),
    "const": FINITE,
    "pattern": st.sampled_from(["^[0-9]", "a$", "(", r"^\w$", "^.$"]),
    "required": st.lists(NAMES, max_size=2, unique=True),
    **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems"], COUNTS),
    **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], LIMITS),
    "x-messages": st.just({"type": "No"}),
}
INNER = ["allOf", "anyOf", "oneOf", "items", "not", "properties", "additionalProperties"]


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> Any:
    """Draw a plain schema of up to three keywords, with schemas inside it."""
    names = sorted(LEAVES) + INNER * 2 * (depth > 0)
    chosen = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    return {name: draw(_value_of(name, depth - 1)) for name in chosen}


def _value_of(name: str, depth: int) -> st.SearchStrategy[Any]:
    if name in LEAVES:
        return LEAVES[name]
    if name == "properties":
        return st.dictionaries(NAMES, schemas(depth), max_size=2)
    if name == "additionalProperties":
        return st.booleans() | schemas(depth)
    return schemas(depth) if name in ("items", "not") else st.lists(schemas(depth), min_size=1)


@st.composite
def declared(draw: st.DrawFn) -> Any:
    """Draw what a schema file says of one key."""
    schema = draw(schemas())
    if draw(st.booleans()):
        schema |= {"default": draw(FINITE), "title": "T", "examples": [1]}
    if draw(st.booleans()):
        schema["x-warnings"] = [{"when": draw(schemas(1)), "message": "Beware"}]
    return schema


@given(
    properties=st.dictionaries(NAMES, declared(), max_size=2),
    rest=st.fixed_dictionaries(
        {}, optional={"additionalProperties": st.booleans(), "required": LEAVES["required"]}
    ),
    values=st.dictionaries(NAMES, VALUES, max_size=3),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@example(properties={"A": {"type": "integer"}}, rest={}, values={"A": 1.0})
@example(
    properties={"A": {"type": "number", "allOf": [{"type": "integer"}]}}, rest={}, values={"A": 1.0}
)
@example(properties={"A": {"enum": [1]}}, rest={}, values={"A": True})
@example(properties={"A": {"maximum": 1}}, rest={}, values={"A": float("nan")})
@example(properties={"A": {"default": "b", "enum": ["a"]}}, rest={}, values={})
def test_plain_schema_is_judged_as_by_jsonschema(
    properties: dict[str, Any], rest: dict[str, Any], values: dict[str, Any]
) -> None:
    """What is accepted has no error, no warning, nothing to round; all else but floats has."""
    text = json.dumps({"type": "object", **rest, "properties": properties}, ensure_ascii=False)
    found, whole = plain.read(text), walked(PATH, text)
    assert found is not None
    assert whole.findings == () == whole.refs
    if Schemas.load({PATH: text.encode()}).findings:
        return  # a pattern that cannot be read, or a default
    verdict = Judge(whole, ()).verdict(values)
    if found.accepts(values):
        assert (verdict.errors, verdict.warnings) == ((), ())
        assert repr(verdict.values) == repr(values)
    elif (verdict.errors, verdict.warnings) == ((), ()):
        assert "1.0" in repr(values) or "2.0" in repr(values)


@given(properties=st.dictionaries(NAMES, declared(), max_size=2))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_plain_schema_tells_the_same_of_itself(properties: dict[str, Any]) -> None:
    """Keys, defaults, patterns and every finding are those of the whole reading."""
    text = json.dumps({"properties": properties}, ensure_ascii=False)
    short, whole = parsed(PATH, text.encode()), walked(PATH, text)
    assert (short.schema, short.patterns, short.refs) == (whole.schema, whole.patterns, whole.refs)
    units = [_unit(short), _unit(whole)]
    assert short.source is not None
    assert units[0].findings == units[1].findings
    facts = [
        [(one.key, one.types, one.default, one.title) for one in unit.properties.values()]
        for unit in units
    ]
    assert facts[0] == facts[1]
    assert units[0].properties.defaults() == units[1].properties.defaults()


def _unit(file: SchemaFile) -> Any:
    return Unit("a", file, ())


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        "",
        "null",
        '{"a": 1}',
        '{"$id": "x"}',
        '{"$ref": "#"}',
        '{"type": "array"}',
        '{"$schema": "http://json-schema.org/draft-07/schema#"}',
        '{"properties": {"a": {}}}',
        '{"properties": {"A": true}}',
        '{"properties": {"A": {"format": "date"}}}',
        '{"properties": {"A": {"type": "text"}}}',
        '{"properties": {"A": {"minimum": NaN}}}',
        '{"properties": {"A": {"minimum": 1e999}}}',
        '{"properties": {"A": {"minimum": true}}}',
        '{"properties": {"A": {"default": 9223372036854775808}}}',
        '{"properties": {"A": {"title": "\\ud800"}}}',
        '{"properties": {"A": {}, "A": {}}}',
        '{"properties": {"A": {"allOf": []}}}',
        '{"properties": {"A": {"minLength": -1}}}',
        '{"properties": {"A": {"x-warnings": [{"when": {}}]}}}',
        '{"properties": {"A": {"x-messages": {"type": 1}}}}',
        '{"properties": {"A": {"allOf": [{"default": 1}]}}}',
        '{"properties": {"A": {"allOf": [{"x-warnings": []}]}}}',
        '{"properties": {"A": ' + '{"not": ' * 7 + "{}" + "}" * 9,
        '{"properties": {"A": {"default": ' + "[" * 60 + "]" * 60 + "}}}",
        "[" * 100_000,
    ],
)
def test_what_may_mean_more_is_not_plain(text: str) -> None:
    """Whatever a whole reading may object to, or judge in another way, is left to it."""
    assert plain.read(text) is None


def test_schema_let_go_is_read_again() -> None:
    """Memory holds the text alone; a schema that nobody has asked for lately is read anew."""
    source = parsed(PATH, b'{"properties": {"A": {"type": "integer"}}}').source
    assert source is not None
    for number in range(100):
        parsed(PATH, b'{"title": "%d"}' % number)
    plain._latest.clear()
    assert source._found() is None
    assert source.plain().accepts({"A": 1})


def test_hung_pattern_is_left_to_the_judge() -> None:
    """A pattern that takes too long accepts nothing, so that what is said of it is said."""
    text = json.dumps({"properties": {"A": {"pattern": "^(a+)+$"}}})
    unit = Schemas.load({PATH: text.encode()}).unit("a")
    assert unit is not None
    verdict = unit.verdict({"A": "a" * 40 + "!"})
    assert isinstance(verdict, Verdict)
    assert [one.keyword for one in verdict.errors] == ["pattern"]


def test_most_schemas_are_let_go_after_a_check() -> None:
    """However many schemas a tree has, few stay parsed, and each is judged while it is at hand."""
    files = {
        path: data
        for number in range(200)
        for path, data in (
            (f"config/c{number}.yaml", b"K%d: 1\n" % number),
            (f"schemas/c{number}.schema.json", b'{"properties": {"K%d": {"title": "t"}}}' % number),
        )
    }
    found = check(files, [])
    assert (found.findings, len(found.values)) == ((), 200)
    units = [found.schemas.unit(f"c{number}") for number in range(200)]
    sources = [unit.file.source for unit in units if unit is not None]
    assert len(sources) == 200
    assert sum(one is not None and one._found() is not None for one in sources) <= 64
    assert found.schemas.properties["K7"].title == "t"
