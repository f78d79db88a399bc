"""What only reads: each question in a thread, and every way it can fail as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec

from bot import changing
from bot.answers import Reply
from bot.replies import changes, reading
from gitcfg import GitcfgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core import Core
    from bot.requests import Request
    from bot.texts import Words

P = ParamSpec("P")


async def guarded(
    core: Core,
    request: Request,
    verb: str,
    key: str,
    make: Callable[P, Reply],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Reply:
    """Make a reply in a thread; a refusal, or a fault of ours, becomes the reply."""
    try:
        return await core.work.read(make, *args, **kwargs)
    except GitcfgError as error:
        card = changes.failed(request.words, verb, key, error.message, now=core.now())
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours, logged there
        card = changing.trouble(core, request, error)
    return Reply(card=card)


def view(core: Core, words: Words, key: str) -> Reply:
    """Show one setting."""
    one = core.store.setting(key)
    last = core.store.history(key, limit=1) if one.version else ()
    default = core.catalogue.default(key)
    return Reply(card=reading.view(words, one, last[0] if last else None, default, now=core.now()))


def validity(core: Core, words: Words, revision: str | None) -> Reply:
    """Judge a revision, or the files as they lie."""
    checked = core.store.validate(revision)
    card = reading.validity(
        words,
        valid=checked.valid,
        findings=checked.findings,
        what=revision,
        now=core.now(),
    )
    return Reply(card=card)


def status(core: Core, words: Words) -> Reply:
    """Tell where everything stands."""
    return Reply(card=reading.status(words, core.store.status(), now=core.now()))
