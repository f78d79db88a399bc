"""The feed: every change, whoever made it, in order, across restarts, without a flood."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from bots import SIZE, TIME, running

import gitcfg
from bot.feed import feed
from gitcfg import Author

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord, Message

NOK = Author("Nok", "nok@example.com")
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the feed look often, so that no test waits."""
    monkeypatch.setattr(feed, "EVERY", 0.3)


async def posts(discord: Discord, count: int) -> list[Message]:
    """Wait until the feed has so many posts."""
    await until(lambda: len(discord.posts(discord.feed)) >= count)
    return discord.posts(discord.feed)


async def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not there():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


def titles(found: list[Message]) -> list[str]:
    """Tell what posts are about."""
    return [one.embeds[0].get("title", "") for one in found]


async def begun(repo: Path) -> None:
    """Wait until the feed knows where it begins."""
    place = repo / "var" / "bot" / "feed.json"
    await until(lambda: place.exists() and "told" in json.loads(place.read_text()))


async def test_feed_tells_changes_of_every_door(
    discord: Discord, team_repo: Path, git: Git
) -> None:
    """Library, Discord and a hand commit, in order; what, old → new, who and why."""
    async with running(discord, team_repo):
        await begun(team_repo)
        gitcfg.open(team_repo).set(SIZE, 200, author=NOK, reason="More @everyone")
        await posts(discord, 1)
        await discord.slash(discord.admin, "set", setting=TIME, value="19:30")
        await posts(discord, 2)
        (team_repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 300\n")
        git.commit(team_repo, "By hand")
        found = await posts(discord, 3)
    assert titles(found) == [f"⚙️ {SIZE} set", f"⚙️ {TIME} set", f"⚙️ {SIZE} set"]
    first = {one["name"]: one["value"] for one in found[0].embeds[0]["fields"]}
    assert first[SIZE] == "`100` → `200` · v2"
    assert (first["By"], first["Reason"]) == ("Nok", "More @\u200beveryone")
    assert [one["value"] for one in found[2].embeds[0]["fields"]][2] == "git"


async def test_feed_goes_on_after_a_restart(discord: Discord, team_repo: Path) -> None:
    """What happened while the bot was away is told, once, in order."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        await begun(team_repo)
    for value in (200, 300):
        store.set(SIZE, value, author=NOK)
    async with running(discord, team_repo):
        await posts(discord, 2)
    async with running(discord, team_repo):
        store.set(SIZE, 400, author=NOK)
        found = await posts(discord, 3)
    steps = [one.embeds[0]["fields"][0]["value"] for one in found]
    assert steps == ["`100` → `200` · v2", "`200` → `300` · v3", "`300` → `400` · v4"]


async def test_feed_sums_up_a_long_absence(discord: Discord, team_repo: Path) -> None:
    """Many commits are one post: each key with what it was and what it is."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        await begun(team_repo)
    for at in range(feed.FLOOD + 1):
        store.set(SIZE, 200 + at, author=NOK)
    async with running(discord, team_repo):
        (one,) = await posts(discord, 1)
    assert one.embeds[0]["title"].startswith(f"📚 {feed.FLOOD + 1} changes since ")
    assert one.embeds[0]["fields"][0]["value"] == "`100` → `210`\n11× · last by Nok"


async def test_feed_tells_rewritten_history(discord: Discord, team_repo: Path, git: Git) -> None:
    """If the last commit told is gone, that is said loudly."""
    gitcfg.open(team_repo).set(SIZE, 200, author=NOK)
    async with running(discord, team_repo):
        await begun(team_repo)
    git(team_repo, "reset", "--quiet", "--hard", "HEAD~1")
    async with running(discord, team_repo):
        found = await posts(discord, 1)
    assert titles(found)[0] == "🚨 History was rewritten"


async def test_feed_tells_a_refused_snapshot_and_its_end(
    discord: Discord, team_repo: Path, git: Git
) -> None:
    """What is committed and not valid is told with its findings, then that it is mended."""
    async with running(discord, team_repo):
        await begun(team_repo)
        (team_repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 9999\n")
        git.commit(team_repo, "Far too many")
        await until(lambda: "❌ Refused: not in force" in titles(discord.posts(discord.feed)))
        git(team_repo, "revert", "--no-edit", "HEAD")
        await until(lambda: "✅ Mended: in force again" in titles(discord.posts(discord.feed)))


async def test_feed_tells_drift_once(discord: Discord, team_repo: Path, git: Git) -> None:
    """Files that differ from the commit are told, and that they do no more."""
    async with running(discord, team_repo):
        await begun(team_repo)
        (team_repo / "config" / "performance.yaml").write_text("MAX_BATCH_SIZE: 300\n")
        (first,) = await posts(discord, 1)
        git(team_repo, "checkout", "--quiet", "--", "config")
        found = await posts(discord, 2)
    assert titles(found) == [
        "⚠️ Files differ from the commit",
        "✅ Files equal the commit again",
    ]
    assert "config/performance.yaml" in first.embeds[0]["description"]
    assert first.embeds[0]["fields"] == [{"name": SIZE, "value": "`100` → `300`", "inline": False}]


async def test_feed_survives_an_outage(discord: Discord, team_repo: Path) -> None:
    """A post that failed is tried again; nothing is left out and the order stays."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        await begun(team_repo)
        discord.fail("POST", "*/messages", drop="after")
        store.set(SIZE, 200, author=NOK)
        store.set(SIZE, 300, author=NOK)
        found = await posts(discord, 2)
        await asyncio.sleep(1)
    steps = [one.embeds[0]["fields"][0]["value"] for one in found]
    assert steps == ["`100` → `200` · v2", "`200` → `300` · v3"]
    assert len(discord.posts(discord.feed)) == 2
