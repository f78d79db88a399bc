"""No half state, whatever git does: every snapshot that ever came into force is on record here.

Each commit stores one number under every key of every file, so a mixture gives itself away.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from follows import until

from gitcfg import Live, Snapshot
from gitcfg.following.observe import observe
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

    from gitcfg.following.observe import Standing
    from gitcfg.following.swap import Values

FILES = 12
HAND = "HAND"
"""The key that hands and topics edit, in a file of its own, so that its edits are whole too."""


class Watched(Live):
    """A follower that keeps every snapshot it ever puts in force, beside a poller's view."""

    def __init__(self, path: Path) -> None:
        self.all: list[Snapshot] = []
        self.polled: list[dict[str, Any]] = []
        self._end = threading.Event()
        super().__init__(path, interval=0.05)
        self._poller = threading.Thread(target=self._poll)
        self._poller.start()

    def _swap(self, values: Values[Standing]) -> None:
        """Keep what comes into force, then put it in force."""
        self.all.append(values.snapshot)
        super()._swap(values)

    def _poll(self) -> None:
        while not self._end.is_set():
            found = dict(self.items())
            if not self.polled or found != self.polled[-1]:
                self.polled.append(found)
            time.sleep(0.0005)

    def close(self) -> None:
        """End both threads."""
        self._end.set()
        self._poller.join()
        super().close()

    def reaches(self, number: int, **others: Any) -> None:
        """Wait until a whole state is in force."""
        until(lambda: dict(self.items()) == state(number, **others))

    def saw(self) -> list[dict[str, Any]]:
        """Tell all states that were ever in force, each once."""
        found: list[dict[str, Any]] = []
        for one in [*map(dict, self.all), *self.polled]:
            if one not in found:
                found.append(one)
        return found


def state(number: int, **others: Any) -> dict[str, Any]:
    """Tell the values of a commit: one number everywhere but where others are named."""
    keys = {f"{letter}{file}": number for letter in "AZ" for file in range(FILES)}
    return {**keys, HAND: 0, **others}


def fill(place: Path, number: int) -> None:
    """Write one number into every file."""
    for file in range(FILES):
        text = f"A{file}: {number}\n# {'x' * 5000}\nZ{file}: {number}\n"
        (place / f"config/f{file}.yaml").write_text(text)


def hand(place: Path, value: int) -> None:
    """Edit the file that is edited by hand."""
    (place / "config/hand.yaml").write_text(f"{HAND}: {value}\n")


@pytest.fixture
def repo(tmp_path: Path, git: Git) -> Path:
    """Make a repository with a branch for each number from 1 to 3."""
    place = tmp_path / "repo"
    (place / "config").mkdir(parents=True)
    git(place, "init", "--quiet", "--initial-branch=b1")
    hand(place, 0)
    for number in (1, 2, 3):
        fill(place, number)
        git.commit(place, f"All {number}")
        git(place, "checkout", "--quiet", "-b", f"b{number + 1}")
    git(place, "checkout", "--quiet", "b1")
    return place


@pytest.fixture
def live(repo: Path) -> Iterator[Watched]:
    """Follow it from the start."""
    with Watched(repo) as found:
        found.reaches(1)
        yield found


def test_checkout_shows_whole_commits(repo: Path, git: Git, live: Watched) -> None:
    """Branches are switched back and forth, fast and at leisure."""
    for turn in range(45):
        number = turn % 3 + 1
        git(repo, "checkout", "--quiet", f"b{number}")
        if turn % 5 == 0:
            live.reaches(number)
    live.reaches(3)
    assert [one for one in live.saw() if one not in (state(1), state(2), state(3))] == []


def test_checkout_that_dawdles_shows_whole_commits(repo: Path, git: Git, live: Watched) -> None:
    """Where git stops for long between two files, what it has written so far is no edit."""
    git(repo, "config", "filter.slow.smudge", "sleep 0.4; cat")
    git(repo, "config", "filter.slow.clean", "cat")
    (repo / ".git/info/attributes").write_text("config/f5.txt filter=slow\n")
    for number in (1, 2):
        git(repo, "checkout", "--quiet", f"b{number}")
        (repo / "config/f5.txt").write_text(f"{number}\n")
        git.commit(repo, "With a slow file")
    for number in (1, 2, 1):
        git(repo, "checkout", "--quiet", f"b{number}")
        live.reaches(number)
    assert [one for one in live.saw() if one not in (state(1), state(2))] == []


def test_questions_amid_checkouts_get_whole_answers(repo: Path, git: Git) -> None:
    """Who only asks, as `get` does, gets a whole commit too, whenever it asks."""
    answers: list[dict[str, Any]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(dict(observe(Repository.open(repo)).checked.values))

    asker = threading.Thread(target=ask)
    asker.start()
    for turn in range(40):
        git(repo, "checkout", "--quiet", f"b{turn % 3 + 1}")
    stop.set()
    asker.join()
    assert [one for one in answers if one not in (state(1), state(2), state(3))] == []
    assert answers


def test_merge_and_reset_show_whole_commits(repo: Path, git: Git, live: Watched) -> None:
    """Merges, fast-forward or not, and resets come whole."""
    for turn in range(10):
        kind = "--no-ff" if turn % 2 else "--ff-only"
        git(repo, "merge", "--quiet", kind, "--no-edit", "b2")
        if turn % 3 == 0:
            live.reaches(2)
        git(repo, "reset", "--quiet", "--hard", "b1@{1}")
        git(repo, "reset", "--quiet", "--hard", "HEAD")
    live.reaches(1)
    assert [one for one in live.saw() if one not in (state(1), state(2))] == []


def test_stash_and_pop_show_whole_states(repo: Path, git: Git, live: Watched) -> None:
    """An edit is there or not, while git puts it away and carries it across branches."""
    for turn in range(1, 9):
        hand(repo, turn)
        if turn % 2:
            live.reaches(1, HAND=turn)
        git(repo, "stash", "--quiet")
        git(repo, "checkout", "--quiet", "b2")
        git(repo, "stash", "pop", "--quiet")
        if turn % 3 == 0:
            live.reaches(2, HAND=turn)
        git(repo, "checkout", "--quiet", "b1", "--", ".")
        git(repo, "reset", "--quiet", "--hard")
        git(repo, "checkout", "--quiet", "b1")
    live.reaches(1)
    allowed = [state(number, HAND=turn) for number in (1, 2) for turn in range(9)]
    assert [one for one in live.saw() if one not in allowed] == []


def test_rebase_shows_whole_commits(repo: Path, git: Git, live: Watched) -> None:
    """Commits are carried from one base to another, each whole on either."""
    git(repo, "checkout", "--quiet", "-b", "topic")
    for value in (1, 2, 3):
        hand(repo, value)
        git.commit(repo, f"Hand {value}")
    for turn in range(6):
        base, other = ("b2", "b1") if turn % 2 == 0 else ("b3", "b2")
        git(repo, "rebase", "--quiet", "--onto", base, other)
        git(repo, "reset", "--quiet", "--hard", "topic")
        if turn % 2:
            git(repo, "rebase", "--quiet", "--onto", "b1", base)
    live.reaches(1, HAND=3)
    allowed = [state(number, HAND=value) for number in (1, 2, 3) for value in range(4)]
    assert [one for one in live.saw() if one not in allowed] == []


def test_pull_with_rebase_shows_whole_commits(repo: Path, tmp_path: Path, git: Git) -> None:
    """What others pushed comes in under one's own commit and one's own edit."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", "b1", repo, clone)
    (clone / "config/own.yaml").write_text("OWN: 1\n")
    git.commit(clone, "Own")
    with Watched(clone) as live:
        for number in range(2, 8):
            hand(clone, number % 2)
            fill(repo, number)
            git.commit(repo, f"All {number}")
            git(clone, "pull", "--quiet", "--rebase", "--autostash")
        live.reaches(7, OWN=1, HAND=1)
        saw = live.saw()
    allowed = [
        {**state(number, HAND=value), **own}
        for number in range(1, 8)
        for value in (0, 1)
        for own in ({"OWN": 1}, {})
    ]
    assert [one for one in saw if one not in allowed] == []


def test_truncate_and_write_shows_whole_files(repo: Path, live: Watched) -> None:
    """An editor empties a file, writes half of it, which is good YAML, and then the rest.

    A writer that pauses for longer than the quiet would be taken for done, as any would.
    """
    place, slowest = repo / "config/f0.yaml", 0.0
    for number in range(10, 70):
        began = time.monotonic()
        with place.open("w") as file:
            file.write(f"A0: {number}\n")
            file.flush()
            if number % 4 == 0:
                time.sleep(0.01)
            file.write(f"Z0: {number}\n")
        slowest = max(slowest, time.monotonic() - began)
        if number % 10 == 0:
            live.reaches(1, A0=number, Z0=number)
    live.reaches(1, A0=69, Z0=69)
    torn = [one for one in live.saw() if one.get("A0") != one.get("Z0")]
    assert torn == [] or slowest >= 0.1
    assert [one for one in live.saw() if len(one) != len(state(1))] == torn


def test_missing_and_empty_files_are_never_in_force(repo: Path, git: Git, live: Watched) -> None:
    """Files go away, or lie there empty, for long enough to be seen."""
    for turn in range(6):
        place = repo / f"config/f{turn}.yaml"
        place.unlink() if turn % 2 else place.write_bytes(b"")
        until(lambda: live.refusal)
        git(repo, "checkout", "--quiet", "HEAD", "--", f"config/f{turn}.yaml")
        until(lambda: live.refusal is None)
    assert live.saw() == [state(1)]


def test_link_flips_show_whole_checkouts(repo: Path, tmp_path: Path, git: Git) -> None:
    """Two checkouts take turns behind a link; the one not shown is moved on meanwhile."""
    link = tmp_path / "current"
    for name in ("one", "two"):
        git(repo, "worktree", "add", "--quiet", "--detach", tmp_path / name, "b1")
    link.symlink_to("one")
    with Watched(link) as live:
        live.reaches(1)
        for turn in range(30):
            name, number = ("one", "two")[turn % 2], turn % 3 + 1
            if link.readlink().name != name:
                git(tmp_path / name, "checkout", "--quiet", "--detach", f"b{number}")
            (tmp_path / "next").symlink_to(name)
            (tmp_path / "next").rename(link)
            if turn % 4 == 0:
                until(lambda: live.snapshot.revision == git(link, "rev-parse", "HEAD"))
        until(lambda: live.snapshot.revision == git(link, "rev-parse", "HEAD"))
        saw = live.saw()
    assert [one for one in saw if one not in (state(1), state(2), state(3))] == []
    assert live.refusal is None
