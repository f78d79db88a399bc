"""A clone kept in step as long as a program runs: one thread that asks again and again.

It asks less often while the upstream gives no answer, and at times of its own, so that many clones
do not ask at once. It pushes only with `git config gitcfg.push true`.
"""

from __future__ import annotations

import logging
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import GitcfgError
from gitcfg.git import journal
from gitcfg.git.repository import Repository
from gitcfg.identity import signable
from gitcfg.remote import door, upstream
from gitcfg.remote.syncing import sync
from gitcfg.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gitcfg.model import Author, Synced

EVERY = 15.0
"""Seconds between two questions while all is well."""

SELDOM = 600.0
"""Seconds between two questions at most, while the upstream gives no answer."""

_LEAST = 1.0
_JITTER = 0.2
_GRACE = 10.0
_log = logging.getLogger(__name__)


def delay(every: float, failures: int, chance: float) -> float:
    """Tell how long to wait: doubled with each failure in a row, and up to a fifth more or less."""
    usual = min(every * 2.0 ** min(failures, 32), max(SELDOM, every))
    return usual * (1 + _JITTER * (2 * chance - 1))


class Keeper:
    """The thread that keeps a clone in step; made by `keep_in_step`.

    `tell` hears, in that thread, what a person should know, each thing once; `synced` each round
    in which something moved.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        every: float,
        tell: Callable[[str], None],
        synced: Callable[[Synced], None],
    ) -> None:
        if every < _LEAST:
            raise ValueError(f"every is {every} s, less than {_LEAST:.0f} s")
        self._root = Repository.open(path).root
        self._every = every
        self._tell = tell
        self._synced = synced
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._failures = 0
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="gitcfg-in-step", daemon=True)

    def wake(self) -> None:
        """Have the upstream asked at once, as when a webhook says that something was pushed."""
        self._bell.set()

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """End it; a git command under way is ended, too."""
        self._stopping.set()
        self._bell.set()
        self._thread.join(_GRACE)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                self._round()
            except Exception:  # noqa: BLE001 - our mistake must not end it for good
                _log.exception("a round of keeping in step failed")
                self._failures += 1
            wait = delay(self._every, self._failures, random.random())  # noqa: S311 - no secret
            self._bell.wait(wait)

    def _round(self) -> None:
        try:
            found = self._sync()
        except (GitcfgError, OSError, pygit2.GitError) as error:
            if not self._stopping.is_set():
                self._failures += 1
                self._in_trouble(getattr(error, "message", None) or str(error))
            return
        if self._trouble:
            self._tell("in step with the upstream again")
        self._failures, self._trouble = 0, ""
        for notice in found.notices if found else ():
            self._tell(notice)
        if found is not None and found.changed:
            self._synced(found)

    def _sync(self) -> Synced | None:
        # A fresh one sees what git's configuration says by now.
        repository = Repository.open(self._root)
        for notice in journal.recover(repository):
            self._tell(notice)
        if upstream.find(repository) is None:
            return None
        clone = door.clone(
            Revisions(repository), lambda: committer(repository), cancelled=self._stopping.is_set
        )
        return sync(clone, push=upstream.pushes(repository))

    def _in_trouble(self, message: str) -> None:
        if message != self._trouble:
            self._trouble = message
            self._tell(message)


def committer(repository: Repository) -> Author:
    """Ask git who commits here."""
    return signable(repository.identity("COMMITTER"), role="committer")


@contextmanager
def keep_in_step(
    path: Path | str = ".",
    *,
    every: float = EVERY,
    tell: Callable[[str], None] = _log.warning,
    synced: Callable[[Synced], None] = lambda _: None,
) -> Iterator[Keeper]:
    """Keep the clone at or above a folder in step with its upstream, in a thread, until left.

    `every` is in seconds. A clone whose branch has no upstream is left alone, and looked at again.
    """
    keeper = Keeper(path, every=every, tell=tell, synced=synced)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()
