"""A folder as destination: a file appears whole, under a name that nothing else has, or not at all.

Only delivered files are visible in it. The marker and what is being written are hidden.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from exporter.disk import make_folder, sync_folder
from exporter.errors import AlarmError, DestinationError
from exporter.faults import point

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.destinations import File

MARKER = ".exporter-queue"
_UNDER_WAY = ".delivering-"
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class Folder:
    """A folder of this machine, made at its first use."""

    kind = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """Name the place for people."""
        return str(self._path)

    def sibling(self, place: str) -> None:
        """Know no way to another service."""
        del place

    def doubts(self) -> tuple[str, ...]:
        """Tell that nothing could be written, if so."""
        there = next(one for one in (self._path, *self._path.parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return ()
        return (f"{there} cannot be written to. Mend its permissions, or name another folder",)

    def mark(self) -> tuple[str, str] | None:
        """Read the queue's and the folder's own id off the marker; None where there is none.

        Raises AlarmError where a marker cannot be understood.
        """
        marker = self._path / MARKER
        text = None
        with self._told("read"), suppress(FileNotFoundError):
            text = marker.read_text(encoding="utf-8", errors="replace")
        if text is None:
            return None
        try:
            facts = json.loads(text)
            return str(facts["queue"]), str(facts["folder"])
        except (ValueError, KeyError, TypeError) as error:
            raise AlarmError(
                f"{marker} is no marker of an exporter's queue. Put the right one back from a "
                "backup, or deliver to another folder (EXPORT_FOLDER)"
            ) from error

    def claim(self, queue: str) -> str:
        """Put a queue's marker on a fresh folder and return the folder's new id.

        Raises AlarmError where batches lie in it already: they are not this queue's.
        """
        with self._told("make"):
            make_folder(self._path)
            found = next(self._path.glob("batch-????-??-??-*.csv"), None)
        if found is not None:
            raise AlarmError(
                f"{self._path} holds batches, such as {found.name}, but no marker of a queue. "
                "Whose are they? Put their marker back, or move them away, or deliver to another "
                "folder (EXPORT_FOLDER)"
            )
        folder = secrets.token_hex(16)
        with self._told("mark"):
            self._appear(MARKER, json.dumps({"queue": queue, "folder": folder}).encode())
            sync_folder(self._path)
        # Of two that are first at once, the one whose marker stands is right.
        standing = self.mark()
        return standing[1] if standing else folder

    def prepare(self) -> None:
        """Clear away what a killed process left of the marker; `deliver` sees to its own file."""
        with self._told("tidy"):
            self._clear(MARKER)

    def reserve(self, name: str) -> str | None:
        """Set nothing aside: a name exists at most once in a folder."""
        del name
        return None

    def deliver(self, file: File) -> str | None:
        """Make the file appear under its name; the same file there already is a success.

        Raises AlarmError where the name belongs to other content, which stays untouched.
        """
        with self._told(f"write {file.name} to"):
            if file.doubtful:
                self._clear(file.name)
            if not self._appear(file.name, file.content):
                self._compare(file)
            point("linked")
            sync_folder(self._path)
        return None

    def look(self, file: File) -> bytes | None:
        """Read back what was delivered; None where it is gone."""
        with self._told(f"read {file.name} in"), suppress(FileNotFoundError):
            return (self._path / file.name).read_bytes()
        return None

    def _appear(self, name: str, content: bytes) -> bool:
        """Write a file under a hidden name, sync it, link it; False when the name is taken."""
        hidden = self._path / f"{_UNDER_WAY}{name}-{secrets.token_hex(8)}"
        try:
            handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            with os.fdopen(handle, "wb", buffering=0) as file:
                point("opened")
                left = memoryview(content)
                while left:
                    left = left[file.write(left) :]
                point("written")
                os.fsync(handle)
            point("synced")
            os.link(hidden, self._path / name)
        except FileExistsError:
            return False
        except FileNotFoundError:
            # We were asleep so long that another process cleared ours away and brought it itself.
            if (self._path / name).exists():
                return False
            raise
        finally:
            hidden.unlink(missing_ok=True)
        return True

    def _clear(self, name: str) -> None:
        """Remove what was left half written under a name that only one process may bring."""
        for left in self._path.glob(f"{_UNDER_WAY}{name}-*"):
            left.unlink(missing_ok=True)

    def _compare(self, file: File) -> None:
        place = self._path / file.name
        handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as found:
            # One byte more than ours shows that it is longer, however long it is.
            same = sha256(found.read(len(file.content) + 1)).hexdigest() == file.sha256
            if same:
                os.fsync(handle)
        if not same:
            raise AlarmError(
                f"{place} exists with other content than the batch of that name. Nothing was "
                "overwritten. Move that file away, then `exporter export-now`"
            )

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            cure = "Check that it is there, writable and has room"
            if error.errno in _NO_LINKS:
                cure = "Its file system may lack hard links, which a whole delivery needs"
            raise DestinationError(
                f"could not {doing} {self._path}: {error.strerror or error}. {cure}; "
                "what is frozen is kept and delivered later"
            ) from error
