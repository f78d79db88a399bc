"""Stories of the feed: every change is told in its channel, in order, once, after restarts too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bots import running
from loopback import Permission
from loopback.waiting import until

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord

KEY = "DAILY_EXPORT_TIME"


def titles(discord: Discord) -> list[str]:
    """Tell the titles of what the feed has told."""
    return [one.embeds[0]["title"] for one in discord.posts(discord.feed)]


def remembered(repo: Path) -> bool:
    """Whether the bot has noted that it told the newest commit."""
    place = repo / "var" / "bot" / "feed.json"
    newest = gitcfg.open(repo).status().head
    return place.exists() and str(newest) in place.read_text()


async def test_every_change_is_told(discord: Discord, team_repo: Path, git: Git) -> None:
    """Whoever makes a change, by whatever way, the channel is told, in order, and nobody pinged."""
    async with running(discord, team_repo):
        await discord.slash(discord.admin, "set", setting=KEY, value="19:30", reason="@everyone")
        await until(lambda: len(titles(discord)) == 1)
        gitcfg.open(team_repo).reset(KEY, reason="by a program")
        await until(lambda: len(titles(discord)) == 2)
        export = team_repo / "config" / "export.yaml"
        export.write_text(export.read_text().replace("18:00", "20:30"))
        git.commit(team_repo, "By hand")
        await until(lambda: f"⚙️ {KEY} set" in titles(discord)[2:])
    first = discord.posts(discord.feed)[0]
    assert titles(discord)[:2] == [f"⚙️ {KEY} set", f"🔄 {KEY} reset to its default"]
    fields = {one["name"]: one["value"] for one in first.embeds[0]["fields"]}
    assert "`18:00` → `19:30`" in fields[KEY]
    assert "Nok" in fields["By"]
    assert [one.pings for one in discord.posts(discord.feed)] == [[]] * len(titles(discord))


async def test_changes_while_the_bot_was_away(discord: Discord, team_repo: Path) -> None:
    """After a restart the feed tells what it missed, once."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        store.set(KEY, "19:30", reason="first")
        await until(lambda: len(titles(discord)) == 1)
        await until(lambda: remembered(team_repo))
    store.set(KEY, "20:00", reason="away")
    async with running(discord, team_repo):
        await until(lambda: len(titles(discord)) == 2)
        store.set(KEY, "20:30", reason="back")
        await until(lambda: len(titles(discord)) == 3)
    steps = [one.embeds[0]["fields"][0]["value"] for one in discord.posts(discord.feed)]
    assert [one.partition(" · ")[0] for one in steps] == [
        "`18:00` → `19:30`",
        "`19:30` → `20:00`",
        "`20:00` → `20:30`",
    ]


async def test_long_absence_is_summed_up(discord: Discord, team_repo: Path) -> None:
    """Many changes at once are one message."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        store.set(KEY, "19:30", reason="first")
        await until(lambda: len(titles(discord)) == 1)
        await until(lambda: remembered(team_repo))
    for size in range(200, 215):
        store.set("MAX_BATCH_SIZE", size, reason="many")
    async with running(discord, team_repo):
        await until(lambda: len(titles(discord)) == 2)
    assert titles(discord)[1].startswith("📚 15 changes since")


async def test_answer_to_a_post_is_lost(discord: Discord, team_repo: Path) -> None:
    """A post whose answer was lost is sent again, and Discord shows it once."""
    async with running(discord, team_repo):
        fault = discord.fail("POST", "*/messages", drop="after")
        gitcfg.open(team_repo).set(KEY, "19:30", reason="first")
        sent = ("POST", f"/channels/{discord.feed.id}/messages")
        await until(lambda: discord.requests.count(sent) >= 2)
        assert fault.times == 0
    assert titles(discord) == [f"⚙️ {KEY} set"]


async def test_channel_that_is_closed_for_a_while(discord: Discord, team_repo: Path) -> None:
    """Where the bot may not write, nothing is lost: it is told once it may; commands go on."""
    async with running(discord, team_repo):
        discord.feed.deny = Permission.SEND_MESSAGES
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        assert reply.title == "✅ Configuration Updated"
        sent = ("POST", f"/channels/{discord.feed.id}/messages")
        await until(lambda: sent in discord.requests)
        assert titles(discord) == []
        discord.feed.deny = Permission(0)
    async with running(discord, team_repo):
        await until(lambda: titles(discord) == [f"⚙️ {KEY} set"])


async def test_refused_snapshot_is_told(discord: Discord, team_repo: Path, git: Git) -> None:
    """A commit that cannot take effect is told, and so is that it is mended."""
    export = team_repo / "config" / "export.yaml"
    good = export.read_text()
    async with running(discord, team_repo):
        export.write_text(good.replace("18:00", "25:00"))
        git.commit(team_repo, "Break it")
        await until(lambda: "❌ Refused: not in force" in titles(discord))
        export.write_text(good)
        git.commit(team_repo, "Mend it")
        await until(lambda: "✅ Mended: in force again" in titles(discord))
