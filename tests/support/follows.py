"""What the tests of following share: small repositories, patience, and what a follower told."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Event
from threading import enumerate as running
from typing import TYPE_CHECKING, Any, TypeVar

import gitcfg
from gitcfg import Author
from gitcfg.git.commit import commit as carry_out
from gitcfg.git.lock import lock
from gitcfg.git.objects import Draft
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git

    from gitcfg import Change, Follower, Live, Refusal, Snapshot

T = TypeVar("T")

PERSON = Author("Test Person", "test@example.com")

PATIENCE = 60.0
"""Seconds until something that must happen counts as never happening, on a busy machine too."""


def until(found: Callable[[], T], *, within: float = PATIENCE) -> T:
    """Wait until a function returns something true, and return that."""
    deadline = time.monotonic() + within
    while not (value := found()):
        assert time.monotonic() < deadline, f"did not come true within {within:.0f} s"
        time.sleep(0.002)
    return value


def plain_repo(place: Path, git: Git, **files: str) -> Path:
    """Make a repository of config files without schemas: `a="A: 1"` is `config/a.yaml`."""
    (place / "config").mkdir(parents=True)
    for name, text in files.items():
        write(place, name, text)
    git(place, "init", "--quiet", "--initial-branch=main")
    git.commit(place, "Begin")
    return place


def write(place: Path, name: str, text: str) -> None:
    """Write a config file in place."""
    (place / "config" / f"{name}.yaml").write_text(f"{text}\n")


def commit(place: Path, message: str = "Change", **files: str) -> str:
    """Commit config files as gitcfg does, and return the revision.

    The branch moves before the files, so that no follower, however slow the machine, sees an edit
    of the work tree first, as it may when a test writes a file and then calls git.
    """
    repository = Repository.open(place)
    draft = Draft(
        files={f"config/{name}.yaml": f"{text}\n".encode() for name, text in files.items()},
        message=f"{message}\n",
        author=PERSON,
        committer=PERSON,
        date=datetime.now(UTC),
    )
    with lock(repository):
        revision = carry_out(repository, head=repository.head(), draft=draft)
    assert revision is not None
    return revision


def threads() -> set[str]:
    """Tell which threads of a follower there are."""
    return {one.name for one in running() if one.name == "gitcfg-follow"}


def at(repo: Path, head: str) -> tuple[Follower, ...]:
    """Tell the followers once all of them are at a revision, else nobody."""
    found = gitcfg.open(repo).followers()
    return found if all(one.revision == head for one in found) else ()


class Heard:
    """Everything that a follower told, in order, as short tuples."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.events: list[tuple[Any, ...]] = []
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []
        live.on_change(self._change)
        live.on_commit(self._commit)
        live.on_refused(self._refused)
        live.on_repaired(self._repaired)

    def _change(self, change: Change) -> None:
        self.changes.append(change)
        mark = ("uncommitted",) if change.uncommitted else ()
        self.events.append((change.key, change.old, change.new, *mark))

    def _commit(self, change: Change) -> None:
        self.changes.append(change)
        self.events.append((change.key, change.new, "committed"))

    def _refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        self.events.append(("refused", *(one.file for one in refusal.findings)))

    def _repaired(self, _: Snapshot) -> None:
        self.events.append(("repaired",))

    def wait(self, *expected: tuple[Any, ...]) -> None:
        """Wait until just these events were told since the last wait, then forget them."""
        deadline = time.monotonic() + PATIENCE
        while len(self.events) < len(expected) and time.monotonic() < deadline:
            time.sleep(0.002)
        found, self.events = self.events, []
        assert found == [*expected]

    def wait_for_git(self, *expected: tuple[Any, ...]) -> None:
        """Wait for events of git's own commands, whose files may be seen before their commit.

        A value that was uncommitted first and then committed counts as committed at once.
        """
        deadline = time.monotonic() + PATIENCE
        while (found := _merged(self.events)) != [*expected] and time.monotonic() < deadline:
            time.sleep(0.002)
        self.events = []
        assert found == [*expected]


def _merged(events: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    found = list(events)
    for event in events:
        if event[-1] == "committed":
            key, value, _ = event
            early = [one for one in found if one[0] == key and one[2:] == (value, "uncommitted")]
            found[found.index(early[-1])] = early[-1][:3]
            found.remove(event)
    return found


class Gate:
    """A subscriber that stays in its call until it is let through."""

    def __init__(self) -> None:
        self.entered = Event()
        self.open = Event()

    def __call__(self, _: object) -> None:
        """Say that it is here, then wait."""
        self.entered.set()
        assert self.open.wait(PATIENCE)
