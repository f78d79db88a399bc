"""Changes from Discord: a command, a question, a click; each is a commit in the person's name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bots import COMMITTER, SIZE, TIME, running

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord

RED, GREEN, BLUE = 0xFF0000, 0x00FF00, 0x0099FF


async def test_set_is_a_commit_in_the_persons_name(discord: Discord, team_repo: Path) -> None:
    """Author is the person, committer the bot, and the trailers say from where it came."""
    async with running(discord, team_repo):
        reply = await discord.slash(
            discord.admin, "set", setting=TIME, value="19:30", reason="Peak time"
        )
    assert (reply.title, reply.colour) == ("✅ Configuration Updated", GREEN)
    assert (reply.ephemeral, reply.buttons) == (True, ["Undo"])
    assert reply.fields["New Value"] == "`18:00` → `19:30`"
    assert reply.fields["Version"] == "v2"
    (one,) = gitcfg.open(team_repo).history(TIME, limit=1)
    who = discord.admin
    assert one.author.email == f"{who.id}@users.discord.invalid"
    assert (one.committer, one.via, one.actor) == (COMMITTER, "discord", f"discord:{who.id}")
    assert (one.reason, (one.metadata or {})["guild"]) == ("Peak time", str(discord.guild.id))


async def test_set_with_a_warning(discord: Discord, team_repo: Path) -> None:
    """What is allowed but not wise is said with the answer."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=TIME, value="12:00")
    assert reply.fields["⚠️ Warning"].startswith("Scheduled during business hours.")


async def test_set_to_the_stored_value(discord: Discord, team_repo: Path) -> None:
    """Nothing is committed, and that is said."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=TIME, value="18:00")
    assert (reply.title, reply.colour) == ("✅ Nothing to Change", BLUE)


async def test_set_that_is_refused(discord: Discord, team_repo: Path) -> None:
    """An invalid value changes nothing, says why, and is an attempt on record."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=TIME, value="23:00")
    assert (reply.title, reply.colour) == ("❌ Update Failed", RED)
    assert "between 06:00 and 22:00" in reply.fields["Error"]
    (one,) = gitcfg.open(team_repo).audit(status="refused")
    assert (one.key, one.value) == (TIME, "23:00")


async def test_undo_takes_a_change_back_once(discord: Discord, team_repo: Path) -> None:
    """The first click undoes; the same button, clicked again, changes nothing."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
        clicks = [discord.click(discord.admin, reply, "Undo") for _ in range(2)]
        await asyncio.gather(*clicks)
    store = gitcfg.open(team_repo)
    assert (store.get(SIZE), store.setting(SIZE).version) == (100, 3)


async def test_undo_of_what_changed_since(discord: Discord, team_repo: Path) -> None:
    """A button refuses if its key changed since; another key's change does not matter."""
    store = gitcfg.open(team_repo)
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
        store.set(TIME, "20:00")
        store.set(SIZE, 300)
        refused = await discord.click(discord.admin, reply, "Undo")
    assert "changed since" in refused.text
    assert store.get(SIZE) == 300


async def test_button_works_after_a_restart(discord: Discord, team_repo: Path) -> None:
    """Its id tells all, so another process does what it means."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
    async with running(discord, team_repo):
        undone = await discord.click(discord.admin, reply, "Undo")
    assert undone.title == "↩️ Rollback Successful"
    assert gitcfg.open(team_repo).get(SIZE) == 100


async def test_rollback_asks_with_the_diff(discord: Discord, team_repo: Path) -> None:
    """Nothing changes before the confirmation; the reason of the question is the commit's."""
    store = gitcfg.open(team_repo)
    store.set(SIZE, 200)
    async with running(discord, team_repo):
        reply = await discord.slash(
            discord.admin, "rollback", setting=SIZE, version="1", reason="Too `big` ```"
        )
        assert reply.title == "↩️ Roll back MAX_BATCH_SIZE to v1?"
        assert "+MAX_BATCH_SIZE: 100" in reply.fields["Diff"]
        assert store.get(SIZE) == 200
        done = await discord.click(discord.admin, reply, "Confirm")
    assert done.title == "↩️ Rollback Successful"
    (one,) = store.history(SIZE, limit=1)
    assert (one.value, one.action, one.reason) == (100, "rollback", "Too `big` ```")


async def test_question_that_is_cancelled(discord: Discord, team_repo: Path) -> None:
    """Nothing is changed, and the buttons go."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "unset", setting=SIZE)
        assert reply.title == "🗑️ Remove the stored value of MAX_BATCH_SIZE?"
        cancelled = await discord.click(discord.admin, reply, "Cancel")
    assert (cancelled.text.strip(), cancelled.buttons) == (
        "Cancelled: nothing was changed.",
        [],
    )
    assert gitcfg.open(team_repo).setting(SIZE).version == 1


async def test_question_whose_key_moved(discord: Discord, team_repo: Path) -> None:
    """What was confirmed is not what would happen any more, so it is refused."""
    store = gitcfg.open(team_repo)
    store.set(SIZE, 200)
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "reset", setting=SIZE)
        store.set(SIZE, 300)
        refused = await discord.click(discord.admin, reply, "Confirm")
    assert "❌ Reset Failed" in refused.text
    assert store.get(SIZE) == 300


async def test_reset_and_unset(discord: Discord, team_repo: Path) -> None:
    """Reset stores the default; unset removes what is stored."""
    store = gitcfg.open(team_repo)
    store.set(SIZE, 200)
    async with running(discord, team_repo):
        for verb, title in (
            ("reset", "🔄 Reset to Default"),
            ("unset", "🗑️ Stored Value Removed"),
        ):
            reply = await discord.slash(discord.admin, verb, setting=SIZE)
            done = await discord.click(discord.admin, reply, "Confirm")
            assert done.title == title
    assert [one.action for one in store.history(SIZE)] == ["unset", "reset", "set", "set"]


async def test_required_reason_is_asked_for(discord: Discord, team_repo: Path) -> None:
    """A form opens, at a command and at a button; what it was given is the commit's reason."""
    store = gitcfg.open(team_repo)
    store.set("REQUIRE_CHANGE_REASON", value=True, reason="From now on")
    async with running(discord, team_repo):
        form = await discord.slash_opens(discord.admin, "set", setting=SIZE, value="200")
        reply = await discord.submit(discord.admin, form, {"reason": "Month end"})
        assert reply.title == "✅ Configuration Updated"
        form = await discord.click_opens(discord.admin, reply, "Undo")
        undone = await discord.submit(discord.admin, form, {"reason": "Enough"})
        assert undone.title == "↩️ Rollback Successful"
    assert [one.reason for one in store.history(SIZE, limit=2)] == ["Enough", "Month end"]


async def test_form_is_taken_after_a_restart(discord: Discord, team_repo: Path) -> None:
    """A form that was open while the bot was replaced is not lost."""
    store = gitcfg.open(team_repo)
    store.set("REQUIRE_CHANGE_REASON", value=True, reason="From now on")
    async with running(discord, team_repo):
        form = await discord.slash_opens(discord.admin, "set", setting=SIZE, value="200")
    async with running(discord, team_repo):
        reply = await discord.submit(discord.admin, form, {"reason": "Month end"})
    assert reply.title == "✅ Configuration Updated"


async def test_follower_tells_what_came_of_a_change(discord: Discord, team_repo: Path) -> None:
    """The exporter's own words are passed on; rescheduled is said only where its record says so."""
    with gitcfg.follow(team_repo, name="exporter", interval=0.2) as live:
        live.effect("next export today 18:00")

        def changed(change: gitcfg.Change) -> None:
            if change.key == TIME:
                live.effect(f"next export today {change.new}")

        live.on_change(changed)
        async with running(discord, team_repo):
            first = await discord.slash(discord.admin, "set", setting=TIME, value="19:30")
            while "exporter" not in first.fields["Programs"]:
                await discord.changed(first)
            other = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
            while "exporter" not in other.fields["Programs"]:
                await discord.changed(other)
    told = "Job rescheduled automatically!\n✅ exporter: next export today 19:30"
    assert first.fields["Programs"] == told
    assert other.fields["Programs"] == "✅ exporter: next export today 19:30"


async def test_set_during_a_merge(discord: Discord, team_repo: Path, git: Git) -> None:
    """A change that cannot be made for any reason tells the store's own words."""
    (team_repo / ".git" / "MERGE_HEAD").write_text(git(team_repo, "rev-parse", "HEAD"))
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
    assert (reply.title, "merge" in reply.fields["Error"]) == ("❌ Update Failed", True)
