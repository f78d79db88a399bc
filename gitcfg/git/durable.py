"""Files written, replaced and linked, each whole or not at all; and what makes them durable."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def sync_folder(place: Path) -> None:
    """Make the names in a folder durable; a missing folder is passed over."""
    _sync(place, os.O_DIRECTORY)


def sync_file(place: Path) -> None:
    """Make a file's content durable; a missing file is passed over, as `git gc` packs objects."""
    _sync(place, 0)


def _sync(place: Path, kind: int) -> None:
    with suppress(FileNotFoundError):
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | kind)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put(place: Path, content: bytes, *, mode: int | None = None, folder: Path) -> None:
    """Put a whole new content in a file's place, made in `folder` first; nothing is synced.

    For what stands in a durable record too, from which it is written again after a power cut.
    """
    with named(folder) as temporary:
        write(temporary, content, mode)
        try:
            temporary.replace(place)
        except OSError as error:
            if error.errno != errno.EXDEV or folder == place.parent:
                raise
            put(place, content, mode=mode, folder=place.parent)
            temporary.unlink()


def link_new(place: Path, content: bytes, *, folder: Path) -> bool:
    """Make a file appear with its whole content at once; False when the name is taken.

    It is not synced: it is a lock, and no lock outlives a power cut.
    """
    with named(folder) as temporary:
        write(temporary, content)
        try:
            os.link(temporary, place)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
    return True


@contextmanager
def named(folder: Path) -> Iterator[Path]:
    """Offer an unused hidden name, and remove what is there if the way out is an error."""
    temporary = folder / f".gitcfg-{secrets.token_hex(8)}"
    try:
        yield temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write(place: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file that must not exist yet; it is not synced."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if mode is not None:
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def sync_all(*places: Path) -> None:
    """Make everything durable that was written to the file systems of some places."""
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        os.sync()
        return
    for place in places:
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if syncfs(handle):
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number), str(place))
        finally:
            os.close(handle)
