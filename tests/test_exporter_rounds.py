"""What is to be done at a moment: the tick with a clock of its own, and `export-now`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import exports
import pytest
from exports import Told, at_work, book, names, put, run_settings

from exporter import batches, rounds, runs
from exporter.destinations.folder import Folder
from exporter.errors import AlarmError, DestinationError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.address import Address
    from exporter.queue import Queue
    from exporter.settings import RunSettings

DAY = exports.NOON.date()
YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def clock() -> exports.SetClock:
    """Stand at noon in Bangkok."""
    return exports.SetClock()


@pytest.fixture
def queue(database: Address, clock: exports.SetClock) -> Iterator[Queue]:
    """Open a queue whose schedule has dealt with yesterday."""
    with exports.open_queue(database, clock) as opened:
        with opened.writing() as connection:
            base = runs.draft(
                connection, "baseline", YESTERDAY, run_settings(), me=exports.ME, now=clock.now()
            )
            runs.begin(connection, base)
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Name the folder to deliver to."""
    return tmp_path / "out"


def tick(
    queue: Queue,
    out: Path,
    clock: exports.SetClock,
    settings: RunSettings | None = None,
    *,
    again: bool = False,
) -> list[str]:
    """Tick once and tell the events as `kind date: how it ended`."""
    told = Told()
    with at_work(queue, out, clock) as shift:
        rounds.tick(shift, settings or run_settings(), told, again=again)
    return exports.outcomes(told)


def test_tick_runs_the_date_once_when_its_time_has_come(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Before 18:00 nothing, at 18:00 the run, and afterwards nothing more that day."""
    put(queue, tmp_path, book(3))
    assert tick(queue, out, clock) == []
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: 3"]
    clock.advance(hours=5, minutes=59)
    assert tick(queue, out, clock) == []
    clock.advance(hours=18, minutes=1)
    assert tick(queue, out, clock) == ["daily 2026-04-01: 0"]


def test_tick_after_a_month_asleep_makes_one_run(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Missed dates are one run under the newest of them."""
    put(queue, tmp_path, book(3))
    clock.advance(days=30)
    assert tick(queue, out, clock) == ["daily 2026-04-29: 3"]
    assert tick(queue, out, clock) == []


def test_tick_with_the_time_moved_into_the_past_runs_at_once(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """At noon the time is moved to 11:00 and the day had no run; moving it again starts none."""
    assert tick(queue, out, clock, run_settings(DAILY_EXPORT_TIME="11:00")) == [
        "daily 2026-03-31: 0"
    ]
    assert tick(queue, out, clock, run_settings(DAILY_EXPORT_TIME="11:30")) == []


def test_empty_day_still_lets_a_waiting_reschedule_through(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """The run that had nothing to export goes by its own settings; the next tick by the new."""
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: 0"]
    clock.advance(hours=18)
    early = run_settings(DAILY_EXPORT_TIME="06:00")
    assert tick(queue, out, clock, early) == ["daily 2026-04-01: 0"]


def test_export_at_six_in_bangkok_carries_bangkoks_date(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """In UTC it is still the evening before."""
    put(queue, tmp_path, book(1))
    clock.advance(hours=18)
    assert clock.now().isoformat() == "2026-03-31T23:00:00+00:00"
    tick(queue, out, clock, run_settings(DAILY_EXPORT_TIME="06:00"))
    assert names(out) == ["batch-2026-04-01-001.csv"]


def test_tick_takes_immediate_entries_when_their_buffer_has_ended(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """By the buffer in force now; all that are due share files; scheduled ones stay."""
    put(queue, tmp_path, book(2, path="immediate"))
    put(queue, tmp_path, book(1, first=3, path="immediate", confidence="0.5"))
    put(queue, tmp_path, book(1, first=4))
    clock.advance(minutes=29, seconds=59)
    assert tick(queue, out, clock) == []
    clock.advance(seconds=1)
    assert tick(queue, out, clock) == ["immediate 2026-03-31: 2"]
    assert tick(queue, out, clock) == []
    assert exports.references(out) == {"R1": 1, "R2": 1}


def test_tick_under_a_shorter_buffer_takes_immediate_entries_sooner(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """The buffer counts from when the entry was queued, by today's setting."""
    put(queue, tmp_path, book(1, path="immediate"))
    clock.advance(minutes=5)
    short = run_settings(IMMEDIATE_EXPORT_BUFFER=5)
    assert tick(queue, out, clock, short) == ["immediate 2026-03-31: 1"]


def test_run_that_failed_yesterday_does_not_block_todays(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Yesterday's file waits for a person; today's run delivers today's entries."""
    put(queue, tmp_path, book(1))
    Folder(out).claim(queue.id)
    (out / "batch-2026-03-31-001.csv").write_text("someone else's")
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: alarm"]
    put(queue, tmp_path, book(2))
    clock.advance(days=1)
    assert tick(queue, out, clock) == ["daily 2026-04-01: 1"]
    (out / "batch-2026-03-31-001.csv").unlink()
    assert tick(queue, out, clock, again=True) == ["daily 2026-03-31: 1"]
    assert exports.references(out) == {"R1": 1, "R2": 1}


def test_run_left_open_goes_on_with_its_own_date_and_settings(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Begun and killed on one day, resumed on the next: name, size and threshold stay."""
    put(queue, tmp_path, book(4))
    with at_work(queue, out, clock) as shift:
        shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=2))
    clock.advance(hours=14)
    assert tick(queue, out, clock, run_settings(MAX_BATCH_SIZE=50)) == ["daily 2026-03-31: 4"]
    assert names(out) == ["batch-2026-03-31-001.csv", "batch-2026-03-31-002.csv"]


def test_run_that_failed_is_retried_when_its_wait_is_over(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """A folder that was not there: tried again after five seconds, under the same date."""
    put(queue, tmp_path, book(1))
    (tmp_path / "disk").write_text("not mounted")
    out = tmp_path / "disk" / "out"
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: failed"]
    (tmp_path / "disk").unlink()
    assert tick(queue, out, clock) == []
    clock.advance(seconds=5)
    assert tick(queue, out, clock) == ["daily 2026-03-31: 1"]


def test_run_put_off_under_a_clock_that_went_back_does_not_wait_for_it(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """No wait is longer than five minutes, whatever the clocks say."""
    (tmp_path / "disk").write_text("not mounted")
    clock.advance(hours=6)
    tick(queue, tmp_path / "disk" / "out", clock)
    clock.advance(hours=-1)
    assert tick(queue, tmp_path / "out", clock) == ["daily 2026-03-31: 0"]


def test_tick_that_is_asked_to_stop_begins_nothing_more(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Neither after a resumed run nor after the due one."""
    put(queue, tmp_path, book(1))
    put(queue, tmp_path, book(1, first=2, path="immediate"))
    clock.advance(hours=6)
    for expected in (["daily 2026-03-31: left"], ["daily 2026-03-31: left"]):
        told = Told()
        with at_work(queue, out, clock, stopping=lambda: True) as shift:
            rounds.tick(shift, run_settings(), told)
        assert exports.outcomes(told) == expected


def test_tick_costs_the_same_however_many_entries_wait(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """It looks every few seconds, so it must not go through the queue."""
    found = []
    for rows in (10, 3000):
        put(queue, tmp_path, book(rows))
        with queue.reading() as connection:
            look = partial(rounds.agenda, connection, run_settings(), clock.now())
            found.append(exports.steps(connection, look))
    assert found[1] < 2 * found[0]


def export_now(
    queue: Queue, out: Path, clock: exports.SetClock, day: date | None = None
) -> list[str]:
    """Export now and tell the events."""
    told = Told()
    with at_work(queue, out, clock) as shift:
        rounds.export_now(shift, run_settings(), told, day=day)
    return exports.outcomes(told)


def test_export_now_delivers_at_once_and_leaves_the_daily_date_alone(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A manual run; the day's own run still comes, and goes on with its numbers."""
    put(queue, tmp_path, book(2))
    assert export_now(queue, out, clock) == ["manual 2026-03-31: 2"]
    put(queue, tmp_path, book(3))
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: 1"]
    assert names(out) == ["batch-2026-03-31-001.csv", "batch-2026-03-31-002.csv"]


def test_export_now_takes_up_what_was_left_open(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Also what waits for a person: calling it is the person's word."""
    put(queue, tmp_path, book(1))
    Folder(out).claim(queue.id)
    (out / "batch-2026-03-31-001.csv").write_text("someone else's")
    assert export_now(queue, out, clock) == ["manual 2026-03-31: alarm"]
    (out / "batch-2026-03-31-001.csv").unlink()
    assert export_now(queue, out, clock) == ["manual 2026-03-31: 1", "manual 2026-03-31: 0"]


def test_export_now_towards_a_folder_that_fails_begins_no_run(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Trying ten times leaves no ten open runs behind."""
    (tmp_path / "disk").write_text("not mounted")
    with pytest.raises(DestinationError):
        export_now(queue, tmp_path / "disk" / "out", clock)
    Folder(out).claim("another queue")
    with pytest.raises(AlarmError):
        export_now(queue, out, clock)
    with queue.reading() as connection:
        assert runs.unfinished(connection) == []


def test_export_of_a_date_is_that_dates_daily_run(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Under its name, once; done by hand before its time, the schedule has nothing left to do."""
    put(queue, tmp_path, book(1))
    assert export_now(queue, out, clock, DAY) == ["daily 2026-03-31: 1"]
    with pytest.raises(RefusedError, match=r"daily export of 2026-03-31 is finished \(run 2\)"):
        export_now(queue, out, clock, DAY)
    clock.advance(hours=6)
    assert tick(queue, out, clock) == []


def test_export_of_a_past_date_leaves_the_schedule_alone(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A missed date can be made up for under its own name."""
    put(queue, tmp_path, book(1))
    assert export_now(queue, out, clock, date(2026, 3, 2)) == ["daily 2026-03-02: 1"]
    clock.advance(hours=6)
    assert tick(queue, out, clock) == ["daily 2026-03-31: 0"]


def test_export_of_a_date_goes_on_with_its_open_run(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """It is the same run, not a second one."""
    put(queue, tmp_path, book(1))
    with at_work(queue, out, clock) as shift:
        shift.begin("daily", DAY, run_settings())
    told = Told()
    with at_work(queue, out, clock) as shift:
        found = rounds.export_now(shift, run_settings(), told, day=DAY)
    assert ([outcome.run.id for outcome in found], told.events[0].facts()["resumed"]) == ([2], True)


def test_export_of_a_date_to_come_is_refused(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """By the export's own zone: at 19:00 UTC tomorrow has begun in Bangkok."""
    tomorrow = DAY + timedelta(days=1)
    with pytest.raises(RefusedError, match="2026-04-01 is in the future: today is 2026-03-31"):
        export_now(queue, out, clock, tomorrow)
    clock.advance(hours=14)
    assert export_now(queue, out, clock, tomorrow) == ["daily 2026-04-01: 0"]


def test_preview_tells_what_would_be_delivered_and_changes_nothing(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """What waits, what is held for review, what is in the buffer, what is frozen already."""
    put(queue, tmp_path, book(5))
    put(queue, tmp_path, book(2, first=6, confidence="0.5"))
    put(queue, tmp_path, book(3, first=8, path="immediate"))
    settings = run_settings(MAX_BATCH_SIZE=2)
    found = [
        rounds.preview(queue, settings, clock.now(), me=exports.ME, day=day) for day in (None, DAY)
    ]
    expected = rounds.Preview(
        date=DAY,
        settings=settings,
        takes=batches.Sum(entries=5, total=1500),
        files=3,
        frozen=0,
        review=2,
        buffered=3,
    )
    assert found == [expected, expected]
    with queue.reading() as connection:
        assert len(runs.latest(connection)) == 1


def test_preview_of_a_date_that_is_refused_refuses(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """A dry run says what the real one would."""
    export_now(queue, out, clock, DAY)
    with pytest.raises(RefusedError):
        rounds.preview(queue, run_settings(), clock.now(), me=exports.ME, day=DAY)


def test_preview_counts_files_that_are_frozen_already(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """They leave with the next export, whoever calls it."""
    put(queue, tmp_path, book(1))
    Folder(out).claim(queue.id)
    (out / "batch-2026-03-31-001.csv").write_text("someone else's")
    export_now(queue, out, clock)
    found = rounds.preview(queue, run_settings(), clock.now(), me=exports.ME)
    assert (found.takes.entries, found.frozen) == (0, 1)


def test_amounts_beyond_64_bits_are_added_up_exactly(queue: Queue, tmp_path: Path) -> None:
    """A thousand of the largest amounts are more than the database can hold as one number."""
    rows = "".join(f"2026-03-01,Large,-{'9' * 15}.99,Books,R{n}\n" for n in range(200))
    put(queue, tmp_path, f"date,description,amount,category,reference\n{rows}")
    with queue.reading() as connection:
        found = batches.add_up(connection, batches.waiting())
    assert found == batches.Sum(entries=200, total=-200 * (10**17 - 1))
