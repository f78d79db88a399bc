"""An end that is asked for: SIGTERM and Ctrl-C, taken up between two files."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

LAST_SECONDS = 12
"""How long an asked-for end may take before the kernel makes it; a kill loses nothing."""

INTERRUPTED = 130
TERMINATED = 143
_ENDS = (signal.SIGTERM, signal.SIGINT)


def catch(stop: Callable[[], None]) -> list[int]:
    """Call `stop` at SIGTERM and Ctrl-C and list them; a second one ends the process at once."""
    caught: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        caught.append(number)
        signal.signal(number, signal.SIG_DFL)
        signal.alarm(LAST_SECONDS)
        stop()

    for number in _ENDS:
        signal.signal(number, end)
    return caught


@contextmanager
def caught() -> Iterator[list[int]]:
    """List the signals that come meanwhile; afterwards each does again what it did before."""
    before = [signal.getsignal(number) for number in _ENDS]
    try:
        yield catch(lambda: None)
    finally:
        signal.alarm(0)
        for number, handler in zip(_ENDS, before, strict=True):
            signal.signal(number, handler)
