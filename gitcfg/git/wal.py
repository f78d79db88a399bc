"""The write-ahead log: records appended to one file, each durable by one `fdatasync`.

Its space is written out beforehand, so that a record changes neither the file's size nor any
folder. Writers take turns; whoever only asks whether a power cut came since needs no lock. It
knows nothing but the operating system, so that the short way to a value can ask it, too.
"""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "log"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_HEAD = struct.Struct(">8s16s36sI")  # magic, epoch, boot, sum of these
_RECORD = struct.Struct(">4sII")  # state, length, sum of epoch and payload
_MAGIC = b"gitcfg1\n"
_LIVE, _VOID, _BASE = b"LIVE", b"VOID", b"BASE"
_STEP = 64 * 1024
_FULL = 1024 * 1024
_BARE = 1024  # with no more than this there is nothing to empty
_GONE = b"\0" * _RECORD.size

_ends: dict[str, tuple[bytes, int, bytes | None]] = {}
"""By place: the epoch, how far its records were read by this process, and the last that counts."""


def boot() -> str:
    """Name the time since this machine was started; empty where it has no name."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def stale(place: Path) -> bool:
    """Tell whether there are records from before this machine was last started."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        head = _head(handle)
        if head is None or (head[1] and head[1] == boot()):
            return False
        return any(state == _LIVE for _, state, _ in _scan(handle, head[0], _HEAD.size))
    finally:
        os.close(handle)


def fits(place: Path, size: int) -> bool:
    """Tell whether a record of so many bytes has room, or the log is to be emptied first."""
    with suppress(OSError), _opened(place) as handle:
        head = _head(handle)
        if head is not None:
            end, _ = _end(handle, place, head[0])
            return end + _RECORD.size + size <= _FULL or end < _BARE
    return True


def append(place: Path, payload: bytes) -> None:
    """Make a record durable; raises OSError, with nothing appended."""
    with _opened(place, os.O_CREAT) as handle:
        head = _head(handle)
        epoch = head[0] if head else _found(handle, place)
        at, _ = _end(handle, place, epoch)
        after = at + _RECORD.size + len(payload)
        _grow(handle, after)
        record = _RECORD.pack(_LIVE, len(payload), _sum(epoch, payload)) + payload
        try:
            _put(handle, record, at)
            os.fdatasync(handle)
        except BaseException:
            with suppress(OSError):
                _put(handle, _GONE, at)
            raise
        _ends[str(place)] = (epoch, after, payload)


def cancel(place: Path, payload: bytes) -> None:
    """Take a record back, durably: what it tells never happens."""
    _ends.pop(str(place), None)
    with _opened(place) as handle:
        head = _head(handle)
        for at, state, found in _scan(handle, head[0], _HEAD.size) if head else ():
            if found == payload and state == _LIVE:
                _put(handle, _VOID, at)
                os.fdatasync(handle)


def read(place: Path) -> list[bytes]:
    """Read the records that count, the oldest first."""
    with suppress(FileNotFoundError), _opened(place) as handle:
        head = _head(handle)
        if head is not None:
            found = _scan(handle, head[0], _HEAD.size)
            return [payload for _, state, payload in found if state == _LIVE]
    return []


def last(place: Path) -> bytes | None:
    """Read the last record that counts, or what stands for those that were forgotten."""
    with suppress(FileNotFoundError), _opened(place) as handle:
        head = _head(handle)
        return _end(handle, place, head[0])[1] if head is not None else None
    return None


def empty(place: Path, base: bytes) -> None:
    """Forget all records, durably: what they tell is durable elsewhere; `base` stands for them."""
    with suppress(FileNotFoundError), _opened(place) as handle:
        _begin(handle, base)
        if os.fstat(handle).st_size > _FULL:
            os.ftruncate(handle, _FULL)


def _sum(epoch: bytes, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(epoch))


@contextmanager
def _opened(place: Path, extra: int = 0) -> Iterator[int]:
    handle = os.open(place, os.O_RDWR | os.O_CLOEXEC | extra, 0o666)
    try:
        yield handle
    finally:
        os.close(handle)


def _found(handle: int, place: Path) -> bytes:
    """Begin a new log, with its name; whoever is killed on the way leaves one that has no head."""
    _grow(handle, _HEAD.size)
    for folder in list(place.parents)[:3]:  # what `git init` made may be as new
        _sync_folder(folder)
    return _begin(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _begin(handle: int, base: bytes | None = None) -> bytes:
    epoch = os.urandom(16)
    facts = struct.pack(">8s16s36s", _MAGIC, epoch, boot().encode())
    facts += struct.pack(">I", zlib.crc32(facts))
    if base is not None:
        facts += _RECORD.pack(_BASE, len(base), _sum(epoch, base)) + base
    _put(handle, facts, 0)
    os.fdatasync(handle)
    return epoch


def _head(handle: int) -> tuple[bytes, str] | None:
    facts = os.pread(handle, _HEAD.size, 0)
    if len(facts) < _HEAD.size or zlib.crc32(facts[:-4]) != int.from_bytes(facts[-4:], "big"):
        return None
    magic, epoch, name, _ = _HEAD.unpack(facts)
    return (epoch, name.rstrip(b"\0").decode("ascii", "replace")) if magic == _MAGIC else None


def _grow(handle: int, needed: int) -> None:
    """Write out space for what is needed, with some to spare, and make the new size durable."""
    size = os.fstat(handle).st_size
    if needed > size:
        wanted = -(-needed // _STEP) * _STEP
        _put(handle, b"\0" * (wanted - size), size)
        os.fsync(handle)


def _put(handle: int, data: bytes, at: int) -> None:
    while data:
        done = os.pwrite(handle, data, at)
        data, at = data[done:], at + done


def _end(handle: int, place: Path, epoch: bytes) -> tuple[int, bytes | None]:
    known, at, newest = _ends.get(str(place), (b"", 0, None))
    if known != epoch:
        at, newest = _HEAD.size, None
    for start, state, payload in _scan(handle, epoch, at):
        at = start + _RECORD.size + len(payload)
        newest = newest if state == _VOID else payload
    _ends[str(place)] = (epoch, at, newest)
    return at, newest


def _scan(handle: int, epoch: bytes, at: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Read whole records from a place on: where each stands, its state, its payload."""
    while True:
        facts = os.pread(handle, _RECORD.size, at)
        if len(facts) < _RECORD.size:
            return
        state, length, total = _RECORD.unpack(facts)
        if state not in (_LIVE, _VOID, _BASE):
            return
        payload = os.pread(handle, length, at + _RECORD.size)
        if len(payload) < length or _sum(epoch, payload) != total:
            return
        yield at, state, payload
        at += _RECORD.size + length
