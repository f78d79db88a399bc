"""The fence around a test run: no network beyond loopback, nothing of the real home directory.

It is an audit hook of the interpreter, so it also sees what libraries do; sitecustomize beside it
puts the same hook into every Python process that a test starts.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path

HOME_VARIABLE = "GITCFG_TEST_REAL_HOME"
OPEN_VARIABLE = "GITCFG_TEST_OPEN_FOLDERS"

_NETWORK = frozenset(
    {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
)
_FILES = frozenset(
    {
        "open",
        "os.chmod",
        "os.link",
        "os.listdir",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.symlink",
        "os.truncate",
        "sqlite3.connect",
    }
)

_standing: list[Fence] = []


class FenceError(Exception):
    """A test reached for something outside its sandbox."""


def is_local(host: object) -> bool:
    """Whether a name or address stays on this machine; None and the empty name mean any of it."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def leaves_machine(event: str, args: tuple[object, ...]) -> bool:
    """Whether a network event names a peer that is not on this machine."""
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        return not is_local(args[0])
    address = args[-1]
    return isinstance(address, tuple) and not is_local(address[0])


class Fence:
    """Raises at each forbidden step and remembers it, should the code under test swallow that."""

    def __init__(self, *, home: str, open_folders: tuple[str, ...]) -> None:
        self.home = home
        self.open_folders = open_folders
        self._home = _slashed(home)
        self._open = tuple(_slashed(folder) for folder in open_folders)
        self.violations: list[str] = []

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        """Judge one audit event; raises FenceError where it is forbidden."""
        if event in _NETWORK:
            if leaves_machine(event, args):
                peer = args[0] if event.startswith("socket.get") else args[-1]
                self._refuse(f"the network: {event} {peer}")
        elif event in _FILES:
            for path in args[:2]:
                if isinstance(path, str | bytes | os.PathLike) and self.encloses(path):
                    self._refuse(f"the real home directory: {event} {os.fsdecode(path)}")

    def encloses(self, path: str | bytes | os.PathLike[str]) -> bool:
        """Whether an absolute path lies in the home directory and in no folder left open."""
        text = os.path.normpath(os.fsdecode(path)) + os.sep
        return text.startswith(self._home) and not text.startswith(self._open)

    def _refuse(self, what: str) -> None:
        self.violations.append(what)
        raise FenceError(f"a test reached {what}")


def open_folders(*more: Path) -> tuple[str, ...]:
    """Folders that a test may use even inside the home: interpreter, temporary files, `more`."""
    found = {Path(sys.prefix), Path(sys.base_prefix), *more}
    # A virtual environment may name its interpreter by a link, and the link's target reads files.
    found.update([folder.resolve() for folder in found])
    return tuple(sorted(str(folder) for folder in found))


def install(fence: Fence) -> Fence:
    """Put a fence up for the rest of this process; return the one that stands, if one does.

    Python has no way to take an audit hook down, and of several only the first would remember.
    """
    if not _standing:
        _standing.append(fence)
        sys.addaudithook(fence)
    return _standing[0]


def from_environment() -> Fence | None:
    """Read the fence that the test run left in the environment, None outside of one."""
    home = os.environ.get(HOME_VARIABLE)
    if not home:
        return None
    folders = os.environ.get(OPEN_VARIABLE, "").split(os.pathsep)
    return Fence(home=home, open_folders=tuple(folder for folder in folders if folder))


def _slashed(folder: str) -> str:
    return os.path.normpath(folder) + os.sep
