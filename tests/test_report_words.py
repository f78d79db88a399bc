"""Words for people: nothing in a value, name or reason can command a terminal."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.report.screen import Screen
from gitcfg.report.words import count, cut, indent, raw, short, shown, visible

PIPE = Screen(now=datetime(2026, 3, 1, tzinfo=UTC))
TERMINAL = Screen(now=datetime(2026, 3, 1, tzinfo=UTC), terminal=True)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANYTHING = st.text(st.characters())


def commands(text: str) -> set[str]:
    """Find the characters of a text that a terminal may act on."""
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}} | (
        set(text) & set(BIDI)
    )


@given(ANYTHING)
def test_visible_text_commands_nothing(text: str) -> None:
    """No control, direction mark or half surrogate is left."""
    assert commands(visible(text)) == set()


@given(ANYTHING)
def test_visible_lines_keep_only_line_ends_and_tabs(text: str) -> None:
    """A text of several lines keeps these, and nothing else that acts."""
    found = visible(text, lines=True)
    assert commands(found) <= {"\n", "\t"}
    assert found.count("\n") == text.count("\n")


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_visible_leaves_ordinary_text(text: str) -> None:
    """Letters of every script, marks, signs and spaces stay as they are."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\nc\td", "a\\rb\\nc\\td"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("\ufeff\u2028\ud800", "\\ufeff\\u2028\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("น้ำ👩‍👧", "น้ำ👩‍👧"),
    ],
)
def test_visible_escapes_are_readable(text: str, seen: str) -> None:
    """What was there can be read off the escape; Thai and joined emoji are not touched."""
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("18:00", "18:00"),
        ("", '""'),
        (" a ", '" a "'),
        ("a\nb", '"a\\nb"'),
        ("\x1b[31m\u202e", '"\\u001b[31m\\u202e"'),
        (100, "100"),
        (0.85, "0.85"),
        (True, "true"),
        (["ก", 1], '["ก", 1]'),
        ({"a": None}, '{"a": null}'),
    ],
)
def test_shown_is_one_line(value: object, words: str) -> None:
    """A plain text is shown bare; what could be mistaken is quoted as JSON."""
    assert shown(value) == words


@given(st.recursive(ANYTHING | st.integers() | st.booleans(), st.lists))
def test_shown_commands_nothing(value: object) -> None:
    """No value whatever reaches a terminal as a command."""
    assert commands(shown(value)) == set()


@given(ANYTHING)
def test_raw_text_goes_down_a_pipe_untouched(text: str) -> None:
    """A program gets the very text; a terminal gets a harmless one."""
    assert raw(text, PIPE) == text
    assert commands(raw(text, TERMINAL)) <= {"\n", "\t"}


def test_raw_value_is_json() -> None:
    """What is no text is written as JSON."""
    assert json.loads(raw({"a": [1, 2.5, "x"]}, PIPE)) == {"a": [1, 2.5, "x"]}


def test_cut_spares_terminals_only() -> None:
    """A flood is shortened on a terminal, with its length; a pipe gets everything."""
    assert cut("x" * 5000, TERMINAL, limit=3) == "xxx… (5,000 characters)"
    assert cut("x" * 5000, PIPE, limit=3) == "x" * 5000
    assert cut("xxx", TERMINAL, limit=3) == "xxx"


def test_small_words() -> None:
    """Counts agree with their nouns, revisions are short, indents leave empty lines alone."""
    assert [count(1, "file"), count(0, "file"), count(1200, "file")] == [
        "1 file",
        "0 files",
        "1,200 files",
    ]
    assert [short("0123456789abcdef"), short(None)] == ["0123456", "none"]
    assert indent("a\n\nb", "> ") == "> a\n\n> b"


def test_paint_only_where_there_is_colour() -> None:
    """Without colour the text is the text, and nothing is painted for nothing."""
    colour = Screen(now=PIPE.now, terminal=True, colour=True)
    assert PIPE.paint("bold red", "x") == "x"
    assert colour.paint("bold red", "x") == "\x1b[1;31mx\x1b[0m"
    assert [colour.paint("bold", ""), colour.paint("", "x")] == ["", "x"]
