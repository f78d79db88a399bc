"""`gitcfg validate --base` and `--format github`: a pull request as the command tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gitcfg.cli.entry import main

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

EXPORT, SIZES = "config/export.yaml", "config/performance.yaml"


@pytest.fixture
def pull(team_repo: Path, git: Git) -> Path:
    """Be on a branch that leaves main, which goes on meanwhile."""
    git(team_repo, "switch", "--quiet", "-c", "pull")
    return team_repo


def edit(repo: Path, file: str, old: str, new: str) -> None:
    """Edit a file."""
    text = (repo / file).read_text()
    assert old in text
    (repo / file).write_text(text.replace(old, new))


def judged(repo: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Validate and read the document."""
    code = main(["-C", str(repo), "validate", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_changes_are_told_by_key_with_the_version_to_come(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """Old and new value, and the number that it will have on the branch it goes to."""
    edit(pull, EXPORT, "18:00", "19:30")
    git.commit(pull, "Later")
    code, found = judged(pull, capsys, "--base", "main")
    (change,) = found["changes"]
    assert (code, found["valid"], found["new"]) == (0, True, [])
    assert (change["key"], change["old"], change["new"], change["version"]) == (
        *("DAILY_EXPORT_TIME", "18:00", "19:30", 2),
    )


def test_base_is_where_the_branch_left(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """What main did since is not the pull request's change, but counts for its version."""
    edit(pull, EXPORT, "18:00", "19:30")
    git.commit(pull, "Later")
    git(pull, "switch", "--quiet", "main")
    edit(pull, SIZES, "100", "50")
    edit(pull, EXPORT, "18:00", "20:00")
    git.commit(pull, "Smaller")
    code, found = judged(pull, capsys, "pull", "--base", "main")
    assert [(one["key"], one["old"], one["version"]) for one in found["changes"]] == [
        ("DAILY_EXPORT_TIME", "18:00", 3)
    ]
    assert code == 0


def test_findings_that_are_new_are_told_apart(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the base has already is no news, though it is told."""
    git(pull, "switch", "--quiet", "main")
    edit(pull, EXPORT, "18:00", "10:00")
    git.commit(pull, "Within hours")
    git(pull, "switch", "--quiet", "-c", "other")
    edit(pull, SIZES, "100", "5")
    git.commit(pull, "Tiny")
    _, found = judged(pull, capsys, "--base", "main")
    assert {one["key"] for one in found["findings"]} == {"DAILY_EXPORT_TIME", "MAX_BATCH_SIZE"}
    assert [one["key"] for one in found["new"]] == ["MAX_BATCH_SIZE"]


def test_loosened_schema_is_a_finding(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning on the line of the schema; with --strict an error."""
    edit(pull, "schemas/performance.schema.json", '"maximum": 1000', '"maximum": 5000')
    git.commit(pull, "More")
    code, found = judged(pull, capsys, "--base", "main")
    (one,) = found["new"]
    assert (code, one["severity"], one["rule"]) == (0, "warning", "schema-loosened")
    assert (one["file"], one["key"]) == ("schemas/performance.schema.json", "MAX_BATCH_SIZE")
    assert judged(pull, capsys, "--base", "main", "--strict")[0] == 1


@pytest.mark.parametrize(("message", "code"), [("Because of quarter end", 0), ("", 1)])
def test_commit_without_a_reason_is_refused_where_one_is_asked_for(
    team_repo: Path, git: Git, capsys: pytest.CaptureFixture[str], message: str, code: int
) -> None:
    """A commit by hand gives its reason in its own message."""
    edit(team_repo, "config/security.yaml", "false", "true")
    git.commit(team_repo, "Ask for reasons")
    git(team_repo, "switch", "--quiet", "-c", "pull")
    edit(team_repo, EXPORT, "18:00", "19:30")
    git(team_repo, "commit", "--quiet", "--all", "--allow-empty-message", "--message", message)
    ended, found = judged(team_repo, capsys, "--base", "main")
    assert ended == code
    assert [one["rule"] for one in found["new"]] == ["no-reason"] * code


def test_broken_file_hides_no_other(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """All findings of the whole tree are told at once."""
    (pull / EXPORT).write_text("DAILY_EXPORT_TIME: [\n")
    edit(pull, SIZES, "100", "0")
    git.commit(pull, "Broken")
    code, found = judged(pull, capsys, "--base", "main")
    assert code == 1
    assert {one["file"] for one in found["new"] if one["severity"] == "error"} == {EXPORT, SIZES}


def test_what_lies_here_and_what_is_staged_can_be_compared(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the commit, too."""
    edit(pull, SIZES, "100", "50")
    git(pull, "add", SIZES)
    edit(pull, SIZES, "50", "60")
    assert [one["new"] for one in judged(pull, capsys, "--base", "main")[1]["changes"]] == [60]
    staged = judged(pull, capsys, "--base", "main", "--staged")[1]["changes"]
    assert [one["new"] for one in staged] == [50]


def test_text_tells_changes_then_what_is_new(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads what happens, then what is wrong with it, then the verdict."""
    edit(pull, SIZES, "100", "0")
    git.commit(pull, "None")
    assert main(["-C", str(pull), "validate", "--base", "main"]) == 1
    told = capsys.readouterr().out.splitlines()
    base = git(pull, "rev-parse", "--short=7", "main")
    assert told == [
        f"1 setting changes against main ({base}):",
        "  MAX_BATCH_SIZE: 100 → 0  (will be version 2)",
        "new findings:",
        f"  {SIZES}:2:1: error: MAX_BATCH_SIZE: Must be a positive integer",
        "invalid: 1 error in 1 file",
    ]


def test_github_gets_commands_and_a_summary(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Annotations on the right lines, and a table appended to the file that the runner names."""
    place = pull.parent / "summary.md"
    place.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    edit(pull, SIZES, "100", "0")
    git.commit(pull, "None")
    assert main(["-C", str(pull), "validate", "--base", "main", "--format", "github"]) == 1
    told = capsys.readouterr().out.splitlines()
    words = "title=MAX_BATCH_SIZE::Must be a positive integer"
    assert told[0] == f"::error file={SIZES},line=2,col=1,{words}"
    assert place.read_text().startswith("before\n### Settings: ❌ not valid\n")


def test_base_without_a_common_commit_says_what_to_do(
    pull: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    """On GitHub as an annotation, too."""
    git(pull, "switch", "--quiet", "--orphan", "alone")
    git.commit(pull, "Alone")
    assert main(["-C", str(pull), "validate", "--base", "main", "--format", "github"]) == 2
    told = capsys.readouterr().out
    assert told.startswith("::error title=gitcfg::main and ")
    assert "have no commit in common" in told
