"""Leads a process that a test starts to the loopback Discord, and changes nothing else in it.

Names of Discord's hosts are found on this machine, at the port that the environment names. That
its certificate is trusted is OpenSSL's own SSL_CERT_FILE. The program under test knows of neither.
"""

from __future__ import annotations

import os
import socket
from typing import Any

PORT_VARIABLE = "GITCFG_TEST_DISCORD_PORT"
_HOSTS = ("discord.com", ".discord.gg", ".discordapp.com")


def from_environment() -> None:
    """Lead this process if the environment says so."""
    if port := os.environ.get(PORT_VARIABLE):
        _lead(int(port))


def _lead(port: int) -> None:
    find = socket.getaddrinfo

    def found(host: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(host, str) and host.endswith(_HOSTS):
            stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            return [(*stream, "", ("127.0.0.1", port))]
        return find(host, *args, **kwargs)

    socket.getaddrinfo = found
