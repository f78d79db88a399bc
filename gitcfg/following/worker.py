"""The thread of a follower: it looks, puts in force what counts, tells it and records it."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from gitcfg.following.swap import Values
from gitcfg.following.targets import targets
from gitcfg.following.telling import Telling
from gitcfg.following.watchers import watcher
from gitcfg.model import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitcfg.following.following import Following
    from gitcfg.following.observe import Standing
    from gitcfg.following.presence import Presence

UNWATCHED = 0.5
"""Seconds between looks where folders cannot be watched."""

_LONGEST_REST = 0.1

_log = logging.getLogger(__name__)


class Worker:
    """Runs one follower in a thread of its own, which alone touches `following` from its start.

    `put` is called with the values that come into force, before anybody is told of them.
    """

    def __init__(
        self,
        following: Following,
        presence: Presence,
        put: Callable[[Values[Standing]], None],
        *,
        interval: float,
    ) -> None:
        self.following = following
        self.presence = presence
        self.telling = Telling(f"follower {presence.name or os.getpid()}")
        self._put = put
        self._interval = interval
        self._watcher = watcher()
        self._watched = True
        self._rest_until = 0.0
        self._stopped = False
        self._values = _values(following.standing)
        put(self._values)
        self.telling.begin(following.standing)
        self._notice(presence.keep(following.repository))
        self._notice(presence.tell(following.standing))
        self._thread = threading.Thread(target=self._run, name="gitcfg-follow", daemon=True)
        self._thread.start()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread."""
        return threading.current_thread() is self._thread

    def wake(self) -> None:
        """Have it look now."""
        self._watcher.wake()

    def stop(self) -> None:
        """End it, and wait for the end unless called from within."""
        self._stopped = True
        self.telling.clear()
        self._watcher.wake()
        if not self.is_current:
            self._thread.join()

    def _run(self) -> None:
        try:
            due = self._try(self._begin)
            while not self._stopped:
                pause = self._pause if due is None else due - time.monotonic()
                self._watcher.wait(pause)
                due = self._try(self._look)
        finally:
            self._watcher.close()
            self.telling.close()
            self.presence.close()

    @property
    def _pause(self) -> float:
        return self._interval if self._watched else min(self._interval, UNWATCHED)

    def _try(self, act: Callable[[], float | None]) -> float | None:
        """Do something and return when to look next; whatever fails, it goes on."""
        try:
            return act()
        except Exception:  # noqa: BLE001 - a follower that dies would be stale and silent
            # While the program ends without having closed us, no thread can begin any more.
            if threading.main_thread().is_alive():
                _log.exception("following %s failed for once", self.following.path)
            return time.monotonic() + UNWATCHED

    def _begin(self) -> float:
        """Watch, and tell under a name what happened to the numbering since it last ran."""
        self._arm()
        standing = self.following.standing
        told = self.telling.numbering(self.following.repository, standing)
        if self.presence.name is not None:
            self._notice(*told)
        return 0.0

    def _look(self) -> float | None:
        """Look, tell what is new, and say when to look again."""
        due = None if self._stopped else self._step()
        self._take()
        if due is not None:
            return due
        # What happened while a folder was not watched yet must be looked for.
        return 0.0 if self._arm() else None

    def _step(self) -> float | None:
        """Look, but rest for as long as the last look took: events may come in floods."""
        now = time.monotonic()
        resting = now < self._rest_until
        due = self.following.step(now, resting=resting)
        if resting:
            return self._rest_until if due is None else due
        done = time.monotonic()
        self._rest_until = done + min(done - now, _LONGEST_REST)
        return due

    def _take(self) -> None:
        """Put in force what the last look found, then tell it, then put it on record."""
        notices, self.following.notices = self.following.notices, []
        self._notice(*notices, self.presence.keep(self.following.repository))
        before, standing = self._values, self.following.standing
        if before.origin is standing:
            return
        anew = _differ(before.origin, standing)
        self._values = _values(standing, None if anew else before.snapshot)
        self._put(self._values)
        failed = self.telling.tell(
            self.following.repository, before.origin, standing, self._values.snapshot
        )
        self._notice(self.presence.tell(standing, anew=anew, failed=failed))
        self.telling.catch_up(self.following.repository)

    def _notice(self, *words: str | None) -> None:
        self.telling.notice(one for one in words if one is not None)

    def _arm(self) -> bool:
        watcher, path = self._watcher, self.following.path
        armed = watcher.arm(targets(path, self.following.repository))
        if watcher.problem and self._watched:
            self._notice(
                f"{path} cannot be watched for changes ({watcher.problem}): it is looked at every "
                f"{UNWATCHED} s instead"
            )
        self._watched = not watcher.problem
        return armed


def _values(standing: Standing, snapshot: Snapshot | None = None) -> Values[Standing]:
    if snapshot is None:
        snapshot = Snapshot(standing.checked.values, standing.revision, standing.uncommitted)
    return Values(snapshot, standing)


def _differ(old: Standing, new: Standing) -> bool:
    return old.checked is not new.checked or old.revision != new.revision
