"""The bot: how long people wait for its first answer, with a hundred of them at once."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gitcfg
from bench.ground import repository
from bench.harness import Missing, Probe
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.harness import Entry
    from bench.subject import Place

ROOT = Path(__file__).resolve().parent.parent
SUPPORT = ROOT / "tests" / "support"
DESCRIPTION = Path("data", "discord-openapi.json")
AT_ONCE = 100
SETS = 5
"""One interaction of so many is a change."""

NAME = "bot, 100 at once, a fifth of them changes"
KEY = "MAX_BATCH_SIZE"
_SWITCH = 0.001
_SETTLED = 0.5


def entries(at: Place) -> list[Entry]:
    """Let people view and set at the same time, against a Discord on loopback in this process.

    That Discord judges every request, in the same thread: the bot alone is quicker.
    """
    shared = Path(os.environ.get("GITCFG_SHARED") or ROOT.parent / "shared")
    if not (shared / DESCRIPTION).is_file():
        return [Missing(NAME, "set GITCFG_SHARED to the folder with Discord's description")]
    at.folder.mkdir()
    repo = repository(at.folder / "repo")
    return [
        Probe(
            NAME,
            lambda: asyncio.run(waits(repo, shared / DESCRIPTION, at.scaled(AT_ONCE, least=SETS))),
            reach=(at_most(0.5, far=True),),
        )
    ]


async def waits(repo: Path, description: Path, at_once: int) -> list[float]:
    """Send so many interactions at once; tell the seconds until the first answer to each."""
    async with _discord(description) as discord, _bot(discord, repo):
        replies = await asyncio.gather(*(_ask(discord, number) for number in range(at_once)))
        await asyncio.sleep(_SETTLED)  # what was told last is still on its way
        return [one.seconds for one in replies]


async def _ask(discord: Any, number: int) -> Any:
    if number % SETS:
        return await discord.slash(discord.viewer, "view", setting=KEY)
    value = str(101 + number * 7 % 800)
    return await discord.slash(discord.admin, "set", setting=KEY, value=value)


@asynccontextmanager
async def _discord(description: Path) -> AsyncIterator[Any]:
    if str(SUPPORT) not in sys.path:
        sys.path.append(str(SUPPORT))
    # It lies among the tests, so it is found only now; and what it needs is not small.
    from loopback import Discord  # noqa: PLC0415
    from loopback.description import load  # noqa: PLC0415

    place = Discord(load(description))
    place.deadline = 60.0
    async with place:
        yield place


@asynccontextmanager
async def _bot(discord: Any, repo: Path) -> AsyncIterator[None]:
    from bot import settings  # noqa: PLC0415 - as above
    from bot.client import make_client  # noqa: PLC0415
    from bot.core import Core  # noqa: PLC0415

    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        with gitcfg.follow(repo, name="bot") as live:
            core = Core(
                settings=settings.read(discord.environment()),
                store=gitcfg.open(repo),
                live=live,
                patience=_SETTLED,
            )
            async with discord.bot(lambda connector: make_client(core, connector=connector)):
                yield
            core.work.close()
    finally:
        sys.setswitchinterval(before)


SUBJECTS = (
    Subject("chatting", "First answer of the bot", entries, rounds=3, warm_up=1, seconds=30.0),
)
