"""Patterns: what matches is what matches for check-jsonschema, and nothing takes forever."""

from __future__ import annotations

import contextlib
import time

import pytest
import regress
from hypothesis import example, given
from hypothesis import strategies as st

from gitcfg.schemas.ecma import translate
from gitcfg.schemas.ecma_signs import PatternError
from gitcfg.schemas.patterns import LIMIT, SlowPatternError, budget, compiled, found

# What a pattern may be made of, so that many of the generated ones are valid.
_TOKENS = [
    *"aAb01-^$.*+?()[]{}|/ \n",
    *(r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\b", r"\B", r"\n", r"\.", r"\-", r"\/", r"\1"),
    *("[^", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", r"\k<n>", "{2}", "{0,3}", "{1,}"),
    *("é", "ก", "&&", "||", "--", r"\x41", r"\u{61}", r"\u0e01", r"\p{L}", r"\P{Lu}"),
]
_PATTERNS = st.lists(st.sampled_from(_TOKENS), max_size=7).map("".join)
_TEXTS = st.sampled_from(
    ["", "a", "ab", "a1", "é", "๓", "ก", "a\n", "-", "Ab0 ", "_aA", "\xa0", "&", "aa", "\r", "/[]"]
)


def known(pattern: str) -> regress.Regex | None:
    """Compile a pattern as check-jsonschema does; None where it is invalid."""
    try:
        return regress.Regex(pattern, flags="u")
    except regress.RegressError:
        return None


@given(_PATTERNS, _TEXTS)
@example(r"(a)|b\1", "b")
@example(r"^(?:ab)+$", "abab")
@example(r"\.\$", ".$")
@example(r"[^]", "\n")
@example(r"[]", "")
@example(r"^.$", "\u2028")
@example(r"\b*a", "a")
@example(r"(?<n>a)\k<n>", "aa")
@example(r"\ud83d\ude00", "😀")
@example(r"\cA\0\t\v\f\r", "\x01\0\t\v\f\r")
@example(r"[\b\-\cA]", "\b")
@example(r"[\0-\x1f]", "\x05")
@example(r"a{2,3}?$", "aaa")
@example(r"\p{Script=Thai}", "ก")
@example(r"[\p{L}\s]", "\u2003")
def test_found_agrees_with_check_jsonschema(pattern: str, text: str) -> None:
    """A pattern is valid, and matches, exactly where it does for check-jsonschema's engine."""
    theirs = known(pattern)
    if theirs is None:
        with pytest.raises(PatternError):
            compiled(pattern)
    else:
        assert found(pattern, text) == (theirs.find(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "has a group at 1 that is not closed"),
        ("a)", "has an unmatched ) at 2"),
        ("(?P<n>a)", "has an unknown kind of group at 1: (?…"),
        ("(?<n>a)(?<n>b)", "gives two groups the name n"),
        ("*", "has a * at 1 with nothing to act on: \\*"),
        ("a{,3}", "has a { at 2 that is no count"),
        ("a{3,2}", "has a count that runs backwards: {3,2}"),
        ("a{1000000}", "repeats too much: {1000000}"),
        ("(a{1000}){1000}", "repeats too much: more than 100000 elements written out"),
        ("a{" + "9" * 5000 + "}", "repeats too much: {" + "9" * 5000 + "}"),
        ("(a)\\" + "9" * 5000, "refers to group 1000000000, which is not there"),
        ("(" * 60 + ")" * 60, "nests groups more than 50 deep"),
        ("\\", "ends in a lone \\"),
        ("[\\", "ends in a lone \\"),
        ("\\_", "has the escape \\_, which means nothing"),
        ("\\u{110000}", "has the escape \\u{110000}, beyond the last character"),
        ("\\2(a)", "refers to group 2, which is not there"),
        ("\\k<n>", "refers by \\k to a group that is not there"),
        ("\\k", "refers by \\k to a group that is not there"),
        ("[a", "has a [ at 1 that is not closed"),
        ("[z-a]", "has a range in [] that runs backwards: z-a"),
        ("[a-\\d]", "has a range in [] that begins or ends in a whole class"),
        ("\\p{Thai}", "has the escape \\p, which means nothing"),
        ("\\p{gc=Xx}", "cannot be read: unknown property value"),
    ],
)
def test_compiled_of_what_is_no_pattern(pattern: str, words: str) -> None:
    """What is wrong with a pattern is told with its place."""
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert str(caught.value) == words


@pytest.mark.parametrize("pattern", ["(?i:a)", "(?s:.)", "(?<n>a)|(?<n>b)"])
def test_compiled_of_what_is_too_new(pattern: str) -> None:
    """The two forms that we do not take are refused, never judged otherwise."""
    assert known(pattern) is not None
    with pytest.raises(PatternError):
        compiled(pattern)


def test_translate_bounds_a_count() -> None:
    """A count beyond any text is no bound at all."""
    assert translate("a{2,99999999999}") == translate("a{2," + "9" * 5000 + "}") == "(?V1)a{2,}"
    assert translate("a{0,007}") == "(?V1)a{0,7}"


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(.*)*x", r"(a*)*\1b", "^(a|a)*$", "^(a|aa)+$"])
def test_found_ends_in_time(pattern: str) -> None:
    """A pattern that could run for years comes to an end, whatever it is."""
    begun = time.thread_time()
    with contextlib.suppress(SlowPatternError):
        assert not found(pattern, "a" * 60 + "!")
    assert time.thread_time() - begun < LIMIT * 3


def test_found_names_what_was_too_slow() -> None:
    """The error has the pattern and the text."""
    with pytest.raises(SlowPatternError) as caught:
        found("^(a|aa)+$", "a" * 60 + "!")
    assert (caught.value.pattern, caught.value.text) == ("^(a|aa)+$", "a" * 60 + "!")


def test_budget_is_shared() -> None:
    """Many slow matches together take no longer than one."""
    begun = time.thread_time()
    with budget():
        for _ in range(50):
            with pytest.raises(SlowPatternError):
                found("^(a|aa)+$", "a" * 60 + "!")
    assert time.thread_time() - begun < LIMIT * 3
