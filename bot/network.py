"""Connections whose names are looked up in threads that nobody has to wait for.

The usual way uses the loop's own threads, and a program ends only when those do: a name server
that gives no answer would hold it for minutes.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from collections.abc import Callable


class Resolver(AbstractResolver):
    """Looks names up, each in a thread of its own that ends with the program."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Find the addresses of a host; raises OSError."""
        found = await _aside(
            lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _aside(call: Callable[[], Any]) -> Any:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: OSError | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def work() -> None:
        result, failed = None, None
        try:
            result = call()
        except OSError as error:
            failed = error
        except Exception as error:  # noqa: BLE001 - nobody would hear of it in this thread
            failed = OSError(str(error))
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=work, name="bot-resolver", daemon=True).start()
    return await future


def connector() -> aiohttp.TCPConnector:
    """Make the connector of a client; within the running loop."""
    return aiohttp.TCPConnector(limit=0, resolver=Resolver())
