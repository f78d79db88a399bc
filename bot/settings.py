"""What the environment or `.env` tells the bot: the token, and the ids of places in Discord."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import PlaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "DISCORD_TOKEN"  # noqa: S105 - a variable's name
GUILD = "DISCORD_GUILD_ID"
ADMIN_ROLE = "DISCORD_ADMIN_ROLE_ID"
VIEWER_ROLE = "DISCORD_VIEWER_ROLE_ID"
FEED_CHANNEL = "DISCORD_FEED_CHANNEL_ID"
IDENTITIES = "BOT_IDENTITIES"

_ID = re.compile(r"[0-9]{15,20}")
_WHENCE = {
    TOKEN: "the bot's token, from its page Bot in the Developer Portal",
    GUILD: "the id of the server: right-click its name, Copy Server ID",
    ADMIN_ROLE: "the id of the role that may change settings: Server settings → Roles, Copy ID",
}


class Token:
    """The token; nothing that prints it shows it. `reveal` gives it to the library."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Token(…)"

    def reveal(self) -> str:
        """Give the token itself."""
        return self._text


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the bot works, and for whom; ids are Discord's numbers, None where not asked for."""

    token: Token
    guild: int
    admin_role: int
    viewer_role: int | None = None
    feed_channel: int | None = None
    identities: Path | None = None


def read(environment: Mapping[str, str | None]) -> Settings:
    """Read all settings; raises PlaceError that names everything missing, or the first wrong one.

    A variable set to nothing is not set.
    """
    given = {name: text.strip() for name, text in environment.items() if text and text.strip()}
    missing = [name for name in _WHENCE if name not in given]
    if missing:
        raise PlaceError(
            ", ".join(missing),
            "not set, neither in the environment nor in .env. Needed: "
            + "; ".join(f"{name} is {_WHENCE[name]}" for name in missing)
            + ". docs/bot.md goes through it step by step",
        )
    identities = given.get(IDENTITIES)
    return Settings(
        token=_token(given[TOKEN]),
        guild=_number(given, GUILD),
        admin_role=_number(given, ADMIN_ROLE),
        viewer_role=_number(given, VIEWER_ROLE) if VIEWER_ROLE in given else None,
        feed_channel=_number(given, FEED_CHANNEL) if FEED_CHANNEL in given else None,
        identities=Path(identities).expanduser() if identities else None,
    )


def _token(text: str) -> Token:
    # What is wrong with it is said without a letter of it.
    if not text.isascii() or not text.isprintable() or " " in text:
        raise PlaceError(TOKEN, "holds characters that no token has. Copy it anew, without quotes")
    if text.startswith("Bot"):
        raise PlaceError(TOKEN, "begins with `Bot`. Give the token alone")
    return Token(text)


def _number(given: Mapping[str, str], name: str) -> int:
    text = given[name]
    if not _ID.fullmatch(text):
        raise PlaceError(
            name,
            f"{text[:40]!r} is no id. An id has 15 to 20 digits: turn on User settings → Advanced "
            "→ Developer Mode, then right-click and Copy ID",
        )
    return int(text)
