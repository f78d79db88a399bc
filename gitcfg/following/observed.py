"""Watch folders by watchdog, on whatever system it knows."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from gitcfg.following.watching import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from gitcfg.following.watching import Target

# Not those of opening and reading: our own looks would wake us.
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class Observed:
    """Watches by an observer of watchdog's, whose threads do the hearing."""

    def __init__(self) -> None:
        self.problem: str | None = None
        self._rung = threading.Event()
        self._observer: BaseObserver | None = None
        self._armed: dict[Target, tuple[ObservedWatch, tuple[int, int]]] = {}

    def arm(self, targets: Iterable[Target]) -> bool:
        """Watch exactly these folders; see `Watcher`."""
        wanted = {target: found for target in targets if (found := identity(target.path))}
        for target in [one for one in self._armed if not self._is_alive(one, wanted.get(one))]:
            self._disarm(target)
        new = wanted.keys() - self._armed.keys()
        self.problem = None
        try:
            for target in new:
                self._armed[target] = self._schedule(target), wanted[target]
        except OSError as error:
            self.problem = error.strerror or str(error)
            return False
        return bool(new)

    def wait(self, seconds: float) -> None:
        """Wait for an event, a call of `wake`, or the end of the time."""
        self._rung.wait(max(seconds, 0.0))
        self._rung.clear()

    def wake(self) -> None:
        """Wake who waits, or who will."""
        self._rung.set()

    def close(self) -> None:
        """Stop watching."""
        observer, self._observer = self._observer, None
        self._armed.clear()
        if observer is not None:
            observer.stop()
            observer.join()

    def _schedule(self, target: Target) -> ObservedWatch:
        if self._observer is None:
            observer = Observer()
            observer.start()
            self._observer = observer
        handler = _Handler(target, self._rung.set)
        return self._observer.schedule(
            handler, target.path, recursive=target.deep, event_filter=_EVENTS
        )

    def _is_alive(self, target: Target, found: tuple[int, int] | None) -> bool:
        watch, before = self._armed[target]
        emitters = self._observer.emitters if self._observer else ()
        return before == found and any(
            emitter.watch == watch and emitter.is_alive() for emitter in emitters
        )

    def _disarm(self, target: Target) -> None:
        watch, _ = self._armed.pop(target)
        # A folder that is gone took its watch along.
        with suppress(KeyError, OSError):
            if self._observer is not None:
                self._observer.unschedule(watch)


class _Handler(FileSystemEventHandler):
    def __init__(self, target: Target, wake: Callable[[], None]) -> None:
        self._target = target
        self._wake = wake

    def dispatch(self, event: FileSystemEvent) -> None:
        paths = [os.fsdecode(one) for one in (event.src_path, event.dest_path) if one]
        if any(self._target.counts(path.rpartition("/")[2]) for path in paths):
            self._wake()
