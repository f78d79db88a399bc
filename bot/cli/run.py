"""`bot run`: answer commands on Discord, in the foreground."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any

import gitcfg
from bot import connecting, presence
from bot.cli import desk

if TYPE_CHECKING:
    from argparse import Namespace

    from bot.cli.output import Output
    from bot.core import Core

_log = logging.getLogger(__name__)
INTERRUPTED = 130
_SWITCH = 0.001


def run(options: Namespace, out: Output) -> int:
    """Run until SIGTERM or Ctrl-C."""
    root, found = desk.read(options)
    # Threads that read git hand over sooner, so that an answer in time is not kept waiting.
    sys.setswitchinterval(_SWITCH)
    with (
        presence.alone(root),
        desk.logged(root, found.token, quiet=out.quiet),
        desk.at_work(root, found) as core,
    ):
        _log.info("the bot begins in %s", root)
        with gitcfg.keep_in_step(root, tell=_log.warning):
            ended_by = asyncio.run(_until_asked(core))
        _log.info("the bot ends")
    return INTERRUPTED if ended_by == signal.SIGINT else 0


async def _until_asked(core: Core) -> int:
    """Stay connected until a signal asks to end; tell which one."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[int] = loop.create_future()

    def end(number: int) -> None:
        if not asked.done():
            asked.set_result(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, number)
    work = asyncio.create_task(connecting.stay(core))
    both: list[asyncio.Future[Any]] = [work, asked]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        await work
    work.cancel()
    await asyncio.wait([work], timeout=10)
    return asked.result() if asked.done() else 0
