"""Changes that are shown before they are made: rollback, reset and unset, each with its diff."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot import acts, cutting, texts, values
from bot.answers import Reply
from bot.changing import button
from bot.replies import changes
from gitcfg import UnknownKeyError

if TYPE_CHECKING:
    from bot.acts import Act
    from bot.core import Core
    from bot.requests import Request

CANCEL = "acct:cancel"
_UNSAID = "not said yet"


def ask(core: Core, request: Request, act: Act, version: str, reason: str) -> Reply:
    """Rehearse a change and show what it would do; raises GitcfgError where it would be refused.

    The buttons act on the very state that is shown. Reads the repository.
    """
    seen, target, name = _seen(core, act, version)
    wanted = replace(act, expect=seen, target=target)
    # A reason that is still missing is asked for at the click.
    plan = wanted.carry_out(core.store, dry_run=True, **request.options(reason or _UNSAID))
    words = request.words
    if not plan.changes:
        value = values.shown(core.store.get(act.key))
        return Reply(card=changes.unchanged(words, act.key, value, now=core.now()))
    card = changes.asked(words, act.verb, plan, reason=reason, now=core.now(), to=name)
    confirm = button(words("button.confirm"), wanted.id(), discord.ButtonStyle.danger)
    cancel = button(words("button.cancel"), CANCEL, discord.ButtonStyle.secondary)
    return Reply(card=card, buttons=[confirm, cancel])


def _seen(core: Core, act: Act, version: str) -> tuple[str, str, str]:
    """Find the revision of the key's newest version, and that of the one to go back to."""
    try:
        known = core.store.history(act.key)
    except UnknownKeyError:
        if act.verb == acts.ROLLBACK:
            raise
        known = ()
    seen = known[0].revision if known else "0"
    if act.verb != acts.ROLLBACK:
        return seen, "", ""
    wanted = version.strip().removeprefix("v")
    found = [one for one in known if str(one.version) == wanted]
    if not found:  # a revision, or nothing: the store reads the one and refuses the other
        core.store.rollback(act.key, to=_number(wanted), dry_run=True, reason=_UNSAID)
        return seen, wanted, wanted
    return seen, found[0].revision, f"v{found[0].version}"


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text  # noqa: PLR2004


def said(message: discord.Message | None) -> str:
    """Read back the reason that stands in a question, in whichever language it was put."""
    names = {texts.words(one)("reason") for one in texts.LANGUAGES}
    for embed in message.embeds if message else ():
        for field in embed.fields:
            if field.name in names and field.value:
                return cutting.unblock(field.value)
    return ""
