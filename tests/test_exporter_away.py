"""The database gone and back, locked, full; clocks of several machines; and no password told."""

from __future__ import annotations

import resource
import signal
import sqlite3
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter
from exports import at_work, book, put, run_settings
from postgres import Postgres, name_in, on_server

from exporter import address
from exporter.clock import SharedClock
from exporter.destinations.folder import Folder
from exporter.errors import PlacesError, QueueError
from exporter.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.destinations import File

DAY = exports.NOON.date()


@pytest.fixture
def own() -> Iterator[Postgres]:
    """Start a server that may be taken down."""
    with Postgres() as server:
        yield server


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a repository whose immediate entries leave at once."""
    place = team_repo / "config" / "export.yaml"
    place.write_text(place.read_text().replace(": 30", ": 0"))
    return Exporter(team_repo, capsys)


def test_daemon_outlives_a_database_that_goes_and_comes_back(
    exporter: Exporter, own: Postgres
) -> None:
    """It says so once, in words with the cure, delivers when it can, and says that it can."""
    url = own.new()
    with (
        exporter.daemon(env={"DATABASE_URL": url}) as daemon,
        Queue.open(on_server(url)) as queue,
    ):
        daemon.wait_for("started")
        own.down()
        trouble = daemon.wait_for("trouble")
        assert "cannot be used" in trouble["message"]
        assert "Check that the server runs and lets this user in" in trouble["message"]
        own.up()
        daemon.wait_for("recovered")
        put(queue, exporter.repo.parent, book(3, path="immediate"), clock=queue.clock)
        assert daemon.wait_for("job_completed")["entries"] == 3
        assert daemon.end() == 0
    assert exports.references(exporter.out) == {"R1": 1, "R2": 1, "R3": 1}


def test_run_whose_database_goes_away_is_finished_when_it_is_back(
    own: Postgres, tmp_path: Path
) -> None:
    """Delivered and not confirmed: the same file again is a success, and nothing is doubled."""
    out = tmp_path / "out"
    place = on_server(own.new())

    class Falling(Folder):
        def deliver(self, file: File) -> None:
            super().deliver(file)
            own.down()

    clock = exports.SetClock()
    with Queue.open(place, clock=clock) as queue:
        put(queue, tmp_path, book(2))
        with at_work(queue, out, clock) as shift:
            run = shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=1))
            falling = replace(shift, destination=Falling(out))
            with pytest.raises(QueueError):
                falling.carry_out(run)
        own.up()
        clock.advance(seconds=30)
        with at_work(queue, out, clock) as shift:
            assert shift.carry_out(run).state == "done"
    assert exports.references(out) == {"R1": 1, "R2": 1}


def test_database_that_is_not_there_is_told_in_one_line(exporter: Exporter, tmp_path: Path) -> None:
    """Exit code 1, the address without its password, what to check; no traceback."""
    url = f"postgresql://nok:geheim@/exports?host={tmp_path}&connect_timeout=2"
    for words in (("status",), ("run",), ("export-now",), ("runs", "--json")):
        done = exporter.process(*words, env={"DATABASE_URL": url})
        told = done.out + done.err
        assert (done.code, "geheim" in told, "Traceback" in told) == (1, False, False)
        assert f"the queue postgresql://nok@{tmp_path}/exports cannot be used" in told
        assert "Check that the server runs" in told


def test_password_stays_out_of_every_message_and_log(own: Postgres, tmp_path: Path) -> None:
    """Neither errors, nor what they came from, nor the engine's own words hold it."""
    own.run("CREATE ROLE nok SUPERUSER LOGIN PASSWORD 'geheim'")
    url = own.new().replace("postgres@", "nok:geheim@")
    place = address.parse(url, root=tmp_path)
    assert place is not None
    with Queue.open(place) as queue, pytest.raises(QueueError) as caught, queue.writing() as at:
        at.exec_driver_sql("SELECT geheim")
    told = [str(caught.value), repr(place), str(place), queue.place, repr(queue)]
    assert not any("geheim" in one for one in told)
    assert 'column "***" does not exist' in told[0]


def test_driver_that_is_missing_is_told_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's driver is an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PlacesError, match=r"^DATABASE_URL: .*pip install 'gitcfg\[postgres\]'"):
        Queue.open(on_server("postgresql://nok@/exports?host=/nowhere"))


def test_daemon_heals_after_a_database_that_was_locked(exporter: Exporter) -> None:
    """Someone held SQLite's lock for longer than anybody waits: told, and delivered afterwards."""
    place = exporter.repo / "var" / "exporter.sqlite3"
    with exporter.daemon() as daemon:
        daemon.wait_for("started")
        with Queue.open(place) as queue:
            put(queue, exporter.repo.parent, book(3, path="immediate"), clock=queue.clock)
            other = sqlite3.connect(place, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            trouble = daemon.wait_for("trouble")
            assert "database is locked" in trouble["message"]
            other.execute("ROLLBACK")
            other.close()
        assert daemon.wait_for("job_completed")["entries"] == 3


def test_shared_clock_asks_now_and_then_and_counts_between() -> None:
    """Not this machine's clock counts, but what the database said, and the time since then."""
    asked: list[datetime] = []
    count = [100.0]

    def ask() -> datetime:
        asked.append(exports.NOON)
        return exports.NOON

    clock = SharedClock(ask, every=5, count=lambda: count[0])
    assert clock.now() == exports.NOON
    count[0] += 4
    assert clock.now() == exports.NOON + timedelta(seconds=4)
    assert len(asked) == 1
    count[0] += 1
    assert (clock.now(), len(asked)) == (exports.NOON, 2)


def test_shared_clock_goes_on_while_nobody_answers() -> None:
    """Also at the very first, by this machine's own clock."""
    answers: list[datetime | None] = [None, exports.NOON, None]
    count = [0.0]

    def ask() -> datetime:
        answer = answers.pop(0)
        if answer is None:
            raise QueueError("the queue", "gone")
        return answer

    clock = SharedClock(ask, every=5, count=lambda: count[0])
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    count[0] = 5
    assert clock.now() == exports.NOON
    count[0] = 12
    assert clock.now() == exports.NOON + timedelta(seconds=7)


def test_queue_on_a_server_goes_by_its_clock(postgres: Postgres) -> None:
    """What is queued, due and leased is timed by the one clock that all machines share."""
    url = postgres.new()
    with Queue.open(on_server(url)) as queue, queue.reading() as connection:
        (there,) = connection.exec_driver_sql("SELECT clock_timestamp()").one()
        assert timedelta(0) <= queue.moment(connection) - there < timedelta(seconds=30)
        assert abs(queue.clock.now() - there) < timedelta(seconds=30)
        assert queue.clock.now().tzinfo is UTC
    postgres.drop(url)


def test_queue_on_a_server_that_is_only_looked_at_is_not_made(postgres: Postgres) -> None:
    """An empty database stays empty, and looks like a queue in which nothing is."""
    url = postgres.new(empty=True)
    with Queue.glance(on_server(url)) as queue, queue.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one() == 0
    found = postgres.run(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
        database=name_in(url),
    )
    assert [tuple(row) for row in found] == [(0,)]
    postgres.drop(url)


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_full_disk_at_the_folder_puts_the_run_off(
    database: address.Address, tmp_path: Path
) -> None:
    """Nothing half written is seen; with room again the very same file is delivered."""
    clock, out = exports.SetClock(), tmp_path / "out"
    with Queue.open(database, clock=clock) as queue:
        Folder(out).claim(queue.id)
        put(queue, tmp_path, book(2000))
        with at_work(queue, out, clock) as shift:
            run = shift.begin("daily", DAY, run_settings(MAX_BATCH_SIZE=2000))

            class Full(Folder):
                def deliver(self, file: File) -> None:
                    with limited(1000):
                        super().deliver(file)

            failed = replace(shift, destination=Full(out)).carry_out(run)
            assert (failed.state, exports.names(out)) == ("failed", [])
            assert "File too large" in (failed.error or "")
            assert shift.carry_out(failed.run).state == "done"
    assert len(exports.references(out)) == 2000


def test_full_disk_at_the_queue_loses_nothing(tmp_path: Path) -> None:
    """What could not be written is as if it had never begun, and works once there is room."""
    with exports.open_queue(tmp_path) as queue:
        size = (tmp_path / "queue.sqlite3").stat().st_size
        with limited(size + 200_000), pytest.raises(QueueError):
            put(queue, tmp_path, book(5000))
        assert put(queue, tmp_path, book(5000)).intake.added == 5000
