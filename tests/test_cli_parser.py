"""The parser: free text with dashes, options in any place, every mistake a UsageError."""

from __future__ import annotations

from argparse import Namespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.cli.line import parse
from gitcfg.cli.parser import Parser, at_least_one
from gitcfg.cli.verbs import SUMMARIES, load
from gitcfg.errors import UsageError

DASHES = "A text that looks like an option goes behind `--`, or after `=`."


def read(*words: str) -> Namespace:
    """Parse a command line and return its options."""
    return parse(words)[1]


def refused(*words: str) -> str:
    """Parse a command line that is wrong and return what is said of it."""
    with pytest.raises(UsageError) as caught:
        parse(words)
    return caught.value.message


def test_verb_alone_has_the_global_defaults() -> None:
    """Without options the present folder is meant, as text, with all words."""
    assert read("status") == Namespace(directory=".", json=False, quiet=False)


@pytest.mark.parametrize(
    "words",
    [
        ["-C", "list", "--json", "--quiet", "get", "KEY"],
        ["get", "KEY", "--json", "-q", "-Clist"],
        ["--json", "get", "-C", "list", "KEY", "-q"],
    ],
)
def test_global_options_stand_before_or_behind_the_verb(words: list[str]) -> None:
    """-C, --json and --quiet mean the same wherever they stand; a folder may be named as a verb."""
    found = read(*words)
    assert found == Namespace(directory="list", json=True, quiet=True, key="KEY", at=None)


@pytest.mark.parametrize("value", ["-1", "-0.5", "-x", "-", "--", "---", "--- a", "-1e5", "-h=1"])
def test_value_may_begin_with_a_dash(value: str) -> None:
    """A value reaches validation whatever it begins with; `--` stands in front of itself."""
    words = ["--", value] if value == "--" else [value]
    assert read("set", "KEY", *words).pairs == ["KEY", value]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_is_a_value_behind_two_dashes(value: str) -> None:
    """Behind `--` no text is taken for an option, nor changed."""
    assert read("set", "--reason", "T", "--", "KEY", value).pairs == ["KEY", value]


def test_text_of_an_option_may_begin_with_a_dash() -> None:
    """A reason such as `-5 % sales` is a reason."""
    assert read("unset", "KEY", "--reason", "-5 % sales").reason == "-5 % sales"


def test_options_may_stand_between_keys() -> None:
    """The pairs of `set` may be parted by options."""
    found = read("set", "A", "1", "--reason", "why", "B", "2", "--dry-run")
    assert (found.pairs, found.reason, found.dry_run) == (["A", "1", "B", "2"], "why", True)


@pytest.mark.parametrize(
    ("words", "pairs", "wait"),
    [
        (["--wait", "A", "1"], ["A", "1"], "10.0"),
        (["A", "1", "--wait"], ["A", "1"], "10.0"),
        (["--wait", "2.5", "A", "1"], ["A", "1"], "2.5"),
        (["--wait=3", "A", "1"], ["A", "1"], "3"),
        (["A", "1"], ["A", "1"], None),
    ],
)
def test_wait_swallows_no_key(words: list[str], pairs: list[str], wait: str | None) -> None:
    """`--wait` takes the next word only where that is a number."""
    found = read("set", *words)
    assert (found.pairs, found.wait) == (pairs, wait)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "a verb is missing: one of " + ", ".join(SUMMARIES) + ". See `gitcfg --help`"),
        (["seet", "A", "1"], "there is no verb seet. Did you mean set? See `gitcfg --help`"),
        (["xyzzy"], "there is no verb xyzzy. See `gitcfg --help`"),
        (["-C"], "argument -C: expected one argument. See `gitcfg --help`"),
        (["get"], "the following arguments are required: KEY. See `gitcfg get --help`"),
        (["get", "A", "B"], "unrecognized arguments: B. See `gitcfg get --help`"),
        (
            ["get", "A", "--jason"],
            f"there is no option --jason. Did you mean --json? {DASHES} See `gitcfg get --help`",
        ),
        (
            ["get", "A", "--qqqqqqqq"],
            f"there is no option --qqqqqqqq. {DASHES} See `gitcfg get --help`",
        ),
    ],
)
def test_mistakes_are_told(words: list[str], message: str) -> None:
    """A wrong command line says what is wrong with it and where the help is."""
    assert refused(*words) == message


def test_guard_is_not_shown() -> None:
    """What hides a dash from argparse never reaches a person."""
    assert refused("get", "A", "-5") == "unrecognized arguments: -5. See `gitcfg get --help`"


def test_no_abbreviated_options() -> None:
    """A new option can never change what an old script meant."""
    assert refused("set", "A", "1", "--dry").startswith("there is no option --dry.")


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "x", "", "٣", "1" * 10])
def test_count_that_is_none(text: str) -> None:
    """`-n` takes whole numbers from 1 on, written in plain digits."""
    with pytest.raises(UsageError, match="give 1 or more"):
        at_least_one("-n", text)


def test_count_is_read() -> None:
    """A number is a number, and none is none."""
    assert (at_least_one("-n", "12"), at_least_one("-n", None)) == (12, None)


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_verb_has_a_help_with_an_example(name: str) -> None:
    """Each help says what the verb does and shows a line that can be typed and parsed."""
    parser = Parser(prog=f"gitcfg {name}")
    load(name).arguments(parser)
    text = parser.format_help()
    assert parser.description
    assert f"examples:\n  gitcfg {name}" in text
    assert max(map(len, text.splitlines())) <= 100
