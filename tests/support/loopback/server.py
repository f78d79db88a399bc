"""The whole: starts the server, makes the people, and offers everything by one name."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aiohttp import web

from loopback import channels, tls
from loopback.faults import Fault, Faults
from loopback.gateway import Gateway
from loopback.place import Place, Webhook
from loopback.player import Player
from loopback.reply import Choice, Modal, Reply
from loopback.rest import Rest, cut
from loopback.waiting import PATIENCE
from loopback.world import ALL, Channel, Guild, Member, Permission, Role, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp
    import discord

    from loopback.description import Description
    from loopback.messages import Message

C = TypeVar("C", bound="discord.Client")
HERE: Any = object()
"""Stands for the guild that the bot works in."""
COMMAND = "acct-config"
NOTHING = Permission(0)
UPLOAD = 128 << 20
"""Bytes of a request: ten files of the greatest size, and more, so that the rules judge them."""


class Discord(Place):
    """A Discord on loopback; an asynchronous context in which it runs."""

    def __init__(self, description: Description) -> None:
        super().__init__(description)
        self.faults = Faults()
        self.gateway = Gateway(self)
        self.rest = Rest(self, self.faults)
        self.player = Player(self, self.gateway)
        self.port = 0
        self.guild = self.found("The Team")
        self.other_guild = self.found("Another Team")
        self.general = self.channel("general")
        self.feed = self.channel("config-feed")
        self.channel("lobby", guild=self.other_guild)
        self.admin_role = self.role("Config Admin")
        self.viewer_role = self.role("Config Viewer")
        self.admin = self.join("Nok", username="nok", roles=[self.admin_role])
        self.viewer = self.join("Vera", username="vera", roles=[self.viewer_role])
        self.stranger = self.join("Sam", username="sam")
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of this machine."""
        server = web.Server(self._serve, request_factory=_request)
        self._runner = web.ServerRunner(server, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls.server_context())
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut what is still open and stop listening."""
        self.gateway.drop()
        self.faults.back.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def connector(self) -> aiohttp.TCPConnector:
        """Make a connector that leads every host here; call it inside the running loop."""
        return tls.connector(self.port, self.hosts)

    @asynccontextmanager
    async def bot(self, make: Callable[[aiohttp.TCPConnector], C]) -> AsyncIterator[C]:
        """Run a client until the end of the block; it has seen its guilds when this begins."""
        client = make(self.connector())
        running = asyncio.create_task(client.start(self.token))
        ready = asyncio.create_task(self.ready())
        try:
            await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            # Its own waiting begins only after the login, so this comes last.
            await asyncio.wait_for(client.wait_until_ready(), PATIENCE)
            yield client
        finally:
            ready.cancel()
            last = getattr(client.ws, "session_id", None)  # None before it has come in
            await client.close()
            self.gateway.forget(last)
            # It may be waiting to connect again, which the library does to the end.
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    @property
    def identified(self) -> list[dict[str, Any]]:
        """What the bot said of itself whenever it came in."""
        return self.gateway.identified

    async def ready(self) -> None:
        """Wait until the bot has a gateway session with a connection."""
        await asyncio.wait_for(self.gateway.ready(), PATIENCE)

    def environment(self) -> dict[str, str]:
        """Name the variables that lead a bot here."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_GUILD_ID": str(self.guild.id),
            "DISCORD_ADMIN_ROLE_ID": str(self.admin_role.id),
            "DISCORD_VIEWER_ROLE_ID": str(self.viewer_role.id),
            "DISCORD_FEED_CHANNEL_ID": str(self.feed.id),
        }

    def join(
        self,
        name: str | None,
        *,
        username: str,
        nick: str | None = None,
        roles: list[Role] | None = None,
        locale: str = "en-US",
        guild: Guild | None = None,
    ) -> Member:
        """Let somebody join a guild."""
        into = guild or self.guild
        user = User(self.clock.snowflake(), username, name)
        member = Member(user, into, [*(roles or ())], nick, locale)
        into.members[user.id] = member
        return member

    def role(self, name: str, permissions: Permission = NOTHING) -> Role:
        """Make a role of the bot's guild."""
        return self.make_role(self.guild, name, permissions)

    def channel(
        self, name: str, *, deny: Permission = NOTHING, guild: Guild | None = None
    ) -> Channel:
        """Make a text channel; `deny` is what everyone may not do there."""
        return self.open_channel(guild or self.guild, name, deny)

    def webhook(self, channel: Channel, name: str = "Notices") -> str:
        """Make an incoming webhook and return its URL."""
        hook = Webhook(self.clock.snowflake(), "w" * 68, channel, name)
        self.webhooks[hook.id] = hook
        return f"https://discord.com/api/webhooks/{hook.id}/{hook.token}"

    def posts(self, channel: Channel) -> list[Message]:
        """List what a channel shows everyone, oldest first."""
        return [one for one in channels.in_channel(self, channel.id) if not one.ephemeral]

    def offered(self, member: Member) -> list[str]:
        """Name the commands that a member finds in the menu."""
        every = self.commands.get(member.guild.id, [])
        held = member.permissions()
        return [one["name"] for one in every if _offers(one, held)]

    async def slash(
        self,
        member: Member,
        subcommand: str,
        *,
        guild: Guild | None = HERE,
        locale: str | None = None,
        command: str = COMMAND,
        **given: Any,
    ) -> Reply:
        """Send a subcommand and return what it shows, once there is something to see."""
        path = f"{command} {subcommand}".strip()
        where = self._where(guild)
        seen = await self.player.slash(member, path, given, guild=where, locale=locale)
        assert isinstance(seen, Reply), f"a modal opened: {seen}"
        return seen

    async def slash_opens(
        self,
        member: Member,
        subcommand: str,
        *,
        guild: Guild | None = HERE,
        locale: str | None = None,
        command: str = COMMAND,
        **given: Any,
    ) -> Modal:
        """Send a subcommand and return the form that it opens."""
        path = f"{command} {subcommand}".strip()
        where = self._where(guild)
        seen = await self.player.slash(member, path, given, guild=where, locale=locale)
        assert isinstance(seen, Modal), f"no modal opened: {seen}"
        return seen

    async def autocomplete(
        self,
        member: Member,
        subcommand: str,
        option: str,
        *,
        typed: str = "",
        guild: Guild | None = HERE,
        locale: str | None = None,
        command: str = COMMAND,
        **given: Any,
    ) -> list[Choice]:
        """Type into an option, the others standing as given, and return the suggestions."""
        path = f"{command} {subcommand}".strip()
        return await self.player.autocomplete(
            member, path, option, typed, given, guild=self._where(guild), locale=locale
        )

    async def click(self, member: Member, reply: Reply, button: str) -> Reply:
        """Click a button, by its label or custom id, and return what it shows."""
        seen = await self.player.click(member, reply, button)
        assert isinstance(seen, Reply), f"a modal opened: {seen}"
        return seen

    async def click_opens(self, member: Member, reply: Reply, button: str) -> Modal:
        """Click a button and return the form that it opens."""
        seen = await self.player.click(member, reply, button)
        assert isinstance(seen, Modal), f"no modal opened: {seen}"
        return seen

    async def submit(self, member: Member, modal: Modal, given: dict[str, str]) -> Reply:
        """Fill in a form, inputs named by label or custom id, and return what it shows."""
        return await self.player.submit(member, modal, given)

    async def changed(self, reply: Reply) -> None:
        """Wait for the next edit of a reply, or for a message that follows it."""
        await self.player.changed(reply)

    def fail(self, method: str, path: str, **how: Any) -> Fault:
        """Let the next requests that fit go wrong; `how` are the fields of Fault."""
        fault = Fault(method, path, **how)
        self.faults.waiting.append(fault)
        return fault

    async def reconnect(self) -> None:
        """Ask the bot for a reconnection, by op 7."""
        await self.gateway.reconnect()

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Declare the bot's session invalid, by op 9."""
        await self.gateway.invalidate(resumable=resumable)

    async def close_gateway(self, code: int) -> None:
        """Close the bot's gateway connection with a code."""
        await self.gateway.close(code)

    def drop_gateway(self) -> None:
        """Cut the bot's gateway connection."""
        self.gateway.drop()

    @asynccontextmanager
    async def outage(self, *, silent: bool = False) -> AsyncIterator[None]:
        """Be gone until the end of the block: connections are cut, or kept without a word."""
        self.faults.down, self.faults.silent = True, silent
        self.faults.back.clear()
        self.gateway.drop()
        try:
            yield
        finally:
            self.faults.down = False
            self.faults.back.set()

    def forgive(self, kind: str | None = None) -> list[str]:
        """Take the violations, those of one kind where it is given, out of the verdict."""
        taken = [one for one in self.violations if kind in {None, one.kind}]
        self.violations = [one for one in self.violations if one not in taken]
        return [str(one) for one in taken]

    def _where(self, guild: Guild | None) -> Guild | None:
        return self.guild if guild is HERE else guild

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.faults.down:
            if self.faults.silent:
                await self.faults.back.wait()
            return cut(request)
        if request.host.endswith("discord.gg"):
            return await self.gateway.serve(request)
        if request.host.startswith("cdn."):
            return self._file(request)
        return await self.rest.handle(request)

    def _file(self, request: web.BaseRequest) -> web.Response:
        _, _, _, message_id, name = request.path.split("/")
        message = self.messages.get(int(message_id))
        if message is None or name not in message.files:
            return web.Response(status=404)
        return web.Response(body=message.files[name])


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=UPLOAD)


def _offers(command: dict[str, Any], held: Permission) -> bool:
    needed = command["default_member_permissions"]
    return needed is None or (needed != "0" and not int(needed) & ~held) or held == ALL
