"""Answers that list much and are turned page by page: settings, versions, records, differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import cutting
from bot.cards import BLUE, FIELDS, Card, Field, moment, pack
from bot.replies import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.texts import Words
    from gitcfg import Audited, Difference, Setting, Version

_NAME, _VALUE, _REASON, _ERROR = 200, 150, 150, 250
AT_A_TIME = 10
"""Versions and records on a page: each has several lines."""


def paged(
    words: Words,
    title: str,
    fields: Sequence[Field],
    *,
    page: int,
    now: datetime,
    intro: str = "",
    empty: str = "",
    most: int = FIELDS,
) -> tuple[Card, int]:
    """Show one page, from 0, and tell how many there are; one beyond the end is the last."""
    pages = pack(fields, most=most)
    at = min(max(page, 0), len(pages) - 1)
    footer = words("page", page=at + 1, pages=len(pages)) if len(pages) > 1 else ""
    card = Card(
        title=title,
        colour=BLUE,
        now=now,
        description=intro if fields else empty,
        fields=pages[at],
        footer=footer,
    )
    return card, len(pages)


def settings(words: Words, found: Iterable[Setting]) -> list[Field]:
    """Give a field for each setting: title, value, version, key."""
    return [_setting(words, one) for one in found]


def _setting(words: Words, one: Setting) -> Field:
    version = words("uncommitted") if one.uncommitted else f"v{one.version}"
    mark = f" · {words('is_default')}" if one.default else ""
    name = cutting.plain(one.title or one.key, _NAME)
    text = f"{parts.side(words, one.value, _VALUE)} · {version}{mark}"
    return Field(name, f"{text}\n{parts.key(one.key)}" if one.title else text)


def versions(words: Words, found: Iterable[Version]) -> list[Field]:
    """Give a field for each version: value, who, when, why; the active one is marked."""
    return [_version(words, one) for one in found]


def _version(words: Words, one: Version) -> Field:
    name = words("history.version", version=one.version)
    if one.active:
        name += f" {words('history.active')}"
    return Field(name, _facts(words, one, parts.side(words, one.value, _VALUE)))


def blamed(words: Words, found: Iterable[Version]) -> list[Field]:
    """Give a field for each key: who gave it its value, when and why."""
    return [
        Field(
            parts.key(one.key),
            _facts(words, one, f"{parts.side(words, one.value, _VALUE)} · v{one.version}"),
        )
        for one in found
    ]


def records(words: Words, found: Iterable[Audited]) -> list[Field]:
    """Give a field for each change and each refused attempt."""
    return [_record(words, one) for one in found]


def _record(words: Words, one: Audited) -> Field:
    made = one.status == "applied"
    name = f"{words(f'record.{one.status}')} {parts.key(one.key)}"
    asked = one.value is None and not made and one.action in {"reset", "rollback", "revert"}
    new = words(f"asked.{one.action}") if asked else parts.side(words, one.value, _VALUE)
    step = f"{parts.side(words, one.old, _VALUE)} → {new}" + (f" · v{one.version}" if made else "")
    text = _facts(words, one, step)
    if one.error:
        text += f"\n{words('error')}: {cutting.plain(one.error, _ERROR)}"
    return Field(name, text)


def _facts(words: Words, one: Version, value: str) -> str:
    lines = [
        f"{words('value')}: {value}",
        f"{words('by')}: {parts.who(one.author)}",
        f"{words('date')}: {moment(one.date)}",
    ]
    if one.reason.strip():
        lines.append(f"{words('reason')}: {cutting.plain(one.reason.strip(), _REASON)}")
    return "\n".join(lines)


def differences(words: Words, found: Iterable[Difference]) -> list[Field]:
    """Give a field for each key that differs."""
    return [Field(parts.key(one.key), parts.step(words, one.old, one.new)) for one in found]
