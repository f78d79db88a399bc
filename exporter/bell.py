"""The bell, which `schedule` rings at the planned moment. It wakes and decides nothing.

Whoever waits for it wakes every few seconds anyway, so that sleep, a stepped clock or a missed
second heal themselves.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from schedule import Scheduler

if TYPE_CHECKING:
    from datetime import datetime

TICK = 3.0
"""Seconds after which a waiter wakes anyway."""


class Bell:
    """Waits for the planned moment, for anyone who rings, or for the tick."""

    def __init__(self, tick: float = TICK) -> None:
        self._tick = tick
        self._scheduler = Scheduler()
        # Its put may interrupt another one: a signal handler rings without fear of a deadlock.
        self._rung: SimpleQueue[None] = SimpleQueue()

    def plan(self, moment: datetime) -> None:
        """Ring at a moment; the one planned before is forgotten."""
        self._scheduler.clear()
        # `schedule` plans in the host's own zone; with a zone of its own it would need pytz.
        at = moment.astimezone().strftime("%H:%M:%S")
        self._scheduler.every().day.at(at).do(self.ring)

    def ring(self) -> None:
        """Wake whoever waits, or whoever waits next."""
        self._rung.put(None)

    def wait(self) -> None:
        """Return when the bell rang or the tick has passed."""
        self._scheduler.run_pending()
        idle = self._scheduler.idle_seconds
        try:
            self._rung.get(timeout=max(0.0, self._tick if idle is None else min(idle, self._tick)))
            while True:
                self._rung.get_nowait()
        except Empty:
            return
