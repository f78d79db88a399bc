"""The `bot` command: its words, its exit codes, what is missing, and what `bot check` finds."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from bots import core

from bot import checking, connecting, identities, presence, settings
from bot.cli import sync
from bot.cli.entry import main
from bot.errors import DiscordError, HeldError, PlaceError
from bot.settings import Token
from gitcfg import Author

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loopback import Discord

    Run = Callable[..., tuple[int, str, str]]

ENVIRONMENT = {
    "DISCORD_TOKEN": "a-secret.token-of.nobody",
    "DISCORD_GUILD_ID": "81384788765712384",
    "DISCORD_ADMIN_ROLE_ID": "81384788765712385",
}


@pytest.fixture
def bot(
    team_repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Offer the command in a fresh repository, with nothing in the environment."""
    for name in (*ENVIRONMENT, "DISCORD_VIEWER_ROLE_ID", "BOT_IDENTITIES"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["-C", str(team_repo), *words])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("verb", ["run", "sync", "check"])
def test_command_without_environment(bot: Run, verb: str) -> None:
    """Each ends with 1 and names all that is missing, with where it is found."""
    code, out, err = bot(verb)
    assert (code, out) == (1, "")
    assert err.startswith("error: DISCORD_TOKEN, DISCORD_GUILD_ID, DISCORD_ADMIN_ROLE_ID: not set")


def test_command_without_environment_in_json(bot: Run) -> None:
    """With --json the error is one document on standard output."""
    code, out, err = bot("check", "--json")
    error = json.loads(out)["error"]
    assert (code, err, error["kind"], error["findings"]) == (1, "", "environment", [])


@pytest.mark.parametrize("words", [[], ["dance"], ["run", "extra"], ["--nonsense"]])
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command line that makes no sense ends with 2 and points to the help."""
    assert main(words) == 2
    assert capsys.readouterr().err.rstrip().endswith("--help`")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists the commands and what they need."""
    code = main(["--help"])
    text = capsys.readouterr().out
    assert code == 0
    assert [one for one in ("run", "sync", "check", "DISCORD_TOKEN") if one not in text] == []


def test_module_as_a_program(team_repo: Path) -> None:
    """`python -m bot` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "-C", team_repo, "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "DISCORD_TOKEN" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DISCORD_GUILD_ID", "my server", "no id"),
        ("DISCORD_ADMIN_ROLE_ID", "123", "no id"),
        ("DISCORD_TOKEN", "Bot abc", "characters"),
        ("DISCORD_TOKEN", "Botabc", "begins with `Bot`"),
        ("DISCORD_TOKEN", "ก", "characters that no token has"),
    ],
)
def test_environment_that_is_wrong(name: str, value: str, told: str) -> None:
    """What is wrong is named with its cure, and a token never shown."""
    with pytest.raises(PlaceError, match=told) as caught:
        settings.read({**ENVIRONMENT, name: value})
    assert name in str(caught.value)


def test_token_is_never_shown() -> None:
    """Neither the token nor what holds it says it when printed."""
    found = settings.read(ENVIRONMENT)
    token = ENVIRONMENT["DISCORD_TOKEN"]
    assert token not in f"{found} {found!r} {found.token} {found.token!r}"
    assert found.token.reveal() == token


def test_identities(tmp_path: Path) -> None:
    """A file outside the repository maps ids to git names."""
    place = tmp_path / "who.json"
    place.write_text('{"81384788765712384": "Nok <nok@example.com>"}')
    known = identities.load(place, tmp_path / "team")
    assert known == {81384788765712384: Author("Nok", "nok@example.com")}
    assert identities.author(81384788765712384, "n", "n", known).email == "nok@example.com"
    assert identities.load(None, tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing", "is no JSON"),
        ("[]", "must hold one object"),
        ('{"1": "Nok <n@x>"}', "no Discord id"),
        ('{"81384788765712384": "Nok"}', "must be"),
        ('{"81384788765712384": "Nok <>"}', "cannot hold"),
    ],
)
def test_identities_that_are_wrong(tmp_path: Path, text: str, told: str) -> None:
    """Each fault names the file and what is wrong."""
    place = tmp_path / "who.json"
    place.write_text(text)
    with pytest.raises(PlaceError, match=told):
        identities.load(place, tmp_path / "team")


def test_identities_inside_the_repository(team_repo: Path) -> None:
    """Whoever may commit could be anyone then, so it is refused."""
    place = team_repo / "who.json"
    place.write_text("{}")
    with pytest.raises(PlaceError, match="inside the repository"):
        identities.load(place, team_repo)
    with pytest.raises(PlaceError, match="No such file"):
        identities.load(team_repo.parent / "gone.json", team_repo)


def test_second_bot_is_refused(team_repo: Path) -> None:
    """One bot for each repository; the holder is named, and git sees nothing of it."""
    with presence.alone(team_repo), pytest.raises(HeldError, match=f"process {os.getpid()}"):
        presence.alone(team_repo).__enter__()


async def test_check_where_all_is_well(discord: Discord, team_repo: Path) -> None:
    """Token, server, roles, channel and commands are found; Integrations are spoken of."""
    async with core(discord, team_repo) as made:
        await sync.register(made, connect=discord.connector)
        report = await checking.check(made.settings, connect=discord.connector)
    states = [(one.name, one.state) for one in report.checks]
    assert report.ok
    assert states[:5] == [
        ("DISCORD_TOKEN", "ok"),
        ("DISCORD_GUILD_ID", "ok"),
        ("DISCORD_ADMIN_ROLE_ID", "ok"),
        ("DISCORD_VIEWER_ROLE_ID", "ok"),
        ("DISCORD_FEED_CHANNEL_ID", "ok"),
    ]
    assert states[5:] == [
        ("commands", "ok"),
        ("integrations", "warning"),
        ("integrations", "warning"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DISCORD_TOKEN", "wrong", "does not know the token"),
        ("DISCORD_GUILD_ID", "81384788765712384", "is not in server"),
        ("DISCORD_ADMIN_ROLE_ID", "81384788765712384", "no role"),
        ("DISCORD_FEED_CHANNEL_ID", "81384788765712384", "no channel"),
    ],
)
async def test_check_finds_what_is_wrong(
    discord: Discord, name: str, value: str, told: str
) -> None:
    """Each wrong place is named by its variable, in words."""
    found = settings.read({**discord.environment(), name: value})
    report = await checking.check(found, connect=discord.connector)
    wrong = [one for one in report.checks if one.state == "error"]
    assert [one.name for one in wrong] == [name]
    assert told in wrong[0].message


async def test_check_without_commands_and_feed(discord: Discord) -> None:
    """What only hampers is a warning."""
    environment = discord.environment()
    del environment["DISCORD_FEED_CHANNEL_ID"]
    report = await checking.check(settings.read(environment), connect=discord.connector)
    told = {one.name: one.message for one in report.checks if one.state == "warning"}
    assert report.ok
    assert "bot sync" in told["commands"]
    assert "no channel is told" in told["DISCORD_FEED_CHANNEL_ID"]


async def test_check_is_over_in_time_whatever_the_network_does(discord: Discord) -> None:
    """A Discord that gives no answer is told after the patience."""
    discord.fail("GET", "/users/@me", slow=3.0)
    found = settings.read(discord.environment())
    began = time.monotonic()
    report = await checking.check(found, connect=discord.connector, patience=0.5)
    assert time.monotonic() - began < 20
    assert [(one.name, one.state) for one in report.checks] == [("network", "error")]


async def test_check_where_nobody_listens(discord: Discord) -> None:
    """A refused connection is an error in words, not a traceback."""
    found = settings.read(discord.environment())
    async with discord.outage():
        report = await checking.check(found, connect=discord.connector, patience=3.0)
    assert [one.name for one in report.checks] == ["network"]


async def test_sync_registers_once(discord: Discord, team_repo: Path) -> None:
    """The second time nothing is sent; commands that someone removed are registered again."""
    async with core(discord, team_repo) as made:
        assert await sync.register(made, connect=discord.connector) is True
        assert await sync.register(made, connect=discord.connector) is False
        discord.commands[discord.guild.id].clear()
        assert await sync.register(made, connect=discord.connector) is True


async def test_sync_with_a_wrong_token(discord: Discord, team_repo: Path) -> None:
    """The error says what to do, and the token is nowhere in it."""
    async with core(discord, team_repo) as made:
        made.settings = settings.read({**discord.environment(), "DISCORD_TOKEN": "not.a.token"})
        with pytest.raises(DiscordError, match="Make a new one") as caught:
            await sync.register(made, connect=discord.connector)
    assert "not.a.token" not in repr(caught.value)


async def test_wrong_token_ends_the_bot(discord: Discord, team_repo: Path) -> None:
    """No later try would do better."""
    async with core(discord, team_repo) as made:
        made.settings = settings.read({**discord.environment(), "DISCORD_TOKEN": "not.a.token"})
        with pytest.raises(DiscordError, match="does not know the token"):
            await connecting.stay(made, connect=discord.connector)


async def test_bot_comes_up_though_discord_was_away(
    discord: Discord, team_repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tries again until it is let in."""
    monkeypatch.setattr(connecting, "_FIRST", 0.1)
    async with core(discord, team_repo) as made:
        async with discord.outage():
            work = asyncio.create_task(connecting.stay(made, connect=discord.connector))
            await asyncio.sleep(0.5)
        await discord.ready()
        work.cancel()
        await asyncio.wait([work])


def test_run_ends_at_a_signal(team_repo: Path) -> None:
    """SIGTERM ends it with 0, also while Discord cannot be reached; the token is in no log."""
    environment = {**os.environ, **ENVIRONMENT}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "-C", team_repo, "run"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "the bot begins in" in first
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    log = (team_repo / "var" / "bot" / "bot.log").read_text()
    assert "the bot ends" in log
    assert ENVIRONMENT["DISCORD_TOKEN"] not in log + rest


def test_token_type_shows_nothing() -> None:
    """Also in a traceback's locals, which show the repr."""
    assert repr(Token("secret")) == "Token(…)"
