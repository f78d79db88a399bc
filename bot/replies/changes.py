"""Answers to changes: done, refused, asked for confirmation, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import cutting, values
from bot.cards import BLUE, GREEN, RED, Card, moment
from bot.replies import parts
from bot.replies.parts import field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.cards import Field
    from bot.texts import Words
    from gitcfg import Follower, Written

_TOLD = 900
_WARNED = 700
_DIFF = 1500


def done(
    words: Words,
    verb: str,
    written: Written,
    *,
    reason: str,
    now: datetime,
    link: str | None,
    heard: str = "",
) -> Card:
    """Tell what a change did; `heard` is what the followers say of it."""
    fields: list[Field] = []
    for one in written.changes[:3]:
        fields += [
            field(words("setting"), parts.key(one.key), inline=True),
            field(words("new_value"), parts.step(words, one.old, one.new), inline=True),
            field(words("version"), f"v{one.version}", inline=True),
        ]
    if written.warnings:
        told = (cutting.plain(one.message, 300) for one in written.warnings)
        fields.append(field(words("warning"), parts.lines(told, words, _WARNED)))
    fields += [
        field(words("reason"), parts.reason(reason)),
        field(words("commit"), commit(written.revision, link)),
        field(words("followers"), heard),
    ]
    return Card(title=words(f"{verb}.done"), colour=GREEN, now=now, fields=fields)


def unchanged(words: Words, key: str, value: str, *, now: datetime) -> Card:
    """Tell that the value was stored already."""
    return Card(
        title=words("unchanged.title"),
        colour=BLUE,
        now=now,
        fields=[field(words("setting"), parts.key(key), inline=True)],
        description=words("unchanged.text", value=values.code(value, 400)),
    )


def failed(words: Words, verb: str, key: str, error: str, *, now: datetime) -> Card:
    """Tell that nothing was changed, and why."""
    return Card(
        title=words(f"{verb}.failed"),
        colour=RED,
        now=now,
        fields=[
            field(words("setting"), parts.key(key), inline=True),
            field(words("error"), cutting.plain(error, 1000, lines=True)),
        ],
    )


def asked(words: Words, verb: str, plan: Written, *, reason: str, now: datetime, to: str) -> Card:
    """Show what a change would do, before it is confirmed.

    The reason stands in a block of its own, from where the click reads it back.
    """
    (one,) = plan.changes
    fields = [
        field(words("change"), parts.step(words, one.old, one.new)),
        field(words("difference"), cutting.block(plan.diff or "", 1000, language="diff")),
    ]
    if plan.warnings:
        told = (cutting.plain(warning.message, 300) for warning in plan.warnings)
        fields.append(field(words("warning"), parts.lines(told, words, _WARNED)))
    if reason:
        fields.append(field(words("reason"), cutting.block(reason, 1024)))
    title = words(f"{verb}.ask", key=parts.key(one.key, 150), to=to)
    return Card(title=title, colour=BLUE, now=now, fields=fields, footer=words("ask.footer"))


def commit(revision: str | None, link: str | None) -> str:
    """Name a commit, with a way to it where there is one."""
    name = f"`{values.short(revision)}`"
    return f"[{name}]({link})" if link else name


def heard(words: Words, followers: Sequence[Follower], *, rescheduled: bool) -> str:
    """Tell what each follower says of a change, in its own words."""
    if not followers:
        return words("follower.none")
    told = [_follower(words, one) for one in followers]
    if rescheduled:
        told.insert(0, words("follower.rescheduled"))
    return parts.lines(told, words, _TOLD)


def _follower(words: Words, one: Follower) -> str:
    name = cutting.plain(one.name, 64)
    if one.state == "running" and one.failed:
        return words("follower.failed", name=name, what=cutting.plain(", ".join(one.failed), 200))
    if one.state == "running":
        effect = cutting.plain(one.effect or "", 300)
        return words("follower.running", name=name, effect=effect or words("follower.silent"))
    if one.state == "refused":
        why = "; ".join(dict.fromkeys(finding.message for finding in one.refused))
        return words("follower.refused", name=name, why=cutting.plain(why, 300))
    since = moment(one.since) if one.since else "—"
    return words(f"follower.{one.state}", name=name, since=since)
