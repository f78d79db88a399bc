"""Follow a checkout: the settings in force as a mapping, and calls when they change.

One thread of its own looks, swaps the snapshot in one step, and calls the subscribers in turn.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitcfg import settings
from gitcfg.credit import Credits
from gitcfg.following import Following
from gitcfg.history import open_history
from gitcfg.keys import normalise_key
from gitcfg.model import Snapshot
from gitcfg.observe import Standing
from gitcfg.presence import Presence
from gitcfg.repository import Repository
from gitcfg.swap import Swap, Values
from gitcfg.targets import targets
from gitcfg.telling import Telling
from gitcfg.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Self

    from gitcfg.history import History
    from gitcfg.model import Change, Refusal, Setting

INTERVAL = 2.0
"""Seconds after which a follower looks though nothing told it to."""

_UNWATCHED = 0.5
"""Seconds between looks where folders cannot be watched."""

_log = logging.getLogger(__name__)


class Live(Swap[Standing]):
    """The settings in force where a path leads: `live[KEY]`, from any thread, at any time.

    Made by `follow`. Subscribers are called in the follower's own thread, one at a time, in the
    order of what happened; one that takes long delays the next call, not `live[KEY]`.
    """

    __slots__ = (
        "_following",
        "_interval",
        "_named",
        "_presence",
        "_started_from",
        "_stopped",
        "_teller",
        "_telling",
        "_thread",
        "_wake",
        "_watched",
        "_watcher",
    )

    def __init__(
        self,
        path: Path | str = ".",
        *,
        name: str | None = None,
        committed_only: bool = False,
        interval: float = INTERVAL,
    ) -> None:
        self._presence = Presence(name)
        self._following = Following(path, committed_only=committed_only)
        self._named = name is not None
        self._teller = f"follower {name or os.getpid()}"
        self._telling = Telling(self._teller)
        self._wake = threading.Event()
        self._watcher = Watcher(self._wake.set)
        self._watched = True
        self._interval = interval
        self._stopped = False
        standing = self._following.standing
        self._started_from = self._following.started_from
        self.swap(Values(_snapshot(standing), standing))
        self._telling.begin(standing)
        self._record(standing, anew=True)
        self._thread = threading.Thread(target=self._run, name="gitcfg-follow", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def snapshot(self) -> Snapshot:
        """All values in force just now, at one revision."""
        return self.values_in_force.snapshot

    @property
    def refusal(self) -> Refusal | None:
        """What lies there just now and does not count."""
        return self.values_in_force.origin.refusal

    @property
    def started_from(self) -> Refusal | None:
        """Why the start went back to an older revision; None if the head was valid."""
        return self._started_from

    def settings(self) -> tuple[Setting, ...]:
        """Tell all settings in force with their versions, who gave them and when."""
        with self._history() as (repository, standing, history):
            return settings.settings(
                repository, standing.checked, history, uncommitted=standing.uncommitted
            )

    def setting(self, key: str) -> Setting:
        """Tell one setting in force; raises UnknownKeyError."""
        key = normalise_key(key)
        with self._history() as (repository, standing, history):
            return settings.setting(
                repository, standing.checked, history, key, uncommitted=standing.uncommitted
            )

    @contextmanager
    def _history(self) -> Iterator[tuple[Repository, Standing, History]]:
        standing = self.values_in_force.origin
        repository = Repository.open(self._following.repository.root)
        with open_history(repository, revision=standing.revision) as history:
            yield repository, standing, history

    def on_change(self, call: Callable[[Change], object], *keys: str) -> Callable[[], None]:
        """Call when the effective value of one of the keys, or of any, changes.

        What is returned ends the subscription, also from within the call.
        """
        return self._telling.changes.add(call, *map(normalise_key, keys))

    def on_commit(self, call: Callable[[Change], object], *keys: str) -> Callable[[], None]:
        """Call when a hand edit in force is committed as it was: who and why are known now."""
        return self._telling.commits.add(call, *map(normalise_key, keys))

    def on_refused(self, call: Callable[[Refusal], object]) -> Callable[[], None]:
        """Call when something is refused, once for each thing until it is mended."""
        return self._telling.refusals.add(call)

    def on_repaired(self, call: Callable[[Snapshot], object]) -> Callable[[], None]:
        """Call when what was refused is mended, before the changes that come with it."""
        return self._telling.repairs.add(call)

    def on_notice(self, call: Callable[[str], object]) -> Callable[[], None]:
        """Call with what a person should know, as that versions were renumbered."""
        end = self._telling.notices.add(call)
        self._wake.set()
        return end

    def effect(self, words: str) -> None:
        """Tell, in the program's own words, what the settings in force come to.

        From within a call it is in the record with the revision that the call is about.
        """
        self._presence.effect(words, at_once=threading.current_thread() is not self._thread)

    def close(self) -> None:
        """Stop following; no subscriber is called from now on but the one that is running."""
        self._stopped = True
        self._telling.clear()
        self._wake.set()
        atexit.unregister(self.close)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._catch_up()
            due: float | None = 0.0
            while not self._stopped:
                pause = self._pause if due is None else due - time.monotonic()
                self._wake.wait(max(pause, 0.0))
                self._wake.clear()
                due = self._look()
        finally:
            self._watcher.close()
            self._presence.close()

    @property
    def _pause(self) -> float:
        return self._interval if self._watched else min(self._interval, _UNWATCHED)

    def _catch_up(self) -> None:
        """Tell under a name what happened to the numbering since it was last followed."""
        standing = self._following.standing
        with Credits(self._following.repository, standing, standing) as found:
            told = found.notices(self._teller)
        if self._named:
            self._telling.notice(told)

    def _look(self) -> float | None:
        """Look, tell what is new, and say when to look again; whatever fails, it goes on."""
        try:
            due = None if self._stopped else self._following.step(time.monotonic())
            self._take()
            # What happened while a folder was not watched yet must be looked for.
            return 0.0 if due is None and self._arm() else due
        except Exception:  # noqa: BLE001 - a follower that dies would be stale and silent
            _log.exception("following %s failed for once", self._following.path)
            return time.monotonic() + _UNWATCHED

    def _take(self) -> None:
        """Put in force what the last look found, then tell it, then put it on record."""
        notices, self._following.notices = self._following.notices, []
        self._telling.notice(notices)
        before, standing = self.values_in_force, self._following.standing
        if before.origin is standing:
            return
        old, snapshot = before.origin, before.snapshot
        anew = _differ(old, standing)
        if anew:
            snapshot = _snapshot(standing)
        self.swap(Values(snapshot, standing))
        failed = self._telling.tell(self._following.repository, old, standing, snapshot)
        self._record(standing, anew=anew, failed=failed)

    def _record(self, standing: Standing, *, anew: bool, failed: tuple[str, ...] = ()) -> None:
        problem = self._presence.begin(self._following.repository, standing)
        problem = self._presence.tell(standing, anew=anew, failed=failed) or problem
        if problem:
            self._telling.notice([problem])

    def _arm(self) -> bool:
        watcher = self._watcher
        armed = watcher.arm(targets(self._following.path, self._following.repository))
        if watcher.problem and self._watched:
            words = (
                f"{self._following.path} cannot be watched for changes ({watcher.problem}): "
                f"it is looked at every {_UNWATCHED} s instead"
            )
            self._telling.notice([words])
        self._watched = not watcher.problem
        return armed


def follow(
    path: Path | str = ".",
    *,
    name: str | None = None,
    committed_only: bool = False,
    interval: float = INTERVAL,
) -> Live:
    """Follow the settings of the checkout that a path leads to, until closed.

    With a `name` a record tells others what runs here. `committed_only` leaves hand edits out.
    Raises RepositoryError where there is none, InvalidError where no revision is valid.
    """
    return Live(path, name=name, committed_only=committed_only, interval=interval)


def _snapshot(standing: Standing) -> Snapshot:
    return Snapshot(standing.checked.values, standing.revision, standing.uncommitted)


def _differ(old: Standing, new: Standing) -> bool:
    return old.checked is not new.checked or old.revision != new.revision
