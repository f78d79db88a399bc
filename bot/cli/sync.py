"""`bot sync`: register the commands with Discord, in the one server, if they changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot import connecting, network
from bot.cli import desk
from bot.client import GROUP, make_client
from bot.errors import DiscordError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from bot.cli.output import Output
    from bot.core import Core

PATIENCE = 60.0


def run(options: Namespace, out: Output) -> int:
    """Register, and tell whether there was anything to do."""
    root, found = desk.read(options)
    with desk.at_work(root, found) as core:
        done = asyncio.run(register(core))
    state = "registered" if done else "unchanged"
    out.answer(
        lambda: {"status": state, "guild": str(found.guild), "command": GROUP},
        lambda: f"/{GROUP} {state} in server {found.guild}",
    )
    return 0


async def register(
    core: Core, *, connect: Callable[[], aiohttp.BaseConnector] = network.connector
) -> bool:
    """Log in, register if anything changed, leave; raises DiscordError."""
    client = make_client(core, connector=connect(), follows=False)
    try:
        async with client, asyncio.timeout(PATIENCE):
            await client.login(core.settings.token.reveal())
            return await client.register()
    except discord.LoginFailure:
        raise DiscordError(connecting.BAD_TOKEN) from None
    except discord.Forbidden as error:
        raise DiscordError(
            f"the bot may not register commands in server {core.settings.guild}. Invite it there "
            "with the scopes `bot` and `applications.commands`; `bot check` tells more"
        ) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise DiscordError(f"no registration: {connecting.words(error)}. Try again later") from None
