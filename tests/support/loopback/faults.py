"""Trouble on demand: answers that are refused, slow or never come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` requests that fit; `path` is a glob."""

    method: str
    path: str
    status: int = 0
    retry_after: float = 0.0
    everywhere: bool = False
    via: bool = True
    drop: str = ""
    slow: float = 0.0
    times: int = 1

    def fits(self, method: str, path: str) -> bool:
        """Whether it is this request's turn."""
        fits = self.method in {"*", method} and fnmatchcase(path, self.path)
        return fits and self.times > 0


class Faults:
    """The trouble that waits, and whether anybody answers at all."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.met: list[tuple[str, str]] = []
        self.down = False
        self.silent = False
        self.back = asyncio.Event()

    def take(self, method: str, path: str) -> Fault | None:
        """Use up the first fault that fits."""
        fault = next((one for one in self.waiting if one.fits(method, path)), None)
        if fault is not None:
            fault.times -= 1
            self.met.append((method, path))
        return fault
