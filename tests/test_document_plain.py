"""A plain file is read as the parser reads it, and only where that has nothing to say."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gitcfg.documents import plain
from gitcfg.documents.entries import load, parsed

KEYS = st.from_regex(r"[A-Z][A-Z0-9_]{0,3}", fullmatch=True) | st.sampled_from(["ON", "Y", "a"])
ODD = ["yes", "NULL", "~", "0", "-0", "007", "1.", ".5", "1e3", "9" * 18, "9" * 19, "0x1f", "1_0"]
ODD += ["12:30", "2026-01-01", "a: b", "a:b", "a #c", "a#c", "http://x/y", "- a", "---", "1 2", ""]
TEXTS = st.text(alphabet="aAyn019.-+:#_/()@,'\"\\ \t\n\r[{&*!|>%กe~=<", max_size=8)
QUOTED = st.text(alphabet="aA:#-[]{}&*,%'กé !|>\\", max_size=8)
VALUES = st.one_of(
    st.sampled_from(ODD),
    TEXTS,
    QUOTED.map('"{}"'.format),
    QUOTED.map("'{}'".format),
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False).map(str),
    st.decimals(-(10**9), 10**9, places=3).map(str),
)
ENDS = st.sampled_from(["", "", "", " ", " # c", "  #x", "#x", "\t# x", "\r"])
LINES = st.tuples(KEYS, st.sampled_from([": ", ": ", ":  ", ":"]), VALUES, ENDS).map("".join)
FILES = st.lists(LINES | st.sampled_from(["", "# c", " # c", "{}"]), max_size=3).map("\n".join)


@given(FILES, st.sampled_from(["", "\n", "\n\n"]))
@settings(max_examples=300)
@example("A: 1\nA: 1", "")
@example("A: a\n  # c\nB: 1", "\n")
@example("A: a\n b", "\n")
@example('A: "a\nb"', "\n")
@example("A: -0", "\n")
@example("A: y", "")
@example("TRUE: 1", "")
def test_plain_file_is_read_as_by_the_parser(text: str, end: str) -> None:
    """The short way gives the parser's values and places, and passes over none of its findings."""
    short, whole = load((text + end).encode(), "config/a.yaml"), parsed(text + end, "config/a.yaml")
    if plain.values(text + end) is not None and short.readable:
        assert whole.findings == ()
        assert [repr(one) for one in short.entries.items()] == [
            repr(one) for one in whole.entries.items()
        ]
        assert repr(dict(short.values)) == repr(dict(whole.values))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A: 1\n", {"A": 1}),
        ("# c\n\nA: -12\nB: 0.5 # c\n", {"A": -12, "B": 0.5}),
        ("A: true\nB: False", {"A": True, "B": False}),
        ("A: \"a 'b' #\"\nB: 'a \"b\": c'\n", {"A": "a 'b' #", "B": 'a "b": c'}),
        (
            "A: Asia/Bangkok\nB: http://x.org/y\nC: a, b (c)",
            {"A": "Asia/Bangkok", "B": "http://x.org/y", "C": "a, b (c)"},
        ),
        ("A: 'ภาษาไทย'  # ไทย\n", {"A": "ภาษาไทย"}),
    ],
)
def test_everyday_file_is_plain(text: str, values: dict[str, object]) -> None:
    """What people write every day takes the short way."""
    assert plain.values(text) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", "# c\n", "{}", "A: {}", "A: [1]", "A:\n", "A: &a 1", "A: *a", "A: !x 1", "---\nA: 1"),
        *("A: 1\r\n", "\tA: 1", " A: 1", "a: 1", "A: 18:00", "A: no", "A: 010", "A: 1e3", "A: ~"),
        *('A: "a\\n"', "A: 'it''s'", "A: |\n  a", "A: 1\nA: 2", "NO: 1", "A: 1.0e5", "A: a: b"),
    ],
)
def test_what_may_mean_more_is_not_plain(text: str) -> None:
    """Whatever a finding or an escape may hide in is left to the parser."""
    assert plain.values(text) is None


def test_long_file_is_told_from_plain_at_once() -> None:
    """A file of a million signs that is nearly plain costs no more than its length."""
    assert plain.values("A: a\n" * 200_000 + "?") is None
    assert plain.values("A: " + "a " * 500_000 + "\x00") is None
    assert plain.values('A: "' + "a" * 1_000_000) is None
