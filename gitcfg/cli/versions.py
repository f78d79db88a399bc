"""How the versions of a key are printed, whichever way they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report import plain
from gitcfg.report.history import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.cli.output import Output
    from gitcfg.model import Version


def page(found: Sequence[Version], out: Output, *, folder: str) -> None:
    """Print versions, on a terminal through the pager of that folder if they are long."""
    out.page(
        lambda: [plain.version(one) for one in found],
        lambda screen: versions(found, screen) or "no version: only its default counts",
        folder=folder,
    )
