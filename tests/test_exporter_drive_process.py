"""The real daemon and Drive: delivered, killed at each step, judged at the destination."""

from __future__ import annotations

import csv
import io
import signal
from collections import Counter
from typing import TYPE_CHECKING

import exports
import pytest
import remotes
from drive import Drive, Fault, running
from exporter_command import Exporter
from exports import book

import gitcfg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

ROWS = 25


@pytest.fixture
def drive() -> Iterator[Drive]:
    """Serve a Drive."""
    with running() as served:
        yield served


@pytest.fixture
def folder(drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have everything delivered to a folder of it."""
    made = drive.state.add_folder()
    monkeypatch.setenv("DRIVE_FOLDER_ID", made)
    monkeypatch.setenv("DRIVE_ENDPOINT", drive.address)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(drive.account(tmp_path)))
    return made


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a repository whose batches have ten rows, with a book queued."""
    gitcfg.open(team_repo).set("MAX_BATCH_SIZE", 10)
    made = Exporter(team_repo, capsys)
    source = team_repo.parent / "book.csv"
    source.write_text(book(ROWS), encoding="utf-8")
    assert made("enqueue", str(source)).code == 0
    return made


def judge(drive: Drive, folder: str) -> None:
    """Read the Drive: each entry in exactly one file of the folder, each name once."""
    files = [one for one in drive.state.items.values() if one.parents == [folder]]
    rows: Counter[str] = Counter()
    for file in files:
        text = io.StringIO(file.content.decode("utf-8-sig"), newline="")
        rows.update(row["Reference"] for row in csv.DictReader(text, strict=True))
    assert rows == Counter({f"R{number}": 1 for number in range(1, ROWS + 1)})
    assert len({file.name for file in files}) == len(files) == 3


@pytest.mark.parametrize(
    "point",
    [
        *("begun", "frozen", "reserved", "created", "delivered", "confirmed"),
        *("reserved:2", "created:3", "delivered:2", "settled"),
    ],
)
def test_export_killed_at_a_step_is_finished_by_the_next(
    exporter: Exporter, drive: Drive, folder: str, point: str
) -> None:
    """Under the same reserved id, so that no file is there twice."""
    killed = exporter.process("export-now", env={"EXPORTER_KILL_AT": point})
    assert killed.code == -signal.SIGKILL
    assert exporter("export-now").code == 0
    judge(drive, folder)


def test_export_through_faults_delivers_each_entry_once(
    exporter: Exporter, drive: Drive, folder: str
) -> None:
    """Answers lost, refused, cut off: the outcome is the same."""
    drive.faults += [
        Fault(method="files.create", kind="lost"),
        Fault(method="files.create", kind="status", skip=1, code=503),
        Fault(method="files.create", kind="truncated", skip=3),
    ]
    assert exporter("export-now").code == 0
    judge(drive, folder)


def test_batch_that_was_frozen_for_drive_waits_for_it(
    exporter: Exporter, drive: Drive, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes nowhere else when the destination is changed, and says what to set."""
    assert exporter.process("export-now", env={"EXPORTER_KILL_AT": "frozen"}).code != 0
    monkeypatch.delenv("DRIVE_FOLDER_ID")
    done = exporter("export-now")
    assert done.code == 1
    assert f"frozen for Google Drive folder {folder}" in done.out + done.err
    assert "R1" not in exports.references(exporter.out)
    monkeypatch.setenv("DRIVE_FOLDER_ID", folder)
    assert exporter("export-now").code == 0


def test_daemon_keeps_its_clone_in_step(
    exporter: Exporter, git: Git, tmp_path: Path, team_repo: Path
) -> None:
    """What was pushed by another clone takes effect in a running daemon."""
    place = remotes.place(tmp_path, team_repo, git)
    git(team_repo, "remote", "add", "origin", place.url)
    git(team_repo, "fetch", "--quiet", "origin")
    git(team_repo, "branch", "--quiet", "--set-upstream-to=origin/main")
    place.clone("nok").set("DAILY_EXPORT_TIME", "19:30")
    with exporter.daemon() as daemon:
        change = daemon.wait_for("settings_changed")
        assert (change["key"], change["new"], change["author"]["name"]) == (
            *("DAILY_EXPORT_TIME", "19:30", "nok"),
        )
        assert daemon.end() == 0
