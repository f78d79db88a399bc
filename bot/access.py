"""Who may do what: asked by the role's id, on arrival, for every command, button and form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot import answers, cutting
from bot.cards import RED, Card

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.answers import Interaction
    from bot.core import Core
    from bot.requests import Request
    from bot.settings import Settings
    from bot.texts import Words

ON_RECORD = "Admin Access Required: the role {role} is needed to change settings"
_ON_RECORD_ELSEWHERE = "Settings are not managed there: another server, or a direct message"


def may(settings: Settings, roles: frozenset[int], guild: int | None, *, change: bool) -> bool:
    """Judge a person by the ids of their roles."""
    if guild != settings.guild:
        return False
    allowed = {settings.admin_role} if change else {settings.admin_role, settings.viewer_role}
    return not roles.isdisjoint(allowed)


async def reader(interaction: Interaction, core: Core, request: Request) -> bool:
    """Let pass who may read; refuse everyone else."""
    if may(core.settings, roles_of(interaction), interaction.guild_id, change=False):
        return True
    await answers.now(interaction, _refusal(interaction, core, request.words, change=False))
    return False


async def admin(
    interaction: Interaction, core: Core, request: Request, action: str, asked: Mapping[str, Any]
) -> bool:
    """Let pass who may change settings; refuse everyone else, and put the attempt on record."""
    if may(core.settings, roles_of(interaction), interaction.guild_id, change=True):
        return True
    await answers.now(interaction, _refusal(interaction, core, request.words, change=True))
    here = interaction.guild_id == core.settings.guild
    why = ON_RECORD.format(role=core.settings.admin_role) if here else _ON_RECORD_ELSEWHERE
    await core.work.write(_record, core, action, asked, why, request.options())
    return False


def _record(
    core: Core, action: str, asked: Mapping[str, Any], why: str, options: dict[str, Any]
) -> None:
    # What names no setting could not have changed one.
    known = {key: value for key, value in asked.items() if key in core.catalogue.known}
    if known:
        core.store.refuse(action, known, why, **options)


def roles_of(interaction: Interaction) -> frozenset[int]:
    """Tell the ids of the roles that Discord says the person has, with this very interaction."""
    user = interaction.user
    return (
        frozenset(one.id for one in user.roles) if isinstance(user, discord.Member) else frozenset()
    )


def _refusal(interaction: Interaction, core: Core, words: Words, *, change: bool) -> Card:
    return Card(
        title="",
        colour=RED,
        now=core.now(),
        description=_words(interaction, core, words, change=change),
    )


def _words(interaction: Interaction, core: Core, words: Words, *, change: bool) -> str:
    settings = core.settings
    if interaction.guild_id != settings.guild:
        return words("access.elsewhere")
    admin_role = _role(interaction.guild, settings.admin_role)
    if change:
        return words("access.admin", role=admin_role)
    if settings.viewer_role is None:
        return words("access.viewer", role=admin_role)
    viewer_role = _role(interaction.guild, settings.viewer_role)
    return words("access.viewer", role=words("access.or", one=viewer_role, other=admin_role))


def _role(guild: discord.Guild | None, number: int) -> str:
    found = guild.get_role(number) if guild else None
    return f"**{cutting.plain(found.name, 100)}**" if found else f"`{number}`"
