"""Killed at every named step and at random ones: judged at the destination, nothing is lost.

Real processes, SIGKILL, real files; whatever was under way, the next start brings every entry
into exactly one whole file.
"""

from __future__ import annotations

import csv
import random
import re
import signal
import time
from decimal import Decimal
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter, wait_until
from exports import book
from sqlalchemy import func, select

import gitcfg
from exporter.clock import SystemClock
from exporter.queue import Queue
from exporter.tables import entries

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 25
NAME = re.compile(r"batch-\d{4}-\d\d-\d\d-\d{3}\.csv")


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a repository whose batches have ten rows."""
    gitcfg.open(team_repo).set("MAX_BATCH_SIZE", 10)
    return Exporter(team_repo, capsys)


def write_book(exporter: Exporter, rows: int) -> Path:
    """Write a book beside the repository."""
    source = exporter.repo.parent / "book.csv"
    source.write_text(book(rows), encoding="utf-8")
    return source


def judge(exporter: Exporter, rows: int) -> None:
    """Read the folder back: each entry in exactly one whole file, the amounts add up."""
    found = exports.references(exporter.out)
    assert (len(found), set(found.values())) == (rows, {1})
    assert exports.total(exporter.out) == Decimal(rows * (rows + 1) // 2)
    assert all(NAME.fullmatch(name) for name in exports.names(exporter.out))
    with_rows = [place.read_bytes().count(b"\r\n") - 1 for place in exporter.out.glob("*.csv")]
    assert sum(with_rows) == rows
    assert all(run["state"] == "done" for run in exporter("runs", "--json").document)


def is_whole(place: Path) -> bool:
    """Tell whether a file is what a spreadsheet would call complete."""
    content = place.read_bytes()
    if not (content.startswith(b"\xef\xbb\xbfDate,") and content.endswith(b"\r\n")):
        return False
    return all(len(row) == 5 for row in csv.reader(content.decode().splitlines(), strict=True))


@pytest.mark.parametrize(
    "point",
    [
        *("begun", "frozen", "opened", "written", "synced", "linked", "delivered", "confirmed"),
        *("frozen:3", "opened:2", "written:3", "linked:3", "delivered:2", "confirmed:3", "settled"),
    ],
)
def test_export_killed_at_a_step_is_finished_by_the_next(exporter: Exporter, point: str) -> None:
    """What stands under a final name is whole at any time; afterwards nothing is missing."""
    assert exporter("enqueue", str(write_book(exporter, ROWS))).code == 0
    killed = exporter.process("export-now", env={"EXPORTER_KILL_AT": point})
    assert killed.code == -signal.SIGKILL
    if exporter.out.exists():
        assert all(is_whole(place) for place in exporter.out.glob("batch-*"))
    assert exporter("export-now").code == 0
    judge(exporter, ROWS)


@pytest.mark.parametrize("point", ["opened", "linked", "settled"])
def test_export_killed_at_the_marker_or_twice_is_finished(exporter: Exporter, point: str) -> None:
    """A second kill at the next start changes nothing about it."""
    assert exporter("enqueue", str(write_book(exporter, ROWS))).code == 0
    for order in ("synced", f"{point}"):
        assert exporter.process("export-now", env={"EXPORTER_KILL_AT": order}).code == -9
    assert exporter("export-now").code == 0
    judge(exporter, ROWS)


@pytest.mark.parametrize("point", ["staged", "taken", "rejects", "queued"])
def test_enqueue_killed_at_a_step_leaves_all_or_nothing(exporter: Exporter, point: str) -> None:
    """Nothing is half taken, and the same call again makes it whole."""
    source = write_book(exporter, ROWS)
    source.write_text(source.read_text() + "bad,row,1,x,y,,\n")
    killed = exporter.process("enqueue", str(source), env={"EXPORTER_KILL_AT": point})
    assert killed.code == -signal.SIGKILL
    assert queued(exporter) == (ROWS if point == "queued" else 0)
    again = exporter("enqueue", str(source), "--json")
    assert (again.code, queued(exporter)) == (1, ROWS)
    assert len(list(source.parent.glob("book.rejects*"))) == 1


def queued(exporter: Exporter) -> int:
    """Count the entries in the queue."""
    place = exporter.repo / "var" / "exporter.sqlite3"
    with Queue.open(place, clock=SystemClock()) as queue, queue.reading() as connection:
        return connection.execute(select(func.count()).select_from(entries)).scalar_one()


def test_enqueue_killed_at_random_leaves_all_or_nothing(exporter: Exporter) -> None:
    """A longer input, killed wherever it is."""
    source, dice = write_book(exporter, 20_000), random.Random(7)  # noqa: S311 - no secret
    for _ in range(4):
        call = exporter.start("enqueue", str(source))
        time.sleep(dice.uniform(0.4, 1.2))
        call.kill()
        call.wait()
        assert queued(exporter) in {0, 20_000}
    assert exporter("enqueue", str(source)).code == 0
    assert queued(exporter) == 20_000


def test_exports_killed_at_random_lose_and_double_nothing(exporter: Exporter) -> None:
    """Again and again, until one comes through; each start takes over at once."""
    rows, dice = 1500, random.Random(11)  # noqa: S311 - no secret
    assert exporter("enqueue", str(write_book(exporter, rows))).code == 0
    kills = 0
    for _ in range(8):
        kills += _export_and_kill(exporter, dice.uniform(0, 0.15)) == -signal.SIGKILL
        assert all(is_whole(place) for place in exporter.out.glob("batch-*"))
    assert kills > 3
    assert exporter("export-now").code == 0
    judge(exporter, rows)


def _export_and_kill(exporter: Exporter, later: float) -> int:
    """Kill an export some seconds after its first new file, and return how it ended."""
    before = len(exports.names(exporter.out)) if exporter.out.exists() else 0
    call = exporter.start("export-now")

    def is_further() -> bool:
        there = exporter.out.exists() and len(exports.names(exporter.out)) > before
        return there or call.poll() is not None

    wait_until(is_further, "a new file")
    time.sleep(later)
    call.kill()
    return call.wait()


@pytest.mark.parametrize("point", ["begun", "frozen:2", "linked:2", "delivered:3", "settled"])
def test_daemon_killed_within_a_run_goes_on_with_its_date_and_settings(
    exporter: Exporter, point: str
) -> None:
    """Restarted under other settings: the same run, the same names, the size of its start."""
    exporter("enqueue", str(write_book(exporter, ROWS)))
    store = gitcfg.open(exporter.repo)
    store.set_many({"EXPORT_TIMEZONE": exports.noon_zone(), "DAILY_EXPORT_TIME": "22:00"})
    with exporter.daemon(env={"EXPORTER_KILL_AT": point}) as daemon:
        daemon.wait_for("started")
        store.set("DAILY_EXPORT_TIME", "06:00")
        wait_until(lambda: daemon.process.poll() is not None, f"the kill at {point}")
        assert daemon.process.wait() == -signal.SIGKILL
        begun = daemon.wait_for("job_started") if point != "begun" else None
    store.set_many({"MAX_BATCH_SIZE": 1000, "DAILY_EXPORT_TIME": "22:00"})
    with exporter.daemon() as daemon:
        daemon.wait_for("started")
        if point != "settled":
            done = daemon.wait_for("job_completed")
            assert done["success"]
            assert begun is None or (done["run"], done["date"]) == (begun["run"], begun["date"])
        assert daemon.end() == 0
    assert len(exports.names(exporter.out)) == 3
    judge(exporter, ROWS)
