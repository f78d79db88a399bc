"""What takes long says how far it is: to a person who watches, and to nobody else."""

from __future__ import annotations

import io
import sys
import time
from typing import TYPE_CHECKING

import pytest
from command import on_terminal

import gitcfg
from gitcfg import progress
from gitcfg.cli import waiting
from gitcfg.history import counting

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git


class Heard:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.all: list[tuple[str, int] | None] = []

    def heard(self, what: str, done: int) -> None:
        """Remember how many are done."""
        self.all.append((what, done))

    def ended(self) -> None:
        """Remember the end."""
        self.all.append(None)


@pytest.fixture
def long(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a history that is told of after every second commit."""
    monkeypatch.setattr(counting, "_BATCH", 2)
    (tmp_path / "config").mkdir()
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for number in range(5):
        (tmp_path / "config" / "a.yaml").write_text(f"K: {number}\n")
        git.commit(tmp_path)
    return tmp_path


def test_long_work_tells_how_far_it_is(long: Path) -> None:
    """Counting, an audit and a blame tell while they are at it, and when they end."""
    heard = Heard()
    store = gitcfg.open(long)
    with progress.listening(heard):
        assert len(store.audit()) == 5
        assert len(store.blame()) == 1
    counted = [("commits counted", 2), ("commits counted", 4), None]
    read = [("changes read", number) for number in range(1, 6)]
    assert heard.all == [*counted, *read, None, ("settings told", 1), None]
    store.audit()
    assert heard.all[-1] is None


def test_work_that_fails_ends_its_line() -> None:
    """A line is erased, however the work ends."""
    heard = Heard()

    def fail() -> None:
        with progress.listening(heard), progress.told("x") as tell:
            tell(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert heard.all == [("x", 1), None]


def test_line_is_shown_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is quick shows nothing; what is not is renewed, not too often, and erased."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    line = waiting.Line()
    for now[0], done in ((0.9, 1), (1.0, 2000), (1.05, 3000), (1.2, 4000)):
        line.heard("commits counted", done)
    line.ended()
    line.ended()
    erase = "\r\x1b[K"
    assert shown.getvalue() == (
        f"{erase}2,000 commits counted …{erase}4,000 commits counted …{erase}"
    )


def test_line_is_for_terminals(long: Path) -> None:
    """On a terminal the line comes and goes before the answer; nobody else sees one."""
    code = (
        "import sys; from gitcfg.cli import main, waiting; from gitcfg.history import counting; "
        "waiting._PATIENCE, counting._BATCH = 0, 2; sys.exit(main(sys.argv[1:]))"
    )
    words, program = ("history", "K"), ("-c", code)
    shown = on_terminal(long, *words, program=program)
    assert "\r\x1b[K2 commits counted …" in shown
    assert shown.index("\r\x1b[K") < shown.index("version 5")
    (long / ".git" / "gitcfg" / "index.sqlite3").unlink()
    assert "counted" not in on_terminal(long, *words, program=program, TERM="dumb")
    (long / ".git" / "gitcfg" / "index.sqlite3").unlink()
    assert "counted" not in on_terminal(long, *words, "--quiet", program=program)
