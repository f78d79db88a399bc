"""A history drawn as a plot, and what cannot be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from told import COLOUR, NOW, SCREEN, version

from gitcfg.errors import UsageError
from gitcfg.report.plot import plot

if TYPE_CHECKING:
    from gitcfg.model import Version

ASCII = replace(SCREEN, ascii=True, width=53)
WIDE = 30


def history(*values: Any, days: float = 10) -> list[Version]:
    """Make versions of key A, newest first, from values in order of time, so many days apart."""
    first = NOW - timedelta(days=days * len(values))
    found = [
        version(at + 1, value, date=first + timedelta(days=days * at))
        for at, value in enumerate(values)
    ]
    return found[::-1]


def rows(text: str) -> list[tuple[str, str]]:
    """Read the rows that show something back as label and drawing."""
    parts = [line.partition("|") for line in text.splitlines()[3:15]]
    return [(label.strip(), drawing[1:]) for label, _, drawing in parts]


def test_plot_of_a_number() -> None:
    """Each value is a level until the next one; rows are named by the values that were there."""
    text = plot(history(100, 200, 50), ASCII)
    assert text.splitlines() == [
        "A: versions 1 to 3, from 2026-01-30 12:00:00 +00:00 until now",
        " (value)   ^",
        "           |",
        "       200 |           **********",
        *["           |           *        *"] * 6,
        "       100 | ***********        *",
        *["           |                    *"] * 3,
        "        50 |                    ***********",
        "-----------|-|---------|---------|---------|-> (time)",
        "           | 01-30     02-09     02-19     03-01",
    ]


def test_plot_of_a_time_of_day() -> None:
    """A time is plotted by its minutes and named as a time."""
    text = plot(history("18:00", "06:30"), ASCII)
    assert text.splitlines()[1] == " (HH:MM)   ^"
    assert [label for label, _ in rows(text) if label] == ["18:00", "06:30"]


def test_plot_parts_where_nothing_is_stored() -> None:
    """While a key had no stored value there is no line."""
    drawn = rows(plot(history(1, None, 2), ASCII))
    assert drawn == [("2", f"{' ' * 19}{'*' * 11}"), *[("", "")] * 10, ("1", "*" * 11)]
    ended = rows(plot(history(None, 1, 2, None, None), ASCII))
    assert (ended[0], ended[-1]) == (("2", f"{' ' * 12}{'*' * 6}"), ("1", f"{' ' * 6}{'*' * 7}"))


@pytest.mark.parametrize(
    ("days", "marks"),
    [(300, "2024-07   2025-01"), (10, "02-09     02-16"), (0.5, "12:00     20:08")],
)
def test_marks_of_time_fit_the_span(days: float, marks: str) -> None:
    """Below the axis stand months, days, or times, in the reader's zone."""
    assert f"           | {marks}" in plot(history(1, 2, days=days), ASCII)


def test_marks_of_one_moment() -> None:
    """Versions of the same second, or of a clock that went back, are a plot all the same."""
    same = plot(history(1, 2, days=0), ASCII)
    assert same.splitlines()[-1].startswith("           | 12:00:00")
    back = [version(2, 5, date=NOW - timedelta(days=9)), version(1, 4, date=NOW)]
    assert [label for label, _ in rows(plot(back, ASCII)) if label] == ["5", "4"]


def test_labels_are_short() -> None:
    """A number with many digits is rounded where its name would not fit."""
    found = rows(plot(history(-123456789.125, 10**299), ASCII))
    assert (found[0][0], found[-1][0]) == ("1e+299", "-1.23e+08")
    found = rows(plot(history(0.5, 0.125), ASCII))
    assert (found[0][0], found[-1][0]) == ("0.5", "0.125")


def test_equal_values_are_a_level() -> None:
    """A plot of one value again and again has one line."""
    drawn = [drawing for _, drawing in rows(plot(history(5, None, 5), ASCII))]
    assert [len(drawing) for drawing in drawn if drawing] == [WIDE]


def test_what_happened_just_now_is_seen() -> None:
    """Changes at the very end of a long time stand in the last column."""
    found = [version(3, 9, date=NOW), version(2, 0, date=NOW), *history(5, days=400)]
    assert [drawing.strip() for _, drawing in rows(plot(found, ASCII))].count("*") == 11


def test_many_versions_keep_their_peaks() -> None:
    """However many versions share a column, its least and greatest values are to be seen."""
    values = [5] * 5000
    values[2500], values[2501] = 0, 9
    drawn = rows(plot(history(*values, days=0.01), ASCII))
    assert (drawn[0][0], drawn[-1][0]) == ("9", "0")
    assert drawn[0][1].strip()
    assert drawn[-1][1].strip()


def test_terminal_gets_dots_in_colour() -> None:
    """On a terminal the line is finer and coloured, the words are not, and the width is used."""
    lines = plot(history(1, 2), COLOUR).splitlines()
    assert lines[0].startswith("\x1b[1mA\x1b[0m: versions 1 to 2")
    assert lines[3].startswith("         2 | ")
    assert "\x1b[36m⢰⠒" in lines[3]
    assert len(lines[-2]) <= 80
    assert "\x1b" not in plot(history(1, 2), replace(COLOUR, colour=False))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), "nothing is stored: a plot needs two versions or more. See it without --plot"),
        ((1,), "A has only one value here: a plot needs two versions or more"),
        ((1, None), "A has only one value here: a plot needs two versions or more"),
        ((True, False), "A cannot be plotted: false is neither a number nor a time (HH:MM)"),
        (("x", "y" * 60), f"A cannot be plotted: {'y' * 60} is neither a number nor a time"),
        ((1, 10**301), "is neither a number"),
        (("10:00", "x", 5), "A cannot be plotted: its version 2 is x, not a number as version 3."),
        (("24:00", "10:00"), "its version 1 is 24:00, not a time (HH:MM) as version 2. Plot only"),
    ],
)
def test_what_cannot_be_plotted(values: tuple[Any, ...], said: str) -> None:
    """What is neither number nor time, or only one value, is refused with the reason."""
    with pytest.raises(UsageError) as caught:
        plot(history(*values), SCREEN)
    assert said in caught.value.message
