"""What people do with the command, end to end on real repositories: changing."""

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
BUFFER = "IMMEDIATE_EXPORT_BUFFER"


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


def test_set_says_what_it_did(run: Command, git: Git) -> None:
    """A change is told in one line: key, old, new, version and the revision git knows."""
    line = run.good("set", TIME, "19:30", "--reason", "Peak time adjustment")
    revision = git(run.repo, "rev-parse", "--short=7", "HEAD")
    assert line == f"{TIME}: 18:00 → 19:30  (version 2, revision {revision})"
    assert run.good("get", TIME) == "19:30"
    assert git(run.repo, "log", "-1", "--format=%s%n%an") == f'Set {TIME} to "19:30"\nTest Person'
    assert git(run.repo, "status", "--porcelain") == ""


def test_keys_in_any_case(run: Command) -> None:
    """Both spellings of a key are the same key at once after a change."""
    run.good("set", "max_batch_size", "200")
    assert [run.good("get", key) for key in (SIZE, SIZE.lower())] == ["200", "200"]


def test_set_what_was_only_a_default(run: Command, git: Git) -> None:
    """Storing what was only a default is a change, and the default is named as such."""
    git(run.repo, "rm", "--quiet", "config/performance.yaml")
    (run.repo / "config/performance.yaml").write_text("{}\n")
    git.commit(run.repo, "Store no batch size")
    line = run.good("set", SIZE, "100")
    assert line.startswith(f"{SIZE}: 100 (default) → 100  (version ")


def test_set_what_is_stored(run: Command, git: Git) -> None:
    """Setting the stored value again makes no commit and says so."""
    before = git(run.repo, "rev-parse", "HEAD")
    assert run.good("set", TIME, "18:00") == f"{TIME}: unchanged, no commit made"
    assert git(run.repo, "rev-parse", "HEAD") == before


def test_set_several_in_one_commit(run: Command, git: Git) -> None:
    """Several keys are one commit, all or none."""
    lines = run.good("set", SIZE, "200", BUFFER, "15", TIME, "18:00").splitlines()
    assert lines[:2] == [f"{SIZE}: 100 → 200  (version 2)", f"{BUFFER}: 30 → 15  (version 2)"]
    assert re.fullmatch(r"revision [0-9a-f]{7}", lines[2])
    assert lines[3:] == [f"{TIME}: unchanged, no commit made"]
    assert git(run.repo, "rev-list", "--count", "HEAD") == "2"
    done = run("set", SIZE, "300", TIME, "99:99")
    assert (done.code, run.good("get", SIZE)) == (1, "200")


def test_warning_is_said_beside(run: Command) -> None:
    """A value that is allowed with a warning is stored; the warning goes to stderr."""
    done = run("set", TIME, "12:00")
    assert (done.code, done.out.partition("  ")[0]) == (0, f"{TIME}: 18:00 → 12:00")
    assert "warning: " in done.err
    assert "Scheduled during business hours. Consider off-peak times (18:00-22:00)" in done.err


def test_expect_refuses_a_key_that_moved(run: Command) -> None:
    """Who looked before somebody else's change is stopped, by version and by revision."""
    run.good("set", SIZE, "200", "--expect", "1")
    assert run("set", SIZE, "300", "--expect", "1").code == 4
    assert run("set", SIZE, "300", TIME, "19:00", "--expect", f"{SIZE}=1").code == 4
    run.good("set", SIZE, "300", TIME, "19:00", "--expect", f"{SIZE}=HEAD", "--expect", f"{TIME}=1")


def test_rollback_unset_and_reset(run: Command, git: Git) -> None:
    """Each way back is a new version, and says what counts now."""
    run.good("set", SIZE, "200")
    assert run.good("rollback", SIZE).startswith(f"{SIZE}: 200 → 100  (version 3, ")
    assert run.good("rollback", SIZE, "--to", "2").startswith(f"{SIZE}: 100 → 200  (version 4, ")
    assert run.good("unset", SIZE).startswith(f"{SIZE}: 200 → 100 (default)  (version 5, ")
    assert run.good("reset", SIZE).startswith(f"{SIZE}: 100 (default) → 100  (version 6, ")
    assert run.good("set", SIZE, "300").startswith(f"{SIZE}: 100 → 300  (version 7, ")
    subjects = git(run.repo, "log", "-5", "--format=%s").splitlines()[1:]
    assert subjects == [
        f"Reset {SIZE} to its default",
        f"Unset {SIZE}",
        f"Roll back {SIZE} to v2",
        f"Roll back {SIZE} to v1",
    ]


def test_reset_without_a_default(run: Command) -> None:
    """A key whose schema has no default cannot be reset."""
    run("set", "NOTE", "x", "--category", "app")
    done = run("reset", "NOTE")
    assert (done.code, done.err) == (1, "error: No default value defined for NOTE\n")


def test_dry_run_changes_nothing(run: Command, git: Git) -> None:
    """A rehearsal shows change, diff, warnings and message, and touches nothing."""
    before = git(run.repo, "rev-parse", "HEAD")
    done = run("set", TIME, "12:00", "--dry-run", "--reason", "Lunch")
    assert (done.code, git(run.repo, "rev-parse", "HEAD")) == (0, before)
    lines = done.out.splitlines()
    assert lines[:2] == ["dry run: nothing was changed", f"{TIME}: 18:00 → 12:00  (version 2)"]
    assert f'    -{TIME}: "18:00"' in lines
    assert f'    +{TIME}: "12:00"' in lines
    assert f'    Set {TIME} to "12:00"' in lines
    assert "    Lunch" in lines
    assert "Scheduled during business hours" in done.err
    assert run.good("get", TIME) == "18:00"


def test_author_reason_and_facts_are_kept(run: Command, git: Git) -> None:
    """Who, why and what else are in the commit, and in history."""
    run.good(
        *("set", TIME, "19:30", "--reason", "-5 % load\nsecond line"),
        *("--author", "Nok <nok@example.com>", "--meta", "ticket=OPS-7"),
    )
    assert git(run.repo, "log", "-1", "--format=%an <%ae>") == "Nok <nok@example.com>"
    lines = run.good("history", TIME, "-n", "1").splitlines()
    assert lines[0] == f"version 2  {TIME}: 19:30  ✓ ACTIVE"
    assert lines[1].startswith("    Nok <nok@example.com>, ")
    assert re.fullmatch(r"    set via cli \(os:.+@.+\), revision [0-9a-f]{7}", lines[2])
    assert lines[3:] == ["    ticket: OPS-7", "    | -5 % load", "    | second line"]


def test_reason_may_be_required(run: Command) -> None:
    """With REQUIRE_CHANGE_REASON no change goes without a reason, this one included."""
    first = run("set", "REQUIRE_CHANGE_REASON", "true")
    assert first.code == 1
    assert "since REQUIRE_CHANGE_REASON is true before or after this change. Say why" in first.err
    run.good("set", "REQUIRE_CHANGE_REASON", "true", "--reason", "Audit")
    done = run("set", SIZE, "200")
    assert done.code == 1
    assert f"A reason is required to change {SIZE}" in done.err
    assert run("set", SIZE, "200", "--json").document["error"]["kind"] == "no-reason"
    run.good("set", SIZE, "200", "--reason", "Audit")


def test_quiet_writes_say_nothing(run: Command) -> None:
    """With --quiet a change that works is silent, its warning included."""
    assert run.good("set", TIME, "12:00", "--quiet") == ""
    assert run.good("-q", "get", TIME) == "12:00"


def test_set_on_an_invalid_head_is_not_in_force(run: Command, git: Git) -> None:
    """Where the commit is invalid elsewhere the change is stored, and said not to be in force."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "23:00"))
    git.commit(run.repo, "Unchecked")
    done = run("set", SIZE, "200", "--quiet")
    assert (done.code, done.out) == (0, "")
    head, finding, cure = done.err.splitlines()
    assert head == (
        "stored, but not in force: config/export.yaml is invalid, "
        "followers hold the last valid revision"
    )
    assert finding.startswith("  config/export.yaml:")
    assert cure.startswith("  Mend what is named here and commit it")
    assert run.good("get", SIZE) != "200"


def test_wait_without_followers(run: Command) -> None:
    """Who waits where nothing runs is told so at once."""
    lines = run.good("set", SIZE, "200", "--wait").splitlines()
    assert lines[1:] == [
        "no program follows these settings here: the change waits for the next start"
    ]
