"""One follower's view of a checkout, moved on look by look; no thread and no subscriber here."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygit2

from gitcfg.errors import GitcfgError
from gitcfg.following.observe import QUIET, Observer
from gitcfg.git import journal
from gitcfg.git.repository import Repository
from gitcfg.model import Finding, Refusal

if TYPE_CHECKING:
    from gitcfg.following.checkout import Sight
    from gitcfg.following.observe import Standing

_MOVES = 64
"""After so many commits the repository is opened afresh, for libgit2 keeps what it has read."""

_GRACE = 1.0
"""Seconds without a readable repository until that is told: a flip or a rename is over sooner."""

_WAITING = 10.0
"""Seconds that an edit waits for git to be done until that is told."""

_SLOWEST = 2.0

_log = logging.getLogger(__name__)


class Following:
    """Follows the checkout that a path leads to; `standing` is what is in force.

    `step` is to be called whenever something may have changed, and no later than it asks for.
    `notices` gathers what a person should know until it is taken.
    """

    def __init__(self, path: Path | str, *, committed_only: bool = False) -> None:
        self.path = Path(path).absolute()
        self.notices: list[str] = []
        self._told: set[str] = set()
        self._committed_only = committed_only
        self._identity = _identity(self.path)
        self._open()
        self._recover()
        self.standing = self._observer.now()
        self.started_from = self._observer.why_not_head(self.standing)
        self._pending: Sight | None = None
        self._since = 0.0
        self._waiting_told = False
        self._judged: Sight | None = None
        self._lost_at: float | None = None

    def _open(self) -> None:
        self.repository = Repository.open(self.path)
        self._observer = Observer(self.repository, committed_only=self._committed_only)
        self._moves = 0

    def step(self, now: float, *, resting: bool = False) -> float | None:
        """Look once and move `standing` on; tells when to look again, None if on the next event.

        Times are in seconds on a monotonic clock. With `resting` only the head is looked at.
        """
        try:
            if self._lost_at is not None or not _leads_to(str(self.path), self._identity):
                self._arrive()
                return now
            head = self.repository.head()
            if head != self.standing.head:
                self._move(head)
                return now  # what lies in the work tree beside it is the next look's
            if resting:
                return None
            self._recover()
            return self._look(now)
        except Exception as error:  # noqa: BLE001 - it tells what stops it, and goes on
            return self._lose(error, now)

    def _look(self, now: float) -> float | None:
        sight = self._observer.look()
        if sight.head != self.standing.head:
            return now
        if sight == self._judged:
            return None
        if sight != self._pending:
            self._pending, self._since = sight, now
        if not sight.calm:
            self._tell_waiting(sight, now - self._since)
            return now + _patience(now - self._since)
        self._waiting_told = False
        if now - self._since < QUIET and not self._is_plain(sight):
            return self._since + QUIET
        found = self._observer.settled(self.standing, sight)
        if found != self.standing:
            self.standing = found
        self._judged = sight
        return None

    def _tell_waiting(self, sight: Sight, lasted: float) -> None:
        """Tell, once, why an edit is not in force though nobody has touched it for long."""
        waits = [path for path in sight.drift if self._observer.waits(sight, path, self.standing)]
        if waits and lasted >= _WAITING and not self._waiting_told:
            self._waiting_told = True
            why = self.repository.busy() or (
                f"a git command holds {self.repository.git_dir}/index.lock. If none is running, "
                "remove that file"
            )
            self.notices.append(f"{', '.join(waits)}: edits are not in force yet, for {why}")

    def _is_plain(self, sight: Sight) -> bool:
        """Tell that commits alone are in force and nothing else lies there: no hand is at work."""
        return not (sight.drift or self.standing.edits or self.standing.refusal)

    def _move(self, head: str) -> None:
        self._put(self._observer.moved(self.standing, head))
        self._moves += 1
        if self._moves >= _MOVES:
            self._moves = 0
            self.repository = Repository.open(self.repository.root)
            self._observer.renew(self.repository)

    def _arrive(self) -> None:
        """Follow the path to where it leads now: another checkout, or the same one come back."""
        identity = _identity(self.path)
        self._open()
        held = self.standing
        if identity != self._identity:
            held = replace(held, edits={}, drift=())  # hand edits belong to the other checkout
        sight = self._observer.look()  # all must be readable again before anything counts
        self._put(self._observer.moved(held, sight.head))
        self._identity = identity
        self._lost_at = None

    def _put(self, standing: Standing) -> None:
        self.standing = standing
        self._pending = self._judged = None

    def _recover(self) -> None:
        """Repair what a killed writer left; what cannot be repaired is told and stops nothing."""
        try:
            told = journal.recover(self.repository)
        except (GitcfgError, OSError) as error:
            told = (str(error),)
        for words in told:
            if words not in self._told:
                self._told.add(words)
                self.notices.append(words)

    def _lose(self, error: Exception, now: float) -> float:
        if self._lost_at is None:
            self._lost_at = now
            expected = isinstance(error, GitcfgError | OSError | pygit2.GitError)
            level = logging.INFO if expected else logging.ERROR
            _log.log(level, "%s cannot be read just now", self.path, exc_info=error)
        if now - self._lost_at >= _GRACE:
            held = replace(self.standing, refusal=_unreadable(self.standing, error))
            self.standing = held if held != self.standing else self.standing
        return now + _patience(now - self._lost_at)


def _patience(lasted: float) -> float:
    """Tell how many seconds to wait for something that has lasted so many already."""
    return min(max(lasted, QUIET), _SLOWEST)


_Inode = tuple[int, int] | None


def _identity(path: Path) -> tuple[str, _Inode, _Inode]:
    real = os.path.realpath(path)
    return real, _inode(real), _inode(f"{real}/.git")


def _leads_to(path: str, identity: tuple[str, _Inode, _Inode]) -> bool:
    """Tell that a path leads where it did, and that the place is still found under its name.

    To resolve the path anew would take a tenth of the time from a commit to who is told of it.
    """
    real, root, git = identity
    found = _inode(path), _inode(f"{path}/.git"), _inode(real)
    return found == (root, git, root) and root is not None


def _inode(path: str) -> _Inode:
    try:
        facts = os.stat(path)  # noqa: PTH116 - a `Path` takes longer than the call
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _unreadable(standing: Standing, error: Exception) -> Refusal:
    words = error.message if isinstance(error, GitcfgError) else f"{type(error).__name__}: {error}"
    finding = Finding(severity="error", message=words, rule="repository")
    return Refusal(findings=(finding,), revision=None, held=standing.revision, uncommitted=False)
