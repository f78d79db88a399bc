"""docs/cli.md keeps step with the command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gitcfg.cli.parser import Parser
from gitcfg.cli.verbs import SUMMARIES, load

TEXT = (Path(__file__).parents[1] / "docs/cli.md").read_text(encoding="utf-8")
WRITES = ("unset", "reset", "rollback", "revert")


def section(name: str) -> str:
    """Cut out what the page says of a verb."""
    return TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_verbs_stand_in_the_order_of_the_help() -> None:
    """Every verb has a section, and every section is a verb."""
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == ["In general", *SUMMARIES]


@pytest.mark.parametrize("name", SUMMARIES)
def test_options_are_explained(name: str) -> None:
    """Each option of a verb is named in its section, or with those of every verb that writes."""
    parser = Parser(prog=name)
    load(name).arguments(parser)
    told = section(name) + (section("set") if name in WRITES else "")
    options = set(parser.takes_text) - {"-h", "--help"}
    assert [one for one in sorted(options) if f"`{one}" not in told] == []
