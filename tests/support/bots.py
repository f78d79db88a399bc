"""A bot at work in a repository, connected to the Discord on loopback."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import gitcfg
from bot import settings
from bot.client import make_client
from bot.core import Core
from gitcfg import Author

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from loopback import Discord

COMMITTER = Author("gitcfg bot", "bot@example.com")
TIME, SIZE = "DAILY_EXPORT_TIME", "MAX_BATCH_SIZE"


@asynccontextmanager
async def core(discord: Discord, repo: Path, **more: Any) -> AsyncIterator[Core]:
    """Open what a bot works with."""
    with gitcfg.follow(repo, name="bot", interval=0.2) as live:
        made = Core(
            settings=settings.read(discord.environment()),
            store=gitcfg.open(repo, committer=COMMITTER),
            live=live,
            **more,
        )
        try:
            yield made
        finally:
            made.work.close()


@asynccontextmanager
async def running(discord: Discord, repo: Path, **more: Any) -> AsyncIterator[Core]:
    """Run a bot until the end of the block."""
    async with (
        core(discord, repo, **more) as made,
        discord.bot(lambda connector: make_client(made, connector=connector)),
    ):
        yield made
