"""What is wrong with the bot's place in Discord, in words that whoever runs the server understands.

Each question is asked over HTTP alone; the questions that are left when time is over are told as
not answered.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import aiohttp
import discord

from bot import connecting, network
from bot.client import GROUP
from bot.settings import ADMIN_ROLE, FEED_CHANNEL, GUILD, TOKEN, VIEWER_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

PATIENCE = 15.0
"""Seconds for all questions together."""

State = Literal["ok", "warning", "error"]
_INTEGRATIONS = "Server settings → Integrations → the bot → /acct-config"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was found."""

    name: str
    state: State
    message: str


@dataclass(slots=True)
class Report:
    """What was found so far, in the order of the questions."""

    checks: list[Check] = field(default_factory=list)

    def tell(self, name: str, state: State, message: str) -> None:
        """Put one finding down."""
        self.checks.append(Check(name, state, message))

    @property
    def ok(self) -> bool:
        """Whether the bot can work."""
        return all(one.state != "error" for one in self.checks)


async def check(
    settings: Settings,
    *,
    connect: Callable[[], aiohttp.BaseConnector] = network.connector,
    patience: float = PATIENCE,
) -> Report:
    """Look at token, server, roles, channel, permissions and commands; never raises for those."""
    report = Report()
    client = discord.Client(intents=discord.Intents.none(), connector=connect(), max_messages=None)
    try:
        async with client, asyncio.timeout(patience):
            await _ask(client, settings, report)
    except TimeoutError:
        report.tell(
            "network",
            "error",
            f"Discord gave no answer within {patience:.0f} s. Check the network, a proxy, a "
            "firewall; what is not listed was not looked at",
        )
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        report.tell("network", "error", f"{connecting.words(error)}. Try again later")
    return report


async def _ask(client: discord.Client, settings: Settings, report: Report) -> None:
    try:
        await client.login(settings.token.reveal())
    except discord.LoginFailure:
        report.tell(TOKEN, "error", connecting.BAD_TOKEN)
        return
    report.tell(TOKEN, "ok", f"the bot is {client.user}")
    try:
        guild = await client.fetch_guild(settings.guild, with_counts=False)
    except (discord.NotFound, discord.Forbidden):
        invitation = discord.utils.oauth_url(
            client.application_id or 0,
            scopes=("bot", "applications.commands"),
            permissions=discord.Permissions(
                view_channel=True, send_messages=True, embed_links=True
            ),
        )
        report.tell(
            GUILD,
            "error",
            f"the bot is not in server {settings.guild}. Check the id, or invite it: {invitation}",
        )
        return
    report.tell(GUILD, "ok", f"the server is {guild.name}")
    _roles(guild, settings, report)
    await _channel(client, guild, settings, report)
    await _commands(client, settings, report)


def _roles(guild: discord.Guild, settings: Settings, report: Report) -> None:
    wanted = {ADMIN_ROLE: settings.admin_role, VIEWER_ROLE: settings.viewer_role}
    for name, number in wanted.items():
        if number is None:
            continue
        role = guild.get_role(number)
        if role is None:
            report.tell(
                name,
                "error",
                f"no role {number} in {guild.name}: nobody would pass. Copy the id under Server "
                "settings → Roles",
            )
        elif role.is_default():
            report.tell(name, "error", f"{number} is @everyone: then anybody could. Make a role")
        else:
            report.tell(name, "ok", f"the role is {role.name}")


async def _channel(
    client: discord.Client, guild: discord.Guild, settings: Settings, report: Report
) -> None:
    if settings.feed_channel is None:
        report.tell(FEED_CHANNEL, "warning", "not set: no channel is told of changes")
        return
    try:
        channel = await guild.fetch_channel(settings.feed_channel)
    except (discord.NotFound, discord.InvalidData):
        report.tell(FEED_CHANNEL, "error", f"no channel {settings.feed_channel} in {guild.name}")
        return
    except discord.Forbidden:
        report.tell(
            FEED_CHANNEL,
            "error",
            f"the bot cannot see channel {settings.feed_channel}. Give it View Channel there",
        )
        return
    me = await guild.fetch_member(client.user.id if client.user else 0)
    has = channel.permissions_for(me)
    needed = {
        "View Channel": has.view_channel,
        "Send Messages": has.send_messages,
        "Embed Links": has.embed_links,
    }
    lacking = [name for name, given in needed.items() if not given]
    if lacking:
        report.tell(
            FEED_CHANNEL,
            "error",
            f"the bot lacks {', '.join(lacking)} in #{channel.name}. Give it to the bot's role "
            "under Edit Channel → Permissions",
        )
    else:
        report.tell(FEED_CHANNEL, "ok", f"the feed goes to #{channel.name}")


async def _commands(client: discord.Client, settings: Settings, report: Report) -> None:
    application = client.application_id or 0
    try:
        there: Any = await client.http.get_guild_commands(application, settings.guild)
        given: Any = await client.http.get_guild_application_command_permissions(
            application, settings.guild
        )
    except discord.Forbidden:
        report.tell(
            "commands",
            "error",
            "the bot may not register commands here. Invite it again, with the scope "
            "applications.commands too",
        )
        return
    if GROUP not in {one["name"] for one in there}:
        report.tell("commands", "warning", f"/{GROUP} is not registered yet. Run `bot sync`")
    else:
        report.tell("commands", "ok", f"/{GROUP} is registered")
    allowed = {int(one["id"]) for each in given for one in each["permissions"] if one["permission"]}
    for name, number in {
        ADMIN_ROLE: settings.admin_role,
        VIEWER_ROLE: settings.viewer_role,
    }.items():
        if number is not None and number not in allowed:
            report.tell(
                "integrations",
                "warning",
                f"{name}: Discord shows /{GROUP} to administrators only, until the role is added "
                f"under {_INTEGRATIONS}",
            )
