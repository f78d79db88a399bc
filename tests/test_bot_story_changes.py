"""Whole stories of changes: from what a person types in Discord to the commit, and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bots import running
from loopback import PlayerError

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord, Member

KEY = "DAILY_EXPORT_TIME"
NOBODY = "No program follows these settings just now; the change stands and counts when one starts."


def values(repo: Path, key: str = KEY) -> list[Any]:
    """Tell the values that a key had, oldest first."""
    return [one.value for one in gitcfg.open(repo).history(key)][::-1]


def refused(repo: Path) -> list[tuple[str, Any, str | None]]:
    """Tell the attempts on record, oldest first."""
    found = gitcfg.open(repo).audit(status="refused")
    return [(one.key, one.value, one.actor) for one in found][::-1]


async def test_admin_sets_is_warned_and_undoes(discord: Discord, team_repo: Path, git: Git) -> None:
    """A change is a commit in the person's name; its warning is told; its button takes it back."""
    async with running(discord, team_repo):
        reply = await discord.slash(
            discord.admin, "set", setting=KEY, value="10:30", reason="ช่วงเช้า"
        )
        assert (reply.title, reply.colour) == ("✅ Configuration Updated", 0x00FF00)
        assert (reply.ephemeral, reply.deferred, reply.buttons) == (True, True, ["Undo"])
        revision = git(team_repo, "rev-parse", "--short=7", "HEAD")
        assert reply.fields == {
            "Setting": KEY,
            "New Value": "`18:00` → `10:30`",
            "Version": "v2",
            "⚠️ Warning": "Scheduled during business hours. Consider off-peak times (18:00-22:00)",
            "Reason": "ช่วงเช้า",
            "Commit": f"`{revision}`",
            "Programs": NOBODY,
        }
        undone = await discord.click(discord.admin, reply, "Undo")
        assert (undone.title, undone.fields["Version"]) == ("↩️ Rollback Successful", "v3")
    assert values(team_repo) == ["18:00", "10:30", "18:00"]


async def test_commit_of_a_change(discord: Discord, team_repo: Path, git: Git) -> None:
    """The author is the person, the committer the bot; where it was said is kept, and the reason.

    A line of it that git's own tools could take for their own is indented.
    """
    noi = discord.join("น้อย", username="noi", roles=[discord.admin_role], locale="th")
    async with running(discord, team_repo):
        reply = await discord.slash(noi, "set", setting=KEY, value="19:30", reason="# เหตุผล\n---")
    facts = git(team_repo, "log", "-1", "--format=%an|%ae|%cn|%s")
    assert facts == f'noi (น้อย)|{noi.id}@users.discord.invalid|gitcfg bot|Set {KEY} to "19:30"'
    made = gitcfg.open(team_repo).history(KEY)[0]
    assert (made.via, made.actor, made.reason) == (
        "discord",
        f"discord:{noi.id}",
        " # เหตุผล\n ---",
    )
    assert made.metadata == {
        "guild": str(discord.guild.id),
        "channel": str(discord.general.id),
        "interaction": str(reply.interaction.id),
    }


@pytest.mark.parametrize("who", ["viewer", "stranger"])
async def test_person_without_the_role_is_refused(
    discord: Discord, team_repo: Path, who: str
) -> None:
    """A refusal names the role, is seen by the person alone, changes nothing and is on record."""
    member: Member = getattr(discord, who)
    async with running(discord, team_repo):
        for _ in range(3):
            reply = await discord.slash(member, "set", setting=KEY, value="19:30")
            assert reply.ephemeral
            assert reply.text.startswith("⛔ **Admin Access Required**")
            assert "**Config Admin**" in reply.text
    assert values(team_repo) == ["18:00"]
    # Repeats within a minute are one record.
    assert refused(team_repo) == [(KEY, "19:30", f"discord:{member.id}")]


async def test_person_without_a_role_may_not_even_read(discord: Discord, team_repo: Path) -> None:
    """A viewer reads, a stranger does not; what only reads is no attempt."""
    async with running(discord, team_repo):
        seen = await discord.slash(discord.viewer, "view", setting=KEY)
        assert seen.title == f"⚙️ Configuration: {KEY}"
        no = await discord.slash(discord.stranger, "view", setting=KEY)
        assert (no.text.splitlines()[0], no.ephemeral) == ("⛔ **Access Required**", True)
    assert refused(team_repo) == []


async def test_role_is_asked_for_by_its_id(discord: Discord, team_repo: Path) -> None:
    """A role of the same name is another role."""
    twin = discord.role("Config Admin")
    member = discord.join("Twin", username="twin", roles=[twin])
    async with running(discord, team_repo):
        reply = await discord.slash(member, "set", setting=KEY, value="19:30")
    assert reply.text.startswith("⛔ **Admin Access Required**")


@pytest.mark.parametrize("place", ["other_guild", None])
async def test_other_places_are_refused(
    discord: Discord, team_repo: Path, place: str | None
) -> None:
    """Settings are managed in one guild, not in another and not in direct messages."""
    guild = getattr(discord, place) if place else None
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30", guild=guild)
    assert reply.ephemeral
    assert values(team_repo) == ["18:00"]
    assert "⛔" in reply.text


async def test_role_lost_between_command_and_click(discord: Discord, team_repo: Path) -> None:
    """A button asks for the role again, on arrival."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        discord.admin.roles.clear()
        no = await discord.click(discord.admin, reply, "Undo")
        assert no.text.startswith("⛔ **Admin Access Required**")
        assert reply.title == "✅ Configuration Updated"
    assert values(team_repo) == ["18:00", "19:30"]


async def test_two_admins_change_one_key_at_once(discord: Discord, team_repo: Path) -> None:
    """Both changes are made, one after the other; who was overtaken cannot undo the other's."""
    other = discord.join("Lek", username="lek", roles=[discord.admin_role])
    async with running(discord, team_repo):
        first, second = await asyncio.gather(
            discord.slash(discord.admin, "set", setting=KEY, value="19:30"),
            discord.slash(other, "set", setting=KEY, value="20:30"),
        )
        assert {first.fields["Version"], second.fields["Version"]} == {"v2", "v3"}
        overtaken = first if first.fields["Version"] == "v2" else second
        who = discord.admin if overtaken is first else other
        no = await discord.click(who, overtaken, "Undo")
        assert (no.title, no.colour) == ("❌ Rollback Failed", 0xFF0000)
    assert sorted(values(team_repo)) == ["18:00", "19:30", "20:30"]


async def test_rollback_whose_revision_moved(discord: Discord, team_repo: Path) -> None:
    """A question acts on what it showed: it refuses once that key has changed."""
    store = gitcfg.open(team_repo)
    store.set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        asked = await discord.slash(discord.admin, "rollback", setting=KEY, version="1")
        assert (asked.title, asked.buttons) == (
            f"↩️ Roll back {KEY} to v1?",
            ["Confirm", "Cancel"],
        )
        assert asked.fields["Change"] == "`19:30` → `18:00`"
        store.set("MAX_BATCH_SIZE", 200, reason="another key does not matter")
        store.set(KEY, "20:00", reason="second")
        no = await discord.click(discord.admin, asked, "Confirm")
        assert no.title == "❌ Rollback Failed"
    assert values(team_repo) == ["18:00", "19:30", "20:00"]


async def test_rollback_while_another_key_moves(discord: Discord, team_repo: Path) -> None:
    """What happens to other keys does not matter to a question."""
    store = gitcfg.open(team_repo)
    store.set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        asked = await discord.slash(
            discord.admin, "rollback", setting=KEY, version="1", reason="back"
        )
        store.set("MAX_BATCH_SIZE", 200, reason="another key")
        done = await discord.click(discord.admin, asked, "Confirm")
        assert (done.title, done.fields["Reason"]) == ("↩️ Rollback Successful", "back")
    assert values(team_repo) == ["18:00", "19:30", "18:00"]


async def test_question_clicked_twice(discord: Discord, team_repo: Path) -> None:
    """However often it is clicked, a question is answered once."""
    store = gitcfg.open(team_repo)
    store.set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        asked = await discord.slash(discord.admin, "reset", setting=KEY)
        await asyncio.gather(*[discord.click(discord.admin, asked, "Confirm") for _ in range(2)])
    assert values(team_repo) == ["18:00", "19:30", "18:00"]


async def test_undo_clicked_twice(discord: Discord, team_repo: Path) -> None:
    """A second undo of one change does nothing."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        undo = reply.button("Undo")
        await discord.click(discord.admin, reply, "Undo")
        reply.message.components = [{"type": 1, "components": [undo]}]
        await discord.click(discord.admin, reply, "Undo")
    assert values(team_repo) == ["18:00", "19:30", "18:00"]


async def test_question_taken_back(discord: Discord, team_repo: Path) -> None:
    """To cancel changes nothing, and leaves nothing to click."""
    gitcfg.open(team_repo).set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        asked = await discord.slash(discord.admin, "reset", setting=KEY)
        after = await discord.click(discord.admin, asked, "Cancel")
        assert (after.text, after.buttons) == ("Cancelled: nothing was changed.", [])
        with pytest.raises(AssertionError):
            await discord.click(discord.admin, asked, "Confirm")
    assert values(team_repo) == ["18:00", "19:30"]


async def test_unset(discord: Discord, team_repo: Path) -> None:
    """The stored value is removed after a question; the default counts from then on."""
    async with running(discord, team_repo):
        asked = await discord.slash(discord.admin, "unset", setting="MAX_BATCH_SIZE")
        done = await discord.click(discord.admin, asked, "Confirm")
    assert done.title == "🗑️ Stored Value Removed"
    (found,) = [one for one in gitcfg.open(team_repo).list() if one.key == "MAX_BATCH_SIZE"]
    assert (found.value, found.default) == (100, True)


async def test_reason_is_required(discord: Discord, team_repo: Path) -> None:
    """Where a reason is required, every door asks for it with a form, and it is in the commit."""
    gitcfg.open(team_repo).set("REQUIRE_CHANGE_REASON", value=True, reason="from now on")
    async with running(discord, team_repo):
        modal = await discord.slash_opens(discord.admin, "set", setting=KEY, value="19:30")
        with pytest.raises(PlayerError):
            await discord.submit(discord.admin, modal, {"reason": ""})
        reply = await discord.submit(discord.admin, modal, {"reason": "ลูกค้าขอ"})
        assert (reply.title, reply.fields["Reason"]) == ("✅ Configuration Updated", "ลูกค้าขอ")
        modal = await discord.click_opens(discord.admin, reply, "Undo")
        undone = await discord.submit(discord.admin, modal, {"reason": "เปลี่ยนใจ"})
        assert undone.title == "↩️ Rollback Successful"
        asked = await discord.slash(discord.admin, "rollback", setting=KEY, version="2")
        modal = await discord.click_opens(discord.admin, asked, "Confirm")
        done = await discord.submit(discord.admin, modal, {"reason": "อีกครั้ง"})
        assert done.title == "↩️ Rollback Successful"
    found = [one.reason for one in gitcfg.open(team_repo).history(KEY)]
    assert found[:3] == ["อีกครั้ง", "เปลี่ยนใจ", "ลูกค้าขอ"]


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        (KEY, "25:00", "Invalid format. Use HH:MM (e.g., 18:00)"),
        (KEY, "23:00", "Export must be scheduled between 06:00 and 22:00 (business hours)"),
        ("IMMEDIATE_EXPORT_BUFFER", "soon", "Must be a non-negative integer (minutes)"),
        ("IMMEDIATE_EXPORT_BUFFER", "121", "Buffer time too long (max: 120 minutes)"),
        ("AI_CONFIDENCE_THRESHOLD", "high", "Must be a number between 0.0 and 1.0"),
        ("AI_CONFIDENCE_THRESHOLD", "0.4", "Threshold too low (< 0.5)"),
        ("MAX_BATCH_SIZE", "-1", "Must be a positive integer"),
        ("MAX_BATCH_SIZE", "1001", "Batch size too large (max: 1000)"),
        ("REQUIRE_CHANGE_REASON", "maybe", ""),
        ("EXPORT_TIMEZONE", "Mars/Olympus", "Mars/Olympus"),
    ],
)
async def test_invalid_value_of_every_type(
    discord: Discord, team_repo: Path, setting: str, value: str, words: str
) -> None:
    """An invalid value is refused in the setting's own words; nothing changes but the record."""
    before = values(team_repo, setting)
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=setting, value=value)
    assert (reply.title, reply.colour, reply.buttons) == ("❌ Update Failed", 0xFF0000, [])
    assert words in reply.fields["Error"].replace("\\", "")
    assert values(team_repo, setting) == before
    assert [one[0] for one in refused(team_repo)] == [setting]


async def test_value_that_is_stored_already(discord: Discord, team_repo: Path) -> None:
    """To set what is stored makes no commit and says so."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="18:00")
    assert reply.title == "✅ Nothing to Change"
    assert values(team_repo) == ["18:00"]


async def test_thai_throughout(discord: Discord, team_repo: Path) -> None:
    """Who has Discord in Thai is answered in Thai, whatever is answered."""
    noi = discord.join("น้อย", username="noi", roles=[discord.admin_role], locale="th")
    async with running(discord, team_repo):
        done = await discord.slash(noi, "set", setting=KEY, value="19:30", reason="ลองดู")
        said = done.fields["เหตุผล"]
        wrong = await discord.slash(noi, "set", setting=KEY, value="25:00")
        listed = await discord.slash(noi, "list")
        asked = await discord.slash(noi, "reset", setting=KEY)
        undone = await discord.click(noi, done, done.buttons[0])
        no = await discord.slash(discord.stranger, "list", locale="th")
    for reply in (done, wrong, listed, asked, undone, no):
        assert any("\u0e00" <= one <= "\u0e7f" for one in reply.text.splitlines()[0]), reply
    assert said == "ลองดู"
