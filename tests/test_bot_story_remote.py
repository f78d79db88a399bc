"""Stories of a bot whose clone has an upstream: pushed first, unreachable, moved by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import remotes
from bots import running

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord
    from remotes import Place

KEY = "DAILY_EXPORT_TIME"


@pytest.fixture
def place(tmp_path: Path, team_repo: Path, git: Git) -> Place:
    """Make an upstream."""
    return remotes.place(tmp_path, team_repo, git)


async def test_change_from_discord_is_at_the_upstream(discord: Discord, place: Place) -> None:
    """When the answer says that it is done, everybody has it."""
    repo = place.clone("bot").root
    async with running(discord, repo):
        reply = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
    assert reply.title == "✅ Configuration Updated"
    assert len(place.heads()) == 1
    assert place.subjects()[0] == f'Set {KEY} to "19:30"'


async def test_upstream_that_cannot_be_reached(discord: Discord, place: Place) -> None:
    """The answer says so, nothing was changed, and it works again when the upstream does."""
    store = place.clone("bot")
    async with running(discord, store.root):
        place.go_away()
        refused = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
        assert refused.title == "❌ Update Failed"
        assert "cannot be reached" in refused.text
        assert store.get(KEY) == "18:00"
        place.come_back()
        done = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
    assert done.title == "✅ Configuration Updated"
    failed = [one.value for one in gitcfg.open(store.root).audit() if one.status == "failed"]
    assert failed == ["19:30"]


async def test_key_that_someone_changed_at_the_upstream(discord: Discord, place: Place) -> None:
    """The answer shows both values; the other one stands."""
    store, other = place.clone("bot"), place.clone("nok")
    async with running(discord, store.root):
        other.set(KEY, "20:00")
        refused = await discord.slash(discord.admin, "set", setting=KEY, value="19:30")
    assert refused.title == "❌ Update Failed"
    assert "20:00" in refused.text
    assert "19:30" in refused.text
    assert store.get(KEY) == "20:00"
