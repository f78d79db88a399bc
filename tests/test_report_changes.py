"""What was written and what programs made of it, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from told import ERROR, NOK, NOW, REVISION, SCREEN, STAMP, WARNING, change, follower, written

from gitcfg.report import changes

if TYPE_CHECKING:
    from gitcfg.model import Change, Follower, Written

LATER = "See `gitcfg status` in a moment"
START = "Start it again to run the change"


def told(result: Written, *keys: str, **defaults: Any) -> str:
    """Report a result without colour."""
    return changes.written(result, SCREEN, keys=keys, defaults=defaults)


def test_one_change_is_one_line() -> None:
    """A change tells key, old, new, version and revision in one line."""
    line = told(written(change("TIME", "18:00", "19:30")), "TIME")
    assert line == "TIME: 18:00 → 19:30  (version 2, revision 0123456)"


def test_default_is_named() -> None:
    """Where nothing was stored the default counted, and where nothing is, it counts again."""
    assert told(written(change("A", None, 2)), "A", A=9).startswith("A: 9 (default) → 2 ")
    assert told(written(change("A", 2, None)), "A", A=9).startswith("A: 2 → 9 (default) ")
    assert told(written(change("A", None, 2)), "A").startswith("A: not set → 2 ")


def test_several_changes_share_a_revision() -> None:
    """Several keys have a line each, those that stay the same too."""
    lines = told(written(change("A"), change("B", "x", "y")), "A", "B", "C").splitlines()
    assert lines == [
        "A: 1 → 2  (version 2)",
        "B: x → y  (version 2)",
        "revision 0123456",
        "C: unchanged, no commit made",
    ]


def test_unchanged_says_so() -> None:
    """A value that is stored already makes no commit, and that is said."""
    assert told(written(state="unchanged"), "A") == "A: unchanged, no commit made"


def test_dry_run_shows_what_would_be_written() -> None:
    """A rehearsal says first that nothing was changed, then shows diff and commit message."""
    diff = "--- a/config/a.yaml\n@@ -1 +1 @@\n-A: 1\n+A: 2\n"
    message = "Set A to 2\n\nConfig-Key: A\n"
    result = written(change(), state="dry-run", message=message, diff=diff)
    assert told(result, "A").splitlines() == [
        "dry run: nothing was changed",
        "A: 1 → 2  (version 2)",
        "    --- a/config/a.yaml",
        "    @@ -1 +1 @@",
        "    -A: 1",
        "    +A: 2",
        "The commit message would be:",
        "    Set A to 2",
        "",
        "    Config-Key: A",
    ]


def test_dry_run_of_nothing() -> None:
    """A rehearsal that would change nothing says both."""
    lines = told(written(state="dry-run"), "A").splitlines()
    assert lines == ["dry run: nothing was changed", "A: unchanged, no commit made"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (
            follower("running", effect="next export today 19:30"),
            "exporter runs it since 0.3 s: next export today 19:30",
        ),
        (follower("running", since=None), "exporter runs it"),
        (
            follower("running", since=None, effect="well", refused=(ERROR,)),
            (
                "exporter runs it: well\n    It refuses other edits, which are not in force:\n    "
                "config/a.yaml:3:1: error: A: Bad"
            ),
        ),
        (
            follower("lagging"),
            f"exporter does not run it yet: still at 0123456 since 0.3 s. {LATER}",
        ),
        (
            follower("lagging", since=None),
            f"exporter does not run it yet: still at 0123456. {LATER}",
        ),
        (
            follower("refused", refused=(ERROR,)),
            "exporter refused it and holds 0123456:\n    config/a.yaml:3:1: error: A: Bad",
        ),
        (follower("refused"), "exporter refused it and holds 0123456"),
        (
            follower("dead", since=0),
            f"exporter is gone: process 7 ended at 0123456 (last change {STAMP}). {START}",
        ),
        (
            follower("dead", since=None, revision=None),
            f"exporter is gone: process 7 ended at none. {START}",
        ),
        (follower("asleep"), "exporter is asleep at 0123456"),
    ],
)
def test_followers_in_their_own_words(record: Follower, words: str) -> None:
    """Each state of a program is told in plain words, its own ones included."""
    assert changes.followers(written(followers=(record,)), SCREEN) == words


CURE = "  Mend what is named here and commit it: then the change takes effect as well"


@pytest.mark.parametrize(
    ("result", "lines"),
    [
        (written(warnings=(WARNING,), followers=(follower("running"),)), []),
        (
            written(warnings=(WARNING, ERROR)),
            [
                (
                    "stored, but not in force: config/a.yaml is invalid, "
                    "followers hold the last valid revision"
                ),
                "  config/a.yaml:3:1: error: A: Bad",
                CURE,
            ],
        ),
        (
            written(state="dry-run", warnings=(replace(ERROR, file=None, line=None, column=None),)),
            [
                (
                    "it would not be in force: the commit is invalid, "
                    "followers hold the last valid revision"
                ),
                "  error: A: Bad",
                CURE,
            ],
        ),
        (
            written(followers=(follower("refused", refused=(ERROR,)), follower("dead"))),
            [
                "stored, but not in force everywhere: exporter refused it",
                "  config/a.yaml:3:1: error: A: Bad",
                CURE,
            ],
        ),
    ],
)
def test_alarm_of_what_is_not_in_force(result: Written, lines: list[str]) -> None:
    """A change that does not take effect is told with why, where and the cure."""
    assert changes.alarm(result, SCREEN).splitlines() == lines


def test_no_followers() -> None:
    """Who waited learns that nobody was there to wait for."""
    words = "no program follows these settings here: the change waits for the next start"
    assert changes.followers(written(), SCREEN) == words


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (
            change(author=NOK, reason="Peak\n", date=NOW - timedelta(days=9)),
            f"{STAMP}  A: 1 → 2  (version 2, 0123456) by Nok <nok@example.com>: Peak",
        ),
        (change(), f"{STAMP}  A: 1 → 2  (version 2, 0123456)"),
        (
            change(uncommitted=True),
            f"{STAMP}  A: 1 → 2  (uncommitted, on 0123456)",
        ),
    ],
)
def test_change_as_it_takes_effect(one: Change, line: str) -> None:
    """A line of `watch` tells when, what, who and why; a hand edit has neither of the last."""
    assert changes.effective(one, SCREEN) == line


def test_commit_and_repair_as_they_happen() -> None:
    """What is in force already may become committed, and what was refused may be mended."""
    assert changes.committed(change(author=NOK), SCREEN) == (
        f"{STAMP}  A: 2 is committed  (version 2, 0123456) by Nok <nok@example.com>"
    )
    assert changes.repaired(REVISION, SCREEN) == f"{STAMP}  mended: 0123456 is in force"
