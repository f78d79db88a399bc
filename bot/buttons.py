"""Buttons and forms that work after a restart: their ids tell all that is to be known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord.ui import Button, DynamicItem

from bot import access, acts, answers, asking, changing, requests, turning
from bot.acts import Act
from bot.answers import Reply
from bot.cards import BLUE, Card
from bot.forms import ReasonForm, read
from bot.reading import guarded
from bot.turning import Listing

if TYPE_CHECKING:
    import re

    from bot.answers import Interaction
    from bot.core import Core


def kinds(core: Core) -> list[type[DynamicItem[Button[Any]]]]:
    """Make the kinds of buttons that Discord may send back, at home in one bot."""

    class Confirm(DynamicItem[Button[Any]], template=acts.ID):
        """Does the change that its id tells."""

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: Any, match: re.Match[str], /
        ) -> Confirm:
            del interaction, item
            return cls(Button(custom_id=match.string))

        async def callback(self, interaction: Interaction) -> None:
            await confirmed(interaction, core, self.custom_id)

    class Cancel(DynamicItem[Button[Any]], template=asking.CANCEL):
        """Takes a question back."""

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: Any, match: re.Match[str], /
        ) -> Cancel:
            del interaction, item
            return cls(Button(custom_id=match.string))

        async def callback(self, interaction: Interaction) -> None:
            await cancelled(interaction, core)

    class Turn(DynamicItem[Button[Any]], template=turning.ID):
        """Turns the page."""

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: Any, match: re.Match[str], /
        ) -> Turn:
            del interaction, item
            return cls(Button(custom_id=match.string))

        async def callback(self, interaction: Interaction) -> None:
            await turned(interaction, core, self.custom_id)

    return [Confirm, Cancel, Turn]


async def confirmed(interaction: Interaction, core: Core, custom_id: str) -> None:
    """Do what a button means, or ask for the reason first where one is required."""
    act, request = _act(core, custom_id), requests.of(interaction, core)
    if act is None or not await access.admin(interaction, core, request, act.action, act.asked()):
        return
    reason = asking.said(interaction.message) if act.verb != acts.UNDO else ""
    if not reason and core.catalogue.needs_reason():
        await answers.form(interaction, ReasonForm(request.words, act))
        return
    if await answers.defer(interaction, update=True):
        await changing.carry_out(interaction, core, request, act, reason, click=True)


async def submitted(interaction: Interaction, core: Core) -> None:
    """Do what a form means, now that the reason is known."""
    custom_id, given = read(interaction)
    act, request = (
        _act(core, custom_id, value=given.get("value", "")),
        requests.of(interaction, core),
    )
    if act is None or not await access.admin(interaction, core, request, act.action, act.asked()):
        return
    click = interaction.message is not None
    if await answers.defer(interaction, update=click):
        reason = given.get("reason", "")
        await changing.carry_out(interaction, core, request, act, reason, click=click)


def _act(core: Core, custom_id: str, *, value: str = "") -> Act | None:
    found = acts.ID.fullmatch(custom_id)
    return Act.of(found, core.catalogue.find(found["key"]), value) if found else None


async def cancelled(interaction: Interaction, core: Core) -> None:
    """Take the question back; nothing was changed."""
    request = requests.of(interaction, core)
    if not await access.reader(interaction, core, request):
        return
    if await answers.defer(interaction, update=True):
        words = request.words("ask.cancelled")
        card = Card(title="", colour=BLUE, now=core.now(), description=words)
        await answers.show(interaction, Reply(card=card))


async def turned(interaction: Interaction, core: Core, custom_id: str) -> None:
    """Show another page of a list as it is by now."""
    found, request = turning.ID.fullmatch(custom_id), requests.of(interaction, core)
    if found is None or not await access.reader(interaction, core, request):
        return
    if await answers.defer(interaction, update=True):
        listing, page = Listing.of(found)
        message = interaction.message
        reply = await guarded(
            core, request, listing.verb, "", turning.turn, core, request.words, listing, page
        )
        await answers.show(
            interaction, reply.with_picture(kept=bool(message and message.attachments))
        )
