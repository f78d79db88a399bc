"""The bot itself in a repository of a test, connected to the loopback Discord."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import gitcfg
from bot import settings
from bot.client import make_client
from bot.core import Core

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from loopback import Discord

    from bot.client import Client


@asynccontextmanager
async def running(
    repo: Path, discord: Discord, *, follows: bool = True, patience: float = 0.2
) -> AsyncIterator[Client]:
    """Run the bot until the end of the block; its commands are registered when this begins.

    `patience` is how many seconds a change waits for its followers.
    """
    with gitcfg.follow(repo, name="bot") as live:
        core = Core(
            settings=settings.read(discord.environment()),
            store=gitcfg.open(repo),
            live=live,
            patience=patience,
        )
        try:
            async with discord.bot(
                lambda connector: make_client(core, connector=connector, follows=follows)
            ) as client:
                yield client
        finally:
            core.work.close()
