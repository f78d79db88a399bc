"""Many at once: writers in several processes, a human's git, `git gc` and a reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

import gitcfg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gitrun import Git

WRITER = """
import sys, gitcfg
place, number, key, turns = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
store = gitcfg.open(place)
for turn in range(turns):
    who = gitcfg.Author(f"Writer {number}", "w@example.com")
    written = store.set(key, 1 + (number * 25 + turn) % 119, author=who, reason=f"{number}.{turn}")
    print(written.revision, flush=True)
"""
KEYS = ("MAX_BATCH_SIZE", "IMMEDIATE_EXPORT_BUFFER")


def start(repo: Path, number: int, turns: int) -> subprocess.Popen[str]:
    """Start a process that sets one of two keys again and again."""
    command = [sys.executable, "-c", WRITER, str(repo), str(number), KEYS[number % 2], str(turns)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Run something again and again beside the test until it ends."""
    stop, threads = threading.Event(), []

    def begin(act: Callable[[], None]) -> None:
        def loop() -> None:
            while not stop.is_set():
                act()

        threads.append(threading.Thread(target=loop))
        threads[-1].start()

    yield begin
    stop.set()
    for thread in threads:
        thread.join(60)


def test_writers_beside_a_human_lose_nothing(
    team_repo: Path, git: Git, beside: Callable[[Callable[[], None]], None]
) -> None:
    """Every accepted set is a version, whatever a human, `git gc` and a reader do meanwhile."""
    refused: list[object] = []
    store = gitcfg.open(team_repo)

    def person() -> None:
        (team_repo / "notes.txt").write_text(str(time.monotonic_ns()))
        git.run(team_repo, "add", "notes.txt")
        git.run(team_repo, "commit", "--quiet", "--message", "A note")
        time.sleep(0.02)

    def reader() -> None:
        refused.extend(filter(None, [store.status().refused]))
        assert all(isinstance(store.get(key), int) for key in KEYS)

    def collector() -> None:
        git.run(team_repo, "gc", "--quiet")

    for act in (person, reader, collector):
        beside(act)
    writers = [start(team_repo, number, 12) for number in range(4)]
    done = [one.communicate(timeout=100) for one in writers]
    assert [errors for _, errors in done] == [""] * 4
    accepted = {line for printed, _ in done for line in printed.split()} - {"None"}
    versions = {one.revision for key in KEYS for one in store.history(key)}
    assert accepted <= versions
    assert len(accepted) == len(versions) - 1
    assert refused == []


def test_writers_killed_at_random_leave_it_whole(team_repo: Path, git: Git) -> None:
    """Writers killed at any instant: what they printed stands, git is content, the next goes on."""
    accepted: set[str] = set()
    for turn in range(12):
        writer = start(team_repo, turn, 24)
        assert writer.stdout is not None
        accepted.add(writer.stdout.readline().strip())
        time.sleep(0.003 * turn)
        os.killpg(writer.pid, signal.SIGKILL)
        accepted |= {line for line in writer.communicate()[0].split() if len(line) == 40}
        gitcfg.open(team_repo)
        assert git(team_repo, "status", "--porcelain") == ""
        assert git(team_repo, "fsck", "--strict", "--no-dangling") == ""
    versions = {one.revision for key in KEYS for one in gitcfg.open(team_repo).history(key)}
    assert accepted - {"None"} <= versions
    assert not list((team_repo / ".git").rglob("*.lock"))
