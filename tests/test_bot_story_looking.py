"""Stories of looking: lists, history with its chart, suggestions, and what git says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from bots import running

import gitcfg
from gitcfg.git.lock import lock
from gitcfg.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord

KEY = "DAILY_EXPORT_TIME"
PNG = b"\x89PNG\r\n\x1a\n"


def big_repo(place: Path, git: Git, count: int) -> Path:
    """Make a repository whose one schema has many settings."""
    (place / "config").mkdir(parents=True)
    (place / "schemas").mkdir()
    one = {"type": "integer", "default": 1, "description": "Says how much"}
    known = {f"LIMIT_{n:04}": {**one, "title": f"ขีดจำกัด {n}"} for n in range(count)}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": known}
    (place / "schemas" / "many.schema.json").write_text(json.dumps(schema))
    text = "".join(f"{key}: {n}\n" for n, key in enumerate(known))
    (place / "config" / "many.yaml").write_text(text)
    git(place, "init", "--quiet", "--initial-branch=main")
    git.commit(place, "Begin")
    return place


async def test_suggestions_among_a_thousand_settings(
    discord: Discord, tmp_path: Path, git: Git
) -> None:
    """What is typed finds settings by title and key, 25 at most, while another writer has git."""
    repo = big_repo(tmp_path / "big", git, 1000)
    async with running(discord, repo):
        with lock(Repository.open(repo)):
            every = await discord.autocomplete(discord.admin, "set", "setting")
            by_key = await discord.autocomplete(discord.admin, "set", "setting", typed="limit_0777")
            by_title = await discord.autocomplete(
                discord.viewer, "view", "setting", typed="จำกัด 12"
            )
            nothing = await discord.autocomplete(discord.stranger, "set", "setting", typed="limit")
        reply = await discord.slash(discord.admin, "set", setting="limit_0777", value="5")
    assert len(every) == 25
    assert [(one.name, one.value) for one in by_key] == [("ขีดจำกัด 777 = 777", "LIMIT_0777")]
    assert [one.value for one in by_title][:1] == ["LIMIT_0012"]
    assert nothing == []
    assert reply.fields["New Value"] == "`777` → `5`"


async def test_pages_of_a_thousand_settings(discord: Discord, tmp_path: Path, git: Git) -> None:
    """A long list has pages, turned by buttons, also after a restart."""
    repo = big_repo(tmp_path / "big", git, 60)
    async with running(discord, repo):
        first = await discord.slash(discord.viewer, "list")
        names = [*first.fields]
        assert (first.title, first.buttons) == ("⚙️ System Configuration", ["▶"])
    async with running(discord, repo):
        second = await discord.click(discord.viewer, first, "▶")
        assert not {*names} & {*second.fields}
        assert second.buttons == ["◀", "▶"]


async def test_choices_of_a_few_settings(discord: Discord, team_repo: Path) -> None:
    """Up to 25 settings are Discord's own choices, by title, registered once for one guild."""
    async with running(discord, team_repo):
        pass
    (command,) = discord.commands[discord.guild.id]
    assert command["default_member_permissions"] == "8"
    view = next(one for one in command["options"] if one["name"] == "view")
    names = {one["value"]: one["name"] for one in view["options"][0]["choices"]}
    assert names[KEY] == "Daily Export Time"
    assert len(names) == 6
    assert view["description_localizations"]["th"]


async def test_commands_are_registered_when_they_changed(discord: Discord, team_repo: Path) -> None:
    """A restart registers nothing; commands that someone else removed are registered again."""
    for _ in range(2):
        async with running(discord, team_repo):
            pass
    assert discord.registrations[discord.guild.id] == 1
    discord.commands.clear()
    async with running(discord, team_repo):
        pass
    assert discord.registrations[discord.guild.id] == 2


async def test_history_with_its_chart(discord: Discord, team_repo: Path) -> None:
    """History shows each version, marks the one in force, and draws times as a picture."""
    store = gitcfg.open(team_repo)
    for value in ("19:30", "20:00"):
        store.set(KEY, value, reason=f"to {value}")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, "history", setting=KEY)
        while not reply.files:
            await discord.changed(reply)
    assert reply.title == f"📜 Change History: {KEY}"
    assert next(iter(reply.fields)).startswith("Version 3")
    assert reply.text.count("✅ **ACTIVE**") == 1
    ((_, picture),) = reply.files.items()
    assert picture.startswith(PNG)


async def test_versions_are_suggested(discord: Discord, team_repo: Path) -> None:
    """Versions are offered with value and who."""
    gitcfg.open(team_repo).set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        found = await discord.autocomplete(discord.admin, "rollback", "version", setting=KEY)
    assert found[0].name.startswith(("v2 = 19:30 · Test Person", "v1 = 18:00 · Test Person"))


async def test_values_are_suggested(discord: Discord, team_repo: Path) -> None:
    """Values are offered from the schema; a free text stands beside them."""
    async with running(discord, team_repo):
        found = await discord.autocomplete(
            discord.admin, "set", "value", setting="REQUIRE_CHANGE_REASON"
        )
    assert {"true", "false"} <= {str(one.value) for one in found}


@pytest.mark.parametrize(
    ("subcommand", "title"),
    [
        ("list", "⚙️ System Configuration"),
        ("diff", "🔍 Differences"),
        ("blame", "🖋️ Who Changed What"),
        ("audit", "🧾 Audit"),
        ("validate", "✅ Valid"),
        ("status", "🩺 Status"),
    ],
)
async def test_looking_on(discord: Discord, team_repo: Path, subcommand: str, title: str) -> None:
    """A viewer is shown what the command of the same name shows, in blue, for them alone."""
    gitcfg.open(team_repo).set(KEY, "19:30", reason="first")
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, subcommand)
    assert (reply.title, reply.ephemeral) == (title, True)
    assert reply.colour in {0x0099FF, 0x00FF00}
    assert reply.embeds[0]["timestamp"]


async def test_nothing_but_discord_is_contacted(discord: Discord, team_repo: Path) -> None:
    """The bot asks for Discord's hosts and no others, and says nothing of its token."""
    async with running(discord, team_repo):
        await discord.slash(discord.viewer, "status")
    assert discord.hosts == {"discord.com", "gateway.discord.gg"}
    assert [one["intents"] for one in discord.identified] == [1]
