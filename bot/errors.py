"""Every error that the bot raises on purpose, and the one word each is known by outside.

BotError                failed
├── CallError           usage        the call itself is wrong
├── PlaceError          environment  a variable is missing, or names what cannot be used
├── HeldError           locked       another bot runs on this repository
└── DiscordError        discord      Discord refused us, or could not be reached
"""

from __future__ import annotations

from typing import ClassVar


class BotError(Exception):
    """The root: `kind` is its word in JSON, `exit_code` what the command ends with."""

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CallError(BotError):
    """The command line is wrong."""

    kind = "usage"
    exit_code = 2


class PlaceError(BotError):
    """A variable of the environment is missing, or names what cannot be used."""

    kind = "environment"

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"{name}: {problem}")


class HeldError(BotError):
    """Another bot runs on this repository; the message says which."""

    kind = "locked"


class DiscordError(BotError):
    """Discord refused us, or could not be reached."""

    kind = "discord"
