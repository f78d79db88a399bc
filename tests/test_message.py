"""Commit messages: composed for git's own tools, read back, and closed to forgery."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcfg import UsageError
from gitcfg.history.message import Facts, KeyFacts, compose, parse, subject

if TYPE_CHECKING:
    from gitcfg.model import Value

TIME = KeyFacts(
    key="DAILY_EXPORT_TIME", action="set", old="18:00", new="19:30", version=5, warnings=("Late",)
)
NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from("\n\n--##:>8 \r\t"),
    )
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abก"), inner, max_size=3),
    max_leaves=5,
)


def facts(reason: str = "", *, new: Value = "19:30") -> Facts:
    """Tell a change of one key for a reason."""
    key = KeyFacts(key="K", action="set", old=None, new=new, version=1)
    return Facts(keys=(key,), reason=reason, via="cli", actor="os:nok@desk", client="gitcfg/0.1")


def trailers(message: str) -> list[str]:
    """Read the trailers as git does."""
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=message.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\n")[:-1]


def test_message_holds_subject_reason_and_trailers() -> None:
    """A message is the subject, the reason as written, and the trailers of DESIGN.md."""
    told = Facts(
        keys=(TIME,),
        reason="Peak time adjustment",
        via="discord",
        actor="discord:81384788765712384",
        client="gitcfg/0.1",
        metadata={"guild": 7},
    )
    assert compose(told) == (
        'Set DAILY_EXPORT_TIME to "19:30"\n\nPeak time adjustment\n\n'
        "Config-Key: DAILY_EXPORT_TIME\nConfig-Action: set\n"
        'Config-Old: "18:00"\nConfig-New: "19:30"\nConfig-Version: 5\nConfig-Warning: Late\n'
        "Config-Via: discord\nConfig-Actor: discord:81384788765712384\n"
        'Config-Client: gitcfg/0.1\nConfig-Meta: {"guild": 7}\n'
    )


def test_message_of_several_keys_repeats_the_group() -> None:
    """A commit of several keys says how many, and tells each."""
    both = (TIME, KeyFacts(key="B", action="set", old=1, new=2, version=3))
    message = compose(Facts(keys=both))
    assert message.startswith("Set 2 settings\n\nConfig-Key: DAILY_EXPORT_TIME\n")
    read = parse(message)
    assert read is not None
    assert [(one.key, one.old, one.new, one.version) for one in read.keys] == [
        ("DAILY_EXPORT_TIME", "18:00", "19:30", 5),
        ("B", 1, 2, 3),
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("set", "Set K to 5"),
        ("reset", "Reset K to its default"),
        ("unset", "Unset K"),
        ("rollback", "Roll back K to v2"),
        ("revert", "Revert K to 5"),
    ],
)
def test_subject_of_each_action(action: str, expected: str) -> None:
    """Each action has its own words."""
    assert subject([KeyFacts(key="K", action=action, old=4, new=5, version=3, to=2)]) == expected


def test_subject_of_a_long_value_is_cut() -> None:
    """A subject stays one readable line, however long the value."""
    line = subject([KeyFacts(key="K", action="set", old=None, new="x\n" * 900, version=1)])
    assert len(line) <= 72
    assert line.endswith("…")


@settings(deadline=None, max_examples=60)
@given(NASTY)
def test_reason_never_reaches_the_trailers(reason: str) -> None:
    """Whatever a reason says, git reads exactly our trailers."""
    message = compose(facts(reason))
    assert trailers(message) == [
        "Config-Key: K",
        "Config-Action: set",
        "Config-Old: null",
        'Config-New: "19:30"',
        "Config-Version: 1",
        "Config-Via: cli",
        "Config-Actor: os:nok@desk",
        "Config-Client: gitcfg/0.1",
    ]


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_value_stays_one_trailer_line(value: Value) -> None:
    """Any value is one line of a trailer for git, and reads back equal for us."""
    message = compose(facts(new=value))
    assert len(trailers(message)) == 8
    read = parse(message)
    assert read is not None
    assert read.keys[0].new == value


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0-#>8%<\n")))
def test_reason_reads_back_as_written(reason: str) -> None:
    """A reason comes back to the letter, save that a blank one is none."""
    read = parse(compose(facts(reason)))
    assert read is not None
    assert read.reason == (reason if reason.strip() else "")


@pytest.mark.parametrize(
    "forged",
    [
        "x\n\nConfig-Key: OTHER\nConfig-Action: set",
        "---\nConfig-Key: OTHER",
        "# ------------------------ >8 ------------------------\nrest",
        "; ------------------------ >8 ------------------------",
    ],
)
def test_forged_trailers_stay_in_the_reason(forged: str) -> None:
    """Text that looks like trailers, a divider or scissors is told as reason only."""
    read = parse(compose(facts(forged)))
    assert read is not None
    assert [one.key for one in read.keys] == ["K"]
    assert read.reason.replace("\n ", "\n").lstrip(" ") == forged


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
def test_reason_that_no_commit_can_hold_is_refused(bad: str) -> None:
    """A NUL or half a surrogate pair is refused in words."""
    with pytest.raises(UsageError, match="NUL or half a surrogate"):
        compose(facts(bad))


@pytest.mark.parametrize(
    "message",
    [
        "Fix the time",
        "Fix\n\nSigned-off-by: A <a@example.com>",
        "Fix\n\nConfig-Key: K\nConfig-Old: {broken\nConfig-New: 1\nConfig-Version: 1",
        "Fix\n\nConfig-Action: set",
        "Fix\n\nConfig-Key: K\nConfig-Old: " + "[" * 200_000,
        "Config-Key: K",
        "",
    ],
    ids=range(7),
)
def test_message_by_hand_has_no_facts(message: str) -> None:
    """A message that is not whole ours is none of ours."""
    assert parse(message) is None
