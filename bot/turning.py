"""Lists that are turned page by page; a button's id keeps what is listed, not the list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot import charts, cutting
from bot.answers import Reply
from bot.cards import FIELDS
from bot.changing import button
from bot.replies import lists, parts
from gitcfg import GitcfgError, UnknownKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.cards import Field
    from bot.core import Core
    from bot.texts import Words

ID = re.compile(
    r"page:(?P<verb>list|history|diff|blame|audit):(?P<page>[0-9]{1,4}):(?P<rest>.*)", re.DOTALL
)
_LONGEST = 100
_BETWEEN = "|"
_DRAWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed: a verb and its words, as a person gave them."""

    verb: str
    words: tuple[str, ...] = ()

    def id(self, page: int) -> str | None:
        """Write it as a button's id; None where it is too long to be turned."""
        made = f"page:{self.verb}:{page}:{_BETWEEN.join(self.words)}"
        plain = not any(_BETWEEN in word for word in self.words)
        return made if plain and cutting.length(made) <= _LONGEST else None

    @classmethod
    def of(cls, found: re.Match[str]) -> tuple[Listing, int]:
        """Read it back, with the page."""
        words = tuple(found["rest"].split(_BETWEEN)) if found["rest"] else ()
        return cls(verb=found["verb"], words=words), int(found["page"])

    def word(self, at: int) -> str | None:
        """Give one of its words, None where it was not given."""
        return self.words[at] or None if at < len(self.words) else None


def turn(core: Core, words: Words, listing: Listing, page: int) -> Reply:
    """Make one page. Reads the repository; raises GitcfgError."""
    title, intro, empty, fields = _LISTS[listing.verb](core, words, listing)
    most = lists.AT_A_TIME if listing.verb in {"history", "audit"} else FIELDS
    card, pages = lists.paged(
        words, title, fields, page=page, now=core.now(), intro=intro, empty=empty, most=most
    )
    page = min(max(page, 0), pages - 1)
    buttons = [
        button(words(f"button.{name}"), made, discord.ButtonStyle.secondary)
        for name, to in (("previous", page - 1), ("next", page + 1))
        if 0 <= to < pages and (made := listing.id(to))
    ]
    return Reply(card=card, buttons=buttons)


def chart(core: Core, listing: Listing) -> bytes | None:
    """Draw the chart of a history; None where its values cannot be drawn, or none are there."""
    key = core.catalogue.find(listing.word(0) or "")
    try:
        return charts.draw(key, core.store.history(key, limit=_DRAWN))
    except GitcfgError:
        return None


_Made = tuple[str, str, str, "list[Field]"]


def _settings(core: Core, words: Words, listing: Listing) -> _Made:
    del listing
    fields = lists.settings(words, core.store.list())
    return words("list.title"), words("list.intro"), words("list.empty"), fields


def _history(core: Core, words: Words, listing: Listing) -> _Made:
    key = core.catalogue.find(listing.word(0) or "")
    shown = parts.key(key)
    try:
        found = core.store.history(key)
    except UnknownKeyError:
        found = ()
    fields = lists.versions(words, found)
    title, empty = words("history.title", key=shown), words("history.empty", key=shown)
    return title, "", empty, fields


def _diff(core: Core, words: Words, listing: Listing) -> _Made:
    old, new = listing.word(0), listing.word(1)
    fields = lists.differences(words, core.store.diff(old, new))
    intro = words(
        "diff.intro",
        old=cutting.code(old, 100) if old else words("diff.committed"),
        new=cutting.code(new, 100) if new else words("diff.files"),
    )
    return words("diff.title"), intro, f"{intro}\n{words('diff.empty')}", fields


def _blame(core: Core, words: Words, listing: Listing) -> _Made:
    del listing
    fields = lists.blamed(words, core.store.blame())
    return words("blame.title"), words("blame.intro"), words("blame.empty"), fields


def _audit(core: Core, words: Words, listing: Listing) -> _Made:
    key = listing.word(0)
    found = core.store.audit(
        core.catalogue.find(key) if key else None,
        since=listing.word(1),
        by=listing.word(2),
        limit=_DRAWN,
    )
    fields = lists.records(words, found)
    return words("audit.title"), words("audit.intro"), words("audit.empty"), fields


_LISTS: Mapping[str, Callable[[Core, Words, Listing], _Made]] = {
    "list": _settings,
    "history": _history,
    "diff": _diff,
    "blame": _blame,
    "audit": _audit,
}
