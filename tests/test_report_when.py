"""Moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from gitcfg.report.screen import Screen
from gitcfg.report.when import absolute, both, lasting, relative

NOW = datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC)
SCREEN = Screen(now=NOW, zone=ZoneInfo("Asia/Bangkok"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.31, "0.3 s"),
        (9.94, "9.9 s"),
        (42.4, "42 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (86400, "1 day"),
        (3 * 86400, "3 days"),
        (31 * 86400, "1 month"),
        (800 * 86400, "2 years"),
    ],
)
def test_lasting_tells_the_largest_unit(seconds: float, words: str) -> None:
    """A length of time is told in one unit, fresh ones with a tenth."""
    assert lasting(seconds) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [(0.4, "just now"), (-0.4, "just now"), (7300, "2 h ago"), (-180, "in 3 min")],
)
def test_relative_looks_both_ways(before: float, words: str) -> None:
    """The past is `ago`, the future `in`, and the present `just now`."""
    assert relative(NOW - timedelta(seconds=before), SCREEN) == words


def test_absolute_is_in_the_readers_zone() -> None:
    """A moment is written in the reader's zone, with that zone's offset."""
    moment = datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert absolute(moment, SCREEN) == "2026-03-01 19:30:00 +07:00"


def test_absolute_follows_the_season_of_the_moment() -> None:
    """A moment in summer has the zone's summer offset, whenever it is read."""
    paris = Screen(now=NOW, zone=ZoneInfo("Europe/Paris"))
    moment = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert absolute(moment, paris) == "2026-07-01 12:00:00 +02:00"


def test_both_tells_both() -> None:
    """A report tells how long ago and exactly when."""
    assert both(NOW - timedelta(hours=2), SCREEN) == "2 h ago (2026-03-01 17:30:05 +07:00)"


def test_tables_on_a_terminal_have_no_zone() -> None:
    """Where a column is narrow the reader's zone, which is known, is left out; a pipe has it."""
    terminal = Screen(now=NOW, zone=UTC, terminal=True)
    assert both(NOW, terminal, seconds=False) == "just now (2026-03-01 12:30)"
    assert both(NOW, SCREEN, seconds=False) == "just now (2026-03-01 19:30 +07:00)"
