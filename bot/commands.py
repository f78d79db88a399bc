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


_SETTING, _REASON = said("option_setting"), said("option_reason")


@app_commands.guild_only()
@app_commands.default_permissions(administrator=True)
class AcctConfig(app_commands.Group):
    """`/acct-config` with its subcommands; made anew when the settings that there are change."""

    def __init__(self, core: Core) -> None:
        super().__init__(name=GROUP, description=said("group"))
        self.core = core
        for command in self.walk_commands():
            if isinstance(command, app_commands.Command):
                self._offer(command)

    def _offer(self, command: Command[Any, ..., Any]) -> None:
        """Offer settings as Discord's own list where it holds them, else as they are typed."""
        names = {one.name for one in command.parameters}
        known = self.core.catalogue
        if "setting" in names and known.small:
            found = [Choice(name=name, value=key) for name, key in catalogue.choices(known)]
            app_commands.choices(setting=found)(command)
        elif "setting" in names:
            command.autocomplete("setting")(offering.settings(self.core))
        if "value" in names:
            command.autocomplete("value")(offering.values(self.core))
        if "version" in names:
            command.autocomplete("version")(offering.versions(self.core))

    @app_commands.command(name="view", description=said("view"))
    @app_commands.describe(setting=_SETTING)
    async def view(self, interaction: Interaction, setting: str) -> None:
        """Show one setting."""
        await handling.view(interaction, self.core, setting)

    @app_commands.command(name="set", description=said("set"))
    @app_commands.describe(setting=_SETTING, value=said("option_value"), reason=_REASON)
    async def set(
        self,
        interaction: Interaction,
        setting: str,
        value: Value,
        reason: Reason | None = None,
    ) -> None:
        """Change a setting."""
        await handling.store(interaction, self.core, setting, value, reason or "")

    @app_commands.command(name="list", description=said("list"))
    async def list(self, interaction: Interaction) -> None:
        """Show all settings."""
        await handling.listing(interaction, self.core, Listing(verb="list"))

    @app_commands.command(name="history", description=said("history"))
    @app_commands.describe(setting=_SETTING)
    async def history(self, interaction: Interaction, setting: str) -> None:
        """Show the versions of a setting."""
        words = (catalogue.compact(self.core.catalogue.find(setting)),)
        await handling.listing(interaction, self.core, Listing(verb="history", words=words))

    @app_commands.command(name="rollback", description=said("rollback"))
    @app_commands.describe(setting=_SETTING, version=said("option_version"), reason=_REASON)
    async def rollback(
        self,
        interaction: Interaction,
        setting: str,
        version: str,
        reason: Reason | None = None,
    ) -> None:
        """Go back to an older version, after a question."""
        await handling.ask(interaction, self.core, ROLLBACK, setting, reason or "", version=version)

    @app_commands.command(name="reset", description=said("reset"))
    @app_commands.describe(setting=_SETTING, reason=_REASON)
    async def reset(
        self,
        interaction: Interaction,
        setting: str,
        reason: Reason | None = None,
    ) -> None:
        """Store the default, after a question."""
        await handling.ask(interaction, self.core, RESET, setting, reason or "")

    @app_commands.command(name="unset", description=said("unset"))
    @app_commands.describe(setting=_SETTING, reason=_REASON)
    async def unset(
        self,
        interaction: Interaction,
        setting: str,
        reason: Reason | None = None,
    ) -> None:
        """Remove the stored value, after a question."""
        await handling.ask(interaction, self.core, UNSET, setting, reason or "")

    @app_commands.command(name="diff", description=said("diff"))
    @app_commands.describe(old=said("option_old"), new=said("option_new"))
    async def diff(
        self, interaction: Interaction, old: str | None = None, new: str | None = None
    ) -> None:
        """Compare settings."""
        words = (old or "", new or "")
        await handling.listing(interaction, self.core, Listing(verb="diff", words=words))

    @app_commands.command(name="blame", description=said("blame"))
    async def blame(self, interaction: Interaction) -> None:
        """Show who gave each setting its value."""
        await handling.listing(interaction, self.core, Listing(verb="blame"))

    @app_commands.command(name="audit", description=said("audit"))
    @app_commands.describe(setting=_SETTING, since=said("option_since"), by=said("option_by"))
    async def audit(
        self,
        interaction: Interaction,
        setting: str | None = None,
        since: str | None = None,
        by: str | None = None,
    ) -> None:
        """Show changes and refused attempts."""
        key = catalogue.compact(self.core.catalogue.find(setting)) if setting else ""
        words = (key, since or "", by or "")
        await handling.listing(interaction, self.core, Listing(verb="audit", words=words))

    @app_commands.command(name="validate", description=said("validate"))
    @app_commands.describe(revision=said("option_revision"))
    async def validate(self, interaction: Interaction, revision: str | None = None) -> None:
        """Check all settings."""
        await handling.validate(interaction, self.core, revision)

    @app_commands.command(name="status", description=said("status"))
    async def status(self, interaction: Interaction) -> None:
        """Show where everything stands."""
        await handling.status(interaction, self.core)

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
