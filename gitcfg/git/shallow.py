"""Where the history of a shallow clone is cut off; asked of git's file, without git's library."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def boundary(common_dir: Path) -> str:
    """Name where the history is cut off; empty for a whole one. Linked work trees share it."""
    try:
        cuts = (common_dir / "shallow").read_bytes().split()
    except FileNotFoundError:
        return ""
    return hashlib.sha256(b" ".join(sorted(cuts))).hexdigest() if cuts else ""
