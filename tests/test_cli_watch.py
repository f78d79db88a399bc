"""`watch` in this process: what each event is as data and as a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest
from command import Command

import gitcfg
from gitcfg.cli import watch
from gitcfg.report.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gitrun import Git

SIZE = "MAX_BATCH_SIZE"
TIME = "DAILY_EXPORT_TIME"
SCREEN = Screen(now=datetime(2026, 3, 1, 12, 0, tzinfo=UTC), zone=UTC)
STAMP = "2026-03-01 12:00:00 +00:00"


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository."""
    return Command(team_repo, capsys)


@pytest.fixture
def told(team_repo: Path) -> Iterator[Callable[[], tuple[dict[str, Any], str]]]:
    """Follow the repository and give each event as it comes, as data and as text."""
    events: SimpleQueue[watch.Event] = SimpleQueue()
    with gitcfg.follow(team_repo) as live:
        watch.subscribe(live, [], events.put)

        def following() -> tuple[dict[str, Any], str]:
            data, text = events.get(timeout=20)
            return data(), text(SCREEN)

        yield following


def test_events_in_the_order_of_what_happened(
    run: Command, git: Git, told: Callable[[], tuple[dict[str, Any], str]]
) -> None:
    """An edit, its commit, a broken edit and its repair are an event each."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "19:30"))
    data, text = told()
    assert (data["event"], data["uncommitted"]) == ("change", True)
    assert text.startswith(f"{STAMP}  {TIME}: 18:00 → 19:30  (uncommitted, on ")
    git.commit(run.repo, "Later")
    data, text = told()
    assert (data["event"], data["reason"]) == ("commit", "Later")
    assert text.startswith(f"{STAMP}  {TIME}: 19:30 is committed  (version 2, ")
    good = path.read_text()
    path.write_text(good.replace("19:30", "23:00"))
    data, text = told()
    assert (data["event"], data["uncommitted"]) == ("refused", True)
    assert text.startswith(f"{STAMP}  refused: hand edits; ")
    path.write_text(good)
    data, text = told()
    assert data["event"] == "repaired"
    assert text == f"{STAMP}  mended: {data['revision'][:7]} is in force"


def test_what_is_refused_already_is_told_first(run: Command) -> None:
    """What lies there and is not in force when it starts is the first line."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "23:00"))
    done = run("watch", "-n", "1")
    assert done.code == 0
    assert "refused: hand edits; " in done.out
    assert done.err.startswith("watching 6 settings from revision ")


def test_watch_counts_the_keys_asked_for(run: Command) -> None:
    """Each key counts once, however it is spelt."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "23:00"))
    done = run("watch", TIME, TIME.lower(), "-n", "1")
    assert done.err.startswith("watching 1 setting from revision ")


def test_watch_refuses_a_key_that_nothing_knows(run: Command) -> None:
    """Who mistypes a key is told the likely one, as by `get`, and does not wait for ever."""
    done = run("watch", SIZE, "DAILY_EXPORT_TME")
    assert (done.code, done.out) == (1, "")
    assert done.err == run("get", "DAILY_EXPORT_TME").err
    assert f"Did you mean {TIME}?" in done.err


def test_watch_takes_a_key_without_a_value(run: Command) -> None:
    """A key that a schema has but that has no value yet can be waited for."""
    schema = run.repo / "schemas/export.schema.json"
    document = json.loads(schema.read_text())
    document["properties"]["EXPORT_NOTE"] = {"type": "string"}
    schema.write_text(json.dumps(document))
    with gitcfg.follow(run.repo) as live:
        assert watch.known(live, ["export_note"]) == ["EXPORT_NOTE"]


def test_what_is_refused_already_is_a_document(run: Command) -> None:
    """With --json each line is a document of its own."""
    path = run.repo / "config/export.yaml"
    path.write_text(path.read_text().replace("18:00", "23:00"))
    assert run("watch", "--json", "-n", "1", "--quiet").document["event"] == "refused"
