"""Embeds within Discord's limits: title, colour, fields, time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord

from bot import cutting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BLUE, GREEN, RED = 0x0099FF, 0x00FF00, 0xFF0000
TITLE, DESCRIPTION, NAME, TEXT, FOOTER, FIELDS, ALL = 256, 4096, 256, 1024, 2048, 25, 6000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a card; both texts are ready for Discord."""

    name: str
    text: str
    inline: bool = False

    @property
    def length(self) -> int:
        """Its share of the 6,000 of an embed."""
        return cutting.length(self.name) + cutting.length(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One reply as facts; `embed` makes Discord's form of it."""

    title: str
    colour: int
    now: datetime
    description: str = ""
    fields: Sequence[Field] = field(default_factory=tuple)
    footer: str = ""

    def embed(self) -> discord.Embed:
        """Make the embed; what would burst the limits of the whole is left out at the end."""
        title = cutting.cut(self.title, TITLE)
        footer = cutting.cut(self.footer, FOOTER)
        made = discord.Embed(
            title=title or None,
            colour=self.colour,
            timestamp=self.now,
            description=self.description or None,
        )
        left = ALL - sum(map(cutting.length, (title, self.description, footer)))
        for one in [one for one in self.fields if one.text][:FIELDS]:
            left -= one.length
            if left < 0:
                break
            made.add_field(name=one.name, value=one.text, inline=one.inline)
        if footer:
            made.set_footer(text=footer)
        return made


def pack(
    fields: Sequence[Field], *, room: int = ALL - 700, most: int = FIELDS
) -> list[list[Field]]:
    """Spread fields over pages that each fit into one card; at least one page."""
    pages: list[list[Field]] = [[]]
    used = 0
    for one in fields:
        if pages[-1] and (used + one.length > room or len(pages[-1]) == most):
            pages.append([])
            used = 0
        pages[-1].append(one)
        used += one.length
    return pages


def moment(when: datetime) -> str:
    """Write a moment so that Discord shows it in each reader's zone and language."""
    stamp = int(when.timestamp())
    return f"<t:{stamp}:F> (<t:{stamp}:R>)"
