"""What the feed says: pure functions from news to cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import cutting, values
from bot.cards import BLUE, GREEN, RED, Card, moment
from bot.replies import changes, parts
from bot.replies.parts import field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.cards import Field
    from bot.feed.news import Standing
    from bot.texts import Words
    from gitcfg import Audited, Refusal

_MANY = 8
_SIDE = 150


def commit(words: Words, made: Sequence[Audited], link: str | None, *, now: datetime) -> Card:
    """Tell one commit: what, old → new, who, why, and where it is."""
    first = made[0]
    title = words(f"feed.{first.action}", key=parts.key(first.key))
    if len(made) > 1:
        title = words("feed.many", count=len(made))
    fields = [
        field(
            parts.key(one.key), f"{parts.step(words, one.old, one.value, _SIDE)} · v{one.version}"
        )
        for one in made[:_MANY]
    ]
    if len(made) > _MANY:
        fields.append(field("…", words("more", count=len(made) - _MANY)))
    fields += [
        field(words("by"), parts.who(first.author), inline=True),
        field(words("feed.via"), _via(words, first.via), inline=True),
        field(words("commit"), changes.commit(first.revision, link), inline=True),
        field(words("date"), moment(first.date)),
        field(words("reason"), parts.reason(first.reason)),
    ]
    return Card(title=title, colour=BLUE, now=now, fields=fields)


def _step(words: Words, one: Audited) -> str:
    return f"{parts.step(words, one.old, one.value, _SIDE)} · v{one.version}"


def _via(words: Words, via: str) -> str:
    entry = f"feed.via_{via}"
    return words(entry) if entry in words.entries else cutting.plain(via, 50)


def summary(words: Words, made: Sequence[Sequence[Audited]], *, now: datetime) -> Card:
    """Sum up many commits: each key with what it was before and what it is now."""
    by_key: dict[str, list[Audited]] = {}
    for one in (one for each in made for one in each):
        by_key.setdefault(one.key, []).append(one)
    fields = [_summed(words, key, found) for key, found in by_key.items()]
    shown = fields[:20]
    if len(fields) > len(shown):
        shown.append(field("…", words("more", count=len(fields) - len(shown))))
    since = f"{made[0][0].date:%Y-%m-%d %H:%M} UTC" if made else ""
    return Card(
        title=words("feed.summary", count=len(made), since=since),
        colour=BLUE,
        now=now,
        description=words("feed.summary_text"),
        fields=shown,
    )


def _summed(words: Words, key: str, found: Sequence[Audited]) -> Field:
    step = parts.step(words, found[0].old, found[-1].value, 60)
    last = words("feed.summary_field", times=len(found), who=parts.who(found[-1].author))
    return field(parts.key(key, 100), f"{step}\n{last}")


def rewritten(words: Words, told: str, head: str, *, now: datetime) -> Card:
    """Tell that history was rewritten under us."""
    text = words("feed.rewritten_text", told=values.short(told), head=values.short(head))
    return Card(title=words("feed.rewritten"), colour=RED, now=now, description=text)


def refused(words: Words, one: Refusal, *, now: datetime) -> Card:
    """Tell that what lies there is not in force."""
    return Card(
        title=words("feed.refused"),
        colour=RED,
        now=now,
        description=words("feed.refused_text", held=values.short(one.held)),
        fields=[field(words("error"), parts.findings(one.findings, words))],
    )


def repaired(words: Words, *, now: datetime) -> Card:
    """Tell that what lies there is in force again."""
    return Card(title=words("feed.repaired"), colour=GREEN, now=now)


def drift(words: Words, one: Standing, *, now: datetime) -> Card:
    """Tell that files differ from the commit, or that they do no more."""
    if not one.drift:
        return Card(title=words("feed.drift_gone"), colour=GREEN, now=now)
    files = parts.lines((cutting.plain(path, 200) for path in one.drift), words, 900)
    fields = [
        field(parts.key(each.key), parts.step(words, each.old, each.new, _SIDE))
        for each in one.differences[:_MANY]
    ]
    text = f"{words('feed.drift_text')}\n{files}"
    return Card(title=words("feed.drift"), colour=RED, now=now, description=text, fields=fields)


def notice(words: Words, text: str, *, now: datetime) -> Card:
    """Tell what there is to know."""
    told = cutting.plain(text, 2000, lines=True)
    return Card(title=words("feed.notice"), colour=BLUE, now=now, description=told)
