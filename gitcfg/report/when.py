"""Moments in words: how long ago, and exactly when in the reader's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from gitcfg.report.screen import Screen

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
_FRESH = 10
_MINUTES, _SECONDS = len("2026-03-01 19:30"), len("2026-03-01 19:30:05")
_UNITS = (
    (_YEAR, "year", "years"),
    (_MONTH, "month", "months"),
    (_DAY, "day", "days"),
    (_HOUR, "h", "h"),
    (_MINUTE, "min", "min"),
)


def lasting(seconds: float) -> str:
    """Tell a length of time in its largest unit: `0.3 s`, `42 s`, `12 min`, `3 h`, `2 days`."""
    if seconds < _FRESH:
        return f"{max(seconds, 0.0):.1f} s"
    for size, one, many in _UNITS:
        number = int(seconds // size)
        if number:
            return f"{number} {one if number == 1 else many}"
    return f"{seconds:.0f} s"


def relative(moment: datetime, screen: Screen) -> str:
    """Tell a moment by its distance from now: `just now`, `3 h ago`, `in 12 min`."""
    seconds = (screen.now - moment).total_seconds()
    if abs(seconds) < 1:
        return "just now"
    return f"{lasting(seconds)} ago" if seconds > 0 else f"in {lasting(-seconds)}"


def absolute(moment: datetime, screen: Screen, *, seconds: bool = True) -> str:
    """Write a moment in the reader's zone, with it: `2026-03-01 19:30:05 +07:00`.

    Without seconds it is for tables, where a terminal has no room for a zone that is its own.
    """
    text = moment.astimezone(screen.zone).isoformat(" ", "seconds")
    if seconds:
        return f"{text[:_SECONDS]} {text[_SECONDS:]}"
    return text[:_MINUTES] if screen.terminal else f"{text[:_MINUTES]} {text[_SECONDS:]}"


def both(moment: datetime, screen: Screen, *, seconds: bool = True) -> str:
    """Tell a moment in both ways: `3 h ago (2026-03-01 19:30:05 +07:00)`."""
    return f"{relative(moment, screen)} ({absolute(moment, screen, seconds=seconds)})"
