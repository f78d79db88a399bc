"""Aligned columns; on a terminal they are folded to its width, down a pipe they are whole."""

from __future__ import annotations

from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitcfg.report.screen import Screen

Cell = tuple[str, str]
"""A harmless text and its style, the empty string for none."""

_GAP = "  "
_NARROW = 8


def render(heads: Sequence[str], rows: Sequence[Sequence[Cell]], screen: Screen) -> str:
    """Draw rows below their heads, if any; the first column, which names a row, is never folded."""
    whole = [[(head, "bold") for head in heads], *rows] if heads else rows
    natural = [max(cell_len(text) for text, _ in column) for column in zip(*whole, strict=True)]
    widths = natural
    if screen.terminal and screen.width:
        widths = [natural[0], *_fitted(natural[1:], screen.width - natural[0] - len(_GAP))]
    return "\n".join(line for row in whole for line in _lines(row, widths, screen))


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """Take from the widest column, again and again, until all fit; none becomes too narrow."""
    found = list(widths)
    excess = sum(found) + len(_GAP) * (len(found) - 1) - room
    while excess > 0 and max(found) > _NARROW:
        widest = found.index(max(found))
        others = found[:widest] + found[widest + 1 :]
        step = min(excess, max(found[widest] - max([*others, _NARROW]), 1))
        found[widest] -= step
        excess -= step
    return found


def _lines(row: Sequence[Cell], widths: Sequence[int], screen: Screen) -> Iterator[str]:
    folded = [[*fold(text, width)] for (text, _), width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*folded, fillvalue=""):
        cells = [
            screen.paint(style, piece) + " " * (width - cell_len(piece))
            for piece, (_, style), width in zip(pieces, row, widths, strict=True)
        ]
        yield _GAP.join(cells).rstrip()


def fold(text: str, width: int) -> Iterator[str]:
    """Part a text into pieces of at most `width` cells, behind a space where one is near."""
    while cell_len(text) > width:
        end = _fitting(text, width)
        space = text.rfind(" ", end // 2, end) + 1
        yield text[: space or end]
        text = text[space or end :]
    yield text


def _fitting(text: str, width: int) -> int:
    """Count the characters that fit, one at least; combining ones stay with their letter."""
    sizes = accumulate(map(get_character_cell_size, text))
    return next((max(at, 1) for at, used in enumerate(sizes) if used > width), len(text))
