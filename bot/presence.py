"""One bot for each repository: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import HeldError
from bot.keeping import folder, furnish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock until the end of the block; raises HeldError, which names the holder.

    Two bots with one token would both answer, and each command would be done by either.
    """
    place = folder(root) / "lock"
    furnish(place.parent)
    with place.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            who = file.read().strip() or "unknown"
            raise HeldError(
                f"another bot runs on {root} (process {who}). Stop it first; nothing was started"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
