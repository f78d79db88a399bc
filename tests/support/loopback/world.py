"""Who and what there is on our Discord: guilds, roles, channels, members; and its clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntFlag
from itertools import count

EPOCH = 1_420_070_400_000
"""Milliseconds of Discord's own epoch, the start of 2015."""


class Permission(IntFlag):
    """The permissions that a bot of our kind can come across."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_APPLICATION_COMMANDS = 1 << 31


ALL = Permission((1 << 50) - 1)
COMMON = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)


class Clock:
    """Discord's clock, which a test can put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._numbers = count(1)

    def advance(self, **lapse: float) -> None:
        """Put the clock forward: `advance(minutes=16)`."""
        self._ahead += timedelta(**lapse)

    def now(self) -> datetime:
        """Tell the time."""
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        """Tell seconds that only grow, those put forward included."""
        return time.monotonic() + self._ahead.total_seconds()

    def snowflake(self) -> int:
        """Make an id of this moment that no other thing has."""
        millis = int(self.now().timestamp() * 1000) - EPOCH
        return (millis << 22) | (next(self._numbers) & 0x3FFFFF)


@dataclass(slots=True)
class Role:
    """A role of a guild; the one with the guild's id is everyone's."""

    id: int
    name: str
    permissions: Permission = field(default_factory=lambda: Permission(0))


@dataclass(slots=True)
class Channel:
    """A text channel; `deny` is what it takes from everyone but administrators."""

    id: int
    guild_id: int
    name: str
    deny: Permission = field(default_factory=lambda: Permission(0))


@dataclass(slots=True)
class User:
    """A person or a bot, the same in every guild."""

    id: int
    username: str
    global_name: str | None = None
    bot: bool = False


@dataclass(slots=True)
class Member:
    """A user in a guild; `locale` is the language of their Discord."""

    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None
    locale: str = "en-US"

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    def permissions(self, channel: Channel | None = None) -> Permission:
        """Compute what the member may do, in a channel where one is given."""
        everyone = self.guild.everyone.permissions
        base = everyone
        for role in self.roles:
            base |= role.permissions
        if base & Permission.ADMINISTRATOR or self.guild.owner_id == self.id:
            return ALL
        return base & ~channel.deny if channel else base


@dataclass(slots=True)
class Guild:
    """A guild with its own roles, channels and members."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        """The role that every member has."""
        return self.roles[self.id]
