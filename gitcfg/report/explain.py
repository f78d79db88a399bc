"""Which keys differ between two states, and who last changed each key, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitcfg.report.table import Cell, render
from gitcfg.report.when import both
from gitcfg.report.words import cut, shown, side, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcfg.model import Difference, Version
    from gitcfg.report.screen import Screen

_BLAME = ("KEY", "VALUE", "VERSION", "CHANGED", "BY", "REASON")
_LONG = 200


def differences(found: Iterable[Difference], screen: Screen) -> str:
    """Write a line for each key that differs, aligned: `KEY: old → new`."""
    return render((), [_difference(one, screen) for one in found], screen)


def _difference(one: Difference, screen: Screen) -> list[Cell]:
    return [
        (f"{visible(one.key)}:", "bold"),
        (side(one.old, screen, limit=_LONG), ""),
        (f"→ {side(one.new, screen, limit=_LONG)}", "bold"),
    ]


def blame(found: Iterable[Version], screen: Screen) -> str:
    """Draw a table of the newest version of each key; of a reason its first line."""
    rows = [_blamed(one, screen) for one in found]
    return render(_BLAME, rows, screen) if rows else ""


def _blamed(one: Version, screen: Screen) -> list[Cell]:
    first, _, rest = one.reason.strip().partition("\n")
    return [
        (visible(one.key), "bold"),
        (cut(shown(one.value), screen, limit=_LONG), ""),
        (str(one.version), ""),
        (both(one.date, screen, seconds=False), "dim"),
        (visible(one.author.name), ""),
        (cut(visible(first), screen, limit=_LONG) + (" …" if rest else ""), ""),
    ]
