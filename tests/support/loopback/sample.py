"""A small bot for the tests of the loopback Discord: it does what a test tells it to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from loopback.server import Discord as Loopback

Interaction = discord.Interaction[Any]
SETTINGS = ("DAILY_EXPORT_TIME", "EXPORT_TIMEZONE", "MAX_BATCH_SIZE")


class Sample(discord.Client):
    """A client with the group `acct-config`; `/acct-config act` and every click run `act`.

    What Discord refused is kept in `refused`, by its code.
    """

    def __init__(
        self, guild_id: int, connector: aiohttp.TCPConnector, act: Callable[..., Any] | None
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            connector=connector,
            guild_ready_timeout=0.2,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.home = discord.Object(guild_id)
        self.act = act
        self.refused: list[int] = []
        self.happened: list[str] = []
        self.tree.add_command(Talk(), guild=self.home)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync(guild=self.home)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer clicks and forms."""
        if interaction.type in {
            discord.InteractionType.component,
            discord.InteractionType.modal_submit,
        }:
            await self.run_act(interaction)

    async def on_resumed(self) -> None:
        """Remember it."""
        self.happened.append("resumed")

    async def on_ready(self) -> None:
        """Remember it."""
        self.happened.append("ready")

    async def run_act(self, interaction: Interaction) -> None:
        """Do what the test says, and keep what Discord refused."""
        assert self.act is not None
        try:
            await self.act(interaction)
        except discord.HTTPException as problem:
            self.refused.append(problem.code or problem.status)


def sample(
    place: Loopback, act: Callable[[Interaction], Awaitable[None]] | None = None
) -> Callable[[aiohttp.TCPConnector], Sample]:
    """Give what makes a client for a place."""
    return lambda connector: Sample(place.guild.id, connector, act)


class Talk(app_commands.Group):
    """The commands."""

    def __init__(self) -> None:
        everyone_else = discord.Permissions(administrator=True)
        super().__init__(
            name="acct-config", description="Settings", default_permissions=everyone_else
        )

    @app_commands.command(description="Say something")
    async def say(self, interaction: Interaction, text: str) -> None:
        """Answer at once."""
        await interaction.response.send_message(text, ephemeral=True)

    @app_commands.command(description="Do what the test says")
    async def act(self, interaction: Interaction) -> None:
        """Answer as the test says."""
        await interaction.client.run_act(interaction)

    @app_commands.command(name="set", description="Change a setting")
    @app_commands.choices(zone=[app_commands.Choice(name="Bangkok", value="Asia/Bangkok")])
    async def change(
        self,
        interaction: Interaction,
        setting: app_commands.Range[str, 1, 40],
        times: app_commands.Range[int, 1, 5] = 1,
        zone: str = "",
        sure: bool = False,  # noqa: FBT001, FBT002 - an option of a command
    ) -> None:
        """Repeat what was given."""
        text = f"{setting} {times} {zone} {sure}"
        await interaction.response.send_message(text, ephemeral=True)

    @change.autocomplete("setting")
    async def suggest(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest settings by a part of their names."""
        found = [one for one in SETTINGS if typed.upper() in one]
        return [app_commands.Choice(name=one, value=one) for one in found]


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    """Write a row of a message."""
    return {"type": 1, "components": [*buttons]}


def button(custom_id: str | None = "a", **facts: Any) -> dict[str, Any]:
    """Write a button."""
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **facts}


def text_input(custom_id: str = "a", **facts: Any) -> dict[str, Any]:
    """Write a text input of a modal under its label."""
    field = {"type": 4, "style": 1, "custom_id": custom_id, **facts}
    return {"type": 18, "label": "Why?", "component": field}


def option(name: str, **facts: Any) -> dict[str, Any]:
    """Write a text option of a command."""
    return {"type": 3, "name": name, "description": "An option", **facts}


def command(*options: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Write a command."""
    given = {"name": "go", "description": "A command", "type": 1, "options": [*options]}
    return {**given, **facts}
