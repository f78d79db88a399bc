"""docs/deploy.md, step by step: repository, registration, both programs, a change, the log."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

from bots import TIME, core, running

from bot.cli import sync

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord


async def test_deployment_from_nothing_to_a_moved_export(
    discord: Discord, team_repo: Path, git: Git
) -> None:
    """The real exporter follows what an admin sets in Discord, and git tells who and why."""
    async with core(discord, team_repo) as made:
        assert await sync.register(made, connect=discord.connector) is True
    exporter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "exporter", "-C", str(team_repo), "run"),
        stdout=subprocess.PIPE,
    )
    assert exporter.stdout is not None
    while b"delivers to" not in await exporter.stdout.readline():
        pass
    try:
        async with running(discord, team_repo, patience=60.0):
            listed = await discord.slash(discord.admin, "list")
            assert listed.fields["Daily Export Time"].startswith("`18:00`")
            reply = await discord.slash(discord.admin, "set", setting=TIME, value="19:00")
            while "exporter" not in reply.fields["Programs"]:
                await discord.changed(reply)
    finally:
        exporter.terminate()
        await exporter.communicate()
    assert reply.fields["Programs"].startswith(
        "Job rescheduled automatically!\n✅ exporter: next export "
    )
    assert reply.fields["Programs"].endswith(" 19:00")
    log = git(team_repo, "log", "-1", "--format=%an <%ae>%n%B")
    assert log.startswith(f"nok (Nok) <{discord.admin.id}@users.discord.invalid>")
    assert 'Set DAILY_EXPORT_TIME to "19:00"' in log
    assert "Config-Via: discord" in log
