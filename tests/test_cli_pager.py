"""Long answers on a terminal go through git's pager; nothing else does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from command import Command, on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

SIZE = "MAX_BATCH_SIZE"
PAGER = "sed 's/^/> /'"
PAGED = {"GIT_PAGER": PAGER, "LINES": "4", "NO_COLOR": "1"}


@pytest.fixture
def run(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in a team's repository whose batch size has two versions."""
    found = Command(team_repo, capsys)
    found.good("set", SIZE, "200")
    return found


def shown(run: Command, *words: str, **variables: str) -> str:
    """Run on a terminal with a pager that marks its lines."""
    return on_terminal(run.repo, *words, **{**PAGED, **variables}).replace("\r\n", "\n")


@pytest.mark.parametrize("words", [["history", SIZE], ["audit"], ["blame"]])
def test_long_answer_is_paged(run: Command, words: list[str]) -> None:
    """What is longer than the screen goes through the pager, and only through it."""
    assert {line[:2] for line in shown(run, *words).splitlines()} == {"> "}


def test_what_fits_is_not_paged(run: Command) -> None:
    """A short answer, an unknown height and a document are printed as they are."""
    assert shown(run, "history", SIZE, LINES="40").startswith("version 2  ")
    assert shown(run, "history", SIZE, LINES="tall").startswith("version 2  ")
    assert shown(run, "history", SIZE, "--json").startswith("[\n")
    assert run.good("history", SIZE).startswith("version 2  ")


@pytest.mark.parametrize("pager", ["cat", "no-such-pager-anywhere"])
def test_no_pager_is_no_loss(run: Command, pager: str) -> None:
    """Without a pager, or with one that does not start, the answer is printed all the same."""
    assert re.search(r"^version 2  ", shown(run, "history", SIZE, GIT_PAGER=pager), re.MULTILINE)


def test_pager_is_what_git_is_set_to(
    run: Command, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git's own settings count, and less is told to keep our colours, unless it is set up."""
    monkeypatch.delenv("GIT_PAGER", raising=False)
    monkeypatch.delenv("LESS", raising=False)
    git(run.repo, "config", "core.pager", 'echo "less as $LESS" && cat')
    text = on_terminal(run.repo, "history", SIZE, LINES="4")
    assert text.startswith("less as FRX\r\n\x1b[1mversion 2\x1b[0m")
    assert on_terminal(run.repo, "history", SIZE, LINES="4", LESS="S").startswith("less as S\r\n")


def test_pager_that_leaves_early(run: Command) -> None:
    """Who has read enough ends the pager; that is neither an error nor a traceback."""
    reason = "\n".join(["x" * 100] * 2000)
    run.good("set", SIZE, "300", "--reason", reason)
    assert (
        shown(run, "history", SIZE, GIT_PAGER="head -n 1") == f"version 3  {SIZE}: 300  ✓ ACTIVE\n"
    )
