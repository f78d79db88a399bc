"""A small bot for the tests of the loopback Discord: it does what its commands are told to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from loopback.server import Discord as Loopback


class Sample(discord.Client):
    """A client with the group `acct-config`, synchronised to the guild before it is ready."""

    def __init__(self, guild_id: int, connector: aiohttp.TCPConnector) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            connector=connector,
            guild_ready_timeout=0.2,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.home = discord.Object(guild_id)
        self.errors: list[Exception] = []
        self.tree.add_command(Talk(), guild=self.home)

    @classmethod
    def make(cls, place: Loopback) -> Callable[[aiohttp.TCPConnector], Self]:
        """Give what makes a client for a place."""
        return lambda connector: cls(place.guild.id, connector)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync(guild=self.home)


class Talk(app_commands.Group):
    """The commands."""

    def __init__(self) -> None:
        super().__init__(name="acct-config", description="Settings")

    @app_commands.command(description="Say something")
    async def say(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Answer at once."""
        await interaction.response.send_message(text, ephemeral=True)
