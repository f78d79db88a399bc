"""Everything that our Discord knows: the one state that all its doors share."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loopback.messages import Attachment, Message
from loopback.world import ALL, COMMON, Channel, Clock, Guild, Member, Permission, Role, User

if TYPE_CHECKING:
    from loopback.answers import Call
    from loopback.description import Description

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
LIFETIME = 15 * 60.0
"""Seconds for which an interaction's token is good."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something said against Discord's rules; `kind` is the rule's name."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"[{self.kind}] {self.words}"


@dataclass(slots=True)
class Interaction:
    """One thing a person did, and what the bot answered."""

    id: int
    kind: int
    token: str
    member: Member
    guild: Guild | None
    channel_id: int
    data: dict[str, Any]
    born: float
    source: Message | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    callback: int | None = None
    answer: Any = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    answered_after: float = 0.0
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Wake whoever waits for a further change."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(slots=True)
class Webhook:
    """An incoming webhook of a channel."""

    id: int
    token: str
    channel: Channel
    name: str


class Place:
    """The state: people, commands, messages, interactions, and what went wrong."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.clock = Clock()
        self.deadline = 3.0
        self.violations: list[Violation] = []
        self.requests: list[tuple[str, str]] = []
        self.hosts: set[str] = set()
        self.token = f"{secrets.token_urlsafe(20)}.{secrets.token_urlsafe(6)}.{'x' * 38}"
        self.application_id = self.clock.snowflake()
        self.own = User(self.application_id, "gitcfg-bot", bot=True)
        self.owner = User(self.clock.snowflake(), "owner", "The Owner")
        self.guilds: dict[int, Guild] = {}
        self.direct: dict[int, int] = {}
        self.commands: dict[int, list[dict[str, Any]]] = {}
        self.registrations: Counter[int] = Counter()
        self.messages: dict[int, Message] = {}
        self.nonces: dict[tuple[int, str], tuple[float, Message]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.webhooks: dict[int, Webhook] = {}

    def blame(self, kind: str, words: str) -> None:
        """Keep a violation."""
        self.violations.append(Violation(kind, words))

    def found(self, name: str) -> Guild:
        """Found a guild whose member the bot is."""
        guild = Guild(self.clock.snowflake(), name, self.owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", COMMON)
        guild.members[self.owner.id] = Member(self.owner, guild)
        guild.members[self.own.id] = Member(self.own, guild)
        self.guilds[guild.id] = guild
        return guild

    def make_role(self, guild: Guild, name: str, permissions: Permission) -> Role:
        """Make a role."""
        made = Role(self.clock.snowflake(), name, permissions & ALL)
        guild.roles[made.id] = made
        return made

    def open_channel(self, guild: Guild, name: str, deny: Permission) -> Channel:
        """Make a text channel."""
        made = Channel(self.clock.snowflake(), guild.id, name, deny)
        guild.channels[made.id] = made
        return made

    def find_channel(self, channel_id: int) -> Channel | None:
        """Find a channel of any guild."""
        every = (guild.channels.get(channel_id) for guild in self.guilds.values())
        return next((one for one in every if one), None)

    def direct_channel(self, user: User) -> int:
        """Find the channel of direct messages with somebody."""
        return self.direct.setdefault(user.id, self.clock.snowflake())

    def post(self, message: Message, call: Call, body: dict[str, Any]) -> Message:
        """Make a message known, with what a body says."""
        message.show(body, self.attach(call.files))
        self.messages[message.id] = message
        return message

    def message(self, channel_id: int, **facts: Any) -> Message:
        """Make a message of the bot's, not known yet."""
        moment = self.clock.now()
        facts.setdefault("author", self.own)
        return Message(self.clock.snowflake(), channel_id, created=moment, **facts)

    def attach(self, files: dict[str, bytes]) -> list[Attachment]:
        """Give uploaded files their ids."""
        return [Attachment(self.clock.snowflake(), *one) for one in files.items()]

    def begin(self, kind: int, member: Member, **facts: Any) -> Interaction:
        """Begin an interaction; its clock runs from now."""
        token = secrets.token_urlsafe(150)
        born = self.clock.monotonic()
        made = Interaction(self.clock.snowflake(), kind, token, member, born=born, **facts)
        self.interactions[token] = made
        return made

    def age(self, interaction: Interaction) -> float:
        """Tell how many seconds ago an interaction began."""
        return self.clock.monotonic() - interaction.born
