"""Words for moments, spans, values and tables, as people read them on a terminal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from exporter.slots import Slot

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def span(length: timedelta) -> str:
    """Write a length in its two largest units: `3 h 12 min`, `45 s`; never negative."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    seconds += -seconds % _MINUTE  # up to the full minute: `in 1 min` must not come too early
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def offset(moment: datetime) -> str:
    """Write an aware moment's distance from UTC: `+07:00`."""
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as a line on the terminal begins: `18:00:03+07:00`."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S}{offset(local)}"


def full_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment with its date and offset, `-` for none."""
    if moment is None:
        return "-"
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S}{offset(local)}"


def effect(slot: Slot, now: datetime, zone: ZoneInfo) -> str:
    """Say when the next export is: `next export today 19:30`, `next export now`."""
    if slot.moment <= now:
        return "next export now"
    local, today = slot.moment.astimezone(zone), now.astimezone(zone).date()
    days = {today: "today", today + timedelta(days=1): "tomorrow"}
    return f"next export {days.get(local.date(), local.date().isoformat())} {local:%H:%M}"


def forecast(slot: Slot, now: datetime, zone: ZoneInfo) -> str:
    """Say it with the offset and how long that is: `next export today 19:30 (+07:00), in 3 h`."""
    if slot.moment <= now:
        return effect(slot, now, zone)
    shown = offset(slot.moment.astimezone(zone))
    return f"{effect(slot, now, zone)} ({shown}), in {span(slot.moment - now)}"


def value(given: Any) -> str:
    """Write a setting's value on one line, text in quotes."""
    return json.dumps(given, ensure_ascii=False)


def printable(text: str) -> str:
    """Show control characters as escapes: what people wrote must not steer the terminal."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text
    )


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its word: `1 entry`, `3,259 entries`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> str:
    """Align rows in columns, the first row being the heads; `right` are columns of numbers."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
