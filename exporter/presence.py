"""One daemon for a queue in a file: a lock that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from exporter.errors import HeldError, QueueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.process import Process


@contextmanager
def alone(place: Path | None, me: Process) -> Iterator[None]:
    """Be the one daemon as long as it lasts; raises HeldError, naming the other one.

    Without a place there may be several: their queue is on a server.
    """
    if place is None:
        yield
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise QueueError(str(place), error.strerror or str(error)) from error
    try:
        _take(handle)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(me).encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(place: Path | None) -> str | None:
    """Name the daemon that runs on a queue in a file, None if none does."""
    if place is None:
        return None
    try:
        handle = os.open(place, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        _take(handle)
    except HeldError:
        return os.pread(handle, 200, 0).decode(errors="replace")
    finally:
        os.close(handle)
    return None


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        other = os.pread(handle, 200, 0).decode(errors="replace") or "another process"
        raise HeldError(
            f"another exporter runs on this queue already: {other}. One is enough; "
            "`exporter export-now` works beside it, `exporter status` shows it"
        ) from error
