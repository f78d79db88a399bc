"""What the exporter says: spans, effects, tables, and each event in its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exports import ME, NOON, run_settings

from exporter import events, notices, runs, settings, texts
from exporter.slots import Slot
from gitcfg import Author, Change, Finding

ZONE = ZoneInfo("Asia/Bangkok")
DAY = NOON.date()
TONIGHT = Slot(DAY, NOON + timedelta(hours=7, minutes=30))
WHEN: dict[str, Any] = {"time": NOON, "zone": ZONE}
NOK = Author("Nok", "nok@example.com")
CHANGE = Change(
    key="DAILY_EXPORT_TIME",
    old="18:00",
    new="19:30",
    version=5,
    revision="a" * 40,
    author=NOK,
    reason="Peak time adjustment\n\nAgreed in the meeting.",
)
RUN = runs.Run(
    id=7,
    kind="daily",
    date=DAY,
    state="done",
    started=NOON,
    finished=NOON + timedelta(seconds=2),
    upto=3,
    cursor=3,
    cutoff=NOON,
    settings=run_settings(),
    host=ME.host,
    pid=1,
    attempts=0,
    retry=None,
    error=None,
    entries=3,
    total=-123450,
    files=("batch-2026-03-31-001.csv",),
)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=61), "2 min"),
        (timedelta(minutes=59, seconds=59), "1 h 0 min"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(days=2, hours=5), "2 d 5 h"),
    ],
)
def test_span_is_told_in_its_two_largest_units(length: timedelta, text: str) -> None:
    """Rounded up to the minute, so that nothing comes later than was said."""
    assert texts.span(length) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (-1, "next export now"),
        (0, "next export now"),
        (7.5, "next export today 19:30"),
        (12, "next export tomorrow 00:00"),
        (36, "next export 2026-04-02 00:00"),
    ],
)
def test_effect_names_the_day_as_people_do(hours: float, text: str) -> None:
    """Today, tomorrow, or the date, in the export's zone."""
    slot = Slot(DAY, NOON + timedelta(hours=hours))
    assert texts.effect(slot, NOON, ZONE) == text


def test_forecast_adds_offset_and_how_long() -> None:
    """So nobody has to reckon with zones; what is due needs neither."""
    assert texts.forecast(TONIGHT, NOON, ZONE) == (
        "next export today 19:30 (+07:00), in 7 h 30 min"
    )
    assert texts.forecast(Slot(DAY, NOON), NOON, ZONE) == "next export now"
    assert texts.full_time(None, ZONE) == "-"


def test_table_aligns_numbers_to_the_right() -> None:
    """And leaves no spaces at the end of a line."""
    assert texts.table([("A", "N"), ("b", "100"), ("ccc", "1")], right=frozenset({1})) == (
        "A      N\nb    100\nccc    1"
    )
    assert texts.count(1, "entry", "entries") == "1 entry"
    assert texts.count(2000, "file") == "2,000 files"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            events.BaselineSet(**WHEN, date=date(2026, 3, 30), next=TONIGHT, waiting=1),
            (
                "new queue: the schedule begins after 2026-03-30, nothing earlier is made up for\n"
                "1 entry waits and will leave today 19:30 (+07:00), in 7 h 30 min; "
                "`exporter export-now` delivers it now"
            ),
        ),
        (
            events.BaselineSet(**WHEN, date=date(2026, 3, 30), next=TONIGHT, waiting=0),
            "new queue: the schedule begins after 2026-03-30, nothing earlier is made up for",
        ),
        (
            events.SettingsChanged(**WHEN, change=CHANGE, next=TONIGHT, effect="…"),
            (
                'DAILY_EXPORT_TIME "18:00" → "19:30"  v5 by Nok <nok@example.com>: '
                "Peak time adjustment\nnext export today 19:30 (+07:00), in 7 h 30 min"
            ),
        ),
        (
            events.SettingsChanged(
                **WHEN,
                change=replace(CHANGE, uncommitted=True, author=None, reason=None),
                next=Slot(DAY, NOON),
                effect="…",
            ),
            'DAILY_EXPORT_TIME "18:00" → "19:30"  uncommitted\nnext export now',
        ),
        (
            events.SettingsCommitted(
                **WHEN, change=replace(CHANGE, reason=""), next=TONIGHT, effect="…"
            ),
            'DAILY_EXPORT_TIME "19:30" is committed now: v5 by Nok <nok@example.com>',
        ),
        (
            events.SettingsRefused(
                **WHEN,
                findings=(
                    Finding(
                        severity="error",
                        message="Batch size too large",
                        rule="maximum",
                        key="MAX_BATCH_SIZE",
                        file="config/performance.yaml",
                        line=2,
                    ),
                    Finding(severity="error", message="no such thing", rule="x"),
                ),
                held="b" * 40,
                next=TONIGHT,
            ),
            (
                "settings refused\n"
                "config/performance.yaml:2: MAX_BATCH_SIZE: Batch size too large\n"
                "no such thing\n"
                "the old settings and schedule hold (revision bbbbbbbbbbbb): "
                "next export today 19:30 (+07:00), in 7 h 30 min"
            ),
        ),
        (
            events.SettingsRefused(**WHEN, findings=(), held=None, next=TONIGHT),
            (
                "settings refused\nthe old settings and schedule hold: "
                "next export today 19:30 (+07:00), in 7 h 30 min"
            ),
        ),
        (
            events.SettingsRepaired(**WHEN, revision="c" * 40, next=TONIGHT),
            (
                "settings are in order again (revision cccccccccccc): "
                "next export today 19:30 (+07:00), in 7 h 30 min"
            ),
        ),
        (
            events.JobStarted(**WHEN, run=RUN, resumed=False),
            "daily export of 2026-03-31 begins under revision aaaaaaaaaaaa",
        ),
        (
            events.JobStarted(**WHEN, run=replace(RUN, kind="immediate"), resumed=True),
            "immediate export of 2026-03-31 goes on under revision aaaaaaaaaaaa",
        ),
        (
            events.JobCompleted(
                **WHEN, run=RUN, success=True, error=None, retry=None, seconds=1.26, destination="d"
            ),
            "daily export of 2026-03-31 done: 3 entries in 1 file, total -1234.50, to d in 1.3 s",
        ),
        (
            events.JobCompleted(
                **WHEN,
                run=replace(RUN, entries=0, files=()),
                success=True,
                error=None,
                retry=None,
                seconds=0,
                destination="d",
            ),
            "daily export of 2026-03-31 done: nothing to deliver",
        ),
        (
            events.JobCompleted(
                **WHEN,
                run=RUN,
                success=False,
                error="disk full",
                retry=NOON + timedelta(seconds=5),
                seconds=1,
                destination="d",
            ),
            (
                "daily export of 2026-03-31 failed after 3 entries in 1 file: disk full\n"
                "tried again at 12:00:05+07:00"
            ),
        ),
        (
            events.JobCompleted(
                **WHEN, run=RUN, success=False, error="!", retry=None, seconds=1, destination="d"
            ),
            (
                "daily export of 2026-03-31 failed after 3 entries in 1 file: !\n"
                "it waits for a person, then `exporter export-now`"
            ),
        ),
        (
            events.JobCompleted(
                **WHEN,
                run=RUN,
                success=False,
                error="disk full",
                retry=NOON,
                seconds=1,
                destination="d",
                daemon=False,
            ),
            (
                "daily export of 2026-03-31 failed after 3 entries in 1 file: disk full\n"
                "nothing tries it again by itself, for no daemon runs: "
                "start `exporter run`, or call `exporter export-now` again"
            ),
        ),
        (
            events.JobInterrupted(**WHEN, run=RUN, daemon=False),
            (
                "daily export of 2026-03-31 is left after 1 file; to go on there, "
                "start `exporter run`, or call `exporter export-now` again"
            ),
        ),
        (
            events.JobInterrupted(**WHEN, run=RUN, daemon=True),
            "daily export of 2026-03-31 is left after 1 file; the running daemon goes on there",
        ),
        (
            events.JobInterrupted(**WHEN, run=RUN),
            "daily export of 2026-03-31 is left after 1 file; the next start goes on there",
        ),
        (events.Noticed(**WHEN, message="renumbered"), "note: renumbered"),
        (events.Trouble(**WHEN, message="locked"), "trouble: locked"),
        (
            events.Recovered(**WHEN, message="locked", since=NOON - timedelta(minutes=3)),
            "recovered after 3 min: the exports go on",
        ),
        (events.Stopped(**WHEN), "exporter stopped"),
    ],
)
def test_event_in_its_words(event: events.Event, expected: str) -> None:
    """One line with the time in the export's zone, what belongs to it indented."""
    indent = " " * len("12:00:00+07:00  ")
    assert notices.text(event) == "12:00:00+07:00  " + expected.replace("\n", "\n" + indent)


def test_start_shows_settings_versions_and_the_next_run() -> None:
    """A default and an uncommitted value are told as such."""
    used = list(run_settings().used)
    used[0] = replace(used[0], value="19:30", version=2)
    used[1] = replace(used[1], version=0)
    used[4] = replace(used[4], value=50, uncommitted=True)
    event = events.Started(
        **WHEN,
        settings=made_of(used),
        next=TONIGHT,
        waiting=2,
        review=1,
        destination="/srv/out",
    )
    assert notices.text(event).splitlines() == [
        "12:00:00+07:00  exporter runs",
        "                SETTING                  VALUE           VERSION  REVISION",
        '                DAILY_EXPORT_TIME        "19:30"         v2       aaaaaaaaaaaa',
        '                EXPORT_TIMEZONE          "Asia/Bangkok"  default  aaaaaaaaaaaa',
        "                IMMEDIATE_EXPORT_BUFFER  30              v1       aaaaaaaaaaaa",
        "                AI_CONFIDENCE_THRESHOLD  0.85            v1       aaaaaaaaaaaa",
        "                MAX_BATCH_SIZE           50              v1       uncommitted",
        "",
        (
            "                next export today 19:30 (+07:00), in 7 h 30 min; "
            "2 entries wait, 1 more for review"
        ),
        "                delivers to /srv/out",
    ]


def test_run_under_uncommitted_settings_says_so() -> None:
    """The base revision, each deviating key with its value, and the word."""
    used = list(run_settings().used)
    used[4] = replace(used[4], value=50, uncommitted=True)
    run = replace(RUN, settings=made_of(used))
    assert notices.text(events.JobStarted(**WHEN, run=run, resumed=False)).endswith(
        "begins under revision aaaaaaaaaaaa with uncommitted MAX_BATCH_SIZE 50"
    )


def test_words_of_people_cannot_steer_the_terminal() -> None:
    """Control characters are shown as escapes, Thai text as it is."""
    change = replace(CHANGE, author=Author("N\x1b[31mok", "n@e"), reason="\u0e40\u0e22\u0e47\u0e19")
    text = notices.text(events.SettingsChanged(**WHEN, change=change, next=TONIGHT, effect="…"))
    assert "N\\x1b[31mok" in text
    assert text.splitlines()[0].endswith(": \u0e40\u0e22\u0e47\u0e19")


def test_every_event_has_its_facts_in_the_log() -> None:
    """A line of the log is the event's name and JSON, times in UTC."""
    line = notices.log_line(events.Trouble(**WHEN, message="locked"))
    assert line == (
        'trouble {"event": "trouble", "time": "2026-03-31T05:00:00.000000+00:00", '
        '"message": "locked"}'
    )
    facts = events.SettingsRefused(
        **WHEN,
        findings=(Finding(severity="error", message="m", rule="r"),),
        held=None,
        next=TONIGHT,
    ).facts()
    assert facts["findings"][0]["message"] == "m"
    assert facts["next_run"] == "2026-03-31T12:30:00.000000+00:00"


def test_event_without_words_is_a_mistake_of_ours() -> None:
    """A new event needs its words."""
    with pytest.raises(AssertionError, match="no words"):
        notices.text(Wordless(**WHEN))


class Wordless(events.Event):
    """An event that nobody wrote words for."""

    name = "wordless"


def made_of(used: list[settings.Used]) -> settings.RunSettings:
    """Make run settings of changed ones."""
    return settings.make("a" * 40, used)
