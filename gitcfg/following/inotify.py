"""Watch folders by Linux's inotify, read by the very thread that waits for it.

watchdog has its own threads hand an event on three times before it arrives, and takes longer for
that than a follower for all else. Of watchdog only its access to the system calls is used.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import threading
import time
from typing import TYPE_CHECKING

from watchdog.observers.inotify_c import (
    InotifyConstants,
    Mask,
    WatchDescriptor,
    inotify_add_watch,
    inotify_init,
    inotify_rm_watch,
)

from gitcfg.following.watching import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitcfg.following.watching import Target

# Not opening, reading and closing after that: our own looks would wake us.
_MASK = Mask(
    InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
)
_LOST = InotifyConstants.IN_Q_OVERFLOW | InotifyConstants.IN_IGNORED
_OF_FOLDERS = (
    InotifyConstants.IN_ISDIR
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | _LOST
)
_FACTS = struct.Struct("iIII")
_BUFFER = 4096  # what does not fit is there for the next read
_GONE = (errno.ENOENT, errno.ENOTDIR)
_FULL = {
    errno.ENOSPC: "inotify watch limit reached",
    errno.EMFILE: "inotify instance limit reached",
}


class Inotify:
    """An instance of inotify with the folders that it watches; raises OSError if it is denied."""

    def __init__(self) -> None:
        self.problem: str | None = None
        self._events = _done(inotify_init())
        os.set_inheritable(self._events, False)  # noqa: FBT003 - it takes no keyword
        os.set_blocking(self._events, False)
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._lock = threading.Lock()
        self._closed = False
        self._poll = select.poll()
        self._poll.register(self._events, select.POLLIN)
        self._poll.register(self._bell, select.POLLIN)
        self._armed: dict[Target, tuple[int, int]] = {}
        self._watched: dict[int, list[Target]] = {}
        self._stale = False

    def arm(self, targets: Iterable[Target]) -> bool:
        """Watch exactly these folders; see `Watcher`."""
        wanted = {target: found for target in targets if (found := identity(target.path))}
        if self._closed or (wanted == self._armed and not self._stale):
            return False
        self._stale, self.problem = False, None
        before, self._watched = self._watched, {}
        try:
            for target in wanted:
                for folder in _folders(target):
                    self._watch(folder, target)
        except OSError as error:
            self.problem = error.strerror or str(error)
        self._armed = {} if self.problem else wanted
        for watch in before.keys() - self._watched.keys():
            inotify_rm_watch(self._events, WatchDescriptor(watch))
        return self.problem is None and not self._watched.keys() <= before.keys()

    def _watch(self, folder: str, target: Target) -> None:
        # The same folder gets the same number again.
        watch = inotify_add_watch(self._events, os.fsencode(folder), _MASK)
        if watch == -1 and ctypes.get_errno() in _GONE:
            self._stale = True
        else:
            self._watched.setdefault(_done(watch), []).append(target)

    def wait(self, seconds: float) -> None:
        """Wait for an event, a call of `wake`, or the end of the time."""
        end = time.monotonic() + seconds
        while True:
            left = max(end - time.monotonic(), 0.0)
            ready = self._poll.poll(left * 1000)
            rung = any(handle == self._bell for handle, _ in ready)
            if rung:
                os.eventfd_read(self._bell)
            if self._heard() or rung or not ready:
                return

    def _heard(self) -> bool:
        """Take the events that wait; tells whether any counts."""
        counts = False
        try:
            data = os.read(self._events, _BUFFER)
        except BlockingIOError:
            return False
        for watch, mask, name in _parsed(data):
            self._stale |= bool(mask & _OF_FOLDERS)
            known = self._watched.get(watch, ())
            counts |= bool(mask & _LOST) or any(target.counts(name) for target in known)
        return counts

    def wake(self) -> None:
        """Wake who waits, or who will."""
        with self._lock:
            if not self._closed:
                os.eventfd_write(self._bell, 1)

    def close(self) -> None:
        """Stop watching."""
        with self._lock:
            closed, self._closed = self._closed, True
        if not closed:
            os.close(self._events)
            os.close(self._bell)


def _folders(target: Target) -> Iterator[str]:
    yield target.path
    if target.deep:
        for folder, folders, _ in os.walk(target.path):
            yield from (f"{folder}/{name}" for name in folders)


def _parsed(data: bytes) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(data):
        watch, mask, _, length = _FACTS.unpack_from(data, at)
        at += _FACTS.size + length
        yield watch, mask, os.fsdecode(data[at - length : at].rstrip(b"\0"))


def _done(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, _FULL.get(number) or os.strerror(number))
    return result
