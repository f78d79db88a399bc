"""What is offered while a person types: from memory alone, so that nothing is ever waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord.app_commands import Choice

from bot import access, catalogue, requests

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.answers import Interaction
    from bot.core import Core

    Offer = Callable[[Interaction, str], Coroutine[Any, Any, list[Choice[str]]]]


def settings(core: Core) -> Offer:
    """Offer settings as `title = current value`."""

    async def offer(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return _choices(core, interaction, lambda: catalogue.matching(core.catalogue, typed))

    return offer


def values(core: Core) -> Offer:
    """Offer values that the chosen setting may have."""

    async def offer(interaction: Interaction, typed: str) -> list[Choice[str]]:
        words = requests.of(interaction, core).words
        now, default = words.entries["choice.now"], words.entries["choice.default"]

        def found() -> Sequence[tuple[str, str]]:
            key = _key(core, interaction)
            return catalogue.suggested(core.catalogue, key, typed, now=now, default=default)

        return _choices(core, interaction, found)

    return offer


def versions(core: Core) -> Offer:
    """Offer versions of the chosen setting with value, who and when."""

    async def offer(interaction: Interaction, typed: str) -> list[Choice[str]]:
        form = requests.of(interaction, core).words.entries["choice.version"]
        key = _key(core, interaction)
        if _may(core, interaction):
            await core.versions.look(key)
        return _choices(core, interaction, lambda: core.versions.offered(key, typed, form))

    return offer


def _key(core: Core, interaction: Interaction) -> str:
    return core.catalogue.find(str(dict(iter(interaction.namespace)).get("setting", "")))


def _may(core: Core, interaction: Interaction) -> bool:
    roles = access.roles_of(interaction)
    return access.may(core.settings, roles, interaction.guild_id, change=False)


def _choices(
    core: Core, interaction: Interaction, found: Callable[[], Sequence[tuple[str, str]]]
) -> list[Choice[str]]:
    """Make the choices; who may not read is offered none."""
    if not _may(core, interaction):
        return []
    return [Choice(name=name, value=value) for name, value in found()]
