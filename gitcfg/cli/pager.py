"""A long answer through the pager that git would use, set up as git does."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# As git has them: leave at once what fits, keep colours and the screen.
_SETTINGS = {"LESS": "FRX", "LV": "-c"}
_NOT_STARTED = (126, 127)


def show(text: str, folder: Path, *, encoding: str) -> bool:
    """Show a text in the pager and wait until its reader leaves; False where there is none."""
    command = _command(folder)
    if not command:
        return False
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        stdin=subprocess.PIPE,
        env={**_SETTINGS, **os.environ},
        encoding=encoding,
        errors="backslashreplace",
    )
    with _uninterrupted():
        process.communicate(f"{text}\n")
    return process.returncode not in _NOT_STARTED


def _command(folder: Path) -> str:
    """Ask git, which knows GIT_PAGER, core.pager and PAGER; the empty string means none."""
    try:
        done = subprocess.run(
            ["git", "var", "GIT_PAGER"], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    found = done.stdout.strip()
    return "" if found == "cat" else found


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Leave Ctrl-C to the pager, which is in the same terminal and knows what it means."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
