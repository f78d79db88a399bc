"""Rules for the exporter's settings that a schema cannot say; gitcfg finds them when installed."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gitcfg import Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MINUTES_OF_A_DAY = 24 * 60

_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")


@cache
def zone_names() -> frozenset[str]:
    """List the IANA zones of the tzdata package, so that every host knows the same ones."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@rule("known-time-zone")
def known_time_zone(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Refuse a time zone that IANA has no name for."""
    name = values.get("EXPORT_TIMEZONE")
    if name is not None and name not in zone_names():
        by_name = {zone.lower(): zone for zone in zone_names()}
        close = difflib.get_close_matches(str(name).lower(), by_name, n=1)
        guess = f"Did you mean {by_name[close[0]]}?" if close else "For example: Asia/Bangkok"
        yield Problem("EXPORT_TIMEZONE", f"Not an IANA time zone: {name}. {guess}")


@rule("buffer-before-midnight")
def buffer_before_midnight(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Warn where an entry queued at the daily run would leave under the next day's date."""
    time, buffer = values.get("DAILY_EXPORT_TIME"), values.get("IMMEDIATE_EXPORT_BUFFER")
    clock = _CLOCK.fullmatch(str(time))
    if clock is None or not isinstance(buffer, int):
        return  # a schema of another day may let anything in
    if int(clock[1]) * 60 + int(clock[2]) + buffer >= MINUTES_OF_A_DAY:
        yield Problem(
            "IMMEDIATE_EXPORT_BUFFER",
            f"An immediate entry queued at the daily run ({time}) would leave {buffer} minutes "
            "later, under the next day's date. Consider a shorter buffer or an earlier run",
            severity="warning",
        )
