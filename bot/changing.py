"""A change from its request to its last word: done, told, and heard of in the followers."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from typing import TYPE_CHECKING, Any

import discord

from bot import acts, answers, weblinks
from bot.answers import Reply
from bot.cards import RED, Card
from bot.core import NAME
from bot.replies import changes
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.acts import Act
    from bot.answers import Interaction
    from bot.core import Core
    from bot.requests import Request
    from gitcfg import Follower, Written

_log = logging.getLogger(__name__)
_FIRST, _SLOWEST, _HOLDS = 0.1, 1.0, 1.0
EXPORTER = "exporter"
_SCHEDULED = "next export"


async def carry_out(
    interaction: Interaction, core: Core, request: Request, act: Act, reason: str, *, click: bool
) -> None:
    """Do a change whose answer is deferred already, and tell what became of it.

    A refusal replaces the answer of a command; of a click it is told beside the message, since
    that may be about something done already.
    """
    before = await _effects(core)
    try:
        written = await core.work.write(act.carry_out, core.store, **request.options(reason))
    except GitcfgError as error:
        card = changes.failed(request.words, act.verb, act.key, error.message, now=core.now())
        await _refused(interaction, card, click=click)
        return
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours, logged there
        await _refused(interaction, trouble(core, request, error), click=click)
        return
    if written.revision is None:
        value = str(act.value) if act.verb == acts.SET else ""
        card = changes.unchanged(request.words, act.key, value or "—", now=core.now())
        await answers.show(interaction, Reply(card=card))
        return
    await _tell(interaction, core, request, act, reason, written=written, before=before)


async def _refused(interaction: Interaction, card: Card, *, click: bool) -> None:
    if click:
        await answers.add(interaction, card)
    else:
        await answers.show(interaction, Reply(card=card))


async def _tell(
    interaction: Interaction,
    core: Core,
    request: Request,
    act: Act,
    reason: str,
    *,
    written: Written,
    before: dict[int, str | None],
) -> None:
    words = request.words
    link = await core.work.read(weblinks.of_commit, core.store, written.revision)
    (change, *_) = written.changes
    undo = acts.Act(verb=acts.UNDO, key=change.key, expect=str(written.revision))
    buttons = [button(words("button.undo"), undo.id(), discord.ButtonStyle.secondary)]
    began, pause, shown = time.monotonic(), _FIRST, ""
    while True:
        found = await _followers(core, str(written.revision))
        passed = time.monotonic() - began
        settled = _settled(found, passed) or passed >= core.patience
        told = words("follower.waiting")
        if settled:
            rescheduled = any(_rescheduled(one, before) for one in found)
            told = changes.heard(words, found, rescheduled=rescheduled)
        if told != shown:
            card = changes.done(
                words, act.verb, written, reason=reason, now=core.now(), link=link, heard=told
            )
            await answers.show(interaction, Reply(card=card, buttons=buttons))
            shown = told
        if settled:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, _SLOWEST)


async def _effects(core: Core) -> dict[int, str | None]:
    try:
        found = await core.work.read(core.store.followers)
    except GitcfgError:
        return {}
    return {one.pid: one.effect for one in found if one.name == EXPORTER}


async def _followers(core: Core, revision: str) -> Sequence[Follower]:
    try:
        found = await core.work.read(core.store.reached, revision)
    except GitcfgError:
        return ()
    return [one for one in found if one.name != NAME]


def _settled(found: Sequence[Follower], seconds: float) -> bool:
    """Tell whether every follower has said what it has to say.

    A refusal may still be one of something older, so it is given a moment.
    """
    states = {one.state for one in found}
    return "lagging" not in states and ("refused" not in states or seconds > _HOLDS)


def _rescheduled(one: Follower, before: dict[int, str | None]) -> bool:
    """Tell whether the exporter's record says that the next export is another than before."""
    said = one.effect or ""
    known = one.name == EXPORTER and one.state == "running" and one.pid in before
    return known and said.startswith(_SCHEDULED) and said != before[one.pid]


def trouble(core: Core, request: Request, error: BaseException) -> Card:
    """Log a fault of ours, and tell the person under which code."""
    code = secrets.token_hex(4)
    _log.error("fault %s", code, exc_info=error)
    words = request.words
    return Card(
        title=words("trouble.title"),
        colour=RED,
        now=core.now(),
        description=words("trouble.text", code=code),
    )


def button(label: str, custom_id: str, style: discord.ButtonStyle) -> discord.ui.Button[Any]:
    """Make a button that is known by its id."""
    return discord.ui.Button(label=label, custom_id=custom_id, style=style)
