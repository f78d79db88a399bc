"""A chart of a setting's versions as PNG, readable on a dark and on a light ground.

Its labels are numbers, dates and the key alone, so that no font lacks a letter. The library is
read when the first chart is drawn: it is large, and most replies have none.
"""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitcfg import Version

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_GROUND, _INK, _LINE = "#2b2d31", "#dbdee1", "#5aa9ff"
_MOST = 1000
_KEY = 60
_one_at_a_time = threading.Lock()


def points(found: Sequence[Version]) -> list[tuple[datetime, float]]:
    """Take what can be drawn, oldest first: numbers as they are, times as minutes of the day.

    Empty where a value is neither, or where fewer than two are stored.
    """
    stored = [one for one in reversed(found[:_MOST]) if not one.deleted]
    values = [_number(one.value) for one in stored]
    known = [value for value in values if value is not None]
    if len(known) < len(stored) or len(known) < 2:  # noqa: PLR2004 - one point is no line
        return []
    return [(one.date, value) for one, value in zip(stored, known, strict=True)]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None  # noqa: PLR2004 - beyond, no axis works
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return float(int(found[1]) * 60 + int(found[2])) if found else None


def draw(key: str, found: Sequence[Version]) -> bytes | None:
    """Draw a setting's versions as steps over time; None where there is nothing to draw."""
    line = points(found)
    if not line:
        return None
    with _one_at_a_time:
        return _png(key, line, times=any(isinstance(one.value, str) for one in found))


def _png(key: str, line: Sequence[tuple[datetime, float]], *, times: bool) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 3.2), dpi=110, facecolor=_GROUND, layout="tight")
    axes = figure.add_subplot(facecolor=_GROUND)
    days, values = _apart([when for when, _ in line]), [value for _, value in line]
    places = date2num(days)  # type: ignore[no-untyped-call]
    axes.step(places, values, where="post", color=_LINE, linewidth=2, marker="o", markersize=5)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=_DATES, zero_formats=_DATES)  # type: ignore[no-untyped-call]
    )
    if times:
        axes.yaxis.set_major_formatter(lambda minutes, _: clock(minutes))
    axes.set_title(key if len(key) <= _KEY else f"{key[:_KEY]}...", color=_INK, parse_math=False)
    axes.tick_params(colors=_INK)
    axes.grid(color=_INK, alpha=0.15)
    for side in axes.spines.values():
        side.set_color(_INK)
        side.set_alpha(0.3)
    held = io.BytesIO()
    FigureCanvasAgg(figure).print_png(held)  # type: ignore[no-untyped-call]
    return held.getvalue()


_DATES = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%S"]


def _apart(moments: Sequence[datetime]) -> list[datetime]:
    """Leave moments as they are unless all are one, which no axis can show."""
    if any(one != other for one, other in pairwise(moments)):
        return [*moments]
    return [one + timedelta(seconds=at) for at, one in enumerate(moments)]


def clock(minutes: float) -> str:
    """Write minutes of the day as a time."""
    whole = round(minutes)
    return f"{whole // 60:02}:{whole % 60:02}"
