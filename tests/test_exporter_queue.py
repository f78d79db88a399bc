"""The queue's database: made once, whole or not at all, and its leases."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import exports
import postgres as servers
import pytest
from sqlalchemy import func, select, text, update

from exporter import leases, process, tables
from exporter.clock import SystemClock
from exporter.errors import LeaseLostError, QueueError
from exporter.leases import Holder, Lease
from exporter.process import Process
from exporter.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exports import SetClock

    from exporter.address import Address

OTHER = Process("elsewhere", 4711, "")


@pytest.fixture
def clock() -> SetClock:
    """Stand at noon in Bangkok."""
    return exports.SetClock()


@pytest.fixture
def queue(database: Address, clock: SetClock) -> Iterator[Queue]:
    """Open a new queue."""
    with exports.open_queue(database, clock) as opened:
        yield opened


def _open_and_tell(place: str) -> str:
    there = servers.on_server(place) if ":" in place else servers.in_file(Path(place))
    with Queue.open(there) as queue:
        return queue.id


def test_queue_opened_by_many_at_once_is_made_once(tmp_path: Path) -> None:
    """Two daemons may start on a new queue at the same moment."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for number in range(12):
            places = [str(tmp_path / f"new{number}" / "queue.sqlite3")] * 4
            assert len(set(pool.map(_open_and_tell, places, chunksize=1))) == 1


def test_queue_on_a_server_opened_by_many_at_once_is_made_once(
    postgres: servers.Postgres,
) -> None:
    """The same where nothing is in the database yet: one makes the tables, the others wait."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for _ in range(3):
            url = postgres.new(empty=True)
            assert len(set(pool.map(_open_and_tell, [url] * 4, chunksize=1))) == 1
            postgres.drop(url)


def test_queue_is_durable_and_lets_readers_be(tmp_path: Path) -> None:
    """WAL, FULL and foreign keys hold on every connection."""
    with exports.open_queue(tmp_path) as queue, queue.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_queue_that_is_only_looked_at_is_not_made(tmp_path: Path) -> None:
    """A glance at what does not exist yet sees an empty queue and leaves no file."""
    place = tmp_path / "var" / "queue.sqlite3"
    with Queue.glance(place, clock=SystemClock()) as queue, queue.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.entries)) == 0
    assert not place.parent.exists()


def test_queue_of_a_later_format_is_left_alone(tmp_path: Path) -> None:
    """An older program must not write into tables that it does not understand."""
    with exports.open_queue(tmp_path) as queue, queue.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(QueueError, match="have revision 9999 and this program knows 0002"):
        exports.open_queue(tmp_path)


def test_queue_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A user sees which file and what to check, not a traceback."""
    (tmp_path / "queue.sqlite3").write_text("not a database, but long enough to be read as one")
    with pytest.raises(QueueError, match=r"queue\.sqlite3 cannot be used: .*not a database"):
        exports.open_queue(tmp_path)


def test_queue_in_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Where a file stands in the way of var/, the message names it."""
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(QueueError, match="cannot be used"):
        Queue.open(tmp_path / "var" / "queue.sqlite3", clock=SystemClock())


def test_writing_that_fails_leaves_nothing(queue: Queue) -> None:
    """A transaction is committed whole or not at all."""
    with pytest.raises(QueueError), queue.writing() as connection:
        connection.execute(update(tables.queue).values(id="changed", format=None))
    with queue.reading() as connection:
        assert connection.scalar(select(tables.queue.c.id)) == queue.id


def test_writing_beside_a_writer_gives_up_in_words(tmp_path: Path) -> None:
    """A database that stays locked is an error that a later try may not meet."""
    place = tmp_path / "queue.sqlite3"
    with Queue.open(place, clock=SystemClock(), wait=0.05) as queue:
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(QueueError, match="database is locked"), queue.writing():
            pass
        with queue.reading() as connection:  # readers never wait
            assert connection.scalar(select(tables.queue.c.id)) == queue.id
        other.close()


def test_lease_of_a_living_holder_is_told_to_others(queue: Queue, clock: SetClock) -> None:
    """Whoever comes second learns who works, and since when."""
    with queue.writing() as connection:
        assert leases.take(connection, OTHER, clock.now()) == Lease(1)
    since = clock.now()
    clock.advance(seconds=5)
    with queue.writing() as connection:
        assert leases.take(connection, exports.ME, clock.now()) == Holder(OTHER, since)
        assert leases.held(connection, clock.now()) == Holder(OTHER, since)


def test_lease_that_ran_out_goes_on_under_a_higher_fence(queue: Queue, clock: SetClock) -> None:
    """The one that was asleep changes nothing any more."""
    with queue.writing() as connection:
        old = leases.take(connection, OTHER, clock.now())
    clock.advance(seconds=leases.LENGTH.total_seconds())
    with queue.writing() as connection:
        assert leases.held(connection, clock.now()) is None
        assert leases.take(connection, exports.ME, clock.now()) == Lease(2)
    assert isinstance(old, Lease)
    with pytest.raises(LeaseLostError), queue.writing() as connection:
        leases.renew(connection, old, clock.now())


def test_lease_that_is_renewed_does_not_run_out(queue: Queue, clock: SetClock) -> None:
    """Every step of the work prolongs it."""
    with queue.writing() as connection:
        lease = leases.take(connection, OTHER, clock.now())
        assert isinstance(lease, Lease)
        for _ in range(3):
            clock.advance(seconds=15)
            leases.renew(connection, lease, clock.now())
        assert leases.held(connection, clock.now()) is not None


def test_lease_given_back_is_free_at_once(queue: Queue, clock: SetClock) -> None:
    """And giving back what was lost meanwhile takes nothing from the new holder."""
    with queue.writing() as connection:
        first = leases.take(connection, OTHER, clock.now())
        assert isinstance(first, Lease)
        leases.give_back(connection, first, clock.now())
        assert leases.take(connection, OTHER, clock.now()) == Lease(2)
        leases.give_back(connection, first, clock.now())
        assert leases.held(connection, clock.now()) is not None


def test_lease_of_a_dead_process_of_this_machine_is_free_at_once(
    queue: Queue, clock: SetClock
) -> None:
    """After a kill nobody has to wait; a process that has the number now is another one."""
    dead = Process(exports.ME.host, exports.ME.pid, exports.ME.birth + "0")
    assert process.is_gone(dead)
    assert not process.is_gone(exports.ME)
    with queue.writing() as connection:
        leases.take(connection, dead, clock.now())
        assert leases.take(connection, exports.ME, clock.now()) == Lease(2)


def test_lease_from_a_clock_that_went_back_is_free(queue: Queue, clock: SetClock) -> None:
    """An end further away than any lease is long binds nobody."""
    with queue.writing() as connection:
        leases.take(connection, OTHER, clock.now() + timedelta(hours=1))
        assert leases.take(connection, exports.ME, clock.now()) == Lease(2)


def test_process_that_cannot_be_known_from_here_is_not_called_gone() -> None:
    """Neither one of another host nor one that left no birth is declared dead."""
    assert not process.is_gone(OTHER)
    assert not process.is_gone(Process(exports.ME.host, 1, ""))
    assert not process.is_gone(Process("elsewhere", exports.ME.pid, exports.ME.birth + "0"))
    gone = Process(exports.ME.host, 2**22 + 1, exports.ME.birth)
    assert process.is_gone(gone)
