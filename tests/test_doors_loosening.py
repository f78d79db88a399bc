"""A pull request that loosens a schema is told so, whatever the way it does it."""

from __future__ import annotations

import copy
import json
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gitcfg.doors import loosening
from gitcfg.doors.loosening import loosened
from gitcfg.doors.strictness import Comparison
from gitcfg.schemas.keywords import Checker

PATH = "schemas/app.schema.json"
PORT = {"type": "integer", "minimum": 1, "maximum": 9}


def tree(schema: Any) -> dict[str, bytes]:
    """Make a tree of one schema file."""
    return {PATH: json.dumps(schema, indent=1).encode()}


def told(old: Any, new: Any) -> list[str]:
    """Tell line and words of what is said of a changed property PORT."""
    pair = [tree({"properties": {"PORT": one}}) for one in (old, new)]
    return [f"{one.line}: {one.message}" for one in loosened(*pair)]


MORE = "may let in more than before. Is it meant?"
GONE = "is asked no more: more may be let in than before. Is it meant?"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (PORT, PORT | {"maximum": 10}, [f"6: `maximum` {MORE}"]),
        (PORT, PORT | {"minimum": 0}, [f"5: `minimum` {MORE}"]),
        (PORT, {"type": "integer", "minimum": 1}, [f"3: `maximum` {GONE}"]),
        (PORT, PORT | {"type": ["integer", "null"]}, [f"4: `type` {MORE}"]),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, [f"4: `enum` {MORE}"]),
        ({"pattern": "^a$"}, {"pattern": "^b$"}, [f"4: `pattern` {MORE}"]),
        ({"not": {"const": 1}}, {}, [f"3: `not` {GONE}"]),
        ({"oneOf": [PORT]}, {"oneOf": [PORT, {}]}, [f"4: `oneOf` {MORE}"]),
        ({"allOf": [PORT, {"not": PORT}]}, {"allOf": [PORT]}, [f"4: `allOf` {MORE}"]),
        ({"required": ["a", "b"]}, {"required": ["a"]}, [f"4: `required` {MORE}"]),
        (
            {"additionalProperties": False},
            {"additionalProperties": True},
            ["4: What was refused altogether may be set now. Is it meant?"],
        ),
        ({"uniqueItems": True}, {"uniqueItems": False}, [f"4: `uniqueItems` {MORE}"]),
        ({"items": PORT}, {"items": {"type": "integer", "minimum": 1}}, [f"4: `maximum` {GONE}"]),
        (False, {}, ["3: What was refused altogether may be set now. Is it meant?"]),
    ],
)
def test_loosened_schema_is_told(old: Any, new: Any, words: list[str]) -> None:
    """What lets in more is told where it stands, or where it stood."""
    assert told(old, new) == words


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PORT, PORT | {"title": "Port", "default": 3, "x-messages": {"maximum": "Too much"}}),
        (PORT, PORT | {"maximum": 8}),
        (PORT, {"type": "integer", "exclusiveMinimum": 0.5, "minimum": 1, "exclusiveMaximum": 9}),
        (PORT, {"allOf": [PORT, {"multipleOf": 2}]}),
        (PORT, {"enum": [1, 2]}),
        (PORT, {"const": 3}),
        ({"type": "number"}, PORT),
        ({"enum": [1, 2, "a"]}, {"enum": [2]}),
        ({"pattern": "^a"}, {"type": "integer"}),
        ({"anyOf": [PORT, {"type": "null"}]}, PORT),
        ({"multipleOf": 5}, {"multipleOf": 10}),
        ({"properties": {"a": PORT}}, {"properties": {"a": PORT, "b": PORT}}),
        ({"properties": {"a": PORT}}, {"additionalProperties": PORT}),
        ({"items": PORT}, {"prefixItems": [PORT], "items": False}),
        ({"minItems": 0}, {}),
        ({}, {"oneOf": [PORT]}),
    ],
)
def test_stricter_schema_is_not_told(old: Any, new: Any) -> None:
    """What surely lets in no more is nothing to look at."""
    assert told(old, new) == []


def test_shared_definition_is_followed() -> None:
    """A bound that is loosened in another file is told there."""
    user = json.dumps({"properties": {"A": {"$ref": "types.json#/$defs/port"}}}).encode()
    files = [
        {PATH: user, "schemas/types.json": json.dumps({"$defs": {"port": one}}, indent=1).encode()}
        for one in (PORT, PORT | {"maximum": 99})
    ]
    assert [one.place for one in loosened(*files)] == ["schemas/types.json:6:4"]
    assert loosened(files[1], files[0]) == ()


@pytest.mark.parametrize("schema", [{"not": {"$ref": "#/$defs/a"}}, {"$ref": "#name"}])
def test_reference_that_is_not_followed(schema: Any) -> None:
    """Where a reference cannot be compared, any change to the schemas is told."""
    old, new = (
        tree({"properties": {"A": schema}, "$defs": {"a": {"$anchor": "name", "minimum": low}}})
        for low in (1, 2)
    )
    assert len(loosened(old, new)) == 1
    assert loosened(old, old) == ()


def test_schema_that_goes_is_told() -> None:
    """Without its schema a file is checked no more."""
    (one,) = loosened(tree({}), {})
    assert (one.file, one.line, one.severity) == (PATH, None, "warning")


def test_setting_that_goes_is_told() -> None:
    """A setting that no schema describes any more is told once, with its warnings."""
    old = {"properties": {"PORT": PORT | {"x-warnings": [{"when": {}, "message": "a"}]}}}
    (one,) = loosened(tree(old), tree({"properties": {}, "additionalProperties": False}))
    assert (one.key, one.message) == (
        "PORT",
        "PORT is described no more: its values are not checked. Is it meant?",
    )


@pytest.mark.parametrize(
    ("when", "count"), [({"maximum": 3}, 1), ({"maximum": 5}, 0), ({"maximum": 9}, 0), (None, 1)]
)
def test_warning_that_is_given_less_often(when: Any, count: int) -> None:
    """A warning that holds for fewer values, or went, is told."""
    warning = {"when": {"maximum": 5}, "message": "a"}
    new = [] if when is None else [{"when": when, "message": "b"}]
    assert len(told(PORT | {"x-warnings": [warning]}, PORT | {"x-warnings": new})) == count


def test_too_much_to_compare_is_told() -> None:
    """A schema made to be compared for ever is given up, and that is said."""
    part: Any = PORT
    for _ in range(12):
        part = {"anyOf": [{"items": part, "minItems": at + 1} for at in range(2)]}
    other = json.loads(json.dumps(part).replace('"maximum": 9', '"maximum": 99'))
    (words,) = told(part, other)[-1:]
    assert "`anyOf` may let in more" in words or "too many to be compared" in words


def test_comparison_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison of more steps than a limit is given up."""
    monkeypatch.setattr(loosening, "Comparison", partial(Comparison, left=1))
    assert told(PORT, PORT | {"title": "x"}) == [
        "1: Its changes are too many to be compared: it may let in more than before. Is it meant?"
    ]


def test_broken_schema_is_left_to_validation() -> None:
    """A schema that cannot be read, before or after, is told as that and nothing else."""
    assert loosened({PATH: b"{"}, tree({})) == loosened(tree(PORT), {PATH: b"{"}) == ()
    assert loosened(tree({"type": 3}), tree({})) == ()
    (one,) = loosened(
        tree({"patternProperties": {"(": {}}, "properties": {"A": PORT}}), tree({"properties": {}})
    )[:1]
    assert one.key == "A"


VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, 2, 1.0, 2.5, -3, 10, "", "a", "ab", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=4,
)
NUMBER, COUNT = st.sampled_from([-1, 0, 1, 2, 2.5, 10]), st.integers(0, 3)
NAMES = st.lists(st.sampled_from("abc"), unique=True, max_size=2)
TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"]


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw schemas that hold others, over most keywords there are."""
    some, names = st.lists(inner, min_size=1, max_size=2), st.sampled_from("abc")
    words: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], NUMBER),
        **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems"], COUNT),
        **dict.fromkeys(["minProperties", "maxProperties"], COUNT),
        **dict.fromkeys(["minContains", "maxContains"], COUNT),
        **dict.fromkeys(["allOf", "anyOf", "oneOf", "prefixItems"], some),
        **dict.fromkeys(["not", "if", "then", "else", "items", "contains"], inner),
        **dict.fromkeys(["additionalProperties", "propertyNames"], inner),
        **dict.fromkeys(["unevaluatedProperties", "unevaluatedItems"], inner),
        **dict.fromkeys(
            ["properties", "dependentSchemas"], st.dictionaries(names, inner, max_size=2)
        ),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=2),
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "multipleOf": st.sampled_from([1, 2, 4, 0.5]),
        "pattern": st.sampled_from(["a", "^a$(?!\n)", "b"]),
        "uniqueItems": st.booleans(),
        "required": NAMES,
        "dependentRequired": st.dictionaries(names, NAMES, max_size=2),
        "$ref": st.sampled_from(["#/$defs/x", "#/$defs/y"]),
    }
    return st.fixed_dictionaries({}, optional=words).map(lambda one: dict([*one.items()][:4]))


@st.composite
def small(draw: st.DrawFn, depth: int = 2) -> Any:
    """Draw a schema of a few keywords."""
    if depth == 0:
        return draw(st.sampled_from([True, False, {}, {"type": "integer"}, {"maximum": 1}]))
    whole = schemas(small(depth - 1))
    found = draw(whole)
    kept = draw(st.lists(st.sampled_from(sorted(found)), max_size=3)) if found else []
    return {word: found[word] for word in kept}


@st.composite
def edited(draw: st.DrawFn, schema: Any) -> Any:
    """Draw a schema that is another one with an edit somewhere."""
    fresh = draw(small(1))
    if not isinstance(schema, dict) or not schema or draw(st.integers(0, 3)) == 0:
        return fresh
    found = copy.deepcopy(schema)
    word = draw(st.sampled_from(sorted(found)))
    inner = found[word]
    if isinstance(inner, dict) and inner and word in ("properties", "$defs", "patternProperties"):
        name = draw(st.sampled_from(sorted(inner)))
        inner[name] = draw(edited(inner[name]))
    elif isinstance(inner, list) and word in ("allOf", "anyOf", "oneOf", "prefixItems"):
        inner[0] = draw(edited(inner[0]))
    elif draw(st.booleans()):
        del found[word]
    return (
        found | {word: one for word, one in fresh.items() if draw(st.booleans())}
        if isinstance(fresh, dict)
        else found
    )


def accepts(schema: Any, value: Any) -> bool:
    """Judge a value; a schema that refers to itself without end accepts nothing."""
    try:
        return bool(Checker(schema).is_valid(value))
    except RecursionError:
        return False


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_let_in_newly_is_told(data: st.DataObject) -> None:
    """If a value is accepted after an edit and was not before, something is told."""
    old = data.draw(small())
    old = {**old, "$defs": {"x": data.draw(small(1)), "y": data.draw(small(1))}}
    new = data.draw(edited(old))
    assume(isinstance(new, dict))
    new.setdefault("$defs", old["$defs"])
    for name in "xy":
        new["$defs"].setdefault(name, {})
    values = data.draw(st.lists(VALUES, min_size=4, max_size=8))
    fresh = [one for one in values if accepts(new, one) and not accepts(old, one)]
    assert not fresh or loosened(tree(old), tree(new))
