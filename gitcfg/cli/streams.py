"""stdout and stderr as a command finds them: made fit to print on, written to, given up when gone.

The short way prints with it too, so it imports next to nothing.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def prepare() -> None:
    """Make both streams printable; a process may be started without them.

    What is said then is said to nobody.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")


def write(text: str) -> bool:
    """Print a text on stdout; False where its reader is gone. Raises OSError, and never twice."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _drain(sys.stdout)
        return False
    except OSError:
        _drain(sys.stdout)
        raise
    return True


def is_dumb() -> bool:
    """Tell whether the terminal can do nothing but print."""
    return os.environ.get("TERM") == "dumb"


def has_colour(stream: TextIO) -> bool:
    """Tell whether colour is wanted: on a terminal that has it, unless NO_COLOR says otherwise."""
    return stream.isatty() and "NO_COLOR" not in os.environ and not is_dumb()


def needs_ascii(stream: TextIO) -> bool:
    """Tell whether a stream takes no more than ASCII for sure."""
    return (stream.encoding or "").lower().replace("-", "") != "utf8"


def _drain(stream: TextIO) -> None:
    # What is left in the buffer would fail once more when the interpreter ends.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
