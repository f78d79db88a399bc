"""The history of a number, or of a time of day, as a plot: each value until the next one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from plotille import Figure

from gitcfg.report.scale import scale
from gitcfg.report.when import absolute
from gitcfg.report.words import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitcfg.model import Version
    from gitcfg.report.scale import Scale
    from gitcfg.report.screen import Screen

Point = tuple[float, float]
"""Seconds since 1970, and the value there."""

_WIDTH, _WIDEST, _NARROWEST, _HEIGHT = 80, 140, 30, 12
_BESIDE = 23  # what the axes take to the left and to the right
_DOTS = 2  # in a character, side by side
_EMPTY = "\u2800"
_DRAWN = re.compile("[\u2801-\u28ff]+")
_DAY = 86400
# The part of `2026-03-01 19:30:05` that fits below a mark: by the time that the plot spans.
_MARKS = ((600 * _DAY, slice(0, 7)), (3 * _DAY, slice(5, 10)), (600, slice(11, 16)))
_SECONDS = slice(11, 19)


def plot(found: Sequence[Version], screen: Screen) -> str:
    """Draw the versions of one key, given newest first; raises UsageError where that cannot be."""
    of = scale(found, screen)
    lines = [*_lines(found[::-1], of, screen.now.timestamp())]
    first = found[-1].date.timestamp()
    last = max(screen.now.timestamp(), *(line[-1][0] for line in lines))
    figure = _figure(screen, of, sorted({y for line in lines for _, y in line}))
    dot = (last - first) / (figure.width * _DOTS) or 1.0
    figure.set_x_limits(first, last + dot)  # the end itself would be outside
    figure.x_ticks_fkt = lambda low, _: _mark(min(low, last), last - first, screen)
    for line in lines:
        points = [*_thinned(line, dot)]
        figure.plot([x for x, _ in points], [y for _, y in points])
    return f"{_title(found, screen)}\n{_finished(figure.show(), screen)}"


def _lines(found: Sequence[Version], of: Scale, now: float) -> Iterator[list[Point]]:
    """Follow the values as steps; a time without a stored value parts one line from the next."""
    line: list[Point] = []
    x = found[0].date.timestamp()
    ends = [*(one.date.timestamp() for one in found[1:]), now]
    for one, end in zip(found, ends, strict=True):
        y = None if one.deleted else of.number(one.value)
        start, x = x, max(x, end)  # where a clock went back, time stands still
        if y is not None:
            line += [(start, y), (x, y)]
        elif line:
            yield line
            line = []
    if line:
        yield line


def _thinned(line: Sequence[Point], step: float) -> Iterator[Point]:
    """Keep of each column of dots only what can be seen: where it begins and ends, and how far."""
    for _, column in groupby(line, key=lambda point: point[0] // step):
        points = [*column]
        yield points[0]
        yield min(points, key=lambda point: point[1])
        yield max(points, key=lambda point: point[1])
        yield points[-1]


def _figure(screen: Screen, of: Scale, values: Sequence[float]) -> Figure:
    figure = Figure()
    figure.with_colors = figure.origin = False
    figure.linesep = "\n"
    figure.width = max(min(screen.width or _WIDTH, _WIDEST), _NARROWEST) - _BESIDE
    figure.height = _HEIGHT
    figure.x_label, figure.y_label = "time", of.unit
    row = (values[-1] - values[0]) / (_HEIGHT - 1) or 1.0
    figure.set_y_limits(values[0] - row / 2, values[-1] + row / 2)
    figure.y_ticks_fkt = lambda low, high: _value(values, low, high, of)
    return figure


def _value(values: Sequence[float], low: float, high: float, of: Scale) -> str:
    """Name a row by the value in its middle, so that an axis has only values that were there."""
    here = [one for one in values if low <= one < high]
    middle = (low + high) / 2
    return of.label(min(here, key=lambda one: abs(one - middle))) if here else ""


def _mark(seconds: float, span: float, screen: Screen) -> str:
    part = next((part for least, part in _MARKS if span >= least), _SECONDS)
    return absolute(datetime.fromtimestamp(seconds, UTC), screen)[part]


def _title(found: Sequence[Version], screen: Screen) -> str:
    key = screen.paint("bold", visible(found[-1].key))
    since = absolute(found[-1].date, screen)
    return f"{key}: versions {found[-1].version} to {found[0].version}, from {since} until now"


def _finished(text: str, screen: Screen) -> str:
    whole = "\n".join(line.replace(_EMPTY, " ").rstrip() for line in text.split("\n"))
    if screen.ascii:
        whole = _DRAWN.sub(lambda found: "*" * len(found[0]), whole)
    return _DRAWN.sub(lambda found: screen.paint("cyan", found[0]), whole)
