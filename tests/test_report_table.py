"""Tables: aligned by what is seen, folded to a terminal, whole down a pipe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from told import COLOUR, SCREEN

from gitcfg.report.table import fold, render

PLAIN = replace(COLOUR, colour=False, width=20)
TEXT = st.text(st.characters(categories=["L", "M", "N", "P", "Zs"]))


def test_columns_are_aligned_by_what_is_seen() -> None:
    """Wide and combining characters take the room that they take on a screen."""
    rows = [[("น้ำ", ""), ("1", "")], [("日本", ""), ("2", "")], [("abcde", ""), ("3", "")]]
    assert render(("A", "B"), rows, SCREEN).splitlines() == [
        "A      B",
        "น้ำ     1",
        "日本   2",
        "abcde  3",
    ]


def test_widest_columns_are_folded() -> None:
    """On a terminal the widest columns give way, at spaces where there are some."""
    rows = [[("SHORT", ""), ("one two three four", ""), ("x", "")]]
    assert render(("KEY", "VALUE", "N"), rows, PLAIN).splitlines() == [
        "KEY    VALUE       N",
        "SHORT  one two     x",
        "       three four",
    ]


def test_first_column_is_whole() -> None:
    """What a row is known by can be copied in one piece."""
    lines = render(("KEY", "V"), [[("K" * 18, ""), ("v" * 18, "")]], PLAIN).splitlines()
    assert lines[1] == f"{'K' * 18}  {'v' * 8}"


def test_no_column_becomes_too_narrow() -> None:
    """Where nothing fits, lines are longer than the terminal rather than letters in a row."""
    lines = render(("A", "B"), [[("a", ""), ("b" * 20, "")]], replace(PLAIN, width=5)).splitlines()
    assert lines[1:] == ["a  bbbbbbbb", "   bbbbbbbb", "   bbbb"]


def test_styles_surround_the_text_only() -> None:
    """Padding is not painted, and an unstyled cell has no codes."""
    lines = render(("A", "B"), [[("x", "red"), ("y", "")]], COLOUR).splitlines()
    assert lines == ["\x1b[1mA\x1b[0m  \x1b[1mB\x1b[0m", "\x1b[31mx\x1b[0m  y"]


@given(TEXT, st.integers(2, 40))
def test_fold_loses_nothing(text: str, width: int) -> None:
    """The pieces are the text, and each fits."""
    pieces = [*fold(text, width)]
    assert "".join(pieces) == text
    assert max(map(cell_len, pieces)) <= width


@pytest.mark.parametrize("width", [0, 1])
def test_fold_always_ends(width: int) -> None:
    """Even without room for one character a piece has one."""
    assert [piece for piece in fold("日本", width) if piece] == ["日", "本"]
