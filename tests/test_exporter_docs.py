"""docs/exporter.md keeps step with the command and its events."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from exporter import errors, events, places
from exporter.cli.entry import main
from exporter.cli.line import SUMMARIES, Parser, load, parse
from exporter.entries import FIELDS

TEXT = (Path(__file__).parents[1] / "docs/exporter.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SUMMARIES)
def test_verb_and_its_options_are_explained(name: str) -> None:
    """Every verb stands in the table, every option somewhere on the page."""
    assert f"| `{name}" in TEXT
    parser = Parser(prog=name, add_help=False)
    load(name).arguments(parser)
    options = [option for action in parser._actions for option in action.option_strings]
    assert [one for one in options if f"{one}" not in TEXT] == []


@pytest.mark.parametrize("name", SUMMARIES)
def test_help_of_a_verb_ends_with_examples_that_it_can_read(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is a whole command line of that verb."""
    assert main([name, "--help"]) == 0
    examples = capsys.readouterr().out.partition("\nexamples:\n")[2].splitlines()
    words = [shlex.split(line.partition("<")[0]) for line in examples]
    assert {tuple(line[:2]) for line in words} == {("exporter", name)}
    assert [parse(line[1:])[1].verb for line in words] == [name] * len(words)


def test_events_kinds_and_fields_are_named() -> None:
    """Whoever reads the JSON, or sets a variable, finds each word on the page."""
    kinds = {one.kind for one in vars(errors).values() if hasattr(one, "kind")}
    defined = [one for one in vars(events).values() if isinstance(one, type)]
    names = {one.name for one in defined if issubclass(one, events.Event) and one != events.Event}
    words = kinds | names | set(FIELDS) | {places.DRIVE, *places.WEBHOOKS}
    assert [word for word in sorted(words) if f"`{word}`" not in TEXT] == []
