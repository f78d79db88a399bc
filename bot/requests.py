"""One person's request: in which language, who signs, and what goes on record with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import identities, texts

if TYPE_CHECKING:
    import discord

    from bot.core import Core
    from bot.texts import Words
    from gitcfg import Author

FOLD = 60.0
"""Seconds within which the same person's refusal for the same reason is one record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks, from where; `options` is what every changing verb of the store is given."""

    words: Words
    author: Author
    actor: str
    metadata: dict[str, str]

    def options(self, reason: str = "") -> dict[str, Any]:
        """Give the store what it puts on record."""
        return {
            "author": self.author,
            "actor": self.actor,
            "metadata": self.metadata,
            "via": "discord",
            "reason": reason,
            "fold": FOLD,
        }


def of(interaction: discord.Interaction[Any], core: Core) -> Request:
    """Take a request from an interaction."""
    user = interaction.user
    places = {
        "guild": interaction.guild_id,
        "channel": interaction.channel_id,
        "interaction": interaction.id,
    }
    return Request(
        words=texts.of_locale(interaction.locale),
        author=identities.author(user.id, user.name, user.display_name, core.identities),
        actor=f"discord:{user.id}",
        metadata={name: str(number) for name, number in places.items() if number is not None},
    )
