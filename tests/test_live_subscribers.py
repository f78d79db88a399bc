"""Subscribers of a follower: called in its thread, in turn, whatever they do."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from follows import PATIENCE, Gate, Heard, at, commit, plain_repo, threads, until

import gitcfg
from gitcfg import Change, Live, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository of two files with a key each."""
    return plain_repo(tmp_path / "repo", git, a="A: 1", b="B: 1")


@pytest.fixture
def live(repo: Path) -> Iterator[Live]:
    """Follow it."""
    with gitcfg.follow(repo) as found:
        yield found


def test_subscriber_for_some_keys(live: Live, repo: Path, git: Git) -> None:
    """It hears of its keys alone, written in any case; a malformed key is wrong usage."""
    found: list[str] = []
    live.on_change(lambda change: found.append(change.key), "b")
    commit(repo, a="A: 2")
    commit(repo, b="B: 2")
    until(lambda: found)
    assert found == ["B"]
    with pytest.raises(UsageError):
        live.on_change(print, "no key")


def test_subscriber_that_raises_harms_no_other(
    repo: Path, git: Git, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with its traceback and noted in the record; the others go on."""

    def faulty(_: Change) -> None:
        raise ValueError("no such time")

    with gitcfg.follow(repo, name="exporter") as live, caplog.at_level(logging.ERROR):
        live.on_change(faulty)
        heard = Heard(live)
        head = commit(repo, a="A: 2")
        heard.wait(("A", 1, 2))
        (one,) = until(lambda: at(repo, head))
        commit(repo, a="A: 3")
        heard.wait(("A", 2, 3))
    name = "test_subscriber_that_raises_harms_no_other.<locals>.faulty"
    assert one.failed == (f"{name}: ValueError: no such time",)
    assert caplog.records[0].exc_info


def test_subscriber_may_subscribe_and_leave_from_within(live: Live, repo: Path, git: Git) -> None:
    """Both are possible in the call itself, and count from the next change on."""
    found: list[tuple[str, int]] = []

    def first(change: Change) -> None:
        found.append(("first", change.new))
        leave()
        live.on_change(lambda later: found.append(("second", later.new)))

    leave = live.on_change(first)
    for number in (2, 3):
        commit(repo, a=f"A: {number}")
        until(lambda number=number: found and found[-1][1] == number)  # type: ignore[misc]
    assert found == [("first", 2), ("second", 3)]


def test_subscriber_may_ask_for_settings(live: Live, repo: Path, git: Git) -> None:
    """Within the call the follower answers about versions as from anywhere."""
    found: list[gitcfg.Setting] = []
    live.on_change(lambda change: found.append(live.setting(change.key)))
    commit(repo, a="A: 2")
    until(lambda: found)
    assert (found[0].value, found[0].version) == (2, 2)


def test_close_from_within_a_call(repo: Path, git: Git) -> None:
    """A subscriber may close the follower: no deadlock, and nobody is called after it."""
    live = gitcfg.follow(repo, name="exporter")
    found: list[str] = []

    def last(_: Change) -> None:
        found.append("first")
        live.close()

    live.on_change(last)
    live.on_change(lambda _: found.append("second"))
    commit(repo, a="A: 2")
    until(lambda: not threads())
    live.close()
    assert (found, gitcfg.open(repo).followers()) == (["first"], ())


def test_close_waits_for_the_call_that_runs(repo: Path, git: Git) -> None:
    """When it returns, the thread is gone; the call under way was let finish."""
    live = gitcfg.follow(repo)
    gate, found = Gate(), list[str]()
    live.on_change(gate)
    live.on_change(lambda _: found.append("later"))
    commit(repo, a="A: 2")
    assert gate.entered.wait(PATIENCE)
    closer = threading.Thread(target=live.close)
    closer.start()
    until(lambda: not live._worker.telling.changes)
    gate.open.set()
    closer.join(PATIENCE)
    assert (threads(), found, live["A"]) == (set(), [], 2)


def test_close_by_many_at_once(repo: Path) -> None:
    """It may be closed from several threads, and again."""
    live = gitcfg.follow(repo)
    closers = [threading.Thread(target=live.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(PATIENCE)
    live.close()
    assert threads() == set()


def test_reading_goes_on_while_a_subscriber_is_slow(live: Live, repo: Path, git: Git) -> None:
    """Values are in force before anybody is told; what comes meanwhile is told after."""
    gate = Gate()
    live.on_change(gate)
    heard = Heard(live)
    commit(repo, a="A: 2")
    assert gate.entered.wait(PATIENCE)
    assert live["A"] == 2
    for number in (3, 4):
        commit(repo, a=f"A: {number}")
    gate.open.set()
    heard.wait(("A", 1, 2), ("A", 2, 4))
