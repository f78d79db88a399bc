"""Which process this is, and whether another one of this machine is still there."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_STARTED = 19  # starttime, counted from the field after the command's name
_ENDED = frozenset("ZX")  # dead, only not yet buried by its parent


@dataclass(frozen=True, slots=True)
class Process:
    """A process: `birth` tells it from a later one with the same number, empty if unknown."""

    host: str
    pid: int
    birth: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


def this() -> Process:
    """Describe the process that asks."""
    return Process(socket.gethostname(), os.getpid(), _birth(os.getpid()))


def is_gone(process: Process) -> bool:
    """Tell whether a process has surely ended; False where that cannot be known from here."""
    here = _machine()
    if process.host != socket.gethostname() or not here or not process.birth.startswith(here):
        return False
    return _birth(process.pid) != process.birth


def _birth(pid: int) -> str:
    try:
        # The command's name, in brackets, may itself hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in _ENDED else f"{_machine()} {fields[_STARTED]}"


def _machine() -> str:
    """Name this boot of this machine, as far as its processes can see each other."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
