"""`exporter check`: what would keep it from working is said before the first run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drive import Drive, running
from exporter_command import Exporter
from exports import book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a fresh repository."""
    return Exporter(team_repo, capsys)


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drive]:
    """Serve a Drive, with a service account for it."""
    with running() as served:
        monkeypatch.setenv("DRIVE_ENDPOINT", served.address)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(served.account(tmp_path)))
        yield served


def test_fresh_repository_is_well_and_stays_untouched(exporter: Exporter) -> None:
    """Nothing is made by looking."""
    done = exporter("check")
    assert (done.code, exporter.out.exists()) == (0, False)
    assert [line.split(":")[0].split()[0] for line in done.out.splitlines()] == ["ok"] * 3
    assert "a daily export at 18:00 in Asia/Bangkok" in done.out
    assert done.out.rstrip().endswith("not used yet; the first run marks it as this queue's")


def test_used_folder_is_ours(exporter: Exporter, tmp_path: Path) -> None:
    """After an export the queue says what it did."""
    (tmp_path / "book.csv").write_text(book(3))
    exporter("enqueue", str(tmp_path / "book.csv"))
    exporter("export-now")
    found = exporter("check", "--json").document
    assert found["ok"]
    assert [one["message"] for one in found["checks"]][1:] == [
        "0 entries wait, 0 for review, 3 exported",
        "ours",
    ]


def test_folder_of_another_queue_is_an_error(exporter: Exporter) -> None:
    """It would be refused at the first run, so it is said now."""
    exporter.out.mkdir(parents=True)
    (exporter.out / ".exporter-queue").write_text('{"queue": "other", "folder": "f"}')
    exporter("enqueue", "-")
    done = exporter("check")
    assert done.code == 1
    assert "belongs to another queue (other)" in done.out


def test_file_in_the_folders_place_is_an_error(exporter: Exporter) -> None:
    """Nothing can be delivered into it."""
    exporter.out.parent.mkdir(exist_ok=True)
    exporter.out.write_text("")
    assert exporter("check").code == 1


def test_webhook_that_is_silent_is_a_warning(
    exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not keep an export from working."""
    monkeypatch.setenv("DISCORD_INFO_WEBHOOK", "https://discord.com/api/webhooks/1/x")
    done = exporter("check")
    assert done.code == 0
    assert "warning  DISCORD_INFO_WEBHOOK: is set, but nothing is sent" in done.out


def test_drive_folder_that_takes_files_is_well(
    exporter: Exporter, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a shared drive, with the right to add."""
    monkeypatch.setenv("DRIVE_FOLDER_ID", drive.state.add_folder())
    assert exporter("check").code == 0


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"shared": False}, "is a service account, which owns no storage"),
        ({"writable": False}, "may not add files to"),
        ({"trashed": True}, "is in the trash"),
    ],
)
def test_drive_folder_that_takes_none_is_an_error(
    exporter: Exporter,
    drive: Drive,
    monkeypatch: pytest.MonkeyPatch,
    facts: dict[str, bool],
    told: str,
) -> None:
    """In words that an administrator understands."""
    monkeypatch.setenv("DRIVE_FOLDER_ID", drive.state.add_folder(**facts))
    done = exporter("check")
    assert done.code == 1
    assert told in done.out


def test_drive_folder_that_is_not_shared_names_the_account(
    exporter: Exporter, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever shares it must know with whom."""
    monkeypatch.setenv("DRIVE_FOLDER_ID", "1unknown")
    done = exporter("check")
    assert done.code == 1
    assert "Share folder 1unknown with exporter@books.iam.gserviceaccount.com" in done.out
