"""What the command prints, and what becomes of it when nobody listens."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from exporter.cli.output import Output, is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable


def facts() -> dict[str, str]:
    """Have something to tell in JSON."""
    return {"event": "x", "text": "\u0e04\u0e48\u0e32"}


def words() -> str:
    """Have something to tell in words."""
    return "x happened"


@pytest.mark.parametrize(
    ("json_wanted", "quiet", "expected"),
    [
        (False, False, "x happened\n"),
        (False, True, ""),
        (True, True, json.dumps(facts(), ensure_ascii=False) + "\n"),
    ],
)
def test_line_is_one_of_many_answers(
    capsys: pytest.CaptureFixture[str], *, json_wanted: bool, quiet: bool, expected: str
) -> None:
    """Words, nothing when it shall be quiet, or a line of JSON in any case."""
    Output(json=json_wanted, quiet=quiet).line(facts, words)
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(("quiet", "expected"), [(False, "say\\x1b\n"), (True, "")])
def test_note_is_said_beside_the_answer(
    capsys: pytest.CaptureFixture[str], *, quiet: bool, expected: str
) -> None:
    """On stderr, printable, and only when it may talk."""
    Output(quiet=quiet).note("say\x1b")
    assert capsys.readouterr() == ("", expected)


@pytest.mark.parametrize(
    "say",
    [
        lambda out: out.answer(facts, words),
        lambda out: out.note("say"),
        lambda out: out.fail("bug", "broken"),
    ],
)
def test_program_started_without_streams_says_nothing(
    monkeypatch: pytest.MonkeyPatch, say: Callable[[Output], None]
) -> None:
    """A supervisor may have closed them."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    say(Output())
    assert not is_terminal()
