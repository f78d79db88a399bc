"""Freeze, reserve, deliver, confirm: every entry leaves exactly once, whatever fails between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import exports
import pytest
from exports import at_work, book, names, put, run_settings
from sqlalchemy import insert, select, update

from exporter import batches, delivery, freezing, leases, runs
from exporter.destinations.folder import Folder
from exporter.errors import DestinationError, HeldError, LeaseLostError
from exporter.process import Process
from exporter.tables import batches as files
from exporter.tables import contents, destinations, entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.address import Address
    from exporter.batches import Batch
    from exporter.destinations import File
    from exporter.queue import Queue
    from exporter.runs import Kind

KINDS: tuple[Kind, ...] = ("daily", "immediate", "manual")
DAY = exports.NOON.date()


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


def test_run_delivers_all_in_queue_order_in_files_of_the_size(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """At most MAX_BATCH_SIZE rows each, numbered from 001, the last one with the rest."""
    put(queue, tmp_path, book(25))
    with at_work(queue, out, clock) as shift:
        run = shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=10))
        done = shift.carry_out(run)
    assert (done.state, done.run.entries, done.run.total) == ("done", 25, 25 * 26 // 2 * 100)
    assert names(out) == [f"batch-2026-03-31-00{n}.csv" for n in (1, 2, 3)] == list(done.run.files)
    assert [row["Reference"] for row in exports.delivered_rows(out)] == [
        f"R{n}" for n in range(1, 26)
    ]
    assert exports.total(out) == Decimal(325)


def test_run_with_nothing_to_deliver_is_done_and_leaves_no_file(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """An empty day has a run on record and no empty file."""
    with at_work(queue, out, clock) as shift:
        done = shift.carry_out(shift.begin("daily", DAY, run_settings()))
    assert (done.state, done.run.state, done.run.files, names(out)) == ("done", "done", (), [])


def test_numbers_of_a_date_go_on_over_runs(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A second run of the date does not begin at 001 again; another date does."""
    for first, day in ((1, DAY), (2, DAY), (3, DAY.replace(day=30))):
        put(queue, tmp_path, book(1, first=first))
        with at_work(queue, out, clock) as shift:
            shift.carry_out(shift.begin("manual", day, run_settings()))
    assert names(out) == [
        *("batch-2026-03-30-001.csv", "batch-2026-03-31-001.csv", "batch-2026-03-31-002.csv"),
    ]


def test_run_takes_what_was_queued_before_it_began(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """What comes in while it works waits for the next run."""
    put(queue, tmp_path, book(3))
    with at_work(queue, out, clock) as shift:
        run = shift.begin("daily", DAY, run_settings())
        put(queue, tmp_path, book(5))
        assert shift.carry_out(run).run.entries == 3


def test_run_of_each_kind_takes_its_own_path(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Daily: scheduled ones. Immediate: those whose buffer ended. Manual: both."""
    put(queue, tmp_path, book(1, first=1))
    put(queue, tmp_path, book(1, first=2, path="immediate"))
    clock.advance(minutes=20)
    put(queue, tmp_path, book(1, first=3, path="immediate"), clock=clock)
    clock.advance(minutes=10)
    found = {}
    with queue.reading() as connection:
        for kind in KINDS:
            run = runs.draft(connection, kind, DAY, run_settings(), me=exports.ME, now=clock.now())
            chosen = select(entries.c.reference).where(batches.taken(kind))
            found[kind] = list(connection.scalars(chosen, batches.bounds(run)))
    assert found == {"daily": ["R1"], "immediate": ["R2"], "manual": ["R1", "R2"]}


def test_claim_of_a_batch_looks_at_its_entries_only(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """Neither what was exported before nor what waits behind makes it slower."""
    steps = []
    for rows in (100, 3000):
        put(queue, tmp_path, book(rows))
        with queue.writing() as connection:
            facts = {"kind": "folder", "mark": str(rows), "place": "nowhere"}
            made = insert(destinations).values(**facts).returning(destinations.c.id)
            there = connection.execute(made).scalar_one()
            settings = run_settings(MAX_BATCH_SIZE=50)
            draft = runs.draft(connection, "manual", DAY, settings, me=exports.ME, now=clock.now())
            run = runs.begin(connection, draft)
            freeze = partial(freezing.freeze_next, connection, run, there, exports.ME, clock.now())
            steps.append(exports.steps(connection, freeze))
    assert steps[1] < 2 * steps[0]


@pytest.mark.parametrize(
    ("confidence", "threshold", "leaves"),
    [
        *[("0.85", 0.85, True), ("0.850", 0.85, True), ("0.8499", 0.85, False), ("", 1.0, True)],
        *[
            ("0.9", 0.9, True),
            ("1", 1, True),
            ("0.999", 1, False),
            ("0", 0, True),
            ("0.1", 0, True),
        ],
    ],
)
def test_confidence_is_compared_as_it_was_written(
    queue: Queue, tmp_path: Path, out: Path, confidence: str, *, threshold: float, leaves: bool
) -> None:
    """Equal passes, which no binary float can promise; none needs no review."""
    put(queue, tmp_path, book(1, confidence=confidence))
    with at_work(queue, out, exports.SetClock()) as shift:
        settings = run_settings(AI_CONFIDENCE_THRESHOLD=threshold)
        done = shift.carry_out(shift.begin("daily", DAY, settings))
    assert (done.run.entries == 1) is leaves


def test_threshold_lowered_later_frees_what_was_held(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Held entries stay in the queue, in their place, and stop no others."""
    put(queue, tmp_path, book(2, confidence="0.5"))
    put(queue, tmp_path, book(2, first=3))
    with at_work(queue, out, clock) as shift:
        first = shift.carry_out(shift.begin("manual", DAY, run_settings()))
        lower = run_settings(AI_CONFIDENCE_THRESHOLD=0.5)
        second = shift.carry_out(shift.begin("manual", DAY, lower))
    assert (first.run.entries, second.run.entries) == (2, 2)
    assert [row["Reference"] for row in exports.delivered_rows(out)] == ["R3", "R4", "R1", "R2"]


def test_file_of_another_content_alarms_its_batch_and_blocks_no_other(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """The second of three names is taken: one and three are delivered, two waits for a person."""
    with at_work(queue, out, clock) as shift:
        shift.carry_out(shift.begin("manual", DAY, run_settings()))
        put(queue, tmp_path, book(3))
        taken = out / "batch-2026-03-31-002.csv"
        taken.write_text("someone else's")
        stopped = shift.carry_out(shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=1)))
        assert (stopped.state, stopped.run.state, stopped.run.entries) == ("alarm", "alarm", 2)
        assert f"{taken} exists with other content" in (stopped.error or "")
        taken.unlink()
        # gone or not: without a person's word it is not tried again
        assert shift.carry_out(stopped.run).state == "alarm"
        done = shift.carry_out(stopped.run, again=True)
    assert (done.state, done.run.error, done.run.entries) == ("done", None, 3)
    assert exports.references(out) == {"R1": 1, "R2": 1, "R3": 1}


def test_run_towards_another_queues_folder_waits_for_a_person(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Nothing is frozen for a folder that is not ours."""
    Folder(out).claim("another queue")
    put(queue, tmp_path, book(1))
    with at_work(queue, out, clock) as shift:
        stopped = shift.carry_out(shift.begin("daily", DAY, run_settings()))
    assert (stopped.state, stopped.run.state, names(out)) == ("alarm", "alarm", [])
    assert "belongs to another queue" in (stopped.error or "")
    with queue.reading() as connection:
        assert connection.execute(select(files)).all() == []


def test_run_towards_a_folder_that_lost_its_marker_waits_for_a_person(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Where batches were delivered and no marker is, the disk may not be mounted."""
    put(queue, tmp_path, book(2))
    with at_work(queue, out, clock) as shift:
        shift.carry_out(shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=1)))
        out.rename(tmp_path / "unmounted")
        stopped = shift.carry_out(shift.begin("manual", DAY, run_settings()))
    assert stopped.state == "alarm"
    assert "got 2 batches from this queue and now bears no marker" in (stopped.error or "")
    assert not out.exists()


def test_failure_is_put_off_longer_each_time(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """A folder that cannot be made: 5 s, 10 s, 20 s …, at most five minutes."""
    put(queue, tmp_path, book(1))
    (tmp_path / "blocked").write_text("a file")
    waits = []
    with at_work(queue, tmp_path / "blocked" / "out", clock) as shift:
        run = shift.begin("daily", DAY, run_settings())
        for _ in range(8):
            failed = shift.carry_out(run)
            run = failed.run
            assert (failed.state, run.state, run.retry) == ("failed", "open", failed.retry)
            waits.append(((failed.retry or clock.now()) - clock.now()).total_seconds())
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert "could not" in (run.error or "")


def test_destination_changed_later_does_not_move_frozen_files(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A batch keeps the folder it was frozen for; what is frozen later goes to the new one."""
    put(queue, tmp_path, book(2))
    with at_work(queue, out, clock) as shift:
        shift.carry_out(shift.begin("immediate", DAY, run_settings()))
        (out / "batch-2026-03-31-001.csv").mkdir()  # so that its delivery fails
        run = shift.carry_out(shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=1))).run
    (out / "batch-2026-03-31-001.csv").rmdir()
    with at_work(queue, tmp_path / "new", clock) as shift:
        assert shift.carry_out(run).state == "done"
    assert exports.references(out) == {"R1": 1}
    assert exports.references(tmp_path / "new") == {"R2": 1}


def test_frozen_bytes_are_what_is_delivered_whatever_changes(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A retry delivers what was frozen, not what the entries would give today."""
    put(queue, tmp_path, book(1))
    with at_work(queue, out, clock) as shift:
        shift.carry_out(shift.begin("immediate", DAY, run_settings()))
        (out / "batch-2026-03-31-001.csv").mkdir()
        run = shift.carry_out(shift.begin("daily", DAY, run_settings())).run
        (out / "batch-2026-03-31-001.csv").rmdir()
        with queue.writing() as connection:
            connection.execute(update(entries).values(description="changed"))
            frozen = connection.execute(select(contents.c.bytes)).scalar_one()
        shift.carry_out(run)
    assert (out / "batch-2026-03-31-001.csv").read_bytes() == frozen
    assert b"changed" not in frozen


def test_stop_leaves_the_rest_to_the_next_start(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Between two files is the place to end; the run stays open and goes on there."""
    put(queue, tmp_path, book(3))
    delivered: list[Batch] = []
    with at_work(
        *(queue, out, clock), delivered=delivered.append, stopping=lambda: len(delivered) == 2
    ) as shift:
        stopped = shift.carry_out(shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=1)))
    assert (stopped.state, stopped.run.state, stopped.run.entries) == ("stopped", "open", 2)
    with at_work(queue, out, clock) as shift:
        assert shift.carry_out(stopped.run).state == "done"
    assert exports.references(out) == {"R1": 1, "R2": 1, "R3": 1}


def test_stop_before_a_frozen_file_leaves_that_too(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """What an earlier attempt froze is not begun either when an end is asked for."""
    put(queue, tmp_path, book(1))
    with at_work(queue, out, clock) as shift:
        shift.carry_out(shift.begin("immediate", DAY, run_settings()))
        (out / "batch-2026-03-31-001.csv").mkdir()
        run = shift.carry_out(shift.begin("daily", DAY, run_settings())).run
        (out / "batch-2026-03-31-001.csv").rmdir()
    with at_work(queue, out, clock, stopping=lambda: True) as shift:
        assert shift.carry_out(run).state == "stopped"
    assert names(out) == []


def test_shift_of_another_process_is_told(queue: Queue, out: Path, clock: exports.SetClock) -> None:
    """Who works, and for how long already."""
    with queue.writing() as connection:
        leases.take(connection, Process("elsewhere", 4711, ""), clock.now())
    clock.advance(seconds=8)
    with (
        pytest.raises(HeldError, match="process 4711 on elsewhere has been exporting for 8 s"),
        at_work(queue, out, clock),
    ):
        pass


def test_shift_that_lost_its_lease_changes_nothing_more(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Asleep past the lease, it wakes to find that another process has done the work."""
    put(queue, tmp_path, book(2))
    with at_work(queue, out, clock) as asleep:
        run = asleep.begin("daily", DAY, run_settings())
        clock.advance(seconds=leases.LENGTH.total_seconds() + 1)
        with at_work(queue, out, clock) as awake:
            assert awake.carry_out(run).state == "done"
        with pytest.raises(LeaseLostError):
            asleep.carry_out(run)
        with pytest.raises(LeaseLostError):
            asleep.begin("manual", DAY, run_settings())
    assert exports.references(out) == {"R1": 1, "R2": 1}


def test_shift_is_free_for_the_next_one_when_it_ends(
    queue: Queue, out: Path, clock: exports.SetClock
) -> None:
    """Nobody waits for a lease that its holder gave back."""
    with at_work(queue, out, clock) as first:
        pass
    with at_work(queue, out, clock) as second:
        assert second.lease.fence == first.lease.fence + 1


@dataclass
class Reserving:
    """A destination that sets ids aside, as an object store may."""

    kind: str = "folder"
    place: str = "nowhere"
    marker: tuple[str, str] | None = None
    fails: bool = True
    got: list[File] = field(default_factory=list)

    def doubts(self) -> tuple[str, ...]:
        """Have none."""
        return ()

    def sibling(self, place: str) -> None:
        """Know no other place."""

    def mark(self) -> tuple[str, str] | None:
        """Tell the marker."""
        return self.marker

    def claim(self, queue: str) -> str:
        """Take the queue's marker."""
        self.marker = (queue, "m")
        return "m"

    def prepare(self) -> None:
        """Have nothing to tidy."""

    def reserve(self, name: str) -> str | None:
        """Set a new id aside."""
        return f"id {len(self.got)} of {name}"

    def deliver(self, file: File) -> None:
        """Take the file, and lose the answer the first time."""
        self.got.append(file)
        if self.fails:
            self.fails = False
            raise DestinationError("the answer was lost")

    def look(self, file: File) -> bytes | None:
        """Read back what was taken."""
        return next((one.content for one in self.got if one.name == file.name), None)


def test_reserved_id_is_on_record_before_it_is_used_and_kept(
    queue: Queue, tmp_path: Path, clock: exports.SetClock
) -> None:
    """After a doubtful delivery the retry comes with the very same id and bytes."""
    put(queue, tmp_path, book(1))
    there = Reserving()
    with delivery.shift(queue, there, me=exports.ME, clock=clock) as shift:
        run = shift.begin("daily", DAY, run_settings())
        assert shift.carry_out(run).state == "failed"
        assert shift.carry_out(run).state == "done"
    first, second = there.got
    assert replace(first, doubtful=True) == second
    assert first.reserved == "id 0 of batch-2026-03-31-001.csv"
