"""The connection to Discord: commands, buttons and forms on their way to those who handle them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import buttons, registering
from bot.commands import GROUP, AcctConfig, Translator
from bot.feed.feed import Feed

if TYPE_CHECKING:
    import aiohttp

    from bot.catalogue import Catalogue
    from bot.core import Core

_log = logging.getLogger(__name__)
# The library warns of voice, which nothing here uses.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
_LOOK = 2.0
_AGAIN = 60.0
_PATIENCE = 20.0


class Client(discord.Client):
    """The bot in one guild. `follows` is whether it registers its commands and tells the feed."""

    def __init__(
        self, core: Core, *, connector: aiohttp.BaseConnector | None, follows: bool
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            connector=connector,
            guild_ready_timeout=0.2,
        )
        self.core = core
        self.tree = app_commands.CommandTree(self)
        self.home = discord.Object(core.settings.guild)
        self._follows = follows
        self._tasks: list[asyncio.Task[None]] = []
        self._arranged: Catalogue | None = None
        self._registered = False

    async def setup_hook(self) -> None:
        """Make commands and buttons known to the library, and begin what runs beside."""
        await self.tree.set_translator(Translator())
        self.arrange()
        self.add_dynamic_items(*buttons.kinds(self.core))
        if self._follows:
            await self._try_to_register()
            self._tasks.append(asyncio.create_task(self._keep_registered()))
            if self.core.settings.feed_channel is not None:
                feed = Feed(self.core, self, self.core.settings.feed_channel)
                self._tasks.append(asyncio.create_task(feed.run()))

    def arrange(self) -> None:
        """Make the commands from the settings that there are now."""
        self._arranged = self.core.catalogue
        self.tree.add_command(AcctConfig(self.core), guild=self.home, override=True)

    async def register(self) -> bool:
        """Register the commands if they changed; tell whether they had."""
        self.arrange()
        return await registering.register(self.tree, self.home, self.core.store.root)

    async def _keep_registered(self) -> None:
        """Register again whenever a schema brings or takes a setting."""
        while True:
            await asyncio.sleep(_LOOK if self._registered else _AGAIN)
            if not self._registered or self._outdated():
                await self._try_to_register()

    async def _try_to_register(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                done = await self.register()
        except Exception:  # noqa: BLE001 - whatever it is, the commands that are there still work
            self._registered = False
            _log.exception("the commands could not be registered; trying again later")
        else:
            self._registered = True
            _log.info("commands %s", "registered" if done else "unchanged")

    def _outdated(self) -> bool:
        before, now = self._arranged, self.core.catalogue
        return before is None or (before is not now and before.known != now.known)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take forms that were sent; commands and buttons are known to the library."""
        if interaction.type is discord.InteractionType.modal_submit:
            await buttons.submitted(interaction, self.core)

    async def on_ready(self) -> None:
        """Say that it answers."""
        _log.info("connected as %s", self.user)
        self.core.live.effect("answers in Discord")

    async def on_resumed(self) -> None:
        """Say that it answers again."""
        _log.info("connected again")
        self.core.live.effect("answers in Discord")

    async def on_disconnect(self) -> None:
        """Say that nobody can ask just now."""
        if not self.is_closed():
            _log.info("disconnected from Discord")
            self.core.live.effect("is not connected to Discord")

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what failed in an event; the arguments may hold what no log should."""
        del args, kwargs
        _log.exception("%s failed", event_method)

    async def close(self) -> None:
        """End what runs beside, then the connection."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await super().close()


def make_client(
    core: Core, *, connector: aiohttp.BaseConnector | None = None, follows: bool = True
) -> Client:
    """Build the bot; within the running loop, where a `connector` is given.

    With `follows` false it neither registers commands nor tells the feed.
    """
    return Client(core, connector=connector, follows=follows)


__all__ = ["GROUP", "Client", "make_client"]
