"""Aligned columns, drawn by rich, which is loaded by the first table and not before."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as RichTable

    from gitcfg.report.screen import Screen

# A pipe has no width: nothing is folded or cut for it.
_ENDLESS = 1_000_000

Cell = tuple[str, str]
"""A harmless text and its style, the empty string for none."""


def render(heads: Sequence[str], rows: Sequence[Sequence[Cell]], screen: Screen) -> str:
    """Draw rows below their heads; on a terminal wide cells are folded to its width."""
    from rich.table import Table  # noqa: PLC0415 - a third of a short command's whole time
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold" if screen.colour else "")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text, style=style) for text, style in row))
    return _drawn(table, screen)


def _drawn(table: RichTable, screen: Screen) -> str:
    from rich.console import Console  # noqa: PLC0415

    console = Console(
        file=StringIO(),
        width=screen.width if screen.terminal and screen.width else _ENDLESS,
        color_system="standard" if screen.colour else None,
        force_terminal=screen.colour,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    with console.capture() as drawn:
        console.print(table)
    return "\n".join(line.rstrip() for line in drawn.get().splitlines())
