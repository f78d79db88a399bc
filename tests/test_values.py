"""When two values are equal, and how a value is written in a line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.values import dumps, same

VALUES = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (100, 100.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        (None, 0, False),
        ([1, 2.0], [1.0, 2], True),
        ([1], [1, 1], False),
        ([True], [1], False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"b": 1}, False),
        ({}, [], False),
    ],
)
def test_same_is_of_json_type_and_value(one: object, other: object, expected: object) -> None:
    """Numbers are equal across int and float, booleans are no numbers, order of keys is nothing."""
    assert same(one, other) is expected
    assert same(other, one) is expected


@given(VALUES)
def test_written_value_is_one_plain_line(value: object) -> None:
    """A written value is one line without control characters, and reads back the same."""
    text = dumps(value)
    assert len(text.splitlines()) == 1
    assert text.isprintable() or not any(char < " " or "\x7f" <= char < "\xa0" for char in text)
    assert same(json.loads(text), value)


def test_written_value_keeps_thai_readable() -> None:
    """Text that people can read stays readable."""
    assert dumps({"ชื่อ": "นก\n"}) == '{"ชื่อ": "นก\\n"}'
