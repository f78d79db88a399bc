"""A throwaway authority, and connectors that lead every host to this machine."""

from __future__ import annotations

import functools
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = (
    "discord.com",
    "gateway.discord.gg",
    "*.discord.gg",
    "cdn.discordapp.com",
    "media.discordapp.net",
)


@functools.cache
def authority() -> trustme.CA:
    """Make the authority, once in a process."""
    return trustme.CA()


@functools.cache
def server_context() -> ssl.SSLContext:
    """Make the context of a server that shows a certificate for Discord's names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*HOSTS).configure_cert(context)
    return context


def client_context() -> ssl.SSLContext:
    """Make a context that trusts the authority and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)
    return context


def write_authority(place: Path) -> Path:
    """Write the authority's certificate, for a process of its own to trust."""
    authority().cert_pem.write_to_path(str(place))
    return place


class Resolver(AbstractResolver):
    """Finds every host on one port of this machine, and remembers what was asked for."""

    def __init__(self, port: int, hosts: set[str]) -> None:
        self.port = port
        self.hosts = hosts

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 - every port is ours
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - and so is every family
    ) -> list[ResolveResult]:
        """Answer with this machine."""
        self.hosts.add(host)
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self.port,
                family=socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


def connector(port: int, hosts: set[str]) -> aiohttp.TCPConnector:
    """Make a connector; call it inside the running loop."""
    return aiohttp.TCPConnector(
        resolver=Resolver(port, hosts), ssl=client_context(), limit=0, use_dns_cache=False
    )
