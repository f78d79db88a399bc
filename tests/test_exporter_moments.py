"""Awkward moments: clocks that change, midnight within a run, settings moved in the middle of one.

The dates of `America/New_York` are those of 2026: on 8 March the clocks skip 02:00 to 03:00, on
1 November they show 01:00 to 02:00 twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import exports
import pytest
from exports import Told, at_work, book, put, run_settings

from exporter import delivery, rounds, runs
from exporter.destinations.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from exporter.address import Address
    from exporter.destinations import File
    from exporter.queue import Queue
    from exporter.settings import RunSettings

SKIPPED, TWICE = date(2026, 3, 8), date(2026, 11, 1)


@pytest.fixture
def clock() -> exports.SetClock:
    """Stand at noon in Bangkok."""
    return exports.SetClock()


@pytest.fixture
def queue(database: Address, clock: exports.SetClock) -> Iterator[Queue]:
    """Open a new queue."""
    with exports.open_queue(database, clock) as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Name the folder to deliver to."""
    return tmp_path / "out"


def begin_schedule(queue: Queue, day: date, settings: RunSettings) -> None:
    """Record a baseline."""
    with queue.writing() as connection:
        draft = runs.draft(
            connection, "baseline", day, settings, me=exports.ME, now=datetime.now(UTC)
        )
        runs.begin(connection, draft)


@pytest.mark.parametrize("day", [SKIPPED, TWICE])
@pytest.mark.parametrize("at", ["01:30", "02:30", "03:00", "18:00"])
def test_days_on_which_the_clocks_change_are_exported_once(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock, *, day: date, at: str
) -> None:
    """Ticking through three days around it, each date has one run, and every entry leaves once."""
    settings = run_settings(EXPORT_TIMEZONE="America/New_York", DAILY_EXPORT_TIME=at)
    begin_schedule(queue, day - timedelta(days=2), settings)
    clock.moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) - timedelta(days=1)
    told = Told()
    for number in range(1, 37):
        if number % 6 == 0:
            put(queue, tmp_path, book(1, first=number // 6), clock=clock)
        with at_work(queue, out, clock) as shift:
            rounds.tick(shift, settings, told)
        clock.advance(hours=2)
    dates = [event.facts()["date"] for event in told.events if event.name == "job_completed"]
    expected = [day + timedelta(days=shift) for shift in (-1, 0, 1)]
    assert dates == [str(one) for one in expected]
    assert set(exports.references(out).values()) == {1}


class During(Folder):
    """A folder at whose n-th file something happens."""

    def __init__(self, path: Path, happens: Callable[[], object], *, at: int) -> None:
        super().__init__(path)
        self._happens = happens
        self._left = at

    def deliver(self, file: File) -> None:
        """Let it happen, then deliver."""
        self._left -= 1
        if self._left == 0:
            self._happens()
        super().deliver(file)


def test_run_over_midnight_keeps_its_date_and_the_new_day_has_its_own(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Begun at 21:59:59, its last files come after midnight, under the name of its start."""
    settings = run_settings(DAILY_EXPORT_TIME="21:59", MAX_BATCH_SIZE=1)
    begin_schedule(queue, exports.NOON.date() - timedelta(days=1), settings)
    put(queue, tmp_path, book(3))
    clock.advance(hours=9, minutes=59, seconds=59)
    told = Told()
    over = During(out, lambda: clock.advance(hours=3), at=2)
    with delivery.shift(queue, over, me=exports.ME, clock=exports.SetClock(clock.now())) as shift:
        rounds.tick(shift, settings, told)
    put(queue, tmp_path, book(1, first=4), clock=clock)
    clock.advance(hours=21)
    with at_work(queue, out, clock) as shift:
        rounds.tick(shift, settings, told)
    assert exports.outcomes(told) == ["daily 2026-03-31: 3", "daily 2026-04-01: 1"]
    assert exports.names(out) == [
        *(f"batch-2026-03-31-00{number}.csv" for number in (1, 2, 3)),
        "batch-2026-04-01-001.csv",
    ]


@pytest.mark.parametrize(
    "step", ["frozen", "written", "linked", "delivered", "confirmed", "settled"]
)
@pytest.mark.parametrize("key", ["MAX_BATCH_SIZE", "DAILY_EXPORT_TIME", "EXPORT_TIMEZONE"])
def test_settings_moved_within_a_run_change_nothing_of_it(
    queue: Queue,
    tmp_path: Path,
    out: Path,
    clock: exports.SetClock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    step: str,
    key: str,
) -> None:
    """At whichever step: a tick under the new ones goes on with the old run as it was begun."""
    moved = {"MAX_BATCH_SIZE": 50, "DAILY_EXPORT_TIME": "11:00", "EXPORT_TIMEZONE": "Asia/Tokyo"}
    before, after = run_settings(MAX_BATCH_SIZE=1), run_settings(**{key: moved[key]})
    begin_schedule(queue, exports.NOON.date() - timedelta(days=1), before)
    put(queue, tmp_path, book(3))
    clock.advance(hours=6)

    def fall(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    for module in ("carrying", "delivery", "supply", "destinations.folder"):
        monkeypatch.setattr(f"exporter.{module}.point", fall)
    with pytest.raises(KeyboardInterrupt), at_work(queue, out, clock) as shift:
        rounds.tick(shift, before, Told())
    monkeypatch.undo()
    for _ in range(2):
        with at_work(queue, out, clock) as shift:
            rounds.tick(shift, after, Told())
    assert exports.names(out) == [f"batch-2026-03-31-00{number}.csv" for number in (1, 2, 3)]
    assert exports.references(out) == {"R1": 1, "R2": 1, "R3": 1}
    with queue.reading() as connection:
        daily = [run for run in runs.latest(connection) if run.kind == "daily"]
    assert [(str(run.date), run.state, run.entries) for run in daily] == [("2026-03-31", "done", 3)]


@pytest.mark.parametrize("step", [timedelta(hours=-3), timedelta(days=40), timedelta(hours=-30)])
def test_clock_that_is_stepped_neither_repeats_nor_loses_a_date(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock, step: timedelta
) -> None:
    """Forwards, backwards, and put right again: no date twice, and the schedule goes on."""
    settings = run_settings()
    begin_schedule(queue, exports.NOON.date() - timedelta(days=1), settings)
    told = Told()
    put(queue, tmp_path, book(1))
    for length in (timedelta(hours=6), step, -step, timedelta(days=1), timedelta(days=41)):
        clock.moment += length
        with at_work(queue, out, clock) as shift:
            rounds.tick(shift, settings, told)
    dates = [event.facts()["date"] for event in told.events if event.name == "job_completed"]
    assert len(dates) == len(set(dates))
    assert dates[0] == "2026-03-31"
    assert dates[-1] == str((clock.now() + timedelta(hours=7)).date())
    assert exports.references(out) == {"R1": 1}
