"""Named points at which a test can have this process killed, as a power cut would.

Nothing here does anything unless the entry point armed it.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass


@dataclass(slots=True)
class _Charge:
    point: str = ""
    passes: int = 0


_charge = _Charge()


def arm(order: str) -> None:
    """Die at a point when it is reached for the n-th time: `delivered:3`; empty disarms."""
    point, _, count = order.partition(":")
    _charge.point, _charge.passes = point, int(count or "1")


def point(name: str) -> None:
    """Pass a named point of the work."""
    if name == _charge.point:
        _charge.passes -= 1
        if _charge.passes == 0:
            os.kill(os.getpid(), signal.SIGKILL)
