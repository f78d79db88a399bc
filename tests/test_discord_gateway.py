"""The gateway and the troubles on demand, met by the real discord.py without a patch."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord as library
import pytest
from loopback.raw import ask
from loopback.sample import Sample, sample
from loopback.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from loopback import Discord
    from loopback.sample import Interaction

URL = "wss://gateway.discord.gg/?v=10&encoding=json"


async def test_identification(discord: Discord) -> None:
    """The bot comes in once, with its intents, and finds its guilds and channels."""
    async with discord.bot(sample(discord)) as bot:
        names = {guild.name: [one.name for one in guild.channels] for guild in bot.guilds}
    assert names == {"The Team": ["general", "config-feed"], "Another Team": ["lobby"]}
    assert [one["intents"] for one in discord.identified] == [1]
    assert discord.gateway.heartbeats >= 1


async def test_wrong_token_at_the_gateway(discord: Discord) -> None:
    """A wrong token is told apart and is no violation."""
    discord.fail("GET", "/users/@me", status=401)
    with pytest.raises(library.LoginFailure):
        async with discord.bot(sample(discord)):
            pass


@pytest.mark.parametrize("code", [4000, 1001])
async def test_gateway_closed_by_discord(discord: Discord, code: int) -> None:
    """A closed connection is taken up again where it was, and nothing is lost meanwhile."""
    async with discord.bot(sample(discord)) as bot:
        await discord.close_gateway(code)
        reply = await discord.slash(discord.admin, "say", text="still here")
        await until(lambda: "resumed" in bot.happened)
    assert (reply.text, discord.gateway.resumed, len(discord.identified)) == ("still here", 1, 1)
    assert any(host.startswith("gateway-loopback") for host in discord.hosts)


async def test_reconnect_by_op_7(discord: Discord) -> None:
    """Asked to reconnect, the bot resumes its session."""
    async with discord.bot(sample(discord)) as bot:
        await discord.reconnect()
        await until(lambda: "resumed" in bot.happened)
        assert (await discord.slash(discord.admin, "say", text="x")).text == "x"


async def test_gateway_cut(discord: Discord) -> None:
    """A connection that is cut is resumed as well."""
    async with discord.bot(sample(discord)) as bot:
        discord.drop_gateway()
        await until(lambda: "resumed" in bot.happened)
        assert (await discord.slash(discord.admin, "say", text="x")).text == "x"


async def test_session_made_invalid_by_op_9(discord: Discord) -> None:
    """An invalid session is not replayed: the bot comes in anew and gets ready again."""
    async with discord.bot(sample(discord)) as bot:
        await discord.invalidate()
        await until(lambda: len(discord.identified) == 2)
        await discord.ready()
        assert (await discord.slash(discord.admin, "say", text="x")).text == "x"
        await until(lambda: bot.happened.count("ready") == 2)
    assert discord.gateway.resumed == 0


async def test_heartbeats(discord: Discord) -> None:
    """The bot's heart beats at the pace that it is told."""
    discord.gateway.interval = 0.05
    async with discord.bot(sample(discord)):
        await until(lambda: discord.gateway.heartbeats > 3)


async def test_outage_and_return(discord: Discord) -> None:
    """While nobody answers there is no connection; afterwards the bot comes back by itself."""
    async with discord.bot(sample(discord)):
        async with discord.outage():
            with pytest.raises(aiohttp.ClientError):
                await ask(discord, "GET", "/users/@me")
        await discord.ready()
        assert (await discord.slash(discord.admin, "say", text="back")).text == "back"


async def test_silent_outage(discord: Discord) -> None:
    """A silent outage keeps whoever asks waiting."""
    async with discord.outage(silent=True):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(discord, "GET", "/users/@me"), 0.1)


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "{token}", "properties": {"os": "", "browser": "", "device": ""}}, 4002),
        (8, {}, 4002),
        (1, "x", 4002),
        ("identify", {"intents": 1, "token": "wrong"}, 4004),
        ("identify", {"intents": 1 | 1 << 15}, 4014),
    ],
)
async def test_gateway_against_a_rule(discord: Discord, op: Any, data: Any, code: int) -> None:
    """What a client must not send closes its connection with the code that tells why."""
    if op == "identify":
        properties = {"os": "", "browser": "", "device": ""}
        op, data = 2, {"token": discord.token, "properties": properties, **data}
    assert await closed(discord, [{"op": op, "d": data}]) == code
    assert len(discord.forgive("gateway")) == (0 if code == 4004 else 1)


async def test_gateway_used_too_much(discord: Discord) -> None:
    """More than 120 payloads in a minute close the connection."""
    assert await closed(discord, [{"op": 1, "d": None}] * 121) == 4008
    assert len(discord.forgive("gateway")) == 1


async def test_resumption_of_nothing(discord: Discord) -> None:
    """An unknown session, also null, is answered by op 9 and no replay."""
    resume = {"op": 6, "d": {"token": discord.token, "session_id": None, "seq": None}}
    async with connection(discord) as socket:
        await socket.receive_json()
        await socket.send_json(resume)
        assert await socket.receive_json() == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize("query", ["v=9&encoding=json", "v=10&encoding=json&compress=zstd-stream"])
async def test_gateway_of_another_kind(discord: Discord, query: str) -> None:
    """Another version or compression is a violation."""
    async with connection(discord, f"wss://gateway.discord.gg/?{query}"):
        pass
    assert len(discord.forgive("gateway")) == 1


async def test_rate_limit_on_demand(discord: Discord) -> None:
    """A 429 is waited for and the request sent again."""
    discord.fail("POST", "*/callback", status=429, retry_after=0.05, times=2)
    async with discord.bot(sample(discord)):
        assert (await discord.slash(discord.admin, "say", text="x")).text == "x"
    assert len(discord.faults.met) == 2


async def test_rate_limit_without_via(discord: Discord) -> None:
    """A 429 without Via is taken for a ban, and not sent again."""
    discord.fail("POST", "*/callback", status=429, retry_after=0.05, via=False)
    async with discord.bot(sample(discord, speak)) as bot:
        await discord_ignores(discord, bot)
    assert bot.refused == [429]


@pytest.mark.parametrize("status", [500, 503])
async def test_error_of_discord_on_demand(discord: Discord, status: int) -> None:
    """A 5xx is tried again by the library."""
    discord.fail("POST", "*/callback", status=status)
    async with discord.bot(sample(discord)):
        assert (await discord.slash(discord.admin, "say", text="x")).text == "x"
    assert len(discord.faults.met) == 1


@pytest.mark.parametrize(("drop", "shown"), [("before", 0), ("after", 1)])
async def test_socket_cut_in_the_middle(discord: Discord, drop: str, shown: int) -> None:
    """A cut before leaves nothing done; one after leaves it done though the bot cannot know."""
    discord.fail("POST", "*/messages", drop=drop)
    path = f"/channels/{discord.feed.id}/messages"
    with pytest.raises(aiohttp.ClientError):
        await ask(discord, "POST", path, {"content": "x"})
    assert len(discord.posts(discord.feed)) == shown


async def test_slow_answer(discord: Discord) -> None:
    """A slow answer comes all the same."""
    discord.fail("GET", "/users/@me", slow=0.05)
    assert (await ask(discord, "GET", "/users/@me"))[0] == 200


async def test_webhook(discord: Discord) -> None:
    """An incoming webhook posts under its own name; a wrong token does not."""
    url = discord.webhook(discord.feed)
    async with aiohttp.ClientSession(connector=discord.connector()) as session:
        hook = library.Webhook.from_url(url, session=session)
        await hook.send("exported", username="Exporter")
        wrong = library.Webhook.from_url(url[:-1] + "x", session=session)
        with pytest.raises(library.HTTPException):
            await wrong.send("no")
    assert [(one.author.username, one.content) for one in discord.posts(discord.feed)] == [
        ("Exporter", "exported")
    ]


async def speak(interaction: Interaction) -> None:
    """Answer at once."""
    await interaction.response.send_message("x")


async def discord_ignores(discord: Discord, bot: Sample) -> None:
    """Send a command whose answer never arrives."""
    sent = asyncio.create_task(discord.slash(discord.admin, "act"))
    await until(lambda: bot.refused)
    sent.cancel()


@asynccontextmanager
async def connection(
    discord: Discord, url: str = URL
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a websocket past any client."""
    async with (
        aiohttp.ClientSession(connector=discord.connector()) as session,
        session.ws_connect(url) as socket,
    ):
        yield socket


async def closed(discord: Discord, payloads: list[Any]) -> int | None:
    """Send payloads past any client and tell the code with which the connection closes."""
    async with connection(discord) as socket:
        for payload in payloads:
            await socket.send_json(payload)
        async for _ in socket:
            pass
        return socket.close_code
