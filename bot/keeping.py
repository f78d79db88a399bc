"""Small facts that outlive the process, in `var/bot/`: may be deleted, then it begins anew."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Kept:
    """One JSON object in a file, written whole or not at all."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def read(self) -> dict[str, Any]:
        """Read it; empty where there is none, or none that can be read."""
        with suppress(OSError, ValueError):
            found = json.loads(self.place.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return found
        return {}

    def write(self, facts: dict[str, Any]) -> None:
        """Write it, to the disk; raises OSError."""
        furnish(self.place.parent)
        beside = self.place.with_suffix(f".{os.getpid()}")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(facts, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.place)


def furnish(place: Path) -> None:
    """Make a folder that git leaves alone, whatever the repository ignores; raises OSError."""
    place.mkdir(parents=True, exist_ok=True)
    ignore = place / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def folder(root: Path) -> Path:
    """Say where the bot of a repository keeps what it writes."""
    return root / "var" / "bot"
