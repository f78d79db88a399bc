"""Waiting inside a loop for what another task brings about."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
"""Seconds until something counts as never happening, on a busy machine too."""


async def until(found: Callable[[], object]) -> None:
    """Wait until a function returns something true."""
    async with asyncio.timeout(PATIENCE):
        while not found():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)
