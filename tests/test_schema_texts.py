"""Text as a value: read by the key's type, exactly, and refused in words where it is not of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import documents
import pytest
from hypothesis import given

from gitcfg.errors import InvalidError, UsageError
from gitcfg.schemas.schema import Schemas, normalise_key, read_text

if TYPE_CHECKING:
    from gitcfg.schemas.properties import Property


def declared(**schema: Any) -> Property:
    """Declare the key A by a schema."""
    content = json.dumps({"properties": {"A": schema}, "$defs": {"n": {"type": "integer"}}})
    found = Schemas.load({"schemas/a.schema.json": content.encode()}).find("A")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "  18:00 \n", "  18:00 \n"),
        ("string", "null", "null"),
        ("string", "", ""),
        ("integer", "-5", -5),
        ("integer", "0", 0),
        ("integer", "9223372036854775807", 9223372036854775807),
        ("number", "5", 5),
        ("number", "-0.5", -0.5),
        ("number", "1e3", 1000.0),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("array", '[1, "a", null]', [1, "a", None]),
        ("object", '{"a": [1.5]}', {"a": [1.5]}),
        ("array", '[{"a": "\\ud83d\\ude00"}, 5]', [{"a": "😀"}, 5]),
        (["integer", "null"], "5", 5),
        (["string", "integer"], "5", 5),
        (["string", "integer"], "five", "five"),
        (["string", "boolean", "array"], "[1]", [1]),
        (["string", "array"], "[1", "[1"),
    ],
)
def test_read_text_by_type(kind: Any, text: str, value: Any) -> None:
    """A text is read as its key's type writes it in JSON; text itself stays as typed."""
    found = read_text(text, declared(type=kind))
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({}, "5", "5"),
        ({"enum": [1, 2]}, "1", 1),
        ({"enum": ["a", "b"]}, "a", "a"),
        ({"const": True}, "true", True),
        ({"$ref": "#/$defs/n"}, "5", 5),
        ({"allOf": [{"minimum": 0}, {"type": "number"}]}, "0.5", 0.5),
    ],
)
def test_read_text_where_the_type_stands_elsewhere(schema: Any, text: str, value: Any) -> None:
    """The type may be behind a reference, in an allOf, or told by what is allowed."""
    found = read_text(text, declared(**schema))
    assert (type(found), found) == (type(value), value)


def test_read_text_without_schema() -> None:
    """What no schema knows is text."""
    assert read_text(" 5", None) == " 5"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("integer", "1.0", "Must be a whole number"),
        ("integer", "", "Must be a whole number"),
        (
            "integer",
            "9223372036854775808",
            "Must be a whole number (too large: whole numbers go up to 9223372036854775807)",
        ),
        ("number", "1e999", "Must be a number (too large: numbers must be finite)"),
        ("number", ".5", "Must be a number"),
        ("number", "NaN", "Must be a number"),
        ("boolean", "TRUE", "Must be true or false"),
        (["integer", "null"], "null", "Must be a whole number"),
        (["number", "boolean"], "x", "Must be a number or true or false"),
        (
            "array",
            "a,b",
            'Must be a list, written as JSON: ["a", "b"] (expecting value, line 1 column 1)',
        ),
        (
            "array",
            "{}",
            'Must be a list, written as JSON: ["a", "b"] (this is JSON, but no list)',
        ),
        (
            "object",
            '{"a": 1, "a": 2}',
            'Must be a map, written as JSON: {"name": "value"} (\'a\' stands twice in one map)',
        ),
        (
            "object",
            '{"a": NaN}',
            'Must be a map, written as JSON: {"name": "value"} (NaN is no number of JSON)',
        ),
    ],
)
def test_read_text_of_another_type(kind: Any, text: str, words: str) -> None:
    """The refusal says what the value must be, with the key, the text and the rule."""
    with pytest.raises(InvalidError) as caught:
        read_text(text, declared(type=kind))
    finding = caught.value.findings[0]
    assert (caught.value.message, finding.message) == (words, words)
    assert (finding.key, finding.value, finding.rule) == ("A", text, "schema/type")


def test_read_text_of_a_number_that_is_too_large() -> None:
    """The schema's own words do not hide that the size is what is wrong, and only that."""
    prop = declared(**{"type": "integer", "x-messages": {"type": "Must count"}})
    for text, words in (
        ("9" * 26, "Must count (too large: whole numbers go up to 9223372036854775807)"),
        ("-" + "9" * 26, "Must count (too large: whole numbers go up to 9223372036854775807)"),
        ("9.5", "Must count"),
    ):
        with pytest.raises(InvalidError) as caught:
            read_text(text, prop)
        assert caught.value.message == words


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60 + "]" * 60,
        "[" * 100_000,
        '["\\ud800"]',
        '{"\\udc00": 1}',
        '[{"a": "\\ud83d"}]',
        "[1e999]",
        "[" + "9" * 20 + "]",
        "[01]",
        "['a']",
        "[1,]",
    ],
)
def test_read_text_of_json_that_is_none(text: str) -> None:
    """JSON is read strictly: bounded depth, finite numbers, whole characters."""
    with pytest.raises(InvalidError):
        read_text(text, declared(type=["array", "object"]))


def test_read_text_in_the_words_of_the_schema() -> None:
    """The words for `type` that stand furthest in are used."""
    inner = {"type": "integer", "x-messages": {"type": "inner"}}
    known = declared(**{"allOf": [inner], "x-messages": {"type": "outer"}})
    with pytest.raises(InvalidError) as caught:
        read_text("x", known)
    assert caught.value.message == "inner"


def test_read_text_that_came_from_undecodable_bytes() -> None:
    """An argument that is no UTF-8 is no text."""
    for known in (None, declared(type="string")):
        with pytest.raises(InvalidError) as caught:
            read_text("a\udcff", known)
        assert caught.value.message == "Must be text in UTF-8"


@given(documents.values)
def test_read_text_takes_json_back(value: Any) -> None:
    """Each value but a bare text, written as JSON, is read as itself by its own type."""
    kinds = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    kind = kinds.get(type(value), "string")
    text = value if kind == "string" else json.dumps(value, ensure_ascii=False)
    found = read_text(text, declared(type=kind))
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("text", ["daily_export_time", "Daily_Export_Time", "DAILY_EXPORT_TIME"])
def test_normalise_key_in_any_case(text: str) -> None:
    """A key is taken in any case."""
    assert normalise_key(text) == "DAILY_EXPORT_TIME"


@pytest.mark.parametrize("text", ["", "1A", "_A", "A-B", "A B", "ก", "\u017f", "\u0131", "A\n"])
def test_normalise_key_of_what_is_none(text: str) -> None:
    """What can be no key is wrong usage, also where upper case would make it look like one."""
    with pytest.raises(UsageError) as caught:
        normalise_key(text)
    assert caught.value.message.startswith(f"{text!r} is no key. A key has A-Z")
