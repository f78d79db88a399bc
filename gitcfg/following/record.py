"""The record that a running follower keeps of itself: one file, alive while a lock is held on it.

The file is written in place, since a lock does not move with a rename; a checksum tells a reader
that it caught half of a write.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitcfg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gitcfg.git.repository import Repository

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FILE = re.compile(r"(?P<name>.+)\.(?P<pid>[0-9]+)(?:-[0-9]+)?\.json")

_TRIES = 25
_STEP = 0.002


def folder(repository: Repository) -> Path:
    """Say where the records of a work tree's followers lie; it need not exist."""
    return repository.git_dir / "gitcfg" / "followers"


def places(repository: Repository) -> list[tuple[Path, str, int]]:
    """List the records there are, with the name and the process id in their names."""
    with suppress(OSError):
        found = [(place, _FILE.fullmatch(place.name)) for place in folder(repository).iterdir()]
        return sorted((place, file["name"], int(file["pid"])) for place, file in found if file)
    return []


def encode(facts: Mapping[str, Any]) -> bytes:
    """Write facts as one line of JSON with a checksum in it."""
    return json.dumps({**facts, "checksum": _checksum(facts)}).encode() + b"\n"


def decode(data: bytes) -> dict[str, Any] | None:
    """Read facts back; None where they are not whole."""
    try:
        facts: dict[str, Any] = json.loads(data)
        whole = facts.pop("checksum") == _checksum(facts)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return facts if whole else None


def _checksum(facts: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(facts, sort_keys=True).encode())


def check_name(name: str) -> str:
    """Return a follower's name; raises UsageError for one that cannot be part of a file's name."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a follower. Use up to 64 letters, digits, `.`, `_` and `-`, "
            "beginning with a letter or digit"
        )
    return name


class Record:
    """The record of this process under a name; it goes when closed, and reads as dead if killed."""

    def __init__(self, place: Path, handle: int) -> None:
        self.place = place
        self._handle = handle
        self._length = 0

    @classmethod
    def open(cls, repository: Repository, name: str, *, pid: int) -> Record:
        """Begin a record and clear away dead ones of the name; raises OSError where none can be."""
        own = folder(repository)
        own.mkdir(parents=True, exist_ok=True)
        for place, other, _ in places(repository):
            if other == name:
                _bury(place)
        for place in _candidates(own, f"{name}.{pid}"):
            handle = _claim(place)
            if handle is not None:
                return cls(place, handle)
        raise AssertionError  # there is always another candidate

    def write(self, facts: Mapping[str, Any]) -> None:
        """Put new facts in place of the old; raises OSError."""
        data = encode(facts)
        # Spaces over the rest of the old: until it is cut off, what is there is JSON all the same.
        os.pwrite(self._handle, data.ljust(self._length), 0)
        os.ftruncate(self._handle, len(data))
        self._length = len(data)

    def is_there(self) -> bool:
        """Tell whether others still find it, for somebody may have cleared the folder."""
        return _is_at(self._handle, self.place)

    def close(self) -> None:
        """Remove the record."""
        if self.is_there():
            with suppress(OSError):
                self.place.unlink()
        os.close(self._handle)


def _candidates(own: Path, stem: str) -> Iterator[Path]:
    """Name the file, and others should a process of another container have the same id."""
    yield own / f"{stem}.json"
    number = 1
    while True:
        number += 1
        yield own / f"{stem}-{number}.json"


def _claim(place: Path) -> int | None:
    """Make a file ours by a lock; None where someone else's is alive."""
    for _ in range(_TRIES):
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        if _lock(handle, fcntl.LOCK_EX) and _is_at(handle, place):
            os.ftruncate(handle, 0)
            return handle
        os.close(handle)  # a reader looks at it this very moment, or it has just been buried
        time.sleep(_STEP)
    return None


def _bury(place: Path) -> None:
    with suppress(OSError):
        handle = os.open(place, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if _lock(handle, fcntl.LOCK_EX) and _is_at(handle, place):
                place.unlink()
        finally:
            os.close(handle)


def _is_at(handle: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), place.lstat())
    except OSError:
        return False


def _lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Peek:
    """A record as found: is its process alive, was anything written yet, the facts if whole."""

    alive: bool
    begun: bool
    facts: dict[str, Any] | None


def peek(place: Path) -> Peek:
    """Read a record; raises OSError where it is gone or may not be read."""
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        alive = not _lock(handle, fcntl.LOCK_SH)
        for _ in range(_TRIES):
            data = os.pread(handle, os.fstat(handle).st_size, 0)
            facts = decode(data)
            if facts is not None or not alive:
                break
            time.sleep(_STEP)  # caught half of a write, or the file is just being made
        return Peek(alive, bool(data), facts)
    finally:
        os.close(handle)
