"""A pulse beside a delivery that takes long: leases are prolonged as long as this process lives."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from exporter import leases
from exporter.errors import ExporterError

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = leases.LENGTH.total_seconds() / 4


class Heartbeat:
    """While it is entered, calls `beat` every few seconds; a process that is stopped does not.

    Whatever fails in a beat fails again at the next step of the work, which tells.
    """

    def __init__(self, beat: Callable[[], None], *, every: float = EVERY) -> None:
        self._beat = beat
        self._every = every
        self._over = Event()
        self._thread = Thread(target=self._go, name="exporter-lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._over.wait(self._every):
            with suppress(ExporterError):
                self._beat()
