"""Git's tree objects as bytes: one entry replaced, added or removed, all others as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID = 20
_MODES = (b"100644", b"40000", b"100755", b"120000", b"160000")
FOLDER = 0o40000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree has under a name: its mode as git has it, and its id in hex."""

    mode: int
    id: str


def find(data: bytes, name: str) -> Entry | None:
    """Find what a tree has under a name."""
    spot = _spot(data, name.encode("utf-8", "surrogateescape"))
    if spot is None:
        return None
    start, end = spot
    mode = data[start : data.index(b" ", start)]
    return Entry(int(mode, 8), data[end - _ID : end].hex())


def entries(data: bytes) -> Iterator[tuple[bytes, Entry]]:
    """List what a tree has: names as bytes, and entries."""
    for start, end, name in _spots(data):
        mode = data[start : data.index(b" ", start)]
        yield name, Entry(int(mode, 8), data[end - _ID : end].hex())


def put(data: bytes, name: str, entry: Entry | None) -> bytes:
    """Give a tree another entry under a name; None removes it."""
    raw = name.encode("utf-8", "surrogateescape")
    spot = _spot(data, raw)
    if spot is not None:
        before, after = data[: spot[0]], data[spot[1] :]
        if entry is None:
            return before + after
        if find(data, name) == entry:
            return data
        if _same_kind(data, spot, entry):
            return before + _line(raw, entry) + after
        return put(before + after, name, entry)
    return data if entry is None else _added(data, raw, entry)


def _same_kind(data: bytes, spot: tuple[int, int], entry: Entry) -> bool:
    """Say that an entry keeps its place: folders are sorted as if their name ended in a slash."""
    return data.startswith(b"40000 ", spot[0]) == (entry.mode == FOLDER)


def _spot(data: bytes, raw: bytes) -> tuple[int, int] | None:
    """Find where an entry begins and ends; the ids between may hold any bytes."""
    named = b" " + raw + b"\0"
    found = data.count(named)
    if found == 0:
        return None
    if found == 1:
        at = data.index(named)
        for mode in _MODES:
            if data.endswith(mode, 0, at):
                return at - len(mode), at + len(named) + _ID
    return next(((start, end) for start, end, name in _spots(data) if name == raw), None)


def _spots(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    start = 0
    while start < len(data):
        space, end = data.index(b" ", start), data.index(b"\0", start)
        yield start, end + 1 + _ID, data[space + 1 : end]
        start = end + 1 + _ID


def _line(raw: bytes, entry: Entry) -> bytes:
    return b"%o %s\0" % (entry.mode, raw) + bytes.fromhex(entry.id)


def _added(data: bytes, raw: bytes, entry: Entry) -> bytes:
    mine = _sorted_as(raw, folder=entry.mode == FOLDER)
    for start, _, name in _spots(data):
        if _sorted_as(name, folder=data.startswith(b"40000 ", start)) > mine:
            return data[:start] + _line(raw, entry) + data[start:]
    return data + _line(raw, entry)


def _sorted_as(raw: bytes, *, folder: bool) -> bytes:
    return raw + b"/" if folder else raw
