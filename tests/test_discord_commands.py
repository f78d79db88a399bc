"""The rules of registered commands, and what a bot may look up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from loopback.raw import ask
from loopback.sample import command, option

if TYPE_CHECKING:
    from loopback import Discord

CHOICE = {"name": "One", "value": "1"}
SUBCOMMAND = {"type": 1, "name": "view", "description": "View"}


async def put(discord: Discord, *commands: dict[str, Any]) -> tuple[int, Any]:
    """Register a guild's commands."""
    path = f"/applications/{discord.application_id}/guilds/{discord.guild.id}/commands"
    return await ask(discord, "PUT", path, [*commands])


@pytest.mark.parametrize(
    "given",
    [
        command(option("a", required=True), option("b", autocomplete=True)),
        command(option("a", choices=[CHOICE])),
        command(SUBCOMMAND, {**SUBCOMMAND, "name": "set", "options": [option("a")]}),
        command(name_localizations={"th": "ตั้งค่า"}, description_localizations={"th": "ดู"}),
        command(nsfw=False, default_member_permissions=8, contexts=[0], integration_types=[0]),
    ],
)
async def test_command_that_is_fine(discord: Discord, given: dict[str, Any]) -> None:
    """A command is registered, keeps its id, and a new version only when it changed."""
    status, first = await put(discord, given)
    assert (status, first[0]["name"]) == (200, "go"), first
    assert (await put(discord, given))[1] == first
    _, changed = await put(discord, {**given, "description": "Another"})
    assert changed[0]["id"] == first[0]["id"]
    assert changed[0]["version"] != first[0]["version"]
    assert discord.registrations[discord.guild.id] == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (command(option("a"), option("b", required=True)), "required options must be placed"),
        (command(option("a", choices=[CHOICE], autocomplete=True)), "not beside choices"),
        (command(option("a"), option("a")), "two are called a"),
        (command(option("a"), SUBCOMMAND), "subcommands and values do not mix"),
        (command(option("a", choices=[CHOICE, CHOICE])), "two of the same name"),
        (command(option("a", min_length=5, max_length=4)), "the least is above the most"),
        (command(option("a", choices=[CHOICE] * 26)), "choices"),
        (command(*[option(f"o{n}") for n in range(26)]), "options"),
        (command(option("Big")), "'Big' is no name"),
        (command(option("a b")), "'a b' is no name"),
        (command(name="x" * 33), "name"),
        (command(description="x" * 101), "description"),
        (command(description=""), "description: this field is required"),
        (command(option("a", description="")), "description"),
        (command(name_localizations={"thai": "ดู"}), "no locale thai"),
        (command(option("a", name_localizations={"th": "ตั้ง ค่า"})), "is no name"),
        (command(option("a", required="yes")), "required"),
        (command(titel="x"), "'titel' was unexpected"),
    ],
)
async def test_command_against_a_rule(discord: Discord, given: dict[str, Any], words: str) -> None:
    """A command that breaks a rule is refused, and none is registered."""
    status, answer = await put(discord, given)
    assert (status, answer["code"]) == (400, 50035)
    assert [words in one for one in discord.forgive("body")] == [True], answer
    assert discord.commands == {}


async def test_command_with_too_much_text(discord: Discord) -> None:
    """All texts of a command together have at most 8,000 characters, in their longest language."""
    long = {"description": "x", "description_localizations": {"th": "ก" * 100}}
    inner = [option(f"o{n}", **long) for n in range(16)]
    subcommands = [{**SUBCOMMAND, "name": f"s{n}", "options": inner} for n in range(5)]
    await put(discord, command(*subcommands))
    assert "have 8" in discord.forgive("body")[0]
    assert (await put(discord, command(*subcommands[:4])))[0] == 200


async def test_commands_of_one_name(discord: Discord) -> None:
    """Two commands cannot be called the same."""
    assert (await put(discord, command(), command()))[0] == 400
    assert "two commands of this name" in discord.forgive("body")[0]


async def test_commands_without_their_languages(discord: Discord) -> None:
    """Commands are listed with the other languages only for who asks for them."""
    await put(discord, command(description_localizations={"th": "ดู"}))
    path = f"/applications/{discord.application_id}/guilds/{discord.guild.id}/commands"
    _, plain = await ask(discord, "GET", path)
    _, full = await ask(discord, "GET", f"{path}?with_localizations=true")
    assert "description_localizations" not in plain[0]
    assert full[0]["description_localizations"] == {"th": "ดู"}


async def test_commands_everywhere(discord: Discord) -> None:
    """Commands belong to one guild: to register them everywhere is kept as a violation."""
    await ask(discord, "PUT", f"/applications/{discord.application_id}/commands", [command()])
    assert len(discord.forgive("scope")) == 1


async def test_wrong_token(discord: Discord) -> None:
    """A wrong token is refused, which is no violation."""
    assert (await ask(discord, "GET", "/users/@me", wrong_token=True))[0] == 401


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/guilds/1", 10004),
        ("/guilds/{guild}/roles/1", 10011),
        ("/guilds/{guild}/members/1", 10007),
        ("/channels/1", 10003),
    ],
)
async def test_what_does_not_exist(discord: Discord, path: str, code: int) -> None:
    """What does not exist is unknown, each kind by its own code."""
    status, answer = await ask(discord, "GET", path.format(guild=discord.guild.id))
    assert (status, answer["code"]) == (404, code)


@pytest.mark.parametrize(
    "path",
    [
        "/users/@me",
        "/users/@me/guilds",
        "/applications/@me",
        "/oauth2/applications/@me",
        "/gateway",
        "/gateway/bot",
        "/guilds/{guild}?with_counts=true",
        "/guilds/{guild}/roles",
        "/guilds/{guild}/roles/{role}",
        "/guilds/{guild}/members/{member}",
        "/guilds/{guild}/channels",
        "/channels/{channel}",
        "/channels/{channel}/messages",
        "/applications/{bot}/commands",
        "/applications/{bot}/guilds/{guild}/commands",
        "/applications/{bot}/guilds/{guild}/commands/permissions",
    ],
)
async def test_looking_up(discord: Discord, path: str) -> None:
    """What is there is shown as the description says; the fixture fails where it is not."""
    ids = {
        "guild": discord.guild.id,
        "role": discord.admin_role.id,
        "member": discord.admin.id,
        "channel": discord.feed.id,
        "bot": discord.application_id,
    }
    assert (await ask(discord, "GET", path.format(**ids)))[0] == 200


@pytest.mark.parametrize("path", ["/nonsense", "/guilds/1/bans"])
async def test_route_that_is_not_played(discord: Discord, path: str) -> None:
    """A route that does not exist, or is none of this bot's, is a violation."""
    assert (await ask(discord, "GET", path))[0] == 404
    assert len(discord.forgive("route")) == 1


async def test_answer_that_is_no_answer(discord: Discord) -> None:
    """Our own answers are judged as well."""
    discord.own.username = None  # type: ignore[assignment]
    await ask(discord, "GET", "/users/@me")
    assert "username: None is not of type 'string'" in discord.forgive("answer")[0]
