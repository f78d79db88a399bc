"""Requests past any client, to say what a well-behaved one would not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from loopback.server import Discord

API = "https://discord.com/api/v10"


async def ask(
    place: Discord,
    method: str,
    path: str,
    body: Any = None,
    *,
    wrong_token: bool = False,
    kind: str = "application/json",
) -> tuple[int, Any]:
    """Send one request; returns the status and the answer's body."""
    headers = {"Authorization": f"Bot {'wrong' if wrong_token else place.token}"}
    data: aiohttp.FormData | str | None = None
    if isinstance(body, aiohttp.FormData):
        data = body
    elif body is not None:
        headers["Content-Type"] = kind
        data = json.dumps(body)
    async with (
        aiohttp.ClientSession(connector=place.connector()) as session,
        session.request(method, API + path, data=data, headers=headers) as response,
    ):
        content = await response.read()
        return response.status, json.loads(content) if content else None
