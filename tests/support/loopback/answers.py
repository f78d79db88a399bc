"""What a handler is given and gives back, and the ways in which Discord refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loopback.description import Route


@dataclass(slots=True)
class Call:
    """One request, read and judged."""

    method: str
    route: Route
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[str, bytes] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Read an id of the path."""
        return int(self.parameters[name])

    def flag(self, name: str) -> bool:
        """Read a yes or no of the query."""
        return self.query.get(name, "0").lower() in {"1", "true"}


@dataclass(slots=True)
class Answer:
    """What goes back; None is an answer without a body."""

    status: int = 200
    body: Any = None


class RefusedError(Exception):
    """Discord says no; `kind` names the broken rule where the bot is to blame."""

    def __init__(self, status: int, code: int, message: str, *, kind: str | None = None) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind
        super().__init__(message)


def invalid(complaints: list[str]) -> RefusedError:
    """Refuse a body that breaks a rule."""
    return RefusedError(400, 50035, f"Invalid Form Body: {'; '.join(complaints)}", kind="body")


def empty_message() -> RefusedError:
    """Refuse a message that shows nothing."""
    return RefusedError(400, 50006, "Cannot send an empty message", kind="body")


def unknown(what: str, code: int) -> RefusedError:
    """Refuse what is asked of something that does not exist."""
    return RefusedError(404, code, f"Unknown {what}")


def late() -> RefusedError:
    """Refuse the answer that came too late, or to an interaction that never was."""
    return RefusedError(404, 10062, "Unknown interaction", kind="late")


def acknowledged() -> RefusedError:
    """Refuse a second first answer."""
    words = "Interaction has already been acknowledged."
    return RefusedError(400, 40060, words, kind="twice")


def expired() -> RefusedError:
    """Refuse a token that is older than 15 minutes."""
    return RefusedError(401, 50027, "Invalid Webhook Token", kind="expired")


def no_access() -> RefusedError:
    """Refuse what lies in a channel that the bot does not see."""
    return RefusedError(403, 50001, "Missing Access")


def no_permission() -> RefusedError:
    """Refuse what the bot may not do."""
    return RefusedError(403, 50013, "Missing Permissions")


def unauthorized() -> RefusedError:
    """Refuse a wrong token."""
    return RefusedError(401, 0, "401: Unauthorized")
