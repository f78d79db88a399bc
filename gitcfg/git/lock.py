"""Our own lock: one writer at a time in a work tree; the kernel frees it when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitcfg.errors import LockedError, RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitcfg.git.repository import Repository

WAIT = 30.0
"""Seconds to wait for other writers by default."""

_STEP = 0.002


def folder(repository: Repository) -> Path:
    """Find, or make, the folder where gitcfg keeps what belongs to one work tree."""
    return _made(repository.git_dir / "gitcfg")


def shared_folder(repository: Repository) -> Path:
    """Find, or make, the folder that linked work trees share."""
    return _made(repository.common_dir / "gitcfg")


def _made(place: Path) -> Path:
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise RepositoryError(
            f"{place} cannot be made: {error.strerror}. Check the permissions and the disk"
        ) from error
    return place


@contextmanager
def lock(repository: Repository, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the writers' lock; raises LockedError when it is not free within `wait` seconds."""
    with hold(folder(repository) / "lock", wait=wait):
        yield


@contextmanager
def hold(place: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Hold a lock file; raises LockedError when it is not free within `wait` seconds."""
    handle = _open(place)
    try:
        deadline = time.monotonic() + wait
        while not _take(handle):
            if time.monotonic() >= deadline:
                raise LockedError(
                    f"another gitcfg has been writing for {wait:.0f} s (process "
                    f"{os.pread(handle, 32, 0).decode() or 'unknown'}, lock {place}). "
                    "Nothing was changed; try again, or end that process"
                )
            time.sleep(_STEP)
        os.pwrite(handle, f"{os.getpid():<20}".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def try_lock(repository: Repository) -> Iterator[bool]:
    """Take the writers' lock if it is free just now; yields whether it was."""
    handle = _open(folder(repository) / "lock")
    try:
        yield _take(handle)
    finally:
        os.close(handle)


def _open(place: Path) -> int:
    try:
        return os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise RepositoryError(
            f"{place} cannot be opened: {error.strerror}. Check the permissions and the disk"
        ) from error


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
