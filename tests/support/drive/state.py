"""What our Drive holds, and the rules by which it takes a file or refuses it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import md5
from threading import Lock
from typing import Any

FOLDER = "application/vnd.google-apps.folder"


class NoError(Exception):
    """Refuse a request as Google does."""

    def __init__(self, code: int, reason: str, message: str = "") -> None:
        self.code, self.reason, self.message = code, reason, message or reason
        super().__init__(reason)


@dataclass(slots=True, kw_only=True)
class Item:
    """A file or folder."""

    id: str
    name: str
    parents: list[str]
    mime: str = "text/csv"
    content: bytes = b""
    drive: str | None = None
    trashed: bool = False
    writable: bool = True
    properties: dict[str, str] = field(default_factory=dict)
    app_properties: dict[str, str] = field(default_factory=dict)
    listed: bool = True

    def facts(self) -> dict[str, Any]:
        """Describe it as the API does."""
        told: dict[str, Any] = {
            "kind": "drive#file",
            "id": self.id,
            "name": self.name,
            "mimeType": self.mime,
            "parents": self.parents,
            "trashed": self.trashed,
            "capabilities": {"canAddChildren": self.writable, "canEdit": self.writable},
            "webViewLink": f"https://drive.google.com/file/d/{self.id}/view",
        }
        told |= {"driveId": self.drive} if self.drive else {}
        told |= {"properties": self.properties} if self.properties else {}
        told |= {"appProperties": self.app_properties} if self.app_properties else {}
        if self.mime != FOLDER:
            told |= {
                "size": str(len(self.content)),
                "md5Checksum": md5(self.content, usedforsecurity=False).hexdigest(),
            }
        return told


@dataclass(slots=True)
class State:
    """All items; `lag` hides what is new from lists until `settle`.

    `owns` says that the account has storage of its own, which no service account has.
    """

    items: dict[str, Item] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)
    lag: bool = False
    owns: bool = False
    lock: Lock = field(default_factory=Lock)

    def add_folder(self, *, shared: bool = True, **facts: Any) -> str:
        """Make a folder, in a shared drive unless said otherwise, and return its id."""
        key = _key()
        drive = "0A" + key[2:19] if shared else None
        made = Item(id=key, name="Accounting", parents=["root"], mime=FOLDER, drive=drive, **facts)
        self.items[key] = made
        return key

    def find(self, key: str, *, all_drives: bool) -> Item:
        """Find an item as a caller may see it."""
        found = self.items.get(key)
        if found is None or (found.drive and not all_drives):
            raise NoError(404, "notFound", f"File not found: {key}.")
        return found

    def new_ids(self, count: int) -> list[str]:
        """Set ids aside."""
        made = [_key() for _ in range(count)]
        self.reserved |= set(made)
        return made

    def create(self, body: dict[str, Any], content: bytes, *, all_drives: bool) -> Item:
        """Make a file, by the rules."""
        self.check_create(body, all_drives=all_drives)
        with self.lock:
            key = body.get("id") or _key()
            if key in self.items:
                raise NoError(409, "fileIdInUse", "A file already exists with the provided ID.")
            parent = self.items[body["parents"][0]]
            made = Item(
                id=key,
                name=body["name"],
                parents=list(body["parents"]),
                mime=body.get("mimeType", "application/octet-stream"),
                content=content,
                drive=parent.drive,
                app_properties=dict(body.get("appProperties", {})),
                listed=not self.lag,
            )
            self.items[key] = made
        return made

    def check_create(self, body: dict[str, Any], *, all_drives: bool) -> None:
        """Refuse what cannot be made."""
        parent = self.find((body.get("parents") or ["root"])[0], all_drives=all_drives)
        if not parent.writable:
            raise NoError(403, "insufficientFilePermissions", "The user may not write here.")
        if not parent.drive and not self.owns:
            raise NoError(403, "storageQuotaExceeded", "Service Accounts have no storage quota.")
        if "id" in body and body["id"] not in self.reserved:
            raise NoError(400, "invalid", "The provided file ID is not usable.")
        if body.get("id") in self.items:
            raise NoError(409, "fileIdInUse", "A file already exists with the provided ID.")

    def update(self, key: str, body: dict[str, Any], *, all_drives: bool) -> Item:
        """Change what is said of an item."""
        found = self.find(key, all_drives=all_drives)
        if not found.writable:
            raise NoError(403, "insufficientFilePermissions", "The user may not write here.")
        found.properties |= body.get("properties", {})
        return found

    def listing(self, query: str, *, all_drives: bool) -> list[Item]:
        """List by the one form of query that is understood."""
        found = re.fullmatch(
            r"'([^']+)' in parents and name contains '([^']+)' and trashed = false", query
        )
        if found is None:
            raise NoError(400, "invalid", f"Invalid Value: {query}")
        return [
            one
            for one in self.items.values()
            if found[1] in one.parents
            and found[2] in one.name
            and not one.trashed
            and one.listed
            and (all_drives or not one.drive)
        ]

    def settle(self) -> None:
        """Let lists show everything."""
        for one in self.items.values():
            one.listed = True


def _key() -> str:
    return "1" + secrets.token_urlsafe(24)
