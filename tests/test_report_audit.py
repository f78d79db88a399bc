"""Changes and refused attempts in words."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from told import COLOUR, SCREEN, version

from gitcfg.model import Audited, Version
from gitcfg.report.audit import records

TAIL = ["    Nok <nok@example.com>, 2 h ago (2026-03-01 10:00:00 +00:00)"]


def record(value: Any, status: str = "applied", error: str | None = None, **more: Any) -> Audited:
    """Make a record of key A, whose value was 1."""
    one = version(2 if status == "applied" else 0, value, **{"old": 1, **more})
    facts = {field.name: getattr(one, field.name) for field in fields(Version)}
    return Audited(**facts, status=status, error=error)


def test_records_in_blocks() -> None:
    """A refused attempt is marked and says why not, before the author's own words."""
    found = [
        record(5000, "refused", "A: Too large", reason="More!", revision="fedcba98"),
        record(2, reason="Later"),
    ]
    assert records(found, SCREEN).splitlines() == [
        "✗ REFUSED  A: 1 → 5000",
        *TAIL,
        "    set via cli, attempt fedcba9",
        "    error: A: Too large",
        "    | More!",
        "",
        "applied    A: 1 → 2  (version 2)",
        *TAIL,
        "    set via cli, revision 0123456",
        "    | Later",
    ]


def test_keys_of_one_commit_share_a_block() -> None:
    """What was changed together is read together; another author's part of a merge is not."""
    other = record(None, key="C", origin="fedcba98")
    lines = records([record(2), record(3, key="B", old=None), other], SCREEN).splitlines()
    assert lines == [
        "applied    A: 1 → 2  (version 2)",
        "applied    B: not set → 3  (version 2)",
        *TAIL,
        "    set via cli, revision 0123456",
        "",
        "applied    C: 1 → not set  (version 2)",
        *TAIL,
        "    set via cli, revision 0123456, from fedcba9",
    ]


@pytest.mark.parametrize(
    ("action", "new"),
    [("unset", "not set"), ("reset", "its default"), ("rollback", "an older value")],
)
def test_attempt_without_a_value_says_what_was_meant(action: str, new: str) -> None:
    """A verb that names no value is told by what it would have brought."""
    head = records([record(None, "failed", action=action)], SCREEN).splitlines()[0]
    assert head == f"✗ FAILED   A: 1 → {new}"


def test_attempt_stands_out_in_colour() -> None:
    """On a terminal a refusal is red, and nothing that others wrote reaches it as a command."""
    text = records([record("\x1b[2J", "refused", "no\x1b[2J\nway")], COLOUR)
    assert text.startswith("\x1b[1;31m✗ REFUSED\x1b[0m  \x1b[1mA\x1b[0m: 1 → ")
    assert "\x1b[31merror\x1b[0m: no\\x1b[2J\n      way" in text
    assert "\x1b[2J" not in text
