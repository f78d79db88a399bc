"""A line on the terminal that says how far something is which takes longer than a second."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from gitcfg import progress
from gitcfg.cli.streams import is_dumb

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_PATIENCE = 1.0
_PAUSE = 0.1
_ERASE = "\r\x1b[K"


class Line:
    """The line: shown once a second has passed, renewed a few times a second, erased at the end."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._shown = False

    def heard(self, what: str, done: int) -> None:
        """Show how many are done."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self._shown = True
            _write(f"{_ERASE}{done:,} {what} …")

    def ended(self) -> None:
        """Leave the line as it was."""
        if self._shown:
            self._shown = False
            _write(_ERASE)


def shown(*, quiet: bool) -> AbstractContextManager[None]:
    """Show on a terminal, unless only answers are wanted, what takes long meanwhile."""
    if quiet or not sys.stderr.isatty() or is_dumb():
        return nullcontext()
    return progress.listening(Line())


def _write(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
