"""A client in a process of its own finds the loopback Discord without knowing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopback import process

if TYPE_CHECKING:
    from pathlib import Path

    from loopback import Discord

CLIENT = """
import os, discord
client = discord.Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.2)
@client.event
async def on_ready():
    print(sorted(guild.name for guild in client.guilds))
    await client.close()
client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


async def test_client_in_a_process(discord: Discord, tmp_path: Path) -> None:
    """The library as it is, without a connector, comes here, and trusts the certificate."""
    folder = tmp_path / "work"
    folder.mkdir()
    ended = await process.run(discord, folder, "-W", "ignore", "-c", CLIENT)
    assert (ended.code, ended.out) == (0, "['Another Team', 'The Team']\n"), ended.err


async def test_client_that_runs_until_it_is_stopped(discord: Discord, tmp_path: Path) -> None:
    """A process is connected within the block and gone after it."""
    folder = tmp_path / "work"
    folder.mkdir()
    endless = CLIENT.replace("    await client.close()\n", "")
    async with process.running(discord, folder, "-W", "ignore", "-c", endless) as client:
        assert len(discord.gateway.live) == 1
    assert client.ended is not None
    assert client.ended.code != 0
