"""Git's timestamps as datetimes: those that only git can hold become the nearest we can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_LAST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
"""A day before the end of what a datetime holds, so that it can be told in every zone."""


def clamp(seconds: int) -> int:
    """Hold a Unix time within what git and datetimes have in common: 1970 to 9999."""
    return min(max(seconds, 0), _LAST)


def date(seconds: int, *, offset: int) -> datetime:
    """Tell a Unix time in a zone that is `offset` minutes east of UTC."""
    return datetime.fromtimestamp(clamp(seconds), timezone(timedelta(minutes=offset)))


def of(date: datetime) -> str:
    """Write a date as git does: Unix seconds and the zone as `+0700`."""
    minutes = int((date.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{int(date.timestamp())} {sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
