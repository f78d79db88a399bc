"""What people read with the command, end to end: values, tables, history, status, validity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from command import Command

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
SIZE = "MAX_BATCH_SIZE"
AI = "AI_CONFIDENCE_THRESHOLD"
BUSINESS = "Export must be scheduled between 06:00 and 22:00 (business hours)"


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


def test_history_counts_commits_by_hand(run: Command, git: Git) -> None:
    """A commit made with an editor is a version as any other, and is credited to its author."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "19:00"))
    git.commit(run.repo, "Later, please")
    run.good("rollback", TIME)
    text = run.good("history", TIME)
    heads = [line for line in text.splitlines() if line.startswith("version ")]
    assert heads == [
        f"version 3  {TIME}: 18:00  ✓ ACTIVE",
        f"version 2  {TIME}: 19:00",
        f"version 1  {TIME}: 18:00",
    ]
    assert "    | Later, please" in text


def test_get_at_a_revision(run: Command) -> None:
    """An older revision answers for its time."""
    run.good("set", TIME, "19:30")
    assert run.good("get", TIME, "--at", "HEAD~1") == "18:00"
    assert "18:00" in run.good("list", "--at", "HEAD~1", "--category", "export")


def test_list_is_a_whole_table(run: Command) -> None:
    """Down a pipe every setting has one line, however wide its value is."""
    run("set", "NOTE", "x" * 500, "--category", "app")
    lines = run.good("list").splitlines()
    assert lines[0].split() == ["KEY", "VALUE", "VERSION", "UPDATED", "BY"]
    assert [line for line in lines if line.startswith(f"  {AI} ")]
    assert len([line for line in lines if "x" * 500 in line]) == 1
    assert len(lines) == 1 + 7 + len({"ai", "app", "export", "performance", "security"})
    only = run.good("list", "--category", "ai").splitlines()
    assert [line.split()[0] for line in only] == ["KEY", "ai", AI]


def test_hand_edit_shows_everywhere(run: Command) -> None:
    """A valid edit is in force as uncommitted: get, list and status agree."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "19:00"))
    assert run.good("get", TIME) == "19:00"
    assert "1 + uncommitted" in run.good("list")
    told = run.good("status")
    assert f"uncommitted {TIME} in force by a hand edit" in told
    assert "drift       config/export.yaml differs from the commit" in told
    done = run("set", TIME, "20:00")
    assert done.code == 1
    assert "config/export.yaml has edits that are not committed" in done.err


def test_broken_edit_is_refused_and_told(run: Command) -> None:
    """An invalid edit is not in force; status and validate say where it is and what to do."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace('"18:00"', '"23:00"'))
    assert run.good("get", TIME) == "18:00"
    told = run.good("status")
    assert "refused: hand edits; " in told
    assert f"error: {TIME}: {BUSINESS}" in told
    assert "git checkout HEAD -- config/export.yaml" in told
    done = run("validate")
    place = r"config/export\.yaml:\d+:\d+"
    assert re.match(rf"{place}: error: {TIME}: {re.escape(BUSINESS)}\n", done.out)
    assert (done.code, done.out.splitlines()[-1]) == (1, "invalid: 1 error in 1 file")


def test_validate_what_is_where(run: Command, git: Git) -> None:
    """The work tree, the index and a revision are judged each by itself."""
    ok = "ok: 6 settings stored in 4 files"
    assert [
        run.good("validate"),
        run.good("validate", "--staged"),
        run.good("validate", "HEAD"),
    ] == [ok] * 3
    path = run.repo / "config/performance.yaml"
    path.write_text(f"{SIZE}: 5000\n")
    git(run.repo, "add", "config")
    path.write_text(f"{SIZE}: 5\n")
    assert run("validate", "--staged").code == 1
    assert run("validate", "HEAD").code == 0
    done = run("validate")
    assert (done.code, done.out.splitlines()[-1]) == (0, f"{ok}, 1 warning in 1 file")
    strict = run("validate", "--strict")
    assert strict.code == 1
    assert strict.out.splitlines()[-1] == "not ok (--strict): 1 warning in 1 file"
    assert run.good("validate", "HEAD", "--quiet") == ""


def test_validate_where_nothing_is(run: Command, git: Git) -> None:
    """A repository without settings is valid, and that is odd enough to say so."""
    git(run.repo, "rm", "-r", "--quiet", "config", "schemas")
    done = run("validate")
    assert (done.code, done.out) == (0, "ok: 0 settings stored in 0 files\n")
    assert done.err.startswith("there is no config/*.yaml in ")


def test_renumbered_is_told_once(run: Command, git: Git) -> None:
    """A branch whose history was rewritten is reported by status, once, also beside JSON."""
    run.good("set", TIME, "19:30")
    run.good("history", TIME)
    git(run.repo, "commit", "--quiet", "--amend", "--message=Rewritten")
    assert "renumbered" in run("status", "--json").err
    assert "renumbered" not in run.good("status")
