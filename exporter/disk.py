"""Names that survive a power cut: a file is safe once the folder that names it is synced, too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def sync_folder(place: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(place: Path) -> None:
    """Make a folder with all that leads to it, durable; one that is there stays as it is."""
    missing = [one for one in (place, *place.parents) if not one.exists()]
    place.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)
