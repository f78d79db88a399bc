"""Where things lie, as the repository and the environment say; found without looking at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exporter import address
from exporter.destinations import drive_access
from exporter.destinations.drive_access import ACCOUNT
from exporter.destinations.folder import Folder
from exporter.errors import PlacesError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from exporter.address import Address
    from exporter.destinations import Destination

DATABASE = "DATABASE_URL"
FOLDER = "EXPORT_FOLDER"
DRIVE = "DRIVE_FOLDER_ID"
ENDPOINT = "DRIVE_ENDPOINT"
WEBHOOKS = ("DISCORD_INFO_WEBHOOK", "DISCORD_ALERT_WEBHOOK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Everything that the exporter writes to.

    `drive` is the Drive folder asked for, if one is, `account` the file with the credentials for
    it, `endpoint` another address of its API; `own` says that all is where it is by
    default, `chosen` what is not and which variable says so; `silent` are the webhooks that were
    set and that nothing is sent to.
    """

    root: Path
    queue: Address
    folder: Path
    drive: str | None
    account: Path | None
    endpoint: str | None
    own: bool
    chosen: tuple[tuple[str, Path], ...]
    silent: tuple[str, ...]

    @property
    def var(self) -> Path:
        """The repository's folder for what programs write."""
        return self.root / "var"

    @property
    def log(self) -> Path:
        """The log of what was done, under which settings."""
        return self.var / "exporter.log"

    @property
    def lock(self) -> Path | None:
        """The file that the daemon of a queue in a file holds locked; a server has many daemons."""
        file = self.queue.file
        return None if file is None else file.with_name(f"{file.name}.lock")

    @property
    def delivers_to(self) -> str:
        """Name where files go, or would go."""
        return str(self.folder) if self.drive is None else f"Google Drive folder {self.drive}"

    def check(self) -> None:
        """Raise PlacesError where something was to lie in a folder that is not there.

        A slip in a variable must not make a second queue, or a folder that nobody looks into.
        """
        for variable, place in self.chosen:
            folder = place.parent
            if folder != self.var and not folder.is_dir():
                raise PlacesError(
                    variable,
                    f"names {place}, but there is no folder {folder}. Mend the variable, or make "
                    "the folder (mount it), then try again",
                )

    def destination(self) -> Destination:
        """Make the destination; raises PlacesError where we cannot deliver as was asked."""
        if self.drive is not None:
            return drive_access.folder(self.drive, self.account, endpoint=self.endpoint)
        return Folder(self.folder)


def find(root: Path, environment: Mapping[str, str | None]) -> Places:
    """Work out all places; raises PlacesError for a database that cannot be used.

    Relative paths count from the repository; a variable set to nothing is not set.
    """
    given = {name: text for name, text in environment.items() if text}
    drive, folder = given.get(DRIVE), root / given.get(FOLDER, "var/export")
    queue = _database(root, given.get(DATABASE))
    at = {DATABASE: queue.file, FOLDER: None if drive else folder}
    return Places(
        root=root,
        queue=queue,
        folder=folder,
        drive=drive,
        account=root / given[ACCOUNT] if ACCOUNT in given else None,
        endpoint=given.get(ENDPOINT),
        own=not given.keys() & {DRIVE, FOLDER, DATABASE},
        chosen=tuple((name, place) for name, place in at.items() if place and name in given),
        silent=tuple(name for name in WEBHOOKS if name in given),
    )


def _database(root: Path, url: str | None) -> Address:
    if url is None:
        return address.of_file(root / "var" / "exporter.sqlite3")
    try:
        found = address.parse(url, root=root)
    except ValueError as error:
        raise PlacesError(DATABASE, str(error)) from error
    if found is None:
        raise PlacesError(
            DATABASE,
            "names no database that a queue can be in. Give a file, as sqlite:///relative/path or "
            "sqlite:////absolute/path, or a server, as postgresql://user@host/database; unset, "
            "the queue is in var/exporter.sqlite3",
        )
    return found
