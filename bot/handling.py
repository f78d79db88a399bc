"""What each command does, from its arrival to its answer; who may was judged before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot import acts, answers, asking, changing, reading, requests, turning
from bot.acts import Act
from bot.answers import Reply
from bot.forms import ReasonForm, fits

if TYPE_CHECKING:
    from bot.answers import Interaction
    from bot.core import Core
    from bot.requests import Request
    from bot.turning import Listing


async def view(interaction: Interaction, core: Core, setting: str) -> None:
    """Show one setting."""
    request = requests.of(interaction, core)
    key = core.catalogue.find(setting)
    if await answers.defer(interaction):
        reply = await reading.guarded(
            core, request, "view", key, reading.view, core, request.words, key
        )
        await answers.show(interaction, reply)


async def store(
    interaction: Interaction, core: Core, setting: str, value: str, reason: str
) -> None:
    """Change a setting; where a reason is required and missing, a form asks for it first."""
    request = requests.of(interaction, core)
    known = core.catalogue
    act = Act(verb=acts.SET, key=known.find(setting), value=value)
    if not reason and known.needs_reason(act.key, value) and fits(value):
        await answers.form(interaction, ReasonForm(request.words, act))
        return
    if await answers.defer(interaction):
        await changing.carry_out(interaction, core, request, act, reason, click=False)


async def ask(
    interaction: Interaction,
    core: Core,
    verb: str,
    setting: str,
    reason: str,
    *,
    version: str = "",
) -> None:
    """Show what a change would do, and ask."""
    request = requests.of(interaction, core)
    act = Act(verb=verb, key=core.catalogue.find(setting))
    if await answers.defer(interaction):
        reply = await reading.guarded(
            core, request, verb, act.key, asking.ask, core, request, act, version, reason
        )
        await answers.show(interaction, reply)


async def listing(interaction: Interaction, core: Core, wanted: Listing) -> None:
    """Show the first page of a list."""
    request = requests.of(interaction, core)
    if await answers.defer(interaction):
        reply = await reading.guarded(
            core, request, wanted.verb, "", turning.turn, core, request.words, wanted, 0
        )
        await answers.show(interaction, reply)
        if wanted.verb == "history":
            await _chart(interaction, core, wanted, reply)


async def _chart(interaction: Interaction, core: Core, wanted: Listing, reply: Reply) -> None:
    """Add the chart when it is drawn: the first one of a process takes a while."""
    picture = await core.work.draw(turning.chart, core, wanted)
    if picture is not None:
        await answers.show(interaction, reply.drawn(picture))


async def validate(interaction: Interaction, core: Core, revision: str | None) -> None:
    """Check all settings."""
    request = requests.of(interaction, core)
    if await answers.defer(interaction):
        reply = await reading.guarded(
            core, request, "validate", "", reading.validity, core, request.words, revision
        )
        await answers.show(interaction, reply)


async def status(interaction: Interaction, core: Core) -> None:
    """Show where everything stands."""
    request = requests.of(interaction, core)
    if await answers.defer(interaction):
        reply = await reading.guarded(
            core, request, "status", "", reading.status, core, request.words
        )
        await answers.show(interaction, reply)


async def failed(
    interaction: Interaction, core: Core, request: Request, error: app_commands.AppCommandError
) -> None:
    """Log a fault and say so; what was refused on arrival was told there."""
    if isinstance(error, app_commands.CheckFailure):
        return
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    card = changing.trouble(core, request, cause)
    if interaction.response.is_done():
        await answers.show(interaction, Reply(card=card))
    else:
        await answers.now(interaction, card)
