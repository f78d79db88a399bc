"""Answers on their way to Discord: deferred in time, sent whole, tried again when a socket dies."""

from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.cards import Card

_log = logging.getLogger(__name__)
_ACKNOWLEDGED, _TOO_LATE = 40060, 10062
_TRIES = 4
PICTURE = "history.png"
_PAUSE = 0.5
_LOST = (aiohttp.ClientError, discord.DiscordServerError, ConnectionError, TimeoutError)

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A card with its buttons, and a picture where there is one."""

    card: Card
    buttons: Sequence[discord.ui.Item[Any]] = field(default_factory=tuple)
    picture: bytes | None = None
    keeps_picture: bool = False

    def embed(self) -> discord.Embed:
        """Make the embed, with the picture in it."""
        made = self.card.embed()
        if self.picture is not None or self.keeps_picture:
            made.set_image(url=f"attachment://{PICTURE}")
        return made

    def with_picture(self, *, kept: bool) -> Reply:
        """Go on showing the picture that the message has."""
        return replace(self, keeps_picture=kept)

    def drawn(self, picture: bytes) -> Reply:
        """Show a picture with it."""
        return replace(self, picture=picture)

    def view(self) -> discord.ui.View | None:
        """Put the buttons in a row; what they do is found by their ids, also after a restart."""
        if not self.buttons:
            return None
        made = discord.ui.View(timeout=None)
        for button in self.buttons:
            made.add_item(button)
        # Nothing is to be remembered here: each button's id tells all.
        made.stop()
        return made


async def defer(interaction: Interaction, *, update: bool = False) -> bool:
    """Tell Discord within its three seconds that an answer comes; False where it was too late."""
    if update:
        return await _first(interaction.response.defer)
    return await _first(lambda: interaction.response.defer(ephemeral=True, thinking=True))


async def now(interaction: Interaction, card: Card) -> bool:
    """Answer at once, to the person alone."""
    return await _first(
        lambda: interaction.response.send_message(embed=card.embed(), ephemeral=True)
    )


async def form(interaction: Interaction, modal: discord.ui.Modal) -> bool:
    """Open a form, which must be the first answer."""
    return await _first(lambda: interaction.response.send_modal(modal))


async def choices(interaction: Interaction, found: Sequence[tuple[str, str]]) -> bool:
    """Answer an autocompletion."""
    offered = [discord.app_commands.Choice(name=name, value=value) for name, value in found]
    return await _first(lambda: interaction.response.autocomplete(offered))


async def show(interaction: Interaction, reply: Reply) -> bool:
    """Put a reply where the deferred answer stands; True when it is there."""

    async def send() -> None:
        attachments: dict[str, Any] = {}
        if reply.picture is not None:
            # Made for each try: a file that was sent is read to its end.
            picture = discord.File(io.BytesIO(reply.picture), filename=PICTURE)
            attachments["attachments"] = [picture]
        await interaction.edit_original_response(
            embed=reply.embed(), view=reply.view(), **attachments
        )

    return await _sent(send)


async def add(interaction: Interaction, card: Card) -> bool:
    """Say one thing more, to the person alone."""
    return await _sent(lambda: interaction.followup.send(embed=card.embed(), ephemeral=True))


async def _first(send: Callable[[], Awaitable[object]]) -> bool:
    for attempt in range(_TRIES):
        try:
            await send()
        except discord.InteractionResponded:
            return True
        except discord.HTTPException as error:
            if error.code == _ACKNOWLEDGED:  # the try before came through, its answer was lost
                return True
            if not isinstance(error, discord.DiscordServerError):
                _complain("a first answer", error)
                return False
            await asyncio.sleep(_PAUSE * attempt)
        except _LOST:
            await asyncio.sleep(_PAUSE * attempt)
        else:
            return True
    _log.warning("a first answer could not be sent")
    return False


async def _sent(send: Callable[[], Awaitable[object]]) -> bool:
    for attempt in range(_TRIES):
        try:
            await send()
        except _LOST:
            await asyncio.sleep(_PAUSE * 2**attempt)
        except discord.HTTPException as error:
            _complain("an answer", error)
            return False
        else:
            return True
    _log.warning("an answer could not be sent: Discord cannot be reached")
    return False


def _complain(what: str, error: discord.HTTPException) -> None:
    if error.code == _TOO_LATE:
        _log.warning("%s came too late for Discord", what)
    else:
        _log.error("%s was refused by Discord: %s %s", what, error.status, error.text)
