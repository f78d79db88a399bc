"""The one rule of the schedule, as a table of cases and against generated histories."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exporter.slots import Slot, due, due_date, moment_of, next_slot

BANGKOK = ZoneInfo("Asia/Bangkok")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [BANGKOK, NEW_YORK, APIA, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")]
SIX = time(18)


def utc(text: str) -> datetime:
    """Read a moment in UTC: `2026-03-31 11:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "at", "zone", "recorded", "expected"),
    [
        # 18:00 in Bangkok is 11:00 UTC: a second before, on the second, a second after
        ("2026-03-31 10:59:59", SIX, BANGKOK, "2026-03-30", None),
        ("2026-03-31 11:00:00", SIX, BANGKOK, "2026-03-30", "2026-03-31"),
        ("2026-03-31 11:00:01", SIX, BANGKOK, "2026-03-30", "2026-03-31"),
        # a start at 18:00:01 runs nothing twice, nor anything that is not recorded at all
        ("2026-03-31 11:00:01", SIX, BANGKOK, "2026-03-31", None),
        ("2026-03-31 11:00:01", SIX, BANGKOK, None, None),
        # 06:00 in Bangkok is the evening before in UTC, and carries Bangkok's date
        ("2026-03-30 23:00:00", time(6), BANGKOK, "2026-03-30", "2026-03-31"),
        # several missed dates are one run under the newest
        ("2026-03-31 11:00:00", SIX, BANGKOK, "2026-03-01", "2026-03-31"),
        ("2026-03-31 10:00:00", SIX, BANGKOK, "2026-03-01", "2026-03-30"),
        # a time moved into the past, with no run that day, is due at once
        ("2026-03-31 10:00:00", time(16), BANGKOK, "2026-03-30", "2026-03-31"),
        # a time moved after the day's run changes tomorrow
        ("2026-03-31 12:30:00", time(19, 30), BANGKOK, "2026-03-31", None),
        # a new zone further west never repeats a date, nor runs an older one
        ("2026-03-31 23:00:00", SIX, NEW_YORK, "2026-03-31", None),
        ("2026-03-31 12:00:00", SIX, NEW_YORK, "2026-03-31", None),
        # a new zone further east may have reached the next date already
        ("2026-03-31 23:00:00", time(6), BANGKOK, "2026-03-31", "2026-04-01"),
        # the clocks of New York skip 02:30 on 8 March and show 01:30 twice on 1 November
        ("2026-03-08 07:29:59", time(2, 30), NEW_YORK, "2026-03-07", None),
        ("2026-03-08 07:30:00", time(2, 30), NEW_YORK, "2026-03-07", "2026-03-08"),
        ("2026-11-01 05:30:00", time(1, 30), NEW_YORK, "2026-10-31", "2026-11-01"),
        ("2026-11-01 06:30:00", time(1, 30), NEW_YORK, "2026-11-01", None),
        # a recorded date of a clock that was wrong holds everything until then
        ("2026-03-31 11:00:00", SIX, BANGKOK, "2026-04-02", None),
        # Samoa had no 30 December 2011
        ("2011-12-31 04:00:00", SIX, APIA, "2011-12-29", "2011-12-31"),
        ("2011-12-31 03:59:59", SIX, APIA, "2011-12-29", None),
    ],
)
def test_due_date_by_the_rule(
    now: str, at: time, zone: ZoneInfo, recorded: str | None, expected: str | None
) -> None:
    """Due is the newest local date whose time has passed, if newer than every recorded one."""
    last = recorded and date.fromisoformat(recorded)
    found = due(utc(now), at, zone, last or None)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize(
    ("now", "at", "zone", "recorded", "expected"),
    [
        ("2026-03-31 10:00", SIX, BANGKOK, "2026-03-30", ("2026-03-31", "2026-03-31 11:00")),
        ("2026-03-31 12:00", SIX, BANGKOK, "2026-03-30", ("2026-03-31", "2026-03-31 11:00")),
        ("2026-03-31 12:00", SIX, BANGKOK, "2026-03-31", ("2026-04-01", "2026-04-01 11:00")),
        ("2026-03-31 12:00", SIX, BANGKOK, None, ("2026-04-01", "2026-04-01 11:00")),
        ("2026-03-31 12:00", SIX, NEW_YORK, "2026-03-31", ("2026-04-01", "2026-04-01 22:00")),
        (
            *("2026-03-07 12:00", time(2, 30), NEW_YORK, "2026-03-07"),
            ("2026-03-08", "2026-03-08 07:30"),
        ),
    ],
)
def test_next_slot_by_the_rule(
    now: str, at: time, zone: ZoneInfo, recorded: str | None, expected: tuple[str, str]
) -> None:
    """The next run is the due one, else that of the first date which nothing has dealt with."""
    last = date.fromisoformat(recorded) if recorded else None
    day, moment = expected
    assert next_slot(utc(now), at, zone, last) == Slot(date.fromisoformat(day), utc(moment))


NOWS = st.datetimes(datetime(2011, 12, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(NOWS, TIMES, st.sampled_from(ZONES))
def test_due_date_is_the_newest_that_has_passed(now: datetime, at: time, zone: ZoneInfo) -> None:
    """Its moment has come, and that of the next date has not."""
    found = due_date(now, at, zone)
    assert moment_of(found, at, zone) <= now < moment_of(found + timedelta(days=1), at, zone)


@given(
    NOWS,
    st.lists(
        st.tuples(st.integers(1, 200_000), st.none() | TIMES, st.none() | st.sampled_from(ZONES)),
        max_size=40,
    ),
)
def test_schedule_under_any_changes_never_repeats_a_date(
    start: datetime, steps: list[tuple[int, time | None, ZoneInfo | None]]
) -> None:
    """Whatever moves time or zone, and however long it sleeps: dates rise, and none is early.

    And right after a tick nothing is due, so the next run lies ahead.
    """
    now, at, zone = start, SIX, BANGKOK
    recorded = due_date(now, at, zone)
    for seconds, new_time, new_zone in steps:
        now += timedelta(seconds=seconds)
        at, zone = new_time or at, new_zone or zone
        ahead = next_slot(now, at, zone, recorded)
        found = due(now, at, zone, recorded)
        assert (ahead.moment <= now) == (found is not None)
        if found is not None:
            assert found == ahead.date > recorded
            recorded = found
        assert due(now, at, zone, recorded) is None
        assert next_slot(now, at, zone, recorded).moment > now


@example(datetime(2011, 12, 1, tzinfo=UTC), time(0, 0, fold=1), ZoneInfo("Pacific/Apia"))
@given(NOWS, TIMES, st.sampled_from(ZONES))
def test_schedule_left_alone_runs_every_date_once(now: datetime, at: time, zone: ZoneInfo) -> None:
    """Waking at each planned moment, a month has one run for each date that there was."""
    recorded = due_date(now, at, zone)
    for _ in range(30):
        slot = next_slot(now, at, zone, recorded)
        now = slot.moment
        found = due(now, at, zone, recorded)
        assert found is not None
        assert found - recorded <= timedelta(days=2 if zone is APIA else 1)
        recorded = found
