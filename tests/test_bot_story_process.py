"""Stories of the real process: `python -m bot` as a user runs it, led to the loopback Discord."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from loopback import process
from loopback.waiting import until

import gitcfg
from gitcfg.git.lock import lock
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord
    from loopback.process import Ended

KEY = "DAILY_EXPORT_TIME"
BOT = ("-m", "bot")


def silent_about(discord: Discord, ended: Ended | None) -> Ended:
    """Check that a process ended and never said its token."""
    assert ended is not None
    assert discord.token not in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
    return ended


async def test_sync_then_run_then_stop(discord: Discord, team_repo: Path, git: Git) -> None:
    """Commands are registered once; the bot answers until SIGTERM, and then ends well."""
    first = silent_about(discord, await process.run(discord, team_repo, *BOT, "sync", "--json"))
    again = silent_about(discord, await process.run(discord, team_repo, *BOT, "sync", "--json"))
    told = [json.loads(one.out)["status"] for one in (first, again)]
    assert told == ["registered", "unchanged"]
    async with process.running(discord, team_repo, *BOT, "run") as bot:
        reply = await discord.slash(
            discord.admin, "set", setting=KEY, value="19:30", reason="เย็นกว่า"
        )
        assert reply.title == "✅ Configuration Updated"
        undone = await discord.click(discord.admin, reply, "Undo")
        assert undone.title == "↩️ Rollback Successful"
    assert silent_about(discord, bot.ended).code == 0
    assert discord.registrations[discord.guild.id] == 1
    assert [one.value for one in gitcfg.open(team_repo).history(KEY)] == ["18:00", "19:30", "18:00"]


async def test_check_of_the_process(discord: Discord, team_repo: Path) -> None:
    """`bot check` says that all is well once the commands are there, and names what is missing."""
    await process.run(discord, team_repo, *BOT, "sync")
    well = silent_about(discord, await process.run(discord, team_repo, *BOT, "check"))
    assert well.code == 0, well
    missing = {"DISCORD_ADMIN_ROLE_ID": "10000000000000000"}
    ill = silent_about(discord, await process.run(discord, team_repo, *BOT, "check", env=missing))
    assert (ill.code, "10000000000000000" in ill.out + ill.err) == (1, True), ill


async def test_bot_killed_within_a_change(discord: Discord, team_repo: Path) -> None:
    """Killed while a change waits for git, the bot leaves nothing half done; the next one works."""
    async with process.running(discord, team_repo, *BOT, "run") as bot:
        with lock(Repository.open(team_repo)):
            sent = asyncio.create_task(
                discord.slash(discord.admin, "set", setting=KEY, value="19:30")
            )
            await until(lambda: [one for one in discord.messages.values() if one.loading])
            bot.child.kill()
            await bot.child.wait()
        sent.cancel()
    assert [one.value for one in gitcfg.open(team_repo).history(KEY)] == ["18:00"]
    async with process.running(discord, team_repo, *BOT, "run") as bot:
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="20:00")
        assert reply.title == "✅ Configuration Updated"
    assert silent_about(discord, bot.ended).code == 0


async def test_token_that_is_wrong(discord: Discord, team_repo: Path) -> None:
    """A wrong token ends the process with words about the token, without the token."""
    wrong = {"DISCORD_TOKEN": "wrong-token-of-nobody"}
    ended = await process.run(discord, team_repo, *BOT, "run", env=wrong)
    assert (ended.code, "DISCORD_TOKEN" in ended.err) == (1, True), ended
    assert "wrong-token-of-nobody" not in ended.out + ended.err
