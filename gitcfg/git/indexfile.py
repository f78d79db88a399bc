"""Git's index as bytes: one entry read, or given another blob, and all the rest left as it is.

A large index is hundreds of kilobytes, which git's library reads, sorts and writes entry by entry.
Where an index is of a kind that is not understood here, the library does it.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitcfg.git.repository import Blob

_HEAD = struct.Struct(">4sII")  # signature, version, how many entries
_SUM = 20
_ID, _FLAGS, _NAME = 40, 60, 62  # where they begin in an entry
_LONG = 256
_EXTENSIONS = (b"TREE", b"REUC", b"link", b"UNTR", b"FSMN", b"EOIE", b"IEOT", b"sdir")
_PLAIN = 2

_whole: dict[int, bytes] = {}
"""The last index that was found whole, or made so: its sum need not be taken again."""

_starts: dict[int, int] = {}
"""Where the extensions began, by the number of entries, when they were searched for last."""


class Unusual(Exception):  # noqa: N818 - no error: git's library does it
    """The index is not of the kind that is understood here."""


def plain(data: bytes) -> bytes:
    """Check that an index is whole and has nothing unusual; raises Unusual."""
    if len(data) < _HEAD.size + _SUM or _HEAD.unpack_from(data)[:2] != (b"DIRC", _PLAIN):
        raise Unusual
    if data != _whole.get(0):
        total = data[-_SUM:]
        if any(total) and _sum(memoryview(data)[:-_SUM]) != total:
            raise Unusual
        _whole[0] = data
    return data


def _sum(data: bytearray | memoryview) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def damaged(data: bytes) -> bool:
    """Tell whether an index of any kind is cut off or holds other bytes than were written."""
    total = data[-_SUM:]
    return len(data) < _HEAD.size + _SUM or (any(total) and _sum(memoryview(data)[:-_SUM]) != total)


def entry(data: bytes, path: str) -> str | None:
    """Find the id that a plain index has for a path; None for none, or a conflict."""
    at = _find(data, path)
    return None if at is None else data[at + _ID : at + _FLAGS].hex()


def _find(data: bytes, path: str) -> int | None:
    name = path.encode("utf-8", "surrogateescape")
    if len(name) >= _LONG:  # only then could another's name hold what is looked for
        raise Unusual
    wanted = struct.pack(">H", len(name)) + name + b"\0"
    at = data.find(wanted)
    return None if at < 0 else at - _FLAGS


def patched(
    data: bytes, blobs: Mapping[str, Blob | None], trees: Mapping[str, tuple[str, str]]
) -> bytes:
    """Give entries of a plain index other blobs; raises Unusual where one comes or goes.

    `trees` are the folders above them by path, with their ids before and after: git keeps those in
    the index, too.
    """
    start, found = _extensions(data)
    body = bytearray(data[:-_SUM])
    for path, blob in blobs.items():
        at = _find(data, path)
        if at is None or blob is None or at >= start:
            raise Unusual
        body[at : at + 24] = bytes(24)  # times and inode: git looks at the file anew
        body[at + 24 : at + 28] = struct.pack(">I", blob.mode)
        body[at + 28 : at + _ID] = bytes(12)
        body[at + _ID : at + _FLAGS] = bytes.fromhex(blob.id)
    if b"TREE" in found:
        body[found[b"TREE"]] = _retreed(bytes(body[found[b"TREE"]]), trees)
    body += _sum(body) if any(data[-_SUM:]) else bytes(_SUM)
    _whole[0] = bytes(body)
    return _whole[0]


def _retreed(data: bytes, trees: Mapping[str, tuple[str, str]]) -> bytes:
    """Give folders their new ids, where git knew the old ones; those it did not know stay so."""
    if "" not in trees:
        raise Unusual
    places = _folders(data)
    for path, (before, after) in trees.items():
        at = places.get(path.encode("utf-8", "surrogateescape"))
        if at is None:
            continue
        if data[at : at + _SUM].hex() != before:
            raise Unusual
        data = data[:at] + bytes.fromhex(after) + data[at + _SUM :]
    return data


def _folders(data: bytes) -> dict[bytes, int]:
    """Find where the ids of folders stand, by path with a slash behind; of those that have one."""
    found: dict[bytes, int] = {}
    open_folders: list[list[Any]] = []
    at = 0
    while at < len(data):
        end, line = data.index(b"\0", at), data.index(b"\n", at)
        files, below = (int(one) for one in data[end + 1 : line].split(b" "))
        above = open_folders[-1][0] if open_folders else b""
        path = above + data[at:end] + b"/" if open_folders else b""
        at = line + 1
        if files >= 0:
            found[path] = at
            at += _SUM
        if open_folders:
            open_folders[-1][1] -= 1
        open_folders.append([path, below])
        while open_folders and open_folders[-1][1] == 0:
            open_folders.pop()
    return found


def _extensions(data: bytes) -> tuple[int, dict[bytes, slice]]:
    """Find where the entries end and what stands behind them, by name."""
    count = _HEAD.unpack_from(data)[2]
    known = _starts.get(count, 0)
    # One that begins with these is all of them: only those of a split index stand before it.
    chain = _chain(data, known) if data.startswith(b"TREE", known) else None
    if chain is not None and b"sdir" not in chain:
        return known, chain
    best: tuple[int, dict[bytes, slice]] = (len(data) - _SUM, {})
    for name in _EXTENSIONS:
        at = data.find(name)
        while at >= 0:
            chain = _chain(data, at)
            if chain is not None and at < best[0]:
                best = (at, chain)
            at = data.find(name, at + 1)
    if {b"link", b"sdir"} & best[1].keys():
        raise Unusual
    _starts[count] = best[0]
    return best


def _chain(data: bytes, at: int) -> dict[bytes, slice] | None:
    """Follow extensions from one to the next; None unless they lead to the very end."""
    found: dict[bytes, slice] = {}
    end = len(data) - _SUM
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if name not in _EXTENSIONS:
            return None
        found[name] = slice(at + 8, at + 8 + size)
        at += 8 + size
    return found if at == end else None
