"""Files that survive a power cut: write, replace, link and sync, each whole or not at all."""

from __future__ import annotations

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


def write_new(place: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file that must not exist yet, and sync its content."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        if mode is not None:
            os.fchmod(handle, mode)
        os.fsync(handle)


@contextmanager
def beside(place: Path, *, folder: Path | None = None) -> Iterator[Path]:
    """Offer an unused hidden name on the same disk; whatever is left there at the end goes."""
    temporary = (folder or place.parent) / f".gitcfg-{secrets.token_hex(8)}"
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def replace(
    place: Path, content: bytes, *, mode: int | None = None, folder: Path | None = None
) -> None:
    """Put a whole new content in a file's place, synced, with its name; made in `folder` first."""
    with beside(place, folder=folder) as temporary:
        write_new(temporary, content, mode=mode)
        try:
            temporary.replace(place)
        except OSError as error:
            if folder is None or error.errno != errno.EXDEV:
                raise
            replace(place, content, mode=mode)
    sync_folder(place.parent)


def link_new(place: Path, content: bytes, *, folder: Path) -> bool:
    """Make a file appear with its whole content at once; False when the name is taken."""
    with beside(place, folder=folder) as temporary:
        write_new(temporary, content)
        try:
            os.link(temporary, place)
        except FileExistsError:
            return False
    return True
