"""A disk that loses power: what was not synced is lost, emptied, torn, or there all the same.

Everything a process syncs is noted while it writes; a cut then makes a copy of the tree as a disk
might have it afterwards. Only what was synced is sure: of the rest, chance decides.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gitcfg.git import durable, wal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_Inode = tuple[int, int]


class Disk:
    """The disk under one folder: everything that lies there now is durable."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._monkeypatch = monkeypatch
        self._base = root.with_name(f"{root.name}.durable")
        self._real = os.fsync
        self._boots = root.with_name(f"{root.name}.boot")
        self.restart()
        monkeypatch.setattr(wal, "_BOOT", self._boots)
        monkeypatch.setattr(os, "fsync", self._note)
        monkeypatch.setattr(os, "fdatasync", self._note)
        monkeypatch.setattr(durable, "sync_all", lambda *_: self.settle())
        self.settle()

    def restart(self) -> None:
        """Start the machine: it has another boot id from now on."""
        self._boots.write_text(f"{random.random()}")  # noqa: S311 - no secret

    def settle(self) -> None:
        """Make everything durable that lies there."""
        shutil.rmtree(self._base, ignore_errors=True)
        shutil.copytree(self.root, self._base, symlinks=True)
        self._inodes = {path: _inode(self.root / path) for path in _files(self.root)}
        self._contents: dict[_Inode, bytes] = {}
        self._names: dict[Path, _Inode] = {}

    def _note(self, handle: int) -> None:
        self._real(handle)
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.is_dir():
            for path in _files(self.root):
                if path.parent == place.relative_to(self.root):
                    self._names[path] = _inode(self.root / path)
        elif place.is_relative_to(self.root):
            self._contents[_inode(place)] = place.read_bytes()

    def cut(self, into: Path, seed: int) -> Path:
        """Copy the tree as it may be after a power cut."""
        dice = random.Random(seed)  # noqa: S311 - no secret
        shutil.copytree(self._base, into, symlinks=True)
        for path in sorted({*_files(self.root), *_files(self._base)}):
            self._lose(into, path, dice)
        return into

    def _lose(self, into: Path, path: Path, dice: random.Random) -> None:
        now, place = self.root / path, into / path
        if not now.exists():
            if dice.random() < 0.5:
                place.unlink(missing_ok=True)
            return
        inode = _inode(now)
        sure = self._names.get(path) == inode or self._inodes.get(path) == inode
        if (self._inodes.get(path) == inode and _same(now, place)) or (
            not sure and dice.random() < 0.5
        ):
            return
        content = self._content(now, inode, dice, place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(content)
        shutil.copystat(now, place)

    def _content(self, now: Path, inode: _Inode, dice: random.Random, place: Path) -> bytes:
        written = now.read_bytes()
        synced = self._contents.get(inode)
        if synced is None and self._inodes.get(now.relative_to(self.root)) == inode:
            synced = place.read_bytes()
        if synced is None:
            return dice.choice([written, b"", bytes(len(written)), written[: _half(written)]])
        torn = dice.randrange(len(written) + 1)
        return written[:torn] + synced[torn:] if len(written) == len(synced) else synced


def _half(written: bytes) -> int:
    return len(written) // 2 // 512 * 512  # a disk keeps whole sectors


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


def _inode(place: Path) -> _Inode:
    facts = place.stat()
    return facts.st_dev, facts.st_ino


def _files(root: Path) -> Iterator[Path]:
    return (one.relative_to(root) for one in root.rglob("*") if one.is_file())
