"""What the command refuses, in which words and with which exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command import Command

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
SIZE = "MAX_BATCH_SIZE"
BUFFER = "IMMEDIATE_EXPORT_BUFFER"
AI = "AI_CONFIDENCE_THRESHOLD"
BUSINESS = "Export must be scheduled between 06:00 and 22:00 (business hours)"


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (TIME, "99:99", "Invalid format. Use HH:MM (e.g., 18:00)"),
        (TIME, "6pm", "Invalid format. Use HH:MM (e.g., 18:00)"),
        (TIME, "23:00", BUSINESS),
        (TIME, "05:59", BUSINESS),
        (BUFFER, "-1", "Must be a non-negative integer (minutes)"),
        (BUFFER, "1.5", "Must be a non-negative integer (minutes)"),
        (BUFFER, "121", "Buffer time too long (max: 120 minutes)"),
        (AI, "yes", "Must be a number between 0.0 and 1.0"),
        (AI, "0.9abc", "Must be a number between 0.0 and 1.0"),
        (AI, "1.1", "Must be between 0.0 and 1.0"),
        (AI, "-0.1", "Must be between 0.0 and 1.0"),
        (AI, "0.3", "Threshold too low (< 0.5). Would accept unreliable predictions"),
        (SIZE, "-1", "Must be a positive integer"),
        (SIZE, "0", "Must be a positive integer"),
        (SIZE, "100.0", "Must be a positive integer"),
        (
            SIZE,
            "99999999999999999999999999",
            "Must be a positive integer (too large: whole numbers go up to 9223372036854775807)",
        ),
        (SIZE, "5000", "Batch size too large (max: 1000). May cause memory issues"),
    ],
)
def test_refused_value(run: Command, git: Git, key: str, value: str, message: str) -> None:
    """A value out of bounds is refused in the words of its schema; nothing is changed."""
    before = git(run.repo, "rev-parse", "HEAD")
    done = run("set", key, value)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: {key}: {message}\n"
    assert git(run.repo, "rev-parse", "HEAD") == before
    assert git(run.repo, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (AI, "0.96", "Very high threshold (> 0.95). May require excessive manual review"),
        (SIZE, "9", "Batch size very small (< 10). May cause frequent exports"),
    ],
)
def test_warned_value(run: Command, key: str, value: str, message: str) -> None:
    """A value that a schema warns of is stored, with the warning in its words."""
    done = run("set", key, value)
    assert (done.code, run.good("get", key)) == (0, value)
    assert message in done.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["get", "NOPE"], 1, "Config key not found: NOPE"),
        (["history", "NOPE"], 1, "Config key not found: NOPE"),
        (["unset", "NOPE"], 1, "Config key not found: NOPE. See `gitcfg list`"),
        (["rollback", TIME], 1, f"{TIME} has only version 1: there is none before it"),
        (["rollback", TIME, "--to", "7"], 1, f"Version 7 not found for key {TIME}"),
        (["set", "DAILY_EXPORT_TME", "1"], 1, f"No validation rules defined. Did you mean {TIME}?"),
        (["set", "NOPE", "1"], 1, "No validation rules defined. See `gitcfg list`. To store it"),
        (["set", "NO-PE", "1"], 2, "'NO-PE' is no key"),
        (["set", SIZE], 2, f"{SIZE} has no value. Give KEY VALUE, and again for each key"),
        (["set", SIZE, "1", SIZE.lower(), "2"], 2, f"{SIZE} is given twice"),
        (["set", SIZE, "200", "--author", "nobody"], 2, "--author nobody is not of the form"),
        (["set", SIZE, "200", "--wait=soon"], 2, "--wait soon is no number of seconds"),
        (["set", SIZE, "200", "--wait", "foo"], 2, "foo has no value. --wait takes a number of"),
        (["unset", SIZE, "--wait", "foo"], 2, "--wait takes a number of seconds, as in --wait 30"),
        (["unset", SIZE, "foo"], 2, "foo"),
        (["set", SIZE, "200", "--meta", "x"], 2, "--meta x is not of the form NAME=VALUE"),
        (["set", SIZE, "200", "--meta", "x=1", "--meta", "x=2"], 2, "--meta names x twice"),
        (["set", SIZE, "200", "--expect", "0"], 4, f"{SIZE} moved: you expect version 0"),
        (["set", SIZE, "200", "--expect", "1", "--expect", "2"], 2, "--expect 1 names no key"),
        (
            ["set", SIZE, "200", "--expect", f"{SIZE}=1", "--expect", f"{SIZE}=2"],
            2,
            f"--expect names {SIZE} twice",
        ),
        (["set", "NOPE", "1", "--category", ""], 2, "'' is no category"),
        (["set", "NOPE", "1", "--category", "../x"], 2, "'../x' is no category"),
        (["set", "NOPE", "1", "--category", "/x"], 2, "'/x' is no category"),
        (["set", "NOPE", "1", "--category", "x/"], 2, "'x/' is no category"),
        (["set", "NOPE", "1", "--category", "\udcff"], 2, "is no category"),
        (["set", "NOPE", "1", "--category", "x" * 201], 2, "is no category"),
        (["list", "--category", "nope"], 2, "there is no category nope"),
        (["validate", "HEAD", "--staged"], 2, "give a revision or --staged, not both"),
        (["get", TIME, "--at", "nope"], 2, "nope is no revision"),
    ],
)
def test_refused_command(run: Command, words: list[str], code: int, message: str) -> None:
    """What cannot be done says why in one sentence, with the exit code of its kind."""
    done = run(*words)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error: ")
    assert message in done.err


def test_outside_of_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no repository, that is said with both ways out."""
    done = Command(tmp_path, capsys)("get", TIME)
    assert (done.code, done.out) == (1, "")
    assert "is not in a git repository. Run `gitcfg init`" in done.err
