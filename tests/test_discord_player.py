"""The people of the loopback Discord: they send what the real client would, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loopback import Choice, Permission, PlayerError
from loopback.sample import sample

if TYPE_CHECKING:
    from loopback import Discord
    from loopback.sample import Interaction


async def test_slash_command(discord: Discord) -> None:
    """A person sees the answer to a command, for themselves alone."""
    async with discord.bot(sample(discord)):
        reply = await discord.slash(discord.admin, "say", text="สวัสดี")
    assert (reply.text, reply.ephemeral, reply.deferred) == ("สวัสดี", True, False)
    assert discord.hosts == {"discord.com", "gateway.discord.gg"}


@pytest.mark.parametrize(
    ("subcommand", "given", "words"),
    [
        ("forget", {}, "no /acct-config forget"),
        ("say", {}, "option text is required"),
        ("say", {"text": "x", "more": "y"}, "no option more"),
        ("say", {"text": 5}, "option text takes no 5"),
        ("say", {"text": "x" * 6001}, "6001 characters"),
        ("say", {"text": ""}, "0 characters"),
        ("set", {"setting": "A", "times": "2"}, "option times takes no '2'"),
        ("set", {"setting": "A", "times": True}, "option times takes no True"),
        ("set", {"setting": "A", "times": 6}, "not between 1 and 5"),
        ("set", {"setting": "x" * 41}, "not between 1 and 40"),
        ("set", {"setting": "A", "zone": "Mars"}, "takes one of"),
        ("set", {"setting": "A", "sure": 1}, "option sure takes no 1"),
    ],
)
async def test_command_that_the_client_would_not_send(
    discord: Discord, subcommand: str, given: dict[str, Any], words: str
) -> None:
    """Options are checked against the registered commands, as the client does."""
    async with discord.bot(sample(discord)):
        with pytest.raises(PlayerError, match=words):
            await discord.slash(discord.admin, subcommand, **given)


async def test_command_with_every_kind_of_option(discord: Discord) -> None:
    """Values reach the bot with their types; a free text stands beside suggestions."""
    given: dict[str, Any] = {"setting": "X", "times": 3, "zone": "Asia/Bangkok", "sure": True}
    async with discord.bot(sample(discord)):
        reply = await discord.slash(discord.admin, "set", **given)
    assert reply.text == "X 3 Asia/Bangkok True"


async def test_unknown_command(discord: Discord) -> None:
    """Before a command is registered nobody can send it."""
    with pytest.raises(PlayerError, match="no command /acct-config"):
        await discord.slash(discord.admin, "say", text="x")


async def test_autocomplete(discord: Discord) -> None:
    """Typing into an option brings suggestions; another option has none."""
    async with discord.bot(sample(discord)):
        found = await discord.autocomplete(discord.admin, "set", "setting", typed="dai", times=2)
        with pytest.raises(PlayerError, match="does not complete"):
            await discord.autocomplete(discord.admin, "set", "zone")
    assert found == [Choice("DAILY_EXPORT_TIME", "DAILY_EXPORT_TIME")]


async def test_where_and_in_which_language(discord: Discord) -> None:
    """A command comes from a guild or a direct message, in the person's language."""
    told: list[tuple[int | None, str, bool]] = []

    async def act(interaction: Interaction) -> None:
        roles = getattr(interaction.user, "roles", [])
        has = discord.admin_role.id in [role.id for role in roles]
        told.append((interaction.guild_id, str(interaction.locale), has))
        await interaction.response.send_message("ok")

    noi = discord.join("น้อย", username="noi", roles=[discord.admin_role], locale="th")
    async with discord.bot(sample(discord, act)):
        await discord.slash(noi, "act")
        await discord.slash(discord.viewer, "act", locale="de")
        await discord.slash(noi, "act", guild=None)
        await discord.slash(noi, "act", guild=discord.other_guild)
    assert told == [
        (discord.guild.id, "th", True),
        (discord.guild.id, "de", False),
        (None, "th", False),
        (discord.other_guild.id, "th", False),
    ]


async def test_menu_hides_and_no_more(discord: Discord) -> None:
    """The default permission hides a command from the menu; whoever sends it still reaches us."""
    chief = discord.role("Chief", Permission.ADMINISTRATOR)
    boss = discord.join("Boss", username="boss", roles=[chief])
    async with discord.bot(sample(discord)):
        shown = [discord.offered(one) for one in (boss, discord.admin)]
        assert (await discord.slash(discord.stranger, "say", text="x")).text == "x"
    assert shown == [["acct-config"], []]


async def test_click_by_somebody_else(discord: Discord) -> None:
    """An ephemeral message is seen, and clicked, by one person only."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("x", ephemeral=True)

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        reply.message.components = [
            {"type": 1, "components": [{"type": 2, "label": "Go", "custom_id": "a", "style": 1}]}
        ]
        with pytest.raises(PlayerError, match="one person only"):
            await discord.click(discord.viewer, reply, "Go")
        reply.button("Go")["disabled"] = True
        with pytest.raises(PlayerError, match="disabled"):
            await discord.click(discord.admin, reply, "Go")
        reply.message.deleted = True
        with pytest.raises(PlayerError, match="gone"):
            await discord.click(discord.admin, reply, "Go")
