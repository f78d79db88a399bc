"""A connection to Discord that is made again whenever it cannot be kept."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot import network
from bot.client import make_client
from bot.errors import DiscordError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core import Core

_log = logging.getLogger(__name__)
_FIRST, _SLOWEST = 2.0, 60.0
BAD_TOKEN = (
    "Discord does not know the token. Make a new one on the bot's page in the Developer Portal, "  # noqa: S105 - words about one
    "and put it into DISCORD_TOKEN"
)


async def stay(
    core: Core, *, connect: Callable[[], aiohttp.BaseConnector] = network.connector
) -> None:
    """Answer for ever; raises DiscordError where no later try could do better."""
    pause = _FIRST
    while True:
        client = make_client(core, connector=connect())
        try:
            await client.start(core.settings.token.reveal())
        except discord.LoginFailure:
            # The library's own error is not kept: its frames hold the token.
            raise DiscordError(BAD_TOKEN) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning(
                "no connection to Discord (%s); trying again in %.0f s", words(error), pause
            )
        finally:
            await client.close()
        await asyncio.sleep(pause)
        pause = min(pause * 2, _SLOWEST)


def words(error: Exception) -> str:
    """Put what went wrong with the connection into a few words."""
    if isinstance(error, discord.HTTPException):
        return f"Discord answered {error.status}: {error.text or 'nothing more'}"[:300]
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"{type(error).__name__}: {error}"[:300]
