"""Follow a checkout: the settings in force as a mapping, and calls when they change.

One thread of its own looks, swaps the snapshot in one step, and calls the subscribers in turn.
"""

from __future__ import annotations

import atexit
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitcfg import settings
from gitcfg.following.following import Following
from gitcfg.following.observe import Standing
from gitcfg.following.presence import Presence
from gitcfg.following.swap import Swap
from gitcfg.following.worker import Worker
from gitcfg.git.repository import Repository
from gitcfg.history.history import open_history
from gitcfg.keys import normalise_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Self

    from gitcfg.history.history import History
    from gitcfg.model import Change, Refusal, Setting, Snapshot
    from gitcfg.validation import Checked

INTERVAL = 2.0
"""Seconds after which a follower looks though nothing told it to."""


# A program that sets up no logging has what it needs in the records and the calls.
logging.getLogger("gitcfg").addHandler(logging.NullHandler())


class Live(Swap[Standing]):
    """The settings in force where a path leads: `live[KEY]`, from any thread, at any time.

    Made by `follow`. Subscribers are called in the follower's own thread, one at a time, in the
    order of what happened; one that takes long delays the next call, not `live[KEY]`.
    """

    __slots__ = ("__weakref__", "_started_from", "_worker")

    def __init__(
        self,
        path: Path | str = ".",
        *,
        name: str | None = None,
        committed_only: bool = False,
        interval: float = INTERVAL,
    ) -> None:
        presence = Presence(name)
        following = Following(path, committed_only=committed_only)
        self._started_from = following.started_from
        self._worker = Worker(following, presence, self._swap, interval=interval)
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def snapshot(self) -> Snapshot:
        """All values in force just now, at one revision."""
        return self._in_force.snapshot

    @property
    def checked(self) -> Checked:
        """How the files in force were judged: their schemas, and what is warned of."""
        return self._in_force.origin.checked

    @property
    def refusal(self) -> Refusal | None:
        """What lies there just now and does not count."""
        return self._in_force.origin.refusal

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
        standing = self._in_force.origin
        repository = Repository.open(self._worker.following.repository.root)
        with open_history(repository, revision=standing.revision) as history:
            yield repository, standing, history

    def on_change(self, call: Callable[[Change], object], *keys: str) -> Callable[[], None]:
        """Call when the effective value of one of the keys, or of any, changes.

        What is returned ends the subscription, also from within the call.
        """
        return self._worker.telling.changes.add(call, *map(normalise_key, keys))

    def on_commit(self, call: Callable[[Change], object], *keys: str) -> Callable[[], None]:
        """Call when a hand edit in force is committed as it was: who and why are known now."""
        return self._worker.telling.commits.add(call, *map(normalise_key, keys))

    def on_refused(self, call: Callable[[Refusal], object]) -> Callable[[], None]:
        """Call when something is refused, once for each thing until it is mended."""
        return self._worker.telling.refusals.add(call)

    def on_repaired(self, call: Callable[[Snapshot], object]) -> Callable[[], None]:
        """Call when what was refused is mended, before the changes that come with it."""
        return self._worker.telling.repairs.add(call)

    def on_notice(self, call: Callable[[str], object]) -> Callable[[], None]:
        """Call with what a person should know, as that versions were renumbered."""
        end = self._worker.telling.notices.add(call)
        self._worker.wake()
        return end

    def effect(self, words: str) -> None:
        """Tell, in the program's own words, what the settings in force come to.

        From within a call it is in the record with the revision that the call is about.
        """
        self._worker.presence.effect(words, at_once=not self._worker.is_current)

    def close(self) -> None:
        """Stop following; no subscriber is called from now on but the one that is running."""
        atexit.unregister(self.close)
        self._worker.stop()


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
