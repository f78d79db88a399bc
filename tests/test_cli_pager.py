"""Long answers on a terminal go through git's pager; nothing else does."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from command import Command, on_terminal

from gitcfg.cli.output import Output

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git

SIZE = "MAX_BATCH_SIZE"
LONG = "one\ntwo\nthree"


class Terminal(io.TextIOWrapper):
    """A stdout that says it is a terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        """Claim it."""
        return True

    def shown(self) -> str:
        """Tell what was printed."""
        self.seek(0)
        return self.read()


class Paged:
    """A terminal of two lines, and what its pager was given: None if it was not started."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.given = folder / "given"
        self.monkeypatch = monkeypatch

    def page(self, text: str, *, json: bool = False) -> tuple[str, str | None]:
        """Page an answer; returns what was printed and what the pager was given."""
        terminal = Terminal()
        with self.monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", terminal)
            Output(json=json).page(lambda: 1, lambda _: text, folder=self.folder)
        return terminal.shown(), self.given.read_text() if self.given.exists() else None


@pytest.fixture
def paged(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Paged:
    """Sit at a terminal of two lines, with a pager that keeps what it was given."""
    git(tmp_path, "init", "--quiet")
    monkeypatch.setenv("LINES", "2")
    monkeypatch.setenv("GIT_PAGER", f"cat > '{tmp_path}/given'")
    return Paged(tmp_path, monkeypatch)


def test_long_answer_is_paged(paged: Paged) -> None:
    """What is longer than the screen goes through the pager, and only through it."""
    assert paged.page(LONG) == ("", f"{LONG}\n")


def test_short_answer_is_printed(paged: Paged) -> None:
    """What fits needs no pager."""
    assert paged.page("one\ntwo") == ("one\ntwo\n", None)


@pytest.mark.parametrize("lines", ["0", "tall"])
def test_screen_of_unknown_height(
    paged: Paged, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    """Where nobody knows what fits, the answer is printed."""
    monkeypatch.setenv("LINES", lines)
    assert paged.page(LONG) == (f"{LONG}\n", None)


def test_document_is_never_paged(paged: Paged) -> None:
    """JSON is for programs, on a terminal too."""
    assert paged.page(LONG, json=True) == ("1\n", None)


def test_pipe_is_never_paged(paged: Paged, capsys: pytest.CaptureFixture[str]) -> None:
    """Down a pipe the answer goes as it is."""
    Output().page(lambda: 1, lambda _: LONG, folder=paged.folder)
    assert (capsys.readouterr().out, paged.given.exists()) == (f"{LONG}\n", False)


@pytest.mark.parametrize("pager", ["cat", "", "no-such-pager-anywhere 2>&-"])
def test_no_pager_is_no_loss(paged: Paged, monkeypatch: pytest.MonkeyPatch, pager: str) -> None:
    """Without a pager, or with one that does not start, the answer is printed all the same."""
    monkeypatch.setenv("GIT_PAGER", pager)
    assert paged.page(LONG) == (f"{LONG}\n", None)


def test_no_git_is_no_loss(paged: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git's own command is missing, nobody can say what the pager is."""
    monkeypatch.setenv("PATH", "")
    assert paged.page(LONG) == (f"{LONG}\n", None)


def test_pager_is_what_git_is_set_to(
    paged: Paged, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git's settings count, and less is told to keep our colours."""
    monkeypatch.delenv("GIT_PAGER")
    monkeypatch.delenv("LESS", raising=False)
    git(paged.folder, "config", "core.pager", f"echo $LESS > '{paged.given}'; cat >&2")
    assert paged.page(LONG) == ("", "FRX\n")
    monkeypatch.setenv("LESS", "S")
    assert paged.page(LONG) == ("", "S\n")


def test_pager_that_leaves_early(paged: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has read enough ends the pager; that is no error."""
    monkeypatch.setenv("GIT_PAGER", f"head -n 1 > '{paged.given}'")
    assert paged.page("line\n" * 100_000) == ("", "line\n")


def test_interrupt_is_the_pagers(paged: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the pager is up Ctrl-C does not end us; afterwards it does again."""
    before = signal.getsignal(signal.SIGINT)
    kill = f"sleep 0.5; kill -INT {os.getpid()}; sleep 0.2; cat > '{paged.given}'"
    monkeypatch.setenv("GIT_PAGER", kill)
    assert paged.page(LONG) == ("", f"{LONG}\n")
    assert signal.getsignal(signal.SIGINT) is before


def test_history_of_many_versions(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verbs that explain are paged on a real terminal, in colour."""
    Command(team_repo, capsys).good("set", SIZE, "200")
    pager = {"GIT_PAGER": "sed 's/^/> /'", "LINES": "4"}
    for words, head in (
        (["history", SIZE], "> \x1b[1mversion 2\x1b[0m  "),
        (["audit"], "> \x1b[32mapplied  \x1b[0m  "),
        (["blame"], "> \x1b[1mKEY\x1b[0m"),
    ):
        lines = on_terminal(team_repo, *words, **pager).splitlines()
        assert lines[0].startswith(head)
        assert {line[:2] for line in lines} == {"> "}
