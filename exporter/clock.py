"""The time, from outside: everything that asks for it takes a Clock, so that tests can set one."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from exporter.errors import QueueError

if TYPE_CHECKING:
    from collections.abc import Callable

# Counts on while the machine sleeps, where there is such a clock.
_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Whoever knows what time it is."""

    def now(self) -> datetime:
        """Tell the present moment, aware, in UTC."""


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Tell the present moment, aware, in UTC."""
        return datetime.now(UTC)


class SharedClock:
    """A clock elsewhere that several machines go by, asked now and then and counted on between.

    While it cannot be asked it is counted on from what it said last; this computer's own clock,
    which may be wrong or stepped, matters only before it was ever asked.
    """

    def __init__(
        self,
        ask: Callable[[], datetime],
        *,
        every: float = 5.0,
        count: Callable[[], float] = lambda: time.clock_gettime(_BOOT),
    ) -> None:
        self._ask = ask
        self._every = every
        self._count = count
        self._said: tuple[datetime, float] | None = None
        self._next = float("-inf")

    def now(self) -> datetime:
        """Tell the present moment, aware, in UTC."""
        at = self._count()
        if at >= self._next:
            self._next = at + self._every
            with suppress(QueueError):
                self._said = (self._ask(), self._count())
        if self._said is None:
            return datetime.now(UTC)
        said, then = self._said
        return said + timedelta(seconds=self._count() - then)
