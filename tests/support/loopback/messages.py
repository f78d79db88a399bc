"""Messages as they are kept, shown to people and sent to the bot."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loopback import answers, rules, shapes

if TYPE_CHECKING:
    from datetime import datetime

    from loopback.answers import Call
    from loopback.world import User

LOADING = 128


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a message."""

    id: int
    name: str
    content: bytes


@dataclass(slots=True)
class Message:
    """One message; its attributes are what it shows now."""

    id: int
    channel_id: int
    author: User
    created: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: int | str | None = None
    webhook_id: int | None = None
    metadata: dict[str, Any] | None = None
    edited: datetime | None = None
    deleted: bool = False
    pings: list[str] = field(default_factory=list)
    edits: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def files(self) -> dict[str, bytes]:
        """The attached files by name."""
        return {one.name: one.content for one in self.attachments}

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & rules.EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & LOADING)

    def show(self, body: dict[str, Any], files: list[Attachment]) -> None:
        """Take over what a body says, with new files; what it does not name stays."""
        if "content" in body:
            self.content = body["content"] or ""
        if "embeds" in body:
            self.embeds = body["embeds"] or []
        if "components" in body:
            self.components = body["components"] or []
        if "attachments" in body:
            kept = {str(one["id"]) for one in body["attachments"] or ()}
            self.attachments = [one for one in self.attachments if str(one.id) in kept]
        self.attachments = [*self.attachments, *files]
        self.pings = pings(self.content, body.get("allowed_mentions"))

    def touch(self, moment: datetime) -> None:
        """Count an edit and wake whoever waits for one."""
        self.edited = moment
        self.edits += 1
        self.flags &= ~LOADING
        self.wake()

    def wake(self) -> None:
        """Wake whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()


def judged(call: Call, body: dict[str, Any], *, old: Message | None = None) -> None:
    """Judge a body as a message, together with what stays of an old one; raises RefusedError."""
    files = {**(old.files if old else {}), **call.files}
    whole = {**_standing(old), **{key: value for key, value in body.items() if value is not None}}
    if complaints := rules.message(whole, files):
        raise answers.invalid(complaints)
    if rules.is_empty(whole, files):
        raise answers.empty_message()


def payload(message: Message) -> dict[str, Any]:
    """Shape a message as Discord sends it."""
    shown = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": 0 if message.metadata is None else 20,
        "author": shapes.user(message.author),
        "content": message.content,
        "embeds": [_embed(one, message) for one in message.embeds],
        "components": _components(message.components),
        "attachments": [_attachment(one, message) for one in message.attachments],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": "everyone" in message.pings,
        "timestamp": shapes.stamp(message.created),
        "edited_timestamp": shapes.stamp(message.edited) if message.edited else None,
        "flags": message.flags,
        "pinned": False,
        "tts": False,
    }
    optional = {
        "nonce": message.nonce,
        "webhook_id": str(message.webhook_id) if message.webhook_id else None,
        "application_id": str(message.webhook_id) if message.metadata else None,
        "interaction_metadata": message.metadata,
    }
    return {**shown, **{key: value for key, value in optional.items() if value is not None}}


def pings(content: str, allowed: dict[str, Any] | None) -> list[str]:
    """Tell whom a text would notify: `everyone`, `@id`, `@&id`; embeds notify nobody."""
    parse = {"everyone", "roles", "users"} if allowed is None else {*(allowed.get("parse") or ())}
    users = {*((allowed or {}).get("users") or ())}
    roles = {*((allowed or {}).get("roles") or ())}
    found = ["everyone"] if re.search("@(everyone|here)", content) and "everyone" in parse else []
    for mark, number in re.findall(r"<@([!&]?)([0-9]+)>", content):
        kind, names = ("roles", roles) if mark == "&" else ("users", users)
        if kind in parse or number in names:
            found.append(f"@{'&' if mark == '&' else ''}{number}")
    return found


def _standing(old: Message | None) -> dict[str, Any]:
    if old is None:
        return {}
    return {"content": old.content, "embeds": old.embeds, "components": old.components}


def _url(name: str, message: Message) -> str:
    return f"https://cdn.discordapp.com/attachments/{message.channel_id}/{message.id}/{name}"


def _attachment(one: Attachment, message: Message) -> dict[str, Any]:
    url = _url(one.name, message)
    facts = {"filename": one.name, "size": len(one.content), "url": url, "proxy_url": url}
    return {"id": str(one.id), **facts}


def _embed(embed: dict[str, Any], message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {key: one for key, one in embed.items() if one is not None}
    shown["type"] = "rich"
    for key in ("image", "thumbnail"):
        if key in shown:
            url = shown[key]["url"]
            own = url.removeprefix("attachment://")
            shown[key] = {"url": _url(own, message) if own != url else url}
    if "fields" in shown:
        shown["fields"] = [{**one, "inline": bool(one.get("inline"))} for one in shown["fields"]]
    return shown


def _components(parts: list[dict[str, Any]], start: int = 1) -> list[dict[str, Any]]:
    """Give components the numbers that Discord gives where the bot gave none."""
    numbers = iter(range(start, 1000))

    def number(part: dict[str, Any]) -> dict[str, Any]:
        shown = {key: one for key, one in part.items() if one is not None}
        shown.setdefault("id", next(numbers))
        if "components" in shown:
            shown["components"] = [number(one) for one in shown["components"]]
        return shown

    return [number(part) for part in parts]
