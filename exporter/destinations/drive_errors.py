"""What Google Drive's refusals mean and what is to be done about each; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

Meaning = Literal["passing", "undone", "absent", "made", "today", "setup", "credentials", "wrong"]

_BY_REASON: dict[str, Meaning] = {
    "rateLimitExceeded": "undone",
    "userRateLimitExceeded": "undone",
    "sharingRateLimitExceeded": "undone",
    "quotaExceeded": "today",
    "dailyLimitExceeded": "today",
    "dailyLimitExceededUnreg": "today",
    "teamDriveFileLimitExceeded": "today",
    "numChildrenInNonRootLimitExceeded": "today",
    "storageQuotaExceeded": "setup",
    "teamDrivesStorageQuotaExceeded": "today",
    "insufficientFilePermissions": "setup",
    "insufficientParentPermissions": "setup",
    "insufficientPermissions": "setup",
    "forbidden": "setup",
    "accessNotConfigured": "setup",
    "domainPolicy": "setup",
    "appNotAuthorizedToFile": "setup",
}
_BY_STATUS: dict[int, Meaning] = {
    401: "credentials",
    403: "setup",
    404: "absent",
    408: "passing",
    409: "made",
    429: "undone",
}
_SERVER = 500
_CURES = {
    "storageQuotaExceeded": "The account has no storage to own files with, as every service "
    "account: share a folder of a shared drive with it, or use an OAuth user "
    "(GOOGLE_APPLICATION_CREDENTIALS)",
    "teamDriveFileLimitExceeded": "The shared drive holds as many files as it may: move old ones "
    "to another, or name another folder (DRIVE_FOLDER_ID)",
    "teamDrivesStorageQuotaExceeded": "The shared drive is full: make room in it",
    "numChildrenInNonRootLimitExceeded": "The folder holds as many files as it may: name another "
    "one (DRIVE_FOLDER_ID)",
    "accessNotConfigured": "Switch the Drive API on in the account's Google Cloud project",
    "insufficientPermissions": "The credentials were made without the Drive scope: make them anew "
    "with https://www.googleapis.com/auth/drive",
    "domainPolicy": "The organisation's policy forbids it: ask its Google Workspace administrator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What Drive answered instead of doing it; `retry_after` are the seconds it asked for."""

    status: int
    reason: str
    message: str
    retry_after: float | None = None

    @property
    def meaning(self) -> Meaning:
        """Tell what it means.

        passing: perhaps done, look before trying again; undone: not done, try again later;
        absent: no such file, or none that the account may see; made: our id is used already;
        today: not before tomorrow, or a person; setup, credentials: a person must mend it;
        wrong: we asked for something that Drive does not take.
        """
        if self.status >= _SERVER:
            return "passing"
        return _BY_REASON.get(self.reason) or _BY_STATUS.get(self.status, "wrong")

    @property
    def told(self) -> str:
        """Tell it in one line."""
        words = " ".join(self.message.split())[:300].rstrip(".")
        return f"Google Drive answered {self.status} {self.reason}: {words}".rstrip(": ")

    def cure(self, *, folder: str, account: str) -> str:
        """Say what a person is to do."""
        return _CURES.get(
            self.reason,
            f"Share folder {folder} with {account} so that it may add files to it (Editor; in a "
            "shared drive Content manager)",
        )


def read(status: int, headers: dict[str, str], content: bytes) -> Refusal:
    """Read an answer that is no success, whatever is in it."""
    reason, message = "", ""
    try:
        error = json.loads(content)["error"]
        reason, message = _details(error)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # a proxy's page, or nothing at all
    return Refusal(
        status=status,
        reason=reason,
        message=message,
        retry_after=_seconds(headers.get("retry-after", "")),
    )


def _details(error: Any) -> tuple[str, str]:
    if isinstance(error, str):  # as the token server puts it
        return error, ""
    first = (error.get("errors") or [{}])[0]
    return str(first.get("reason") or error.get("status") or ""), str(error.get("message") or "")


def _seconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None
