"""The history of a key in words."""

from __future__ import annotations

from told import SCREEN, version

from gitcfg.model import Author
from gitcfg.report import history


def test_history_in_blocks() -> None:
    """Each version tells value, person, moment, door and reason; the one in force is marked."""
    found = [
        version(
            2, None, active=True, action="unset", reason="first\n\nsecond", actor="os:nok@host"
        ),
        version(1, "x", metadata={"ticket": 7}),
    ]
    assert history.versions(found, SCREEN).splitlines() == [
        "version 2  A: (removed)  ✓ ACTIVE",
        "    Nok <nok@example.com>, 2 h ago (2026-03-01 10:00:00 +00:00)",
        "    unset via cli (os:nok@host), revision 0123456",
        "    | first",
        "    |",
        "    | second",
        "",
        "version 1  A: x",
        "    Nok <nok@example.com>, 2 h ago (2026-03-01 10:00:00 +00:00)",
        "    set via cli, revision 0123456",
        "    ticket: 7",
    ]


def test_history_of_a_merge() -> None:
    """A merged change is credited to its author, with the merger and the merged commit."""
    bo = Author("Bo", "bo@example.com")
    lines = history.versions([version(1, 5, committer=bo, origin="fedcba98")], SCREEN).splitlines()
    assert "    Nok <nok@example.com>, merged by Bo <bo@example.com>, 2 h ago" in lines[1]
    assert lines[2] == "    set via cli, revision 0123456, from fedcba9"
