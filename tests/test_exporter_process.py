"""The exporter as people and supervisors run it: real processes, real signals, real git."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter, wait_until
from exports import book

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a fresh repository."""
    return Exporter(team_repo, capsys)


@pytest.fixture
def noon(exporter: Exporter, git: Git) -> Exporter:
    """Move the repository to a zone where it is about noon, its export to 22:00."""
    zone = exports.noon_zone()
    gitcfg.open(exporter.repo).set_many({"EXPORT_TIMEZONE": zone, "DAILY_EXPORT_TIME": "22:00"})
    return exporter


def enqueue(exporter: Exporter, rows: int) -> None:
    """Queue plain rows."""
    source = exporter.repo.parent / "book.csv"
    source.write_text(book(rows), encoding="utf-8")
    assert exporter("enqueue", str(source)).code == 0


def test_first_start_delivers_the_samples_and_follows_the_settings(exporter: Exporter) -> None:
    """What `make run` does: samples at any hour, the table, and then each change within a second.

    A second start queues no samples again.
    """
    with exporter.daemon("--samples") as daemon:
        assert daemon.wait_for("job_completed")["success"]
        baseline = daemon.wait_for("baseline")
        assert baseline["waiting"] == 0
        texts = [row["Description"] for row in exports.delivered_rows(exporter.out)]
        assert "\u0e04\u0e48\u0e32\u0e40\u0e0a\u0e48\u0e32" in texts[0]
        assert "'=SUM(A1:A9) is the note the bank sent" in texts
        store = gitcfg.open(exporter.repo)
        written = store.set("DAILY_EXPORT_TIME", "19:30", reason="Peak time", wait=10)
        changed = daemon.wait_for("settings_changed")
        assert (changed["old"], changed["new"], changed["reason"]) == (
            *("18:00", "19:30", "Peak time"),
        )
        assert [follower.effect for follower in written.followers] == [changed["effect"]]
        assert daemon.end() == 0
        assert daemon.events[-1]["event"] == "stopped"
    with exporter.daemon("--samples") as daemon:
        daemon.wait_for("started")
        assert [event["event"] for event in daemon.events] == ["started"]
    assert len(exports.names(exporter.out)) == 1


@pytest.mark.parametrize("variable", ["EXPORT_FOLDER", "DATABASE_URL"])
def test_samples_stay_out_of_places_that_someone_chose(exporter: Exporter, variable: str) -> None:
    """They are for trying it out where nothing else is."""
    value = {"EXPORT_FOLDER": "books", "DATABASE_URL": "sqlite:///queue.db"}[variable]
    with exporter.daemon("--samples", env={variable: value}) as daemon:
        assert daemon.wait_for("baseline")["waiting"] == 0
        assert [event["event"] for event in daemon.events] == ["started", "baseline"]


def test_change_of_the_time_into_the_past_runs_at_once(noon: Exporter) -> None:
    """The effect says 'next export now', and the run bears today's date."""
    enqueue(noon, 3)
    with noon.daemon() as daemon:
        started = daemon.wait_for("started")
        gitcfg.open(noon.repo).set("DAILY_EXPORT_TIME", "06:00")
        assert daemon.wait_for("settings_changed")["effect"] == "next export now"
        done = daemon.wait_for("job_completed")
        assert (done["success"], done["entries"], done["error"]) == (True, 3, None)
        assert done["date"] == started["next_date"]
        assert done["settings"]["revision"] != started["revision"]


def test_rewritten_history_is_told_once_on_the_terminal(exporter: Exporter, git: Git) -> None:
    """As a note with its time; nothing comes past the daemon's own words."""
    store = gitcfg.open(exporter.repo)
    store.set_many({"MAX_BATCH_SIZE": 50})
    store.set_many({"MAX_BATCH_SIZE": 60})
    told = exporter.repo.parent / "told"
    with told.open("wb") as file:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "exporter", "run"],
            cwd=exporter.repo,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: "exporter runs" in told.read_text(), "the start", daemon)
        git(exporter.repo, "reset", "--quiet", "--hard", "HEAD~1")
        wait_until(lambda: "60 → 50" in told.read_text(), "the change", daemon)
    finally:
        daemon.terminate()
        daemon.wait(30)
    lines = [line for line in told.read_text().splitlines() if "renumbered" in line]
    assert len(lines) == 1
    assert "  note: " in lines[0]


def test_second_daemon_on_a_queue_is_refused(exporter: Exporter) -> None:
    """It says which process runs already; the first one goes on."""
    with exporter.daemon() as daemon:
        daemon.wait_for("started")
        second = exporter.process("run")
        assert second.code == 1
        assert f"process {daemon.process.pid} on" in second.err
        assert f"process {daemon.process.pid} on" in exporter("status").out
        assert daemon.process.poll() is None


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_daemon_ends_between_two_files_and_the_next_start_goes_on(
    noon: Exporter, number: int, code: int
) -> None:
    """Asked for an end in the middle of a run: soon, tidily, and nothing is lost or doubled."""
    enqueue(noon, 400)
    store = gitcfg.open(noon.repo)
    store.set("MAX_BATCH_SIZE", 1)
    with noon.daemon() as daemon:
        daemon.wait_for("started")
        store.set("DAILY_EXPORT_TIME", "06:00")
        wait_until(lambda: len(list(noon.out.glob("batch-*"))) > 20, "files", daemon.process)
        asked = time.monotonic()
        assert daemon.end(number) == code
        assert time.monotonic() - asked < 15
        assert daemon.events[-2]["event"] == "job_interrupted"
    left = exports.references(noon.out)
    assert 20 < len(left) < 400
    store.set("MAX_BATCH_SIZE", 1000)
    assert noon("export-now").code == 0
    delivered = exports.references(noon.out)
    assert (len(delivered), set(delivered.values())) == (400, {1})
    # the run kept the size of its start
    assert len(list(noon.out.glob("batch-*"))) == 400


def test_daemon_ended_twice_ends_at_once(exporter: Exporter) -> None:
    """Whoever cannot wait sends the signal again: a kill loses nothing either."""
    with exporter.daemon() as daemon:
        daemon.wait_for("started")
        daemon.process.send_signal(signal.SIGSTOP)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.send_signal(signal.SIGINT)
        daemon.process.send_signal(signal.SIGCONT)
        assert daemon.process.wait(20) in {0, 130, -signal.SIGINT}


def test_broken_file_is_refused_and_the_repaired_one_taken(exporter: Exporter) -> None:
    """Six ways to break it by hand: the values and the schedule hold, and it says why and where."""
    place = exporter.repo / "config" / "export.yaml"
    good = place.read_bytes()
    ways = [
        good.replace(b"18:00", b"23:59"),
        good.replace(b'"18:00"', b"[1, 2]"),
        good + b'DAILY_EXPORT_TIME: "19:00"\n',
        good + b"\tX: 1\n",
        b"\x00\xff\xfe\x01" * 50,
    ]
    with exporter.daemon() as daemon:
        started = daemon.wait_for("started")
        for number, content in enumerate(ways, 1):
            place.write_bytes(content)
            refused = daemon.wait_for("settings_refused", count=number)
            assert refused["findings"][0]["file"] == "config/export.yaml"
            assert refused["next_run"] == started["next_run"]
            place.write_bytes(good)
            daemon.wait_for("settings_repaired", count=number)
        place.unlink()
        time.sleep(0.5)
        place.write_bytes(good)
        store = gitcfg.open(exporter.repo)
        store.set("DAILY_EXPORT_TIME", "19:30")
        assert daemon.wait_for("settings_changed")["new"] == "19:30"
        assert len([e for e in daemon.events if e["event"] == "settings_changed"]) == 1


def test_exports_called_at_once_deliver_everything_once(exporter: Exporter) -> None:
    """A daemon and impatient people on one queue take turns."""
    enqueue(exporter, 2000)
    gitcfg.open(exporter.repo).set("MAX_BATCH_SIZE", 10)
    with exporter.daemon() as daemon:
        daemon.wait_for("started")
        calls = [exporter.start("export-now") for _ in range(3)]
        assert [call.wait(60) for call in calls] == [0, 0, 0]
    delivered = exports.references(exporter.out)
    assert (len(delivered), set(delivered.values())) == (2000, {1})


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_export_now_that_is_asked_to_end_says_what_is_left(
    exporter: Exporter, number: int, code: int
) -> None:
    """After the file under way, with who goes on; the next call does, and nothing is doubled."""
    enqueue(exporter, 400)
    gitcfg.open(exporter.repo).set("MAX_BATCH_SIZE", 1)
    call = exporter.start("export-now", pipe=True)
    wait_until(lambda: len(list(exporter.out.glob("batch-*"))) > 20, "files", call)
    call.send_signal(number)
    told = call.communicate(timeout=15)[0].decode()
    assert call.returncode == code
    assert "; to go on there, start `exporter run`, or call `exporter export-now` again" in told
    assert exporter("export-now").code == 0
    delivered = exports.references(exporter.out)
    assert (len(delivered), set(delivered.values())) == (400, {1})


def test_output_that_nobody_reads_stops_no_export(exporter: Exporter) -> None:
    """`exporter export-now | head -0`: the work is done all the same."""
    enqueue(exporter, 5)
    call = exporter.start("export-now", pipe=True)
    assert call.stdout is not None
    call.stdout.close()
    assert call.wait(60) == 0
    assert len(exports.references(exporter.out)) == 5


def test_webhooks_that_are_set_are_told_to_be_silent(exporter: Exporter) -> None:
    """Nobody waits for notices that will not come; said before anything can fail."""
    (exporter.repo / "var").mkdir()
    (exporter.repo / "var" / "export").write_text("in the way")
    done = exporter.process("run", env={"DISCORD_INFO_WEBHOOK": "x"})
    assert done.code == 1
    assert "DISCORD_INFO_WEBHOOK is set, but nothing is sent to Discord yet" in done.err
    assert "error: could not" in done.err
