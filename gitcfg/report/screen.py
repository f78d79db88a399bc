"""Where a text will be read: on a terminal or down a pipe, how wide, in which zone, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The reader's side of a report; `now` is aware, a `zone` of None is the machine's own.

    `ascii` asks for drawings that need no other characters.
    """

    now: datetime
    zone: tzinfo | None = None
    terminal: bool = False
    colour: bool = False
    ascii: bool = False
    width: int | None = None

    def paint(self, style: str, text: str) -> str:
        """Colour a text that is already harmless; plain where the screen has no colour."""
        if not (self.colour and text and style):
            return text
        codes = ";".join(_STYLES[word] for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"
