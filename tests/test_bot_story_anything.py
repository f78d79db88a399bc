"""Whatever git accepts as value, name and reason: each reply is lawful and notifies nobody.

Here the judge is Discord itself: its description and its rules, over the real connection.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from bots import running
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import gitcfg
from gitcfg import Author, GitcfgError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git
    from loopback import Discord, Reply

KEY = "NOTE_TO_ALL"
_ODD = [*"`*_~|<>@#[]():\\\n\t-/\r", "\u0e33", "\u0e49", "\u200d", "\u202e", "\ufeff", "😀", "\x00"]
_RISKY = ["```", "@everyone", "<@81384788765712384>", "<@&1>", "``` @here", "[x](https://e.org)"]

texts = st.one_of(
    st.text(st.sampled_from(_ODD) | st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(st.sampled_from([*_RISKY, "ก", " ", "\n"]), max_size=8).map("".join),
    st.builds(
        lambda text, n: text * n,
        st.sampled_from(["ก้", "`", "@here ", "\\", "x"]),
        st.integers(1, 6500),
    ),
)


class Room:
    """A bot that stays at work while examples come and go."""

    def __init__(self, discord: Discord, repo: Path) -> None:
        self.discord, self.repo = discord, repo
        self.store = gitcfg.open(repo)
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.before = 0

    async def open(self) -> None:
        """Begin."""
        await self.stack.enter_async_context(self.discord)
        await self.stack.enter_async_context(running(self.discord, self.repo))

    async def look(self) -> list[Reply]:
        """Ask for all that shows the setting."""
        ask, who = self.discord.slash, self.discord.admin
        asked = [
            ask(who, "view", setting=KEY),
            ask(who, "list"),
            ask(who, "history", setting=KEY),
            ask(who, "audit", setting=KEY),
            ask(who, "blame"),
            ask(who, "reset", setting=KEY),
            ask(who, "rollback", setting=KEY, version="1"),
        ]
        return [*await asyncio.gather(*asked)]

    async def change(self, name: str, value: str, reason: str) -> list[Reply]:
        """Change the setting in Discord and take it back."""
        member = self.discord.join(name, username="any", roles=[self.discord.admin_role])
        given: dict[str, Any] = {"reason": reason} if reason else {}
        reply = await self.discord.slash(member, "set", setting=KEY, value=value, **given)
        if reply.buttons:
            await self.discord.click(member, reply, "Undo")
        return [reply]

    def judge(self, replies: list[Reply]) -> None:
        """Fail where anything was unlawful, or would have notified anybody."""
        found, self.discord.violations = self.discord.violations, []
        assert found == []
        posts = [*self.discord.messages.values()][self.before :]
        self.before = len(self.discord.messages)
        assert [one.pings for one in posts if one.pings] == []
        assert [one.title for one in replies if "Something Went Wrong" in one.title] == []


@pytest.fixture
def room(discord: Discord, tmp_path: Path, git: Git) -> Iterator[Room]:
    """Give a bot in a repository with one setting that takes any text."""
    repo = tmp_path / "any"
    (repo / "config").mkdir(parents=True)
    (repo / "schemas").mkdir()
    one = {"type": "string", "default": "", "title": "@everyone `Note` <@1>"}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {KEY: one}}
    (repo / "schemas" / "app.schema.json").write_text(json.dumps(schema))
    (repo / "config" / "app.yaml").write_text(f"{KEY}: begin\n")
    git(repo, "init", "--quiet", "--initial-branch=main")
    git.commit(repo, "Begin")
    made = Room(discord, repo)
    with made.runner as runner:
        runner.run(made.open())
        yield made
        runner.run(made.stack.aclose())


examples = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@examples
@given(texts, texts, texts)
def test_looking_at_anything(room: Room, name: str, value: str, reason: str) -> None:
    """A change made by whatever door is shown within Discord's rules, in every reply."""
    try:
        room.store.set(KEY, value, author=Author(name, "a@example.com"), reason=reason)
    except GitcfgError:
        assume(condition=False)
    room.judge(room.runner.run(room.look()))


@examples
@given(texts, texts, texts)
def test_changing_to_anything(room: Room, name: str, value: str, reason: str) -> None:
    """Whatever a person types in Discord, and whatever they are called, is answered lawfully."""
    assume(value.strip() and len(value) <= 6000)
    room.judge(room.runner.run(room.change(name[:32].strip() or "n", value, reason.strip()[:500])))
