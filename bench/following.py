"""Follow a checkout: how soon a commit is told, and what a follower holds in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING

import pygit2

import gitcfg
from bench import validating
from bench.ground import environment, repository
from bench.harness import Missing, Probe
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bench.harness import Entry
    from bench.subject import Place

RAW = "inotify alone"
KEY, FILE = "MAX_BATCH_SIZE", "performance.yaml"
COMMITS = 10
"""Moves in each round."""

REST = 0.15
"""Seconds before and after a move, so that each finds everybody at rest, edits judged too."""

SIZE = """
import os, sys, time
def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before = held()
import gitcfg
with gitcfg.follow(sys.argv[1]) as live:
    time.sleep(3)
    print(held() - before)
"""


def entries(at: Place) -> list[Entry]:
    """Compare the subscriber of a commit with who only reads the event of such a rename."""
    if not sys.platform.startswith("linux"):
        return [Missing(RAW, "only Linux has inotify")]
    at.folder.mkdir()
    told = Told(repository(at.folder / "repo"))
    at.ends.callback(told.live.close)
    heard = Heard(at.folder / "raw")
    moves = at.scaled(COMMITS)
    return [
        Probe(RAW, lambda: [heard.once() for _ in range(moves)]),
        Probe(
            "commit to subscriber",
            lambda: [told.once() for _ in range(moves)],
            reach=(at_most(8, beside=RAW), at_most(8, beside=RAW, far=True)),
        ),
    ]


class Heard:
    """A thread that does nothing but read inotify's events of one folder."""

    def __init__(self, folder: Path) -> None:
        # Not at the top: there is none but on Linux.
        inotify = import_module("watchdog.observers.inotify_c")
        self._folder = folder
        folder.mkdir()
        self._events = inotify.inotify_init()
        moved = inotify.InotifyConstants.IN_MOVED_TO
        inotify.inotify_add_watch(self._events, os.fsencode(folder), moved)
        self._came = threading.Event()
        self._at = 0.0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while os.read(self._events, 4096):
            self._at = time.perf_counter()
            self._came.set()

    def once(self) -> float:
        """Rename a file, and tell in how many seconds that was heard."""
        lock = self._folder / "main.lock"
        lock.touch()
        seconds = _moved(lock, self._folder / "main", self._came, lambda: self._at)
        time.sleep(REST)
        return seconds


class Told:
    """A follower with one subscriber, and commits that are made and not yet on the branch."""

    def __init__(self, repo: Path) -> None:
        self._repo = repo
        self._commits = commits(repo)
        self._came = threading.Event()
        self._at = 0.0
        self.live = gitcfg.follow(repo)
        self.live.on_change(self._change, KEY)
        time.sleep(1)

    def _change(self, _: gitcfg.Change) -> None:
        self._at = time.perf_counter()
        self._came.set()

    def once(self) -> float:
        """Move the branch as git does, and tell in how many seconds the subscriber was called."""
        revision, content = next(self._commits)
        lock = self._repo / ".git/refs/heads/main.lock"
        lock.write_text(f"{revision}\n", encoding="ascii")
        seconds = _moved(lock, lock.with_suffix(""), self._came, lambda: self._at)
        (self._repo / "config" / FILE).write_bytes(content)
        time.sleep(REST)
        return seconds


def _moved(lock: Path, to: Path, came: threading.Event, at: Callable[[], float]) -> float:
    time.sleep(REST)
    came.clear()
    began = time.perf_counter()
    lock.replace(to)
    came.wait()
    return at() - began


def commits(repo: Path) -> Iterator[tuple[str, bytes]]:
    """Write a commit for each move, its objects only; tells its id and what the file holds."""
    raw = pygit2.Repository(str(repo))
    head, who = raw.head.target, pygit2.Signature("Bench", "bench@example.com")
    number = 0
    while True:
        number += 1
        content = f"{KEY}: {101 + number % 800}\n".encode()
        tree = raw[head].peel(pygit2.Tree)
        config = raw.TreeBuilder(raw[tree["config"].id].peel(pygit2.Tree))
        config.insert(FILE, raw.create_blob(content), 0o100644)
        whole = raw.TreeBuilder(tree)
        whole.insert("config", config.write(), 0o040000)
        head = raw.create_commit(None, who, who, f"Commit {number}", whole.write(), [head])
        yield str(head), content


def memory(at: Place) -> list[Entry]:
    """Tell what a follower of 20,000 keys holds, with and without a schema for each file."""
    wide = validating.tree(at.folder, at.scaled(validating.FILES))
    return [
        Probe(
            "follow, 20,000 keys, 2,000 schemas",
            lambda: size(wide),
            reach=(at_most(60 * 2**20),),
        ),
    ]


def size(repo: Path) -> Sequence[float]:
    """Follow in a process of its own, and tell by how many bytes it grew from the interpreter."""
    command = [sys.executable, "-c", SIZE, str(repo)]
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    return [float(done.stdout)]


SUBJECTS = (
    Subject("follow", "A commit is told to a subscriber", entries, rounds=10),
    Subject("follow-memory", "Memory over the interpreter", memory, rounds=3, warm_up=0, unit="B"),
)
