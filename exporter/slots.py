"""The one rule of the schedule: which local date is due, and when the next one will be.

Pure: the recorded dates, the settings and the present moment go in, nothing else counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A daily run: the local date whose name it bears and the moment it begins, in UTC.

    A moment that has passed means: now.
    """

    date: date
    moment: datetime


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Find when a local time of a date is, in UTC.

    A time that the clocks skip is taken as late as they jump; one that they show twice is the
    first.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def due_date(now: datetime, at: time, zone: ZoneInfo) -> date:
    """Find the newest local date whose time has passed."""
    day = now.astimezone(zone).date()
    while moment_of(day, at, zone) > now:
        day -= _DAY
    return day


def due(now: datetime, at: time, zone: ZoneInfo, recorded: date | None) -> date | None:
    """Tell the date of the run that is due, if one is: newer than every recorded date.

    Without a recorded date nothing is due: the first one is recorded as a baseline.
    """
    found = due_date(now, at, zone)
    return found if recorded is not None and found > recorded else None


def next_slot(now: datetime, at: time, zone: ZoneInfo, recorded: date | None) -> Slot:
    """Tell the next daily run, which is the due one if one is due."""
    newest = due_date(now, at, zone)
    if recorded is None or newest == recorded:
        day = newest + _DAY
    elif newest > recorded:
        day = newest
    else:
        day = recorded + _DAY
    return Slot(day, moment_of(day, at, zone))
