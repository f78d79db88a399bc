"""Faults on demand: what goes wrong with the next requests of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "lost", "reset", "truncated", "slow"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to `times` requests of a method, such as `files.create`, after `skip` others.

    status: refused with `code` and `reason`, not done; lost: done, then the connection closes
    without an answer; reset: the connection closes before it is done; truncated: done, half an
    answer; slow: done, and answered after `seconds`.
    """

    method: str
    kind: Kind
    times: int = 1
    skip: int = 0
    code: int = 503
    reason: str = "backendError"
    retry_after: str | None = None
    seconds: float = 0.0

    def strikes(self, method: str) -> bool:
        """Tell whether this request is hit, and count it."""
        if method != self.method or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True
