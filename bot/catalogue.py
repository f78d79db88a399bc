"""The settings in memory: found by what a person typed, offered as choices. Never reads git."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot import cutting, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitcfg import Live

CHOICES = 25
_CHOICE = 100
_KEY = 44
_DIGEST = 16
REASON_REQUIRED = "REQUIRE_CHANGE_REASON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One setting as its schema declares it; title is its key where no schema gives one."""

    key: str
    title: str
    default: Any = None
    offered: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything that may be set, with the values in force."""

    known: Mapping[str, Known]
    values: Mapping[str, Any]
    compacted: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ordered(self) -> tuple[Known, ...]:
        """All settings as people look for them, by title."""
        return tuple(sorted(self.known.values(), key=lambda one: (one.title.casefold(), one.key)))

    @property
    def small(self) -> bool:
        """Whether Discord can show all of them as a list of choices."""
        return 0 < len(self.known) <= CHOICES

    def find(self, text: str) -> str:
        """Give the key that a text means: a key in any case, a title, or a key made compact.

        What is none of these comes back as it would be written: the store says what is wrong.
        """
        text = text.strip()
        if text in self.compacted:
            return self.compacted[text]
        key = text.upper()
        if key in self.known:
            return key
        titled = [one.key for one in self.ordered if one.title.casefold() == text.casefold()]
        return titled[0] if len(titled) == 1 else key

    def default(self, key: str) -> Any:
        """Give the default that the schema has for a key, None if none."""
        return self.known[key].default if key in self.known else None

    def needs_reason(self, key: str = "", value: str = "") -> bool:
        """Tell whether a change needs a reason, as far as memory knows."""
        turned_on = key == REASON_REQUIRED and value.strip().lower() == "true"
        return turned_on or self.values.get(REASON_REQUIRED) is True


def read(live: Live) -> Catalogue:
    """Take a catalogue from what a follower has in memory."""
    checked, snapshot = live.checked, live.snapshot
    known: dict[str, Known] = {}
    for key in {*checked.schemas.properties, *snapshot}:
        declared = checked.schemas.find(key)
        if declared is None:
            known[key] = Known(key=key, title=key)
            continue
        schema = declared.schema if isinstance(declared.schema, dict) else {}
        enum = schema.get("enum")
        offered = [*enum] if isinstance(enum, list) else []
        if "boolean" in declared.types:
            offered += [True, False]
        known[key] = Known(
            key=key,
            title=declared.title or key,
            default=declared.default,
            offered=(*offered, *declared.examples),
        )
    compacted = {compact(key): key for key in known if compact(key) != key}
    return Catalogue(known=known, values=dict(snapshot), compacted=compacted)


def compact(key: str) -> str:
    """Shorten a key that is too long for a button: its beginning, and a digest of all of it."""
    if len(key) <= _KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    return f"{key[: _KEY - _DIGEST - 1]}~{digest}"


def choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Name every setting by its title for Discord's own list, as (shown, key)."""
    titles = [one.title for one in catalogue.ordered]
    return [
        (
            _label(one.title if titles.count(one.title) == 1 else f"{one.title} ({one.key})"),
            compact(one.key),
        )
        for one in catalogue.ordered
    ]


def matching(catalogue: Catalogue, typed: str) -> list[tuple[str, str]]:
    """Offer settings that fit what was typed, as (`title = current value`, key)."""
    typed = typed.casefold().strip()
    found = [one for one in catalogue.ordered if _fits(one, typed.split())]
    if typed:  # what begins so first, then what comes nearest to being just that
        found.sort(key=lambda one: (not _begins(one, typed), len(one.title)))
    return [(_entry(catalogue, one), compact(one.key)) for one in found[:CHOICES]]


def _fits(one: Known, words: Iterable[str]) -> bool:
    text = f"{one.title} {one.key} {one.key.replace('_', ' ')}".casefold()
    return all(word in text for word in words)


def _begins(one: Known, typed: str) -> bool:
    return one.title.casefold().startswith(typed) or one.key.casefold().startswith(typed)


def _entry(catalogue: Catalogue, one: Known) -> str:
    if one.key not in catalogue.values:
        return _label(one.title)
    room = _CHOICE // 2
    shown = cutting.visible(values.shown(catalogue.values[one.key]))
    title = cutting.cut(cutting.visible(one.title), room)
    return _label(f"{title} = {shown}")


def suggested(
    catalogue: Catalogue, key: str, typed: str, *, now: str, default: str
) -> list[tuple[str, str]]:
    """Offer values for a setting: in force, default, allowed, examples, as (shown, text).

    `now` and `default` are the words for the first two, with `{value}` in them.
    """
    one = catalogue.known.get(key)
    offered: dict[str, str] = {}
    for value, words in _offers(catalogue, key, one, now=now, default=default):
        text = values.shown(value)
        if value is not None and 0 < cutting.length(text) <= _CHOICE:
            shown = cutting.visible(text)
            offered.setdefault(text, _label(words.format(value=shown) if words else shown))
    typed = typed.strip().casefold()
    found = [(shown, text) for text, shown in offered.items() if typed in text.casefold()]
    return found[:CHOICES]


def _offers(
    catalogue: Catalogue, key: str, one: Known | None, *, now: str, default: str
) -> Iterator[tuple[Any, str]]:
    yield catalogue.values.get(key), now
    if one is not None:
        yield one.default, default
        yield from ((value, "") for value in one.offered)


def _label(text: str) -> str:
    return cutting.cut(cutting.visible(text), _CHOICE).strip() or "—"
