"""Threads for what takes time, so that the connection to Discord is never kept waiting."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class Work:
    """Runs functions in threads: readers, writers and drawing each have their own.

    Changes wait for each other anyway, and must not keep those waiting who only look.
    """

    def __init__(self, *, readers: int = 2, writers: int = 2) -> None:
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="bot-read")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="bot-write")
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="bot-draw")

    async def read(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what only reads the repository."""
        return await _run(self._readers, partial(call, *args, **kwargs))

    async def write(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a change; it goes on to its end though the caller is cancelled."""
        return await asyncio.shield(_run(self._writers, partial(call, *args, **kwargs)))

    async def draw(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what draws."""
        return await _run(self._drawing, partial(call, *args, **kwargs))

    def close(self) -> None:
        """End when the changes under way are done; drop whatever else waits."""
        for pool in (self._drawing, self._readers):
            pool.shutdown(wait=False, cancel_futures=True)
        self._writers.shutdown(wait=True, cancel_futures=True)


async def _run(pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, call)
