"""The group of slash commands: what each is called, takes and offers, in a reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice, locale_str

from bot import access, catalogue, handling, offering, requests, texts
from bot.acts import RESET, ROLLBACK, UNSET
from bot.forms import REASON_LENGTH
from bot.turning import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from discord.app_commands import Command

    from bot.answers import Interaction
    from bot.core import Core

GROUP = "acct-config"
Value = app_commands.Range[str, 1, 6000]
Reason = app_commands.Range[str, 1, REASON_LENGTH]
_CHANGES = frozenset({"set", "rollback", "reset", "unset"})


class Translator(app_commands.Translator):
    """Gives Discord the descriptions in Thai."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Look a description up; None leaves it in English."""
        del context
        entry = string.extras.get("entry")
        if locale is not discord.Locale.thai or entry is None:
            return None
        return texts.words(texts.THAI)(str(entry))


def said(name: str) -> locale_str:
    """Give a description that is translated."""
    entry = f"describe.{name}"
    return locale_str(texts.words(texts.ENGLISH)(entry), entry=entry)


async def view(interaction: Interaction, setting: str) -> None:
    """Show one setting."""
    await handling.view(interaction, _core(interaction), setting)


async def store(
    interaction: Interaction, setting: str, value: Value, reason: Reason | None = None
) -> None:
    """Change a setting."""
    await handling.store(interaction, _core(interaction), setting, value, reason or "")


async def everything(interaction: Interaction) -> None:
    """Show all settings."""
    await handling.listing(interaction, _core(interaction), Listing(verb="list"))


async def history(interaction: Interaction, setting: str) -> None:
    """Show the versions of a setting."""
    core = _core(interaction)
    words = (catalogue.compact(core.catalogue.find(setting)),)
    await handling.listing(interaction, core, Listing(verb="history", words=words))


async def rollback(
    interaction: Interaction, setting: str, version: str, reason: Reason | None = None
) -> None:
    """Go back to an older version, after a question."""
    core = _core(interaction)
    await handling.ask(interaction, core, ROLLBACK, setting, reason or "", version=version)


async def reset(interaction: Interaction, setting: str, reason: Reason | None = None) -> None:
    """Store the default, after a question."""
    await handling.ask(interaction, _core(interaction), RESET, setting, reason or "")


async def unset(interaction: Interaction, setting: str, reason: Reason | None = None) -> None:
    """Remove the stored value, after a question."""
    await handling.ask(interaction, _core(interaction), UNSET, setting, reason or "")


async def diff(interaction: Interaction, old: str | None = None, new: str | None = None) -> None:
    """Compare settings."""
    listing = Listing(verb="diff", words=(old or "", new or ""))
    await handling.listing(interaction, _core(interaction), listing)


async def blame(interaction: Interaction) -> None:
    """Show who gave each setting its value."""
    await handling.listing(interaction, _core(interaction), Listing(verb="blame"))


async def audit(
    interaction: Interaction,
    setting: str | None = None,
    since: str | None = None,
    by: str | None = None,
) -> None:
    """Show changes and refused attempts."""
    core = _core(interaction)
    key = catalogue.compact(core.catalogue.find(setting)) if setting else ""
    listing = Listing(verb="audit", words=(key, since or "", by or ""))
    await handling.listing(interaction, core, listing)


async def validate(interaction: Interaction, revision: str | None = None) -> None:
    """Check all settings."""
    await handling.validate(interaction, _core(interaction), revision)


async def status(interaction: Interaction) -> None:
    """Show where everything stands."""
    await handling.status(interaction, _core(interaction))


_VERBS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "view": view,
    "set": store,
    "list": everything,
    "history": history,
    "rollback": rollback,
    "reset": reset,
    "unset": unset,
    "diff": diff,
    "blame": blame,
    "audit": audit,
    "validate": validate,
    "status": status,
}


def _core(interaction: Interaction) -> Core:
    core: Core = interaction.client.core
    return core


@app_commands.guild_only()
@app_commands.default_permissions(administrator=True)
class AcctConfig(app_commands.Group):
    """`/acct-config` with its subcommands; made anew when the settings that there are change."""

    def __init__(self, core: Core) -> None:
        super().__init__(name=GROUP, description=said("group"))
        self.core = core
        for name, callback in _VERBS.items():
            command: Command[Any, ..., Any] = app_commands.Command(
                name=name, description=said(name), callback=callback
            )
            options = {one.name for one in command.parameters}
            app_commands.describe(**{one: said(f"option_{one}") for one in options})(command)
            self._offer(command, options)
            self.add_command(command)

    def _offer(self, command: Command[Any, ..., Any], options: set[str]) -> None:
        """Offer settings as Discord's own list where it holds them, else as they are typed."""
        known = self.core.catalogue
        if "setting" in options and known.small:
            found = [Choice(name=name, value=key) for name, key in catalogue.choices(known)]
            app_commands.choices(setting=found)(command)
        elif "setting" in options:
            command.autocomplete("setting")(offering.settings(self.core))
        if "value" in options:
            command.autocomplete("value")(offering.values(self.core))
        if "version" in options:
            command.autocomplete("version")(offering.versions(self.core))

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Answer what the library refused before a command of ours began, or what failed in it."""
        request = requests.of(interaction, self.core)
        await handling.failed(interaction, self.core, request, error)

    async def interaction_check(self, interaction: Interaction) -> bool:
        """Refuse on arrival who has not the role, whatever the command."""
        request = requests.of(interaction, self.core)
        if interaction.type is discord.InteractionType.autocomplete:
            return access.may(
                self.core.settings,
                access.roles_of(interaction),
                interaction.guild_id,
                change=False,
            )
        verb = interaction.command.name if interaction.command else ""
        if verb not in _CHANGES:
            return await access.reader(interaction, self.core, request)
        given = dict(iter(interaction.namespace))
        key = self.core.catalogue.find(str(given.get("setting", "")))
        return await access.admin(interaction, self.core, request, verb, {key: given.get("value")})
