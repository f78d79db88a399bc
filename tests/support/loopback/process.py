"""A bot in a process of its own, led to the loopback Discord and otherwise as a user runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from led import PORT_VARIABLE

from loopback import tls
from loopback.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from loopback.server import Discord


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended and what it printed."""

    code: int | None
    out: str
    err: str


@dataclass(slots=True)
class Process:
    """A process that runs; `ended` is set when the block around it is over."""

    child: asyncio.subprocess.Process
    ended: Ended | None = None


def environment(place: Discord, folder: Path) -> dict[str, str]:
    """Name the variables that lead a process here; the authority is written into a folder."""
    authority = tls.write_authority(folder / "authority.pem")
    leading = {"SSL_CERT_FILE": str(authority), PORT_VARIABLE: str(place.port)}
    return {**place.environment(), **leading}


async def run(
    place: Discord, folder: Path, *words: str, env: Mapping[str, str] | None = None
) -> Ended:
    """Run `python …` in a folder to its end."""
    child = await _start(place, folder, words, env or {})
    return await _end(child, asyncio.create_task(child.communicate()))


@asynccontextmanager
async def running(
    place: Discord, folder: Path, *words: str, env: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Run `python …` until the end of the block, then ask it to stop; it is connected at first."""
    place.gateway.sessions.clear()
    child = await _start(place, folder, words, env or {})
    process = Process(child)
    # Read from the beginning: a pipe that nobody empties stops whoever writes into it.
    gone = asyncio.create_task(child.communicate())
    ready = asyncio.create_task(place.ready())
    try:
        await asyncio.wait([ready, gone], return_when=asyncio.FIRST_COMPLETED)
        yield process
    finally:
        ready.cancel()
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        process.ended = await _end(child, gone)


async def _start(
    place: Discord, folder: Path, words: tuple[str, ...], env: Mapping[str, str]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        cwd=folder,
        env={**os.environ, **environment(place, folder.parent), **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _end(child: asyncio.subprocess.Process, told: asyncio.Task[tuple[bytes, bytes]]) -> Ended:
    try:
        out, err = await asyncio.wait_for(asyncio.shield(told), PATIENCE)
    except TimeoutError:
        child.kill()
        out, err = await told
    return Ended(child.returncode, out.decode(), err.decode())
