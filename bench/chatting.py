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

EARLY, LATE = 1_000, 10_000
TOGETHER = 20
SELDOM = 100
"""One interaction of so many is a change, where memory is looked at."""

GROWN = "bot, growth from 1,000 to 10,000 interactions"
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


def memory(at: Place) -> list[Entry]:
    """Ask a bot in a process of its own again and again; tell how much it grew meanwhile."""
    shared = Path(os.environ.get("GITCFG_SHARED") or ROOT.parent / "shared")
    if not (shared / DESCRIPTION).is_file():
        return [Missing(GROWN, "set GITCFG_SHARED to the folder with Discord's description")]
    at.folder.mkdir()
    repo = repository(at.folder / "repo")
    early, late = at.scaled(EARLY, least=2), at.scaled(LATE, least=4)

    def grown() -> list[float]:
        return [asyncio.run(growth(repo, shared / DESCRIPTION, early, late))]

    return [Probe(GROWN, grown, reach=(at_most(8 * 2**20),))]


async def growth(repo: Path, description: Path, early: int, late: int) -> float:
    """Tell by how many bytes the bot grew between two numbers of interactions."""
    async with _discord(description) as discord:
        from loopback import process  # noqa: PLC0415 - found only now, as above

        path = os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")])
        running = process.running(discord, repo, "-m", "bot", "run", env={"PYTHONPATH": path})
        async with running as bot:
            sizes = []
            for start, end in ((0, early), (early, late)):
                for first in range(start, end, TOGETHER):
                    numbers = range(first, min(first + TOGETHER, end))
                    await asyncio.gather(*(_look(discord, number) for number in numbers))
                sizes.append(_resident(bot.child.pid))
        return float(max(sizes[1] - sizes[0], 0))


async def _look(discord: Any, number: int) -> None:
    """View a setting, or change one now and then."""
    if number % SELDOM:
        await discord.slash(discord.viewer, "view", setting=KEY)
    else:
        await discord.slash(discord.admin, "set", setting=KEY, value=str(101 + number * 7 % 800))


def _resident(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("a running process has a size")


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
    Subject(
        "chatting-memory", "Memory of the bot", memory, rounds=1, warm_up=0, unit="B", seconds=600.0
    ),
    Subject("chatting", "First answer of the bot", entries, rounds=3, warm_up=1, seconds=30.0),
)
