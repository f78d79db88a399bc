"""`--json` end to end: each verb prints one document, its keys as DESIGN's table has them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from command import Command

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

TIME = "DAILY_EXPORT_TIME"
SIZE = "MAX_BATCH_SIZE"
PERSON = {"name": "Test Person", "email": "test@example.com"}
FINDING = {"severity", "key", "file", "line", "column", "value", "message", "rule"}
WRITTEN = {"status", "revision", "changes", "warnings", "followers"}


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


def test_get(run: Command, git: Git) -> None:
    """`get` tells the value with its version and who gave it."""
    found = run("get", TIME, "--json").document
    updated = datetime.fromisoformat(found.pop("updated"))
    assert updated.tzinfo
    assert found == {
        "key": TIME,
        "value": "18:00",
        "version": 1,
        "default": False,
        "uncommitted": False,
        "revision": git(run.repo, "rev-parse", "HEAD"),
        "by": PERSON,
    }


def test_get_a_default(run: Command) -> None:
    """What nobody stored has no revision, no date and no person."""
    run.good("unset", SIZE)
    assert run("get", SIZE, "--json").document == {
        "key": SIZE,
        "value": 100,
        "version": 2,
        "default": True,
        "uncommitted": False,
        "revision": None,
        "updated": None,
        "by": None,
    }


def test_list(run: Command) -> None:
    """`list` has the fields of `get`, and what the schema says."""
    found = run("list", "--json").document
    assert [one["category"] for one in found] == [
        "ai",
        "export",
        "export",
        "export",
        "performance",
        "security",
    ]
    (only,) = run("list", "--json", "--category", "ai").document
    assert only.keys() == {
        *("key", "value", "version", "default", "uncommitted", "revision", "updated", "by"),
        *("category", "title", "description", "type"),
    }
    assert (only["title"], only["type"]) == ("AI Confidence Threshold", "number")


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (["set", SIZE, "5"], {"key": SIZE, "old": 100, "new": 5, "version": 2}),
        (["unset", SIZE], {"key": SIZE, "old": 100, "new": None, "version": 2}),
    ],
)
def test_writes(run: Command, git: Git, words: list[str], change: dict[str, Any]) -> None:
    """A verb that writes tells stored values, null where nothing is stored."""
    found = run(*words, "--json").document
    assert found.keys() == WRITTEN
    assert (found["status"], found["followers"]) == ("done", [])
    assert found["revision"] == git(run.repo, "rev-parse", "HEAD")
    assert found["changes"] == [change]


def test_write_with_a_warning(run: Command) -> None:
    """A warning is a finding as any other."""
    done = run("set", TIME, "12:00", "--json")
    (warning,) = done.document["warnings"]
    assert warning.keys() == FINDING
    assert (warning["severity"], warning["key"], warning["value"]) == ("warning", TIME, "12:00")
    assert done.err == ""


def test_write_that_changes_nothing(run: Command) -> None:
    """`unchanged` has no revision and no changes."""
    assert run("set", SIZE, "100", "--json").document == {
        "status": "unchanged",
        "revision": None,
        "changes": [],
        "warnings": [],
        "followers": [],
    }


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (["rollback", SIZE, "--to", "1"], {"key": SIZE, "old": 200, "new": 100, "version": 3}),
        (["reset", SIZE], {"key": SIZE, "old": 200, "new": 100, "version": 3}),
    ],
)
def test_dry_run(run: Command, words: list[str], change: dict[str, Any]) -> None:
    """A rehearsal has the changes, but no revision."""
    run.good("set", SIZE, "200")
    found = run(*words, "--dry-run", "--json").document
    assert (found.keys(), found["status"], found["revision"]) == (WRITTEN, "dry-run", None)
    assert found["changes"] == [change]


def test_history(run: Command, git: Git) -> None:
    """Each version has every field, newest first."""
    run.good("set", SIZE, "200", "--reason", "More", "--meta", "ticket=7")
    newest, oldest = run("history", SIZE, "--json").document
    head = git(run.repo, "rev-parse", "HEAD")
    assert datetime.fromisoformat(newest.pop("date")).tzinfo
    assert newest.pop("actor").startswith("os:")
    assert newest == {
        "key": SIZE,
        "version": 2,
        "value": 200,
        "deleted": False,
        "active": True,
        "revision": head,
        "author": PERSON,
        "committer": PERSON,
        "origin": None,
        "action": "set",
        "reason": "More",
        "via": "cli",
        "client": "gitcfg/0.1",
        "metadata": {"ticket": "7"},
    }
    assert oldest.keys() == newest.keys() | {"date", "actor"}
    assert (oldest["via"], oldest["actor"], oldest["active"]) == ("git", None, False)


def test_validate(run: Command) -> None:
    """`validate` tells findings with their place, by --json and by --format json."""
    assert run("validate", "--json").document == {"valid": True, "findings": [], "changes": []}
    (run.repo / "config/performance.yaml").write_text(f"{SIZE}: 5000\n")
    done = run("validate", "--format", "json")
    assert (done.code, done.document["valid"]) == (1, False)
    (finding,) = done.document["findings"]
    assert finding.keys() == FINDING
    place = (finding["file"], finding["line"], finding["column"], finding["value"])
    assert place == ("config/performance.yaml", 1, 1, 5000)


def test_status(run: Command, git: Git) -> None:
    """`status` tells where the clone stands, null where there is nothing."""
    found = run("status", "--json").document
    assert datetime.fromisoformat(found.pop("date")).tzinfo
    assert found == {
        "revision": git(run.repo, "rev-parse", "HEAD"),
        "branch": "main",
        "drift": [],
        "ahead": None,
        "behind": None,
        "remote": None,
        "refused": None,
        "followers": [],
    }


def test_status_with_a_refusal(run: Command) -> None:
    """What lies there and is not in force is told with its findings."""
    (run.repo / "config/performance.yaml").write_text(f"{SIZE}: 5000\n")
    found = run("status", "--json").document
    assert found["drift"] == ["config/performance.yaml"]
    refused = found["refused"]
    assert refused.keys() == {"revision", "held", "uncommitted", "findings"}
    assert (refused["held"], refused["uncommitted"]) == (found["revision"], True)
    assert [one.keys() for one in refused["findings"]] == [FINDING]


def test_init(run: Command) -> None:
    """`init` tells what it made."""
    found = run("init", "../fresh", "--json").document
    assert found.keys() == {"path", "revision", "files", "hook", "notes"}


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (["set", SIZE, "x"], 1, "invalid"),
        (["get", "NOPE"], 1, "unknown-key"),
        (["set", "NOPE", "1"], 1, "unknown-key"),
        (["set", SIZE, "5", "--expect", "7"], 4, "conflict"),
        (["set", SIZE], 2, "usage"),
        (["-C", "/", "get", SIZE], 1, "repository"),
    ],
)
def test_errors(run: Command, words: list[str], code: int, kind: str) -> None:
    """An error is the one document, with its kind and its findings."""
    done = run(*words, "--json")
    assert (done.code, done.err) == (code, "")
    assert done.document.keys() == {"error"}
    error = done.document["error"]
    assert (error.keys(), error["kind"]) == ({"kind", "message", "findings"}, kind)
    assert all(one.keys() == FINDING for one in error["findings"])


def test_dirty_file(run: Command) -> None:
    """An edit that a person left is an error of its own kind."""
    path = run.repo / "config/performance.yaml"
    path.write_text(path.read_text() + "# mine\n")
    done = run("set", SIZE, "5", "--json")
    assert (done.code, done.document["error"]["kind"]) == (1, "dirty")


HOSTILE = "a\n\x1b[2J\x9b\u202e\u2028'\"\\ ก"


def test_values_are_exact(run: Command) -> None:
    """A document holds the very text, and no byte that a terminal would act on."""
    run("set", "NOTE", HOSTILE, "--category", "app", "--reason", HOSTILE)
    done = run("get", "NOTE", "--json")
    assert done.document["value"] == HOSTILE
    assert not set(done.out) & set("\x1b\x9b\u202e\u2028")
    assert run("history", "NOTE", "--json").document[0]["reason"] == HOSTILE
