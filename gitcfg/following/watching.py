"""Watch folders for changes: every event is only a hint that wakes whoever looks for himself."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """A folder to watch: all below it, or, without `deep`, what lies in it and has these names."""

    path: str
    deep: bool = False
    names: frozenset[str] = frozenset()


class Watcher:
    """Watches folders and calls `wake`, from threads of its own, when something changed there."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.problem: str | None = None
        self._wake = wake
        self._observer: BaseObserver | None = None
        self._armed: dict[Target, tuple[ObservedWatch, tuple[int, int]]] = {}

    def arm(self, targets: Iterable[Target]) -> bool:
        """Watch exactly these folders, anew where one was replaced; tells whether any is new.

        A folder that is not there is passed over: whoever looks calls this again. Where folders
        cannot be watched, `problem` says why.
        """
        wanted = {target: identity for target in targets if (identity := _identity(target.path))}
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
        handler = _Handler(target, self._wake)
        return self._observer.schedule(
            handler, target.path, recursive=target.deep, event_filter=_EVENTS
        )

    def _is_alive(self, target: Target, identity: tuple[int, int] | None) -> bool:
        watch, before = self._armed[target]
        emitters = self._observer.emitters if self._observer else ()
        return before == identity and any(
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
        names = self._target.names
        paths = (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))
        if not names or any(path.rpartition("/")[2] in names for path in paths):
            self._wake()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
