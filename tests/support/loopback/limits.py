"""Discord's rate limits, with the headers by which a client paces itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopback.answers import Call

GLOBAL = (50, 1.0)
"""Requests and seconds for all routes together, those of interactions and webhooks apart."""

_OWN = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"): (5, 2.0),
    ("GET", "/guilds/{guild_id}/members/{user_id}"): (5, 1.0),
}
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a bucket stands after a request; `wait` seconds where it was one too many."""

    limit: int
    remaining: int
    reset_after: float
    bucket: str
    wait: float = 0.0
    everywhere: bool = False

    def headers(self, now: float) -> dict[str, str]:
        """Write it as Discord does; `now` in seconds since 1970."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{now + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }


class Limits:
    """Counts requests, each bucket over its own window."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def count(self, call: Call) -> Pace | None:
        """Count a request, None where it has no limit of its own and no share in the global."""
        place = (call.method, call.route.path)
        exempt = call.route.path.startswith(("/interactions/", "/webhooks/"))
        if not exempt:
            pace = self._count("global", *GLOBAL, everywhere=True)
            if pace.wait:
                return pace
        if place not in _OWN:
            return None
        major = "/".join(call.parameters.get(name, "") for name in _MAJOR)
        return self._count(f"{place} {major}", *_OWN[place], everywhere=False)

    def _count(self, name: str, limit: int, window: float, *, everywhere: bool) -> Pace:
        now, seen = self._clock(), self._seen[name]
        while seen and now - seen[0] >= window:
            seen.popleft()
        bucket = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
        if len(seen) >= limit:
            wait = window - (now - seen[0])
            return Pace(limit, 0, wait, bucket, wait=wait, everywhere=everywhere)
        seen.append(now)
        reset = window - (now - seen[0])
        return Pace(limit, limit - len(seen), reset, bucket, everywhere=everywhere)
