"""Several processes on one queue: who leads, who helps, who takes over, and what others see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter, wait_until
from exports import Told, at_work, book, put, run_settings
from postgres import on_server
from sqlalchemy import func, select, text, update

from exporter import batches, claims, freezing, helping, leases, portions, roster, rounds, runs
from exporter import postgres as postgres_queue
from exporter.carrying import Carrier
from exporter.destinations import registry
from exporter.destinations.folder import Folder
from exporter.errors import DestinationError, LeaseLostError, QueueError
from exporter.heartbeat import Heartbeat
from exporter.leases import Lease
from exporter.process import Process
from exporter.queue import Queue
from exporter.records import daemons
from exporter.supply import Supply
from exporter.tables import batches as files
from exporter.tables import entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from postgres import Postgres
    from sqlalchemy import Connection

    from exporter.address import Address
    from exporter.batches import Batch
    from exporter.destinations import File
    from exporter.destinations.registry import Registered
    from exporter.portions import Portion
    from exporter.runs import Run

DAY = exports.NOON.date()
OTHER = Process("elsewhere", 4711, "")
SMALL = run_settings(MAX_BATCH_SIZE=1)


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


def begun(queue: Queue, out: Path, clock: exports.SetClock) -> tuple[Run, Registered]:
    """Leave a run behind that another process leads just now."""
    there = registry.register(queue, Folder(out))
    with at_work(queue, out, clock) as shift:
        run = shift.begin("daily", DAY, SMALL)
    with queue.writing() as connection:
        leases.take(connection, OTHER, clock.now())
        runs.aim(connection, run, there.id)
    return run, there


def supply(queue: Queue, run: Run, there: Registered, me: Process = OTHER) -> Supply:
    """Claim files for a process."""
    return Supply(queue=queue, run=run, destination=there.id, me=me, guard=_nothing)


def _nothing(connection: Connection) -> None:
    del connection


def lend_a_hand(queue: Queue, out: Path, clock: exports.SetClock) -> int:
    """Help with whatever is at work."""
    return helping.lend_a_hand(queue, Folder(out), me=exports.ME, clock=clock)


def test_helper_brings_files_of_a_run_that_another_leads(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """It begins and closes nothing; who leads finds all delivered and closes the run."""
    put(queue, tmp_path, book(3))
    run, _ = begun(queue, out, clock)
    assert lend_a_hand(queue, out, clock) == 3
    assert exports.references(out) == {"R1": 1, "R2": 1, "R3": 1}
    clock.advance(seconds=leases.LENGTH.total_seconds())
    with at_work(queue, out, clock) as shift:
        done = shift.carry_out(run)
    assert (done.state, done.run.entries, done.run.files) == (
        *("done", 3, tuple(exports.names(out))),
    )


def test_helper_leaves_alone_what_nobody_leads_or_goes_elsewhere(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """A run put off, done, not begun, or towards another folder is not for it to bring."""
    put(queue, tmp_path, book(3))
    assert lend_a_hand(queue, out, clock) == 0
    run, _ = begun(queue, out, clock)
    assert lend_a_hand(queue, tmp_path / "other", clock) == 0
    with queue.writing() as connection:
        runs.put_off(connection, run, "full", now=clock.now())
    assert lend_a_hand(queue, out, clock) == 0
    with queue.writing() as connection:
        runs.settle(connection, run, now=clock.now())
    assert lend_a_hand(queue, out, clock) == 0


def test_helper_whose_folder_fails_leaves_the_file_to_others_at_once(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Nobody waits for its lease; it says what is wrong here."""
    put(queue, tmp_path, book(1))
    begun(queue, out, clock)
    (out / "batch-2026-03-31-001.csv").mkdir()
    with pytest.raises(DestinationError):
        lend_a_hand(queue, out, clock)
    (out / "batch-2026-03-31-001.csv").rmdir()
    assert helping.lend_a_hand(queue, Folder(out), me=OTHER, clock=clock) == 1


def test_leader_waits_for_a_living_helper_and_takes_over_from_a_dead_one(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """What a helper froze is brought by it, or by who leads once its lease has run out."""
    put(queue, tmp_path, book(2))
    run, there = begun(queue, out, clock)
    theirs = claim(queue, supply(queue, run, there))
    clock.advance(seconds=leases.LENGTH.total_seconds() - 1)
    with queue.writing() as connection:
        assert claims.take(connection, run, exports.ME, clock.now()) is None
    clock.advance(seconds=2)
    with at_work(queue, out, clock) as shift:
        assert shift.carry_out(run).state == "done"
    assert exports.references(out) == {"R1": 1, "R2": 1}
    with pytest.raises(LeaseLostError), queue.writing() as connection:
        batches.confirm(connection, theirs, now=clock.now())


def claim(queue: Queue, of: Supply) -> Batch:
    """Freeze a run's next file for a process."""
    with queue.writing() as connection:
        found = of.fresh(connection)
    assert found is not None
    frozen = of.frozen(found)
    assert frozen is not None
    return frozen


def test_file_asleep_past_its_lease_is_confirmed_by_one_only(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Both deliver the same bytes; the one that woke up cannot put it on record."""
    put(queue, tmp_path, book(1))
    run, there = begun(queue, out, clock)
    asleep = claim(queue, supply(queue, run, there))
    clock.advance(seconds=leases.LENGTH.total_seconds())
    assert lend_a_hand(queue, out, clock) == 1
    with (
        Carrier(queue, clock=clock) as carrier,
        pytest.raises(LeaseLostError),
    ):
        carrier.bring(asleep, there, lambda _: None)
    assert exports.references(out) == {"R1": 1}


def test_alarm_that_a_helper_meets_stops_the_run_that_another_leads(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """It is on the file's record, where who leads finds it."""
    put(queue, tmp_path, book(2))
    run, _ = begun(queue, out, clock)
    (out / "batch-2026-03-31-001.csv").write_text("someone else's")
    assert lend_a_hand(queue, out, clock) == 1
    clock.advance(seconds=leases.LENGTH.total_seconds())
    with at_work(queue, out, clock) as shift:
        stopped = shift.carry_out(run)
    assert (stopped.state, stopped.run.entries) == ("alarm", 1)
    assert "exists with other content" in (stopped.error or "")


def test_delivery_that_takes_long_keeps_its_lease(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """It is prolonged beside the work, so nobody else begins the same file."""
    put(queue, tmp_path, book(1))
    run, there = begun(queue, out, clock)
    file = claim(queue, supply(queue, run, there, exports.ME))
    held: list[bool] = []

    class Slow(Folder):
        def deliver(self, file: File) -> None:
            assert file.content
            clock.advance(seconds=15)
            wait_until(lambda: expiry(queue) > clock.now() + timedelta(seconds=15), "a beat")
            clock.advance(seconds=15)
            with queue.writing() as connection:
                held.append(claims.take(connection, run, OTHER, clock.now()) is None)

    with Carrier(queue, clock=clock, beat=0.05) as carrier:
        carrier.bring(file, replace(there, destination=Slow(out)), lambda _: None)
    assert held == [True]


def expiry(queue: Queue) -> datetime:
    """Read until when the only file is held."""
    with queue.reading() as connection:
        found: datetime = connection.execute(select(files.c.expires)).scalar_one()
    return found


def test_heart_beats_on_though_a_beat_fails() -> None:
    """A database that is gone for a moment must not end the pulse."""
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        raise DestinationError("gone for a moment")

    with Heartbeat(beat, every=0.01):
        wait_until(lambda: len(beats) > 2, beats)


@pytest.fixture
def run(queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock) -> Run:
    """Have a run of four entries, two to a file."""
    put(queue, tmp_path, book(4))
    with at_work(queue, out, clock) as shift:
        return shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=2))


def cut(queue: Queue, run: Run, me: Process = OTHER) -> Portion:
    """Cut off the next portion."""
    with queue.writing() as connection:
        found = portions.cut(connection, run, me, exports.NOON)
    assert found is not None
    return found


def test_portions_are_cut_one_after_the_other(queue: Queue, run: Run) -> None:
    """In queue order, each of a file's size, until nothing is left."""
    found = [cut(queue, run), cut(queue, run, exports.ME)]
    assert [(one.after, one.upto, one.fence) for one in found] == [(0, 2, 1), (2, 4, 1)]
    with queue.writing() as connection:
        assert portions.left(connection, run) == 2
        assert portions.cut(connection, run, OTHER, exports.NOON) is None


def test_portion_of_a_closed_run_is_not_cut(queue: Queue, run: Run) -> None:
    """A helper that comes too late finds nothing to do."""
    with queue.writing() as connection:
        runs.settle(connection, run, now=exports.NOON)
        assert portions.cut(connection, run, OTHER, exports.NOON) is None


def test_portion_of_a_dead_process_is_taken_over(queue: Queue, run: Run) -> None:
    """Under a higher fence, once its lease has run out; the first holder has lost it."""
    first = cut(queue, run)
    with queue.writing() as connection:
        assert portions.take(connection, run, exports.ME, exports.NOON) is None
        later = exports.NOON + leases.LENGTH
        assert portions.take(connection, run, exports.ME, later) == replace(first, fence=2)
    with pytest.raises(LeaseLostError), queue.writing() as connection:
        portions.use_up(connection, first)


def test_portion_given_back_is_free_at_once(queue: Queue, run: Run) -> None:
    """Who is asked to end leaves it to the others."""
    first = cut(queue, run)
    with queue.writing() as connection:
        portions.give_back(connection, first)
        assert portions.take(connection, run, exports.ME, exports.NOON) is not None


@pytest.fixture
def server(postgres: Postgres) -> Iterator[Address]:
    """Name a queue on a server only."""
    url = postgres.new()
    yield on_server(url)
    postgres.drop(url)


def test_portion_whose_entries_were_cancelled_makes_no_file_and_takes_no_number(
    server: Address, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Between cutting off and freezing people may still take entries out."""
    with exports.open_queue(server, clock) as queue:
        put(queue, tmp_path, book(4))
        with at_work(queue, out, clock) as shift:
            run = shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=2))
            cut(queue, run, exports.ME)
            with queue.writing() as connection:
                first = entries.c.reference.in_(["R1", "R2"])
                connection.execute(update(entries).where(first).values(decision="cancelled"))
            assert shift.carry_out(run).state == "done"
    assert exports.names(out) == ["batch-2026-03-31-001.csv"]
    assert exports.references(out) == {"R3": 1, "R4": 1}


def test_portion_in_which_an_entry_was_approved_keeps_to_its_size(
    server: Address, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """What would be too much waits for the next run."""
    with exports.open_queue(server, clock) as queue:
        put(queue, tmp_path, book(1))
        put(queue, tmp_path, book(1, first=2, confidence="0.1"))
        put(queue, tmp_path, book(1, first=3))
        with at_work(queue, out, clock) as shift:
            run = shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=2))
            cut(queue, run, exports.ME)
            with queue.writing() as connection:
                second = entries.c.reference == "R2"
                connection.execute(update(entries).where(second).values(decision="approved"))
            assert shift.carry_out(run).run.entries == 2
            assert exports.references(out) == {"R1": 1, "R2": 1}
            shift.carry_out(shift.begin("manual", DAY, run_settings()))
    assert exports.references(out) == {"R1": 1, "R2": 1, "R3": 1}


@pytest.mark.parametrize(
    ("decision", "confidence", "leaves"),
    [
        ("approved", "0.1", True),
        ("rejected", "", False),
        ("cancelled", "", False),
        ("rejected", "0.99", False),
        (None, "0.1", False),
    ],
)
def test_decision_of_a_person_stands(
    queue: Queue,
    tmp_path: Path,
    out: Path,
    *,
    decision: str | None,
    confidence: str,
    leaves: bool,
) -> None:
    """Approved passes any threshold; rejected and cancelled leave by no path, and wait nowhere."""
    put(queue, tmp_path, book(1, confidence=confidence))
    with queue.writing() as connection:
        connection.execute(update(entries).values(decision=decision))
    with at_work(queue, out, exports.SetClock()) as shift:
        done = shift.carry_out(shift.begin("manual", DAY, run_settings()))
    assert (done.run.entries == 1) is leaves
    with queue.reading() as connection:
        review = batches.add_up(connection, batches.for_review("0.85")).entries
    assert (review == 1) is (decision is None)


def test_number_of_files_is_asked_from_all_that_share_the_queue(
    queue: Queue, run: Run, out: Path
) -> None:
    """Frozen by several processes, no number is given twice."""
    there = registry.register(queue, Folder(out))
    found = [claim(queue, supply(queue, run, there, me)) for me in (OTHER, exports.ME)]
    assert [one.number for one in found] == [1, 2]


def say(queue: Queue, me: Process, clock: exports.SetClock, **changed: object) -> None:
    """Have a daemon say that it is there."""
    with queue.writing() as connection:
        roster.say(
            *(connection, me, clock.now()),
            since=exports.NOON,
            destination="out",
            settings=run_settings(**changed),
        )


def test_roster_lists_who_said_something_lately(queue: Queue, clock: exports.SetClock) -> None:
    """Who is silent for long, who left, and who is known to be dead, is not there."""
    dead = Process(exports.ME.host, exports.ME.pid + 1, exports.ME.birth + "0")
    for one in (OTHER, exports.ME, dead):
        say(queue, one, clock)
    clock.advance(seconds=30)
    say(queue, exports.ME, clock)
    with queue.reading() as connection:
        found = roster.there(connection, clock.now())
        assert {one.process for one in found} == {OTHER, exports.ME}
        assert not roster.disagree(found)
        clock.advance(seconds=10)
        assert [one.process for one in roster.there(connection, clock.now())] == [exports.ME]
    with queue.writing() as connection:
        roster.leave(connection, exports.ME)
        assert roster.there(connection, clock.now()) == ()


def test_roster_forgets_who_was_there_days_ago(queue: Queue, clock: exports.SetClock) -> None:
    """It does not grow with every restart."""
    say(queue, OTHER, clock)
    clock.advance(days=2)
    say(queue, exports.ME, clock)
    with queue.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(daemons)) == 1


def test_daemons_on_different_settings_are_told_in_the_status(
    team_repo: Path,
    capsys: pytest.CaptureFixture[str],
    server: Address,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both are named with what they run on, and the cure; the first one that is due exports."""
    monkeypatch.setenv("DATABASE_URL", server.url.render_as_string(hide_password=False))
    exporter = Exporter(team_repo, capsys)
    with Queue.open(server) as queue:
        for me, size in ((OTHER, 100), (exports.ME, 50)):
            with queue.writing() as connection:
                roster.say(
                    *(connection, me, queue.clock.now()),
                    since=queue.clock.now(),
                    destination="out",
                    settings=run_settings(MAX_BATCH_SIZE=size),
                )
    told = exporter("status").out
    assert "the daemons run on different settings: the first one that is due" in told
    assert "process 4711 on elsewhere, since" in told
    facts = exporter("status", "--json").document
    assert facts["disagree"]
    assert [one["pid"] for one in facts["daemons"]] == [4711, exports.ME.pid]
    assert facts["daemon"] == f"{OTHER}, {exports.ME}"


def test_first_daemon_that_is_due_takes_the_date(
    queue: Queue, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """Of two on different revisions; the run records whose settings it used, and where it ran."""
    put(queue, tmp_path, book(3))
    with queue.writing() as connection:
        day = DAY - timedelta(days=1)
        base = runs.draft(connection, "baseline", day, SMALL, me=OTHER, now=clock.now())
        runs.begin(connection, base)
    late = run_settings(DAILY_EXPORT_TIME="20:00")
    early = replace(run_settings(DAILY_EXPORT_TIME="19:00", MAX_BATCH_SIZE=2), revision="b" * 40)
    told = Told()
    for hours, settings in ((6, late), (1, early), (1, late)):
        clock.advance(hours=hours)
        with at_work(queue, out, clock) as shift:
            rounds.tick(shift, settings, told)
    assert exports.outcomes(told) == ["daily 2026-03-31: 3"]
    facts = told.events[0].facts()
    assert (facts["host"], facts["settings"]["revision"]) == (exports.ME.host, "b" * 40)


def fall_asleep(asleep: Queue, awake: Queue) -> None:
    """Lock the lease and say nothing, until another one has it."""
    with asleep.writing() as connection:
        leases.take(connection, OTHER, exports.NOON)
        with awake.writing() as other:
            assert leases.take(other, exports.ME, exports.NOON) == Lease(1)
        connection.execute(text("SELECT 1"))


def test_process_that_stops_within_a_transaction_holds_up_nobody_for_long(
    server: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends it, so what it had locked is free before its lease has run out."""
    assert timedelta(seconds=postgres_queue.IDLE_SECONDS) < leases.LENGTH
    monkeypatch.setattr("exporter.postgres.IDLE_SECONDS", 0.2)
    with Queue.open(server) as asleep, Queue.open(server) as awake:
        with pytest.raises(QueueError, match="idle-in-transaction"):
            fall_asleep(asleep, awake)
        with asleep.reading() as connection:
            assert connection.scalar(text("SELECT 1")) == 1


def test_file_of_a_closed_run_is_not_frozen(queue: Queue, run: Run, out: Path) -> None:
    """Who comes too late freezes nothing, whichever way the database has."""
    there = registry.register(queue, Folder(out))
    with queue.writing() as connection:
        runs.settle(connection, run, now=exports.NOON)
        assert supply(queue, run, there).fresh(connection) is None
        moment = exports.NOON
        assert freezing.freeze_next(connection, run, there.id, OTHER, moment) is None


def test_helper_goes_on_where_a_portion_was_cancelled(
    server: Address, tmp_path: Path, out: Path, clock: exports.SetClock
) -> None:
    """It makes no file, and what comes behind it is brought all the same."""
    with exports.open_queue(server, clock) as queue:
        put(queue, tmp_path, book(2))
        run, _ = begun(queue, out, clock)
        cut(queue, run, exports.ME)
        with queue.writing() as connection:
            first = entries.c.reference == "R1"
            connection.execute(update(entries).where(first).values(decision="cancelled"))
        assert lend_a_hand(queue, out, clock) == 1
    assert exports.references(out) == {"R2": 1}
