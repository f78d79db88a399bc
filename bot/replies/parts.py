"""Parts that several replies share: who, findings, reasons, lists that are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import cutting, values
from bot.cards import TEXT, Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from bot.texts import Words
    from gitcfg import Author, Finding

_KEY, _SIDE, _WHO, _REASON = 200, 400, 150, 700


def key(text: str, limit: int = _KEY) -> str:
    """Write a key in a title or a field's name, where underscores must not become italics."""
    return cutting.plain(text, limit)


def who(author: Author | None) -> str:
    """Write a person by their name alone: addresses are for git."""
    return cutting.plain(author.name, _WHO) if author else "—"


def reason(text: str | None, limit: int = _REASON) -> str:
    """Write a reason as it was given; empty where there is none."""
    return cutting.plain((text or "").strip(), limit, lines=True)


def side(words: Words, value: Any, limit: int = _SIDE) -> str:
    """Write one side of a change: a value, or that none is stored."""
    return words("not_set") if value is None else values.code(value, limit)


def step(words: Words, old: Any, new: Any, limit: int = _SIDE) -> str:
    """Write a change from one side to the other."""
    return f"{side(words, old, limit)} → {side(words, new, limit)}"


def lines(found: Iterable[str], words: Words, limit: int = TEXT) -> str:
    """Join lines as far as they fit, and say how many do not."""
    every = list(found)
    taken: list[str] = []
    used = 0
    for at, line in enumerate(every):
        more = words("more", count=len(every) - at)
        used += cutting.length(line) + 1
        if used + (cutting.length(more) if at + 1 < len(every) else 0) > limit:
            return "\n".join([*taken, more])
        taken.append(line)
    return "\n".join(taken)


def findings(found: Sequence[Finding], words: Words, limit: int = TEXT) -> str:
    """Write findings one below the other, each with its key and place."""
    return lines((finding(one) for one in found), words, limit)


def finding(one: Finding) -> str:
    """Write a finding in a line."""
    where = cutting.plain(" ".join(part for part in (one.key, one.place) if part), _KEY)
    told = cutting.plain(one.message, _SIDE)
    return f"{where}: {told}" if where else told


def field(name: str, text: str, *, inline: bool = False) -> Field:
    """Make a field."""
    return Field(name, text, inline)
