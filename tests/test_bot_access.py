"""Who may do what, and what a refusal leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bots import SIZE, running

import gitcfg

if TYPE_CHECKING:
    from pathlib import Path

    from loopback import Discord


async def test_stranger_is_refused_and_on_record(discord: Discord, team_repo: Path) -> None:
    """The refusal is for the person alone, names the role, and repeats are one record."""
    async with running(discord, team_repo):
        for value in ("200", "300"):
            reply = await discord.slash(discord.stranger, "set", setting=SIZE, value=value)
            assert reply.ephemeral
            assert "⛔ **Admin Access Required**" in reply.text
            assert discord.admin_role.name in reply.text
    store = gitcfg.open(team_repo)
    assert store.get(SIZE) == 100
    (one,) = store.audit(status="refused")
    assert (one.key, one.value, one.actor) == (SIZE, "200", f"discord:{discord.stranger.id}")


@pytest.mark.parametrize("verb", ["view", "history"])
async def test_viewer_reads(discord: Discord, team_repo: Path, verb: str) -> None:
    """The viewer role may look."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, verb, setting=SIZE)
    assert SIZE in (reply.title or "")


@pytest.mark.parametrize("verb", ["reset", "unset"])
async def test_viewer_changes_nothing(discord: Discord, team_repo: Path, verb: str) -> None:
    """The viewer role may not even ask what a change would do."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.viewer, verb, setting=SIZE)
    assert "⛔ **Admin Access Required**" in reply.text


async def test_stranger_reads_nothing(discord: Discord, team_repo: Path) -> None:
    """Reading needs a role too; such a refusal is no attempt."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.stranger, "list")
    assert "⛔ **Access Required**" in reply.text
    assert gitcfg.open(team_repo).audit(status="refused") == ()


async def test_role_is_judged_at_the_click(discord: Discord, team_repo: Path) -> None:
    """Whoever lost the role since the question cannot confirm it."""
    async with running(discord, team_repo):
        reply = await discord.slash(discord.admin, "unset", setting=SIZE)
        discord.admin.roles.clear()
        refused = await discord.click(discord.admin, reply, "Confirm")
    assert "⛔ **Admin Access Required**" in refused.text
    assert gitcfg.open(team_repo).get(SIZE) == 100
