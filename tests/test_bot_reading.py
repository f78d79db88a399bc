"""What only reads: view, list, history, diff, blame, audit, validate, status; in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bots import SIZE, TIME, running

import gitcfg
from gitcfg import Author

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord

BLUE, GREEN, RED = 0x0099FF, 0x00FF00, 0xFF0000
NOK = Author("Nok", "nok@example.com")


async def test_view(discord: Discord, team_repo: Path) -> None:
    """Value in a code block; title, default, version, who, when and why."""
    gitcfg.open(team_repo).set(TIME, "19:30", author=NOK, reason="Peak *time*")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "view", setting=TIME)
    assert (reply.title, reply.colour) == ("⚙️ Configuration: DAILY_EXPORT_TIME", BLUE)
    assert reply.embeds[0]["description"] == "```\n19:30\n```"
    assert reply.fields["Title"].startswith("**Daily Export Time**\n")
    assert reply.fields["Default"] == "`18:00`"
    assert (reply.fields["Version"], reply.fields["By"]) == ("v2", "Nok")
    assert reply.fields["Reason"] == "Peak \\*time\\*"
    assert reply.fields["Date"].startswith("<t:")


async def test_view_of_an_unknown_setting(discord: Discord, team_repo: Path) -> None:
    """Where settings are typed, what is no setting is refused in the store's words."""
    many_settings(team_repo, 30)
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "view", setting="NONSENSE")
    assert (reply.title, reply.colour) == ("❌ View Failed", RED)
    assert "Config key not found: NONSENSE" in reply.text


async def test_list(discord: Discord, team_repo: Path) -> None:
    """All settings with their values, on one page as long as they fit."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "list")
    assert reply.title == "⚙️ System Configuration"
    assert reply.embeds[0]["description"] == "Current active settings:"
    assert reply.fields["Max Batch Size"] == "`100` · v1\nMAX_BATCH_SIZE"
    assert reply.buttons == []


async def test_list_of_many_turns_pages(discord: Discord, team_repo: Path, git: Git) -> None:
    """Beyond 25 settings there are pages, turned by buttons."""
    many_settings(team_repo, 60)
    git.commit(team_repo, "Many")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "list")
        assert (len(reply.fields), reply.buttons) == (25, ["▶"])
        first = set(reply.fields)
        turned = await discord.click(discord.viewer, reply, "▶")
    assert (len(turned.fields), turned.buttons) == (25, ["◀", "▶"])
    assert turned.fields.keys().isdisjoint(first)


async def test_history_with_a_chart(discord: Discord, team_repo: Path) -> None:
    """Versions, the active one marked; a number's history is drawn."""
    gitcfg.open(team_repo).set(SIZE, 200, author=NOK, reason="More")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "history", setting=SIZE)
        while not reply.files:
            await discord.changed(reply)
    assert reply.title == "📜 Change History: MAX_BATCH_SIZE"
    newest, oldest = reply.fields
    assert (newest, oldest) == ("Version 2 ✅ **ACTIVE**", "Version 1")
    assert "Value: `200`\nBy: Nok\n" in reply.fields[newest]
    assert reply.files["history.png"].startswith(b"\x89PNG")


async def test_history_of_nothing(discord: Discord, team_repo: Path, git: Git) -> None:
    """A setting never stored has no history, and that is said."""
    (team_repo / "config" / "performance.yaml").write_text("{}\n")
    git(team_repo, "checkout", "--quiet", "--orphan", "anew")
    git.commit(team_repo, "Begin anew")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "history", setting=SIZE)
    assert reply.text.strip().endswith("No history found for MAX_BATCH_SIZE")


async def test_diff(discord: Discord, team_repo: Path) -> None:
    """Two revisions, compared by key."""
    gitcfg.open(team_repo).set(SIZE, 200)
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "diff", old="HEAD~1", new="HEAD")
        wrong = await discord.slash(discord.viewer, "diff", old="nowhere")
    assert reply.fields == {SIZE: "`100` → `200`"}
    assert (wrong.title, wrong.colour) == ("❌ Diff Failed", RED)


async def test_blame_and_audit(discord: Discord, team_repo: Path) -> None:
    """Who gave each value; every change and attempt."""
    store = gitcfg.open(team_repo)
    store.set(SIZE, 200, author=NOK)
    with pytest.raises(gitcfg.InvalidError):
        store.set(SIZE, 5000, author=NOK)
    async with running(discord, team_repo):
        blame = await discord.slash(discord.viewer, "blame")
        audit = await discord.slash(discord.viewer, "audit", setting=SIZE, by="nok")
    assert "Value: `200` · v2\nBy: Nok" in blame.fields[SIZE]
    assert {*audit.fields} == {f"⛔ refused: {SIZE}", f"✅ {SIZE}"}


async def test_validate(discord: Discord, team_repo: Path) -> None:
    """Green where all is valid; red with each finding and its place where not."""
    async with running(discord, team_repo):
        good = await discord.slash(discord.viewer, "validate")
        (team_repo / "config" / "export.yaml").write_text('DAILY_EXPORT_TIME: "25:00"\n')
        bad = await discord.slash(discord.viewer, "validate")
    assert (good.title, good.colour) == ("✅ Valid", GREEN)
    assert (bad.title, bad.colour) == ("❌ Invalid", RED)
    assert "config/export.yaml:1:1: Invalid format." in bad.fields["Error"]


async def test_status(discord: Discord, team_repo: Path) -> None:
    """Revision, branch, what is refused, who runs what: the bot itself too."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "status")
    assert (reply.title, reply.fields["Branch"]) == ("🩺 Status", "main")
    assert reply.fields["Programs"].startswith("**bot** runs ")


async def test_thai_reader(discord: Discord, team_repo: Path) -> None:
    """The reader's own language, from title to buttons."""
    async with running(discord, team_repo):
        reply = await discord.slash(
            discord.admin, "set", setting=TIME, value="19:30", reason="ช่วงเวลาเร่งด่วน", locale="th"
        )
    assert (reply.title, reply.buttons) == ("✅ อัปเดตการตั้งค่าแล้ว", ["เลิกทำ"])
    assert reply.fields["เหตุผล"] == "ช่วงเวลาเร่งด่วน"


async def test_choices_of_few_settings(discord: Discord, team_repo: Path) -> None:
    """Up to 25 settings are Discord's own list, by title; values are offered as typed."""
    async with running(discord, team_repo):
        values = await discord.autocomplete(discord.admin, "set", "value", typed="", setting=TIME)
    (group,) = discord.commands[discord.guild.id]
    (view,) = [one for one in group["options"] if one["name"] == "view"]
    names = [one["name"] for one in view["options"][0]["choices"]]
    assert names[:2] == ["AI Confidence Threshold", "Daily Export Time"]
    assert values[0].name == "18:00 (now)"
    assert view["description_localizations"]["th"].startswith("แสดง")


async def test_autocomplete_of_many_settings(discord: Discord, team_repo: Path) -> None:
    """More than 25 are offered as they are typed: title = current value."""
    many_settings(team_repo, 1000)
    async with running(discord, team_repo):
        found = await discord.autocomplete(discord.viewer, "view", "setting", typed="batch")
        every = await discord.autocomplete(discord.viewer, "view", "setting", typed="")
        none = await discord.autocomplete(discord.stranger, "view", "setting", typed="")
    assert (found[0].name, found[0].value) == ("Max Batch Size = 100", SIZE)
    assert (len(every), none) == (25, [])


async def test_versions_are_offered(discord: Discord, team_repo: Path) -> None:
    """Each older version with its value, who and when."""
    gitcfg.open(team_repo).set(SIZE, 200, author=NOK)
    async with running(discord, team_repo):
        found = await discord.autocomplete(
            discord.admin, "rollback", "version", typed="", setting=SIZE
        )
    assert [one.value for one in found] == ["1"]
    assert found[0].name.startswith("v1 = 100 · Test Person · ")


async def test_commands_are_registered_when_they_changed(discord: Discord, team_repo: Path) -> None:
    """A second start registers nothing; a new setting in a schema registers by itself."""
    async with running(discord, team_repo):
        pass
    async with running(discord, team_repo):
        pass
    assert discord.registrations[discord.guild.id] == 1


def many_settings(repo: Path, count: int) -> None:
    """Add settings of a further category, committed by nobody yet."""
    lines = ",".join(
        f'"K{at}": {{"title": "Setting {at}", "type": "integer", "default": {at}}}'
        for at in range(count)
    )
    draft = '"$schema": "https://json-schema.org/draft/2020-12/schema"'
    text = f'{{{draft}, "type": "object", "properties": {{{lines}}}}}'
    (repo / "schemas" / "many.schema.json").write_text(text)
    (repo / "config" / "many.yaml").write_text("{}\n")
