"""Discord on loopback: TLS, a real websocket, REST, and people who type and click.

It is called `loopback`, not `discord`, because tests/support is on the path before the library.
Nothing of discord.py is patched: its client is built with `connector=discord.connector()`.
A test that asks for `discord` may be a coroutine; the server runs for as long as the test does,
and whatever the bot or the server said against Discord's rules fails the test at its end.

    async def test_something(discord: Discord, team_repo: Path) -> None:
        async with discord.bot(lambda connector: make_client(..., connector=connector)):
            reply = await discord.slash(discord.admin, "set", setting="A", value="1", reason="why")
            assert (reply.title, reply.ephemeral) == ("✅ Configuration Updated", True)
            undone = await discord.click(discord.admin, reply, "Undo")

The place
    discord.token, discord.application_id, discord.guild, discord.other_guild
    discord.admin_role, discord.viewer_role, discord.general, discord.feed      (each has `.id`)
    discord.admin, discord.viewer, discord.stranger      members; `.id`, `.user.username`, …
    discord.join("Nok", username="nok", nick=None, roles=[discord.admin_role], locale="th")
    discord.environment()      the DISCORD_* variables that lead a bot here
    discord.channel("audit", deny=Permission.SEND_MESSAGES)      one more channel
    discord.commands[guild.id]      as registered;  discord.registrations[guild.id]: how often
    discord.posts(channel)      what a channel shows, oldest first, each a `Message`
    discord.webhook(channel) -> str      the URL of an incoming webhook
    discord.hosts      every host that was asked for;  discord.requests      (method, path) in order
    discord.violations      kept until the end; a test of a violation takes it: `discord.forgive()`

The people
    await discord.slash(member, "set", setting=…, value=…, guild=…, locale="th") -> Reply
    await discord.autocomplete(member, "set", "setting", typed="dai", …others) -> list[Choice]
    await discord.click(member, reply, "label or custom_id") -> Reply
    await discord.submit(member, modal, {"label or custom_id": "text"}) -> Reply
    discord.slash_opens(…), discord.click_opens(…) -> Modal      where a form opens instead
    command="acct-config" is the group; other groups by `command="other"`.
    `guild=` is discord.guild unless given, discord.other_guild, or None for a direct message.
    A wrong option, a missing one, a value that is none of the choices raises PlayerError: the real
    client would not send it. discord.offered(member) names the commands that the menu shows.
    NoAnswerError: what a person sees as "The application did not respond".
    Reply: content, embeds, components, files {name: bytes}, ephemeral, deferred, text (all that is
    shown), title, colour, fields {name: value}, buttons [labels], button(label), followups,
    edits, pings, seconds (until the first answer); `await discord.changed(reply)` waits for the
    next edit or follow-up. Modal: title, custom_id, inputs {custom_id: component}, labels.

Trouble on demand
    discord.fail("PATCH", "/webhooks/*", status=503, times=2)      any glob over the path
    discord.fail("POST", "*/messages", status=429, retry_after=0.1)
    discord.fail("PATCH", "*", drop="before")      the socket dies before ("after") it is done
    discord.fail("POST", "*/callback", slow=1.5)
    await discord.reconnect() (op 7), .invalidate(resumable=False) (op 9), .close_gateway(4000),
    .drop_gateway();  async with discord.outage(): …      nobody answers at all
    discord.clock.advance(minutes=16)      tokens grow old;  discord.sessions, discord.identified
    await discord.ready()      until the bot's gateway session is up (again)
"""

from loopback.faults import Fault
from loopback.messages import Message
from loopback.place import Violation
from loopback.player import NoAnswerError
from loopback.reply import Choice, Modal, Reply
from loopback.server import Discord
from loopback.typed import PlayerError
from loopback.world import Channel, Guild, Member, Permission, Role, User

__all__ = [
    "Channel",
    "Choice",
    "Discord",
    "Fault",
    "Guild",
    "Member",
    "Message",
    "Modal",
    "NoAnswerError",
    "Permission",
    "PlayerError",
    "Reply",
    "Role",
    "User",
    "Violation",
]
