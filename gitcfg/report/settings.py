"""All settings as a table, by category."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gitcfg.report.table import Cell, render
from gitcfg.report.when import both
from gitcfg.report.words import cut, shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitcfg.model import Setting
    from gitcfg.report.screen import Screen

_HEADS = ("KEY", "VALUE", "VERSION", "UPDATED", "BY")
_LONG = 200
_NOTHING: Cell = ("", "")


def settings(found: Sequence[Setting], screen: Screen) -> str:
    """Draw settings as a table with a heading for each category."""
    if not found:
        return "no settings"
    ordered = sorted(found, key=lambda one: (one.category or "", one.key))
    rows: list[list[Cell]] = []
    for category, members in groupby(ordered, key=lambda one: one.category):
        rows.append([(visible(category or "no category"), "cyan"), *[_NOTHING] * 4])
        rows.extend(_rows(members, screen))
    return render(_HEADS, rows, screen)


def _rows(members: Iterable[Setting], screen: Screen) -> Iterable[list[Cell]]:
    for one in members:
        yield [
            (f"  {visible(one.key)}", "bold"),
            (cut(shown(one.value), screen, limit=_LONG), ""),
            _version(one),
            (both(one.updated, screen, seconds=False) if one.updated else "", "dim"),
            (visible(one.by.name) if one.by else "", ""),
        ]


def _version(one: Setting) -> Cell:
    if one.uncommitted:
        return (f"{one.version} + uncommitted", "yellow")
    return ("default", "dim") if one.default else (str(one.version), "")
