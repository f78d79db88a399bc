"""A Google Drive folder as destination: a file is made under an id that was reserved for it.

Names are not unique on Drive and its lists lag, so the id alone says whether a file is there. An
error is never taken for its absence, and what was trashed, moved or changed is never made again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from typing import TYPE_CHECKING, Any, NoReturn

from exporter.destinations.drive_client import CredentialsError, NoAnswerError, RefusedError
from exporter.errors import AlarmError, DestinationError
from exporter.faults import point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from exporter.destinations import File
    from exporter.destinations.drive_client import Client
    from exporter.destinations.drive_errors import Refusal

QUEUE = "exporterQueue"
"""The property of a folder that holds the id of the queue that delivers to it."""
BATCH = "exporterBatch"
_IS_FOLDER = "application/vnd.google-apps.folder"
_WAITS = (1.0, 3.0)
"""Seconds before a passing failure is tried again; after that the run waits, and longer."""
_LATER = 3600.0


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a file was perhaps not made, and the seconds that Drive asks to wait."""

    told: str
    retry_after: float = 0.0


class Drive:
    """One folder of Google Drive; `pause` waits for so many seconds."""

    kind = "drive"

    def __init__(self, folder: str, client: Client, *, pause: Callable[[float], object]) -> None:
        self._folder = folder
        self._client = client
        self._pause = pause

    @property
    def place(self) -> str:
        """Name the place for people: the folder's id, as in its address."""
        return self._folder

    def sibling(self, place: str) -> Drive:
        """Find another folder, with the same account."""
        return Drive(place, self._client, pause=self._pause)

    def doubts(self) -> tuple[str, ...]:
        """Tell that the account owns no storage where files would count as its own."""
        with self._told("read"):
            found = self._client.folder(self._folder)
        if self._client.owns or found.get("driveId"):
            return ()
        return (
            (
                f"{self._client.account} is a service account, which owns no storage, and the "
                f"folder ({found.get('name', '')}) lies in no shared drive. Name a folder of a "
                "shared drive, or use an OAuth user (GOOGLE_APPLICATION_CREDENTIALS)"
            ),
        )

    def mark(self) -> tuple[str, str] | None:
        """Read which queue the folder is claimed by; its own id never changes.

        Raises AlarmError for a folder in the trash, DestinationError where we may not write.
        """
        with self._told("read"):
            found = self._client.folder(self._folder)
        self._usable(found)
        queue = (found.get("properties") or {}).get(QUEUE)
        return None if queue is None else (str(queue), self._folder)

    def claim(self, queue: str) -> str:
        """Write the queue's id on a fresh folder; raises AlarmError where batches lie in it."""
        with self._told("look into"):
            found = self._client.named(self._folder, "batch-")
        if found:
            raise AlarmError(
                f"Google Drive folder {self._folder} holds batches, such as {found[0]['name']}, "
                "but no mark of a queue. Whose are they? Move them away, or deliver to another "
                "folder (DRIVE_FOLDER_ID)"
            )
        with self._told("mark"):
            self._client.describe(self._folder, {QUEUE: queue})
        return self._folder

    def prepare(self) -> None:
        """Do nothing: an upload that was cut off leaves nothing that anyone sees."""

    def reserve(self, name: str) -> str | None:
        """Have Drive set an id aside; one that is never used costs nothing."""
        with self._told(f"reserve an id for {name} in"):
            return self._client.new_id()

    def deliver(self, file: File) -> str | None:
        """Make the file under its reserved id and return its link; there already is a success.

        Raises AlarmError where what stands under the id is not the file as we would make it.
        """
        found = self._standing(file) if file.doubtful else None
        for wait in (*_WAITS, None):
            tried = self._create(file) if found is None else found
            if not isinstance(tried, _Trouble):
                return self._compare(file, tried)
            found = self._standing(file)
            if found is not None:
                return self._compare(file, found)
            if wait is None or tried.retry_after > max(_WAITS):
                raise DestinationError(
                    f"could not write {file.name} to Google Drive folder {self._folder}: "
                    f"{tried.told}. It is tried again by itself",
                    retry_after=tried.retry_after,
                )
            self._pause(max(wait, tried.retry_after))
        raise AssertionError("the last turn returns or raises")

    def _create(self, file: File) -> dict[str, Any] | _Trouble:
        """Ask once for the file to be made; what may pass, and perhaps was done, is returned."""
        try:
            made = self._client.create(self._body(file), file.content)
        except NoAnswerError as error:
            return _Trouble(str(error))
        except CredentialsError as error:
            self._no_entry(error)
        except RefusedError as error:
            refusal = error.refusal
            if refusal.meaning == "made":
                return self._standing(file, made=True) or {}
            if refusal.meaning not in ("passing", "undone"):
                self._give_up(refusal, f"write {file.name} to")
            return _Trouble(refusal.told, refusal.retry_after or 0.0)
        point("created")
        return made

    def look(self, file: File) -> bytes | None:
        """Read back what was delivered under the reserved id; None where it is gone or trashed."""
        found = self._standing(file)
        if found is None or found.get("trashed"):
            return None
        with self._told(f"read {file.name} in"):
            return self._client.content(str(file.reserved))

    def _body(self, file: File) -> dict[str, Any]:
        return {
            "id": file.reserved,
            "name": file.name,
            "parents": [self._folder],
            "mimeType": "text/csv",
            "appProperties": {BATCH: file.sha256},
        }

    def _standing(self, file: File, *, made: bool = False) -> dict[str, Any] | None:
        """Find the file under the reserved id; None only where Drive says that there is none."""
        try:
            return self._client.file(str(file.reserved))
        except RefusedError as error:
            if error.refusal.meaning != "absent":
                self._give_up(error.refusal, f"look for {file.name} in")
        except NoAnswerError as error:
            raise DestinationError(
                f"could not see whether {file.name} is in Google Drive folder {self._folder}: "
                f"{error}. It is tried again by itself"
            ) from error
        except CredentialsError as error:
            self._no_entry(error)
        if made:
            raise AlarmError(
                f"{file.name} was written to Google Drive as {file.reserved} and is gone now. "
                "Nothing was written again. Find out who removed it; `exporter verify` tells more"
            )
        return None

    def _compare(self, file: File, found: dict[str, Any] | None) -> str | None:
        found = found or {}
        wrong = [
            told
            for told, so in (
                ("is in the trash", bool(found.get("trashed"))),
                ("was moved to another folder", self._folder not in found.get("parents", [])),
                (
                    "has other content than the batch of that name",
                    found.get("md5Checksum") != _md5(file.content)
                    or str(found.get("size")) != str(len(file.content)),
                ),
            )
            if so
        ]
        if wrong:
            raise AlarmError(
                f"{file.name} on Google Drive ({file.reserved}) {' and '.join(wrong)}. Nothing was "
                "written again. Put it back as it was, then `exporter export-now`"
            )
        link = found.get("webViewLink")
        return None if link is None else str(link)

    def _usable(self, found: dict[str, Any]) -> None:
        where = f"Google Drive folder {self._folder} ({found.get('name', '')})"
        if found.get("trashed"):
            raise AlarmError(
                f"{where} is in the trash: nothing is delivered there. Take it out, or name "
                "another one (DRIVE_FOLDER_ID)"
            )
        if found.get("mimeType") != _IS_FOLDER:
            raise DestinationError(f"{where} is no folder. Mend DRIVE_FOLDER_ID")
        may = found.get("capabilities") or {}
        if not may.get("canAddChildren"):
            raise DestinationError(
                f"{self._client.account} may not add files to {where}. Share it with that account "
                "as Editor (in a shared drive as Content manager)"
            )

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except RefusedError as error:
            self._give_up(error.refusal, doing)
        except NoAnswerError as error:
            raise DestinationError(
                f"could not {doing} Google Drive folder {self._folder}: {error}. It is tried again "
                "by itself"
            ) from error
        except CredentialsError as error:
            self._no_entry(error)

    def _give_up(self, refusal: Refusal, doing: str) -> NoReturn:
        cure = "It is tried again by itself"
        if refusal.meaning in ("setup", "absent", "today"):
            cure = refusal.cure(folder=self._folder, account=self._client.account)
        elif refusal.meaning == "credentials":
            cure = "Renew the credentials (GOOGLE_APPLICATION_CREDENTIALS)"
        elif refusal.meaning == "wrong":
            cure = "Please report it"
        later = _LATER if refusal.meaning == "today" else refusal.retry_after
        raise DestinationError(
            f"could not {doing} Google Drive folder {self._folder}: {refusal.told}. {cure}",
            retry_after=later,
        )

    def _no_entry(self, error: CredentialsError) -> NoReturn:
        raise DestinationError(
            f"Google Drive folder {self._folder} is out of reach: {error}. Mend "
            "GOOGLE_APPLICATION_CREDENTIALS, or make its key anew"
        ) from error


def _md5(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()
