"""Answers about one setting, and about where everything stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import cutting, values
from bot.cards import BLUE, GREEN, RED, Card, moment
from bot.replies import parts
from bot.replies.parts import field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.texts import Words
    from gitcfg import Finding, Follower, Setting, Status, Version


def view(words: Words, one: Setting, last: Version | None, default: Any, *, now: datetime) -> Card:
    """Show a setting: value, title, default, version, who, when, why."""
    about = cutting.plain(one.title or "", 200)
    if one.description:
        about = f"**{about}**\n{cutting.plain(one.description, 600)}" if about else ""
    value = one.value if isinstance(one.value, str) and one.value else values.shown(one.value)
    version = words("uncommitted") if one.uncommitted else f"v{one.version}"
    if one.default:
        version += f" ({words('is_default')})"
    fields = [
        field(words("title"), about or "—"),
        field(words("default"), parts.side(words, default), inline=True),
        field(words("version"), version, inline=True),
    ]
    if last is not None and not one.default:
        fields += [
            field(words("by"), parts.who(last.author), inline=True),
            field(words("date"), moment(last.date)),
            field(words("reason"), parts.reason(last.reason)),
        ]
    return Card(
        title=words("view.title", key=parts.key(one.key)),
        colour=BLUE,
        now=now,
        description=cutting.block(value, 2000),
        fields=fields,
    )


def validity(
    words: Words, *, valid: bool, findings: Sequence[Finding], what: str | None, now: datetime
) -> Card:
    """Tell what validation says."""
    return Card(
        title=words("validate.ok" if valid else "validate.bad"),
        colour=GREEN if valid else RED,
        now=now,
        description=words("validate.what", what=_what(words, what)),
        fields=[
            field(words("error"), parts.findings([f for f in findings if f.is_error], words)),
            field(words("warning"), parts.findings([f for f in findings if not f.is_error], words)),
        ],
    )


def _what(words: Words, revision: str | None) -> str:
    return cutting.code(revision, 200) if revision else words("validate.files")


def status(words: Words, one: Status, *, now: datetime) -> Card:
    """Tell where the repository stands, what is refused, and who runs what."""
    fields = [
        field(words("status.in_force"), f"`{values.short(one.revision)}` {moment(one.date)}"),
        field(words("status.branch"), cutting.plain(one.branch or "—", 200), inline=True),
    ]
    if one.remote:
        where = words("status.distance", ahead=one.ahead or 0, behind=one.behind or 0)
        name = cutting.plain(one.remote.name, 200)
        fields.append(field(words("status.remote"), f"{name}: {where}", inline=True))
    refused = one.refused.findings if one.refused else ()
    drift = (cutting.plain(path, 200) for path in one.drift)
    edited = (cutting.plain(key, 200) for key in one.uncommitted)
    notices = (cutting.plain(text, 500) for text in one.notices)
    fields += [
        field(words("status.refused"), parts.findings(refused, words, 900)),
        field(words("status.drift"), parts.lines(drift, words, 700)),
        field(words("uncommitted"), parts.lines(edited, words, 500)),
        field(words("status.notices"), parts.lines(notices, words, 900)),
        field(words("followers"), _followers(words, one.followers)),
    ]
    colour = RED if one.refused else BLUE
    return Card(title=words("status.title"), colour=colour, now=now, fields=fields)


def _followers(words: Words, found: Sequence[Follower]) -> str:
    if not found:
        return words("follower.none")
    return parts.lines((_follower(words, one) for one in found), words, 1000)


def _follower(words: Words, one: Follower) -> str:
    effect = cutting.plain(one.effect or "", 200)
    state = words(f"state.{one.state}")
    head = f"**{cutting.plain(one.name, 64)}** {state} `{values.short(one.revision)}`"
    return f"{head}: {effect}" if effect else head
