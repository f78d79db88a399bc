"""The way to a folder of Google Drive; Google's libraries are loaded only where one is named."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, cast

from exporter.errors import PlacesError

if TYPE_CHECKING:
    from pathlib import Path

    from exporter.destinations.drive import Drive

ACCOUNT = "GOOGLE_APPLICATION_CREDENTIALS"


def folder(key: str, account: Path | None, *, endpoint: str | None = None) -> Drive:
    """Make the destination; raises PlacesError where credentials or libraries are missing.

    `endpoint` is another address that serves the Drive API, as a company's gateway.
    """
    if account is None:
        raise PlacesError(
            ACCOUNT,
            "is not set, and DRIVE_FOLDER_ID asks for delivery to Google Drive. Name the file with "
            "the key of a service account, or with an authorized user's credentials",
        )
    try:
        client = import_module("exporter.destinations.drive_client")
        drive = import_module("exporter.destinations.drive")
    except ImportError as error:
        raise PlacesError(
            "DRIVE_FOLDER_ID",
            "asks for delivery to Google Drive, and its libraries are not installed. Install them "
            "with `pip install 'gitcfg[drive]'`",
        ) from error
    try:
        reached = client.connect(account, endpoint=endpoint)
    except client.CredentialsError as error:
        raise PlacesError(ACCOUNT, f"{error}. Mend it, then try again") from error
    return cast("Drive", drive.Drive(key, reached, pause=threading.Event().wait))
