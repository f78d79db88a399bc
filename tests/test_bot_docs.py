"""docs/bot.md keeps step with the commands, the environment and the texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings, texts
from bot.cli.line import SUMMARIES
from bot.commands import _VERBS

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "bot.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", _VERBS)
def test_every_subcommand_is_told(verb: str) -> None:
    """Each subcommand of the group stands in the table."""
    assert f"`{verb}" in TEXT


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_command_is_told(command: str) -> None:
    """Each command of the program is told."""
    assert f"`bot {command}`" in TEXT


@pytest.mark.parametrize(
    "variable",
    [
        settings.TOKEN,
        settings.GUILD,
        settings.ADMIN_ROLE,
        settings.VIEWER_ROLE,
        settings.FEED_CHANNEL,
        settings.IDENTITIES,
    ],
)
def test_every_variable_is_told(variable: str) -> None:
    """Each variable that is read is told."""
    assert f"`{variable}`" in TEXT


def test_deployment_quotes_what_is_said() -> None:
    """The words that docs/deploy.md shows are the bot's own."""
    told = (DOCS / "deploy.md").read_text(encoding="utf-8")
    english = texts.words(texts.ENGLISH)
    quoted = [english(one) for one in ("list.title", "set.done", "follower.rescheduled")]
    assert [one for one in quoted if one not in told] == []
