"""The bot's parts by themselves: links, the catalogue, charts, what is cut, names, checks."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bots import SIZE, TIME, core, running

import gitcfg
from bot import acts, catalogue, charts, checking, cutting, network, weblinks
from bot.catalogue import Catalogue, Known
from bot.cli import check
from gitcfg import Author, Version

if TYPE_CHECKING:
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord

LONG = "LONG_" + "K" * 200
REVISION = "0123456789abcdef0123456789abcdef01234567"


def known(*ones: Known, **in_force: Any) -> Catalogue:
    """Make a catalogue of given settings."""
    found = {one.key: one for one in ones}
    short = {catalogue.compact(key): key for key in found if catalogue.compact(key) != key}
    return Catalogue(known=found, values=in_force, compacted=short)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://github.com/team/settings.git", "https://github.com/team/settings/commit/abc"),
        ("git@github.com:team/settings.git", "https://github.com/team/settings/commit/abc"),
        ("ssh://git@gitlab.com/a/b/c", "https://gitlab.com/a/b/c/-/commit/abc"),
        ("https://bitbucket.org/team/s/", "https://bitbucket.org/team/s/commits/abc"),
        ("https://example.com/team/settings", None),
        ("/srv/git/settings.git", None),
        (None, None),
    ],
)
def test_page_of_a_commit(url: str | None, page: str | None) -> None:
    """Known hosts have one, in whichever way the upstream is written; others have none."""
    assert weblinks.page(url, "abc") == page


def test_no_link_to_what_is_not_pushed(team_repo: Path, git: Git) -> None:
    """A commit is linked when the upstream has it, as far as is known here."""
    store = gitcfg.open(team_repo)
    head = store.revision("HEAD").revision
    git(team_repo, "remote", "add", "origin", "https://github.com/team/settings.git")
    git(team_repo, "update-ref", "refs/remotes/origin/main", head)
    git(team_repo, "branch", "--quiet", "--set-upstream-to=origin/main")
    assert weblinks.of_commit(store, head) == f"https://github.com/team/settings/commit/{head}"
    written = store.set(SIZE, 200)
    assert weblinks.of_commit(store, written.revision) is None


def test_long_key_is_found_by_its_compact_form() -> None:
    """What a button or a choice can hold of a long key leads back to it."""
    found = known(Known(key=LONG, title="Long"))
    ((_, value),) = catalogue.choices(found)
    assert len(value) <= 100
    assert found.find(value) == LONG


@pytest.mark.parametrize("text", ["a_key", "A_KEY", " a_key ", "My Setting", "my setting"])
def test_setting_is_found_by_key_or_title(text: str) -> None:
    """In any case."""
    assert known(Known(key="A_KEY", title="My Setting")).find(text) == "A_KEY"


def test_title_that_two_settings_share() -> None:
    """It leads to neither; in a list each is told with its key."""
    found = known(Known(key="A", title="Same"), Known(key="B", title="Same"))
    assert found.find("Same") == "SAME"
    assert [name for name, _ in catalogue.choices(found)] == ["Same (A)", "Same (B)"]


def test_values_that_are_offered() -> None:
    """In force, default, allowed and examples, each once, as they can be typed."""
    one = Known(key="A", title="A", default=2, offered=(1, 2, 3, "x" * 200))
    found = catalogue.suggested(
        known(one, A=1), "A", "", now="{value} (now)", default="{value} (default)"
    )
    assert found == [("1 (now)", "1"), ("2 (default)", "2"), ("3", "3")]
    assert catalogue.suggested(known(one, A=1), "B", "", now="", default="") == []


def versions(*values: Any) -> list[Version]:
    """Make versions of a key, newest first, a day apart."""
    who, begin = Author("n", "n@x"), datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        Version(
            key="A",
            version=at + 1,
            value=value,
            old=None,
            deleted=value is None,
            active=False,
            revision=REVISION,
            author=who,
            committer=who,
            origin=None,
            date=begin + timedelta(days=at),
            action="set",
            reason="",
            via="git",
            actor=None,
            client=None,
            metadata=None,
        )
        for at, value in enumerate(values)
    ]
    return made[::-1]


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((1, 2.5, 3), [1.0, 2.5, 3.0]),
        (("18:00", None, "19:30"), [1080.0, 1170.0]),
        ((1,), []),
        ((True, False), []),
        (("18:00", "noon"), []),
        ((1, 1e308), []),
    ],
)
def test_what_can_be_drawn(values: tuple[Any, ...], drawn: list[float]) -> None:
    """Numbers and times, two at least, oldest first; what was removed is left out."""
    assert [value for _, value in charts.points(versions(*values))] == drawn


def test_chart_of_times_is_a_picture() -> None:
    """Its axis is of times; a key with signs of mathematics is no formula."""
    assert (charts.draw("$A_B$", versions("18:00", "19:30")) or b"").startswith(b"\x89PNG")
    assert (charts.clock(1170.0), charts.draw("A", versions("x"))) == ("19:30", None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("DAILY_EXPORT_TIME", "DAILY_EXPORT_TIME"),
        ("_a_ __b__", "\\_a\\_ \\_\\_b\\_\\_"),
        ("# no heading", "\\# no heading"),
        ("a # b - c > d", "a # b - c > d"),
        ("[x](y) <t:1:F> :smile: 18:00:03", "\\[x](y) \\<t:1:F> \\:smile: 18:00:03"),
        ("@here", "@\u200bhere"),
        ("a\nb", "a\\\\nb"),
    ],
)
def test_plain_text_means_nothing_to_discord(text: str, told: str) -> None:
    """What would be mark-up is escaped, and nothing else."""
    assert cutting.plain(text, 100) == told


def test_report_as_text() -> None:
    """One line for each thing that was looked at."""
    report = checking.Report()
    report.tell("A", "ok", "good")
    report.tell("B", "error", "bad\x1b[31m")
    assert check.text(report) == "ok       A: good\nerror    B: bad\\u001b[31m"
    assert report.ok is False


async def test_resolver_finds_and_fails() -> None:
    """A name is looked up in a thread of its own; what fails there is an OSError here."""
    resolver = network.Resolver()
    (found, *_) = await resolver.resolve("localhost", 80)
    assert (found["host"], found["port"]) == ("127.0.0.1", 80)
    with pytest.raises(OSError, match=r".+"):
        await resolver.resolve("127.0.0.1", 80, socket.AF_UNIX)
    await resolver.close()
    await network.connector().close()


async def test_fault_of_ours_is_told_under_a_code(
    discord: Discord, team_repo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A person sees that it is no mistake of theirs; the log has the rest."""
    async with running(discord, team_repo) as made:
        made.work.close()
        reply = await discord.slash(discord.admin, "set", setting=SIZE, value="200")
        looked = await discord.slash(discord.viewer, "status")
    assert (reply.title, looked.title) == ("❌ Something Went Wrong",) * 2
    assert caplog.text.count("ERROR    bot.changing") == 2


async def test_versions_are_read_once_for_a_revision(discord: Discord, team_repo: Path) -> None:
    """Memory answers until the settings move; an unknown key has none."""
    async with core(discord, team_repo) as made:
        await asyncio.gather(made.versions.look(TIME), made.versions.look(TIME))
        await made.versions.look(TIME)
        await made.versions.look("NOBODY")
        assert made.versions.offered(TIME, "", "v{version}") == []
        assert made.versions.offered("NOBODY", "", "v{version}") == []


def test_id_of_something_else_is_no_act() -> None:
    """A button of another bot, or of an older one, is left alone."""
    assert acts.ID.fullmatch("acct:dance:::A") is None
