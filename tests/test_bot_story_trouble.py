"""Stories of trouble: slow git, restarts, lost answers, a gateway that goes away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bots import running
from loopback.waiting import until

import gitcfg
from gitcfg.git.lock import lock
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from loopback import Discord

KEY = "DAILY_EXPORT_TIME"


def values(repo: Path) -> list[Any]:
    """Tell the values that the key had, oldest first."""
    return [one.value for one in gitcfg.open(repo).history(KEY)][::-1]


async def test_git_that_is_slow(discord: Discord, team_repo: Path) -> None:
    """While another writer has git, the bot has answered that it thinks, and its heart beats."""
    discord.gateway.interval = 0.05
    async with running(discord, team_repo):
        with lock(Repository.open(team_repo)):
            sent = asyncio.create_task(
                discord.slash(discord.admin, "set", setting=KEY, value="19:30")
            )
            await until(lambda: [one for one in discord.messages.values() if one.loading])
            beats = discord.gateway.heartbeats
            await until(lambda: discord.gateway.heartbeats > beats + 2)
            seen = await discord.slash(discord.viewer, "view", setting=KEY)
            assert not sent.done()
        assert (await sent).title == "✅ Configuration Updated"
    assert seen.title == f"⚙️ Configuration: {KEY}"
    assert values(team_repo) == ["18:00", "19:30"]


async def test_token_that_grew_old_meanwhile(discord: Discord, team_repo: Path) -> None:
    """A change that took longer than its token stands all the same, and the bot lives on."""
    async with running(discord, team_repo):
        with lock(Repository.open(team_repo)):
            sent = asyncio.create_task(
                discord.slash(discord.admin, "set", setting=KEY, value="19:30")
            )
            await until(lambda: [one for one in discord.messages.values() if one.loading])
            discord.clock.advance(minutes=16)
        await until(lambda: discord.forgive("expired"))
        sent.cancel()
        assert values(team_repo) == ["18:00", "19:30"]
        assert (await discord.slash(discord.admin, "view", setting=KEY)).ephemeral


async def test_restart_between_button_and_click(discord: Discord, team_repo: Path) -> None:
    """Buttons and questions work on after a restart of the bot."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        asked = await discord.slash(discord.admin, "unset", setting="MAX_BATCH_SIZE")
    async with running(discord, team_repo):
        undone = await discord.click(discord.admin, reply, "Undo")
        await discord.click(discord.admin, asked, "Cancel")
    assert (undone.title, values(team_repo)) == (
        "↩️ Rollback Successful",
        ["18:00", "19:30", "18:00"],
    )
    assert discord.registrations[discord.guild.id] == 1


@pytest.mark.parametrize(
    "how",
    [
        {"method": "POST", "path": "*/callback", "status": 429, "retry_after": 0.05},
        {"method": "POST", "path": "*/callback", "status": 500},
        {"method": "POST", "path": "*/callback", "drop": "before"},
        {"method": "POST", "path": "*/callback", "drop": "after"},
        {"method": "PATCH", "path": "*/@original", "status": 429, "retry_after": 0.05},
        {"method": "PATCH", "path": "*/@original", "status": 503},
        {"method": "PATCH", "path": "*/@original", "drop": "before", "times": 2},
        {"method": "PATCH", "path": "*/@original", "drop": "after"},
    ],
)
async def test_answer_that_meets_trouble(
    discord: Discord, team_repo: Path, how: dict[str, Any]
) -> None:
    """Whatever befalls an answer on its way, the change is made once and the person is told."""
    async with running(discord, team_repo):
        fault = discord.fail(**how)
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        if reply.title != "✅ Configuration Updated":
            await discord.changed(reply)
        assert (reply.title, fault.times) == ("✅ Configuration Updated", 0)
    # Whoever cannot know that an answer came through may send it again.
    discord.forgive("twice")
    assert values(team_repo) == ["18:00", "19:30"]


@pytest.mark.parametrize("trouble", ["op 7", "op 9", "close 4000", "close 1001", "cut"])
async def test_gateway_that_goes_away(discord: Discord, team_repo: Path, trouble: str) -> None:
    """After whatever happened to the gateway, the bot is back and answers."""
    happens: dict[str, Callable[[], Awaitable[None]]] = {
        "op 7": discord.reconnect,
        "op 9": discord.invalidate,
        "close 4000": lambda: discord.close_gateway(4000),
        "close 1001": lambda: discord.close_gateway(1001),
    }
    async with running(discord, team_repo):
        before = discord.gateway.resumed + len(discord.identified)
        if trouble == "cut":
            discord.drop_gateway()
        else:
            await happens[trouble]()
        await until(lambda: discord.gateway.resumed + len(discord.identified) > before)
        await discord.ready()
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        assert reply.title == "✅ Configuration Updated"
    assert values(team_repo) == ["18:00", "19:30"]


async def test_gateway_that_goes_away_within_a_change(discord: Discord, team_repo: Path) -> None:
    """The answer does not need the gateway: it comes though that is gone."""
    async with running(discord, team_repo):
        with lock(Repository.open(team_repo)):
            sent = asyncio.create_task(
                discord.slash(discord.admin, "set", setting=KEY, value="19:30")
            )
            await until(lambda: [one for one in discord.messages.values() if one.loading])
            discord.drop_gateway()
        assert (await sent).title == "✅ Configuration Updated"


async def test_stop_just_when_a_change_is_heard_of(discord: Discord, team_repo: Path) -> None:
    """To be stopped in the very moment in which the feed wakes up is still to be stopped."""
    async with running(discord, team_repo):
        every: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
        feed = next(one for one in every if one.__qualname__ == "Feed.run")

        def bell() -> Any:
            return feed.cr_frame.f_locals.get("bell")

        await until(lambda: bell() and bell()._waiters)
        bell().set()


async def test_outage(discord: Discord, team_repo: Path) -> None:
    """After a whole outage the bot is back, and what was changed meanwhile is there."""
    async with running(discord, team_repo):
        async with discord.outage():
            gitcfg.open(team_repo).set(KEY, "20:00", reason="meanwhile")
        await discord.ready()
        reply = await discord.slash(discord.admin, "view", setting=KEY)
    assert "20:00" in reply.text
