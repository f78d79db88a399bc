"""Writing a value: YAML 1.2 and 1.1 readers, and ours, take what we write for the same."""

from __future__ import annotations

import math
from typing import Any

import documents
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gitcfg.documents.document import load, scalar
from gitcfg.documents.scalars import old_meaning, read


def read_back(text: str) -> Any:
    """Read a written value as a file's."""
    document = load(f"A: {text}\n".encode(), "config/a.yaml")
    assert document.findings == ()
    return document.entries["A"].value


@given(documents.values)
@example(1e16)
@example(5e-324)
@example("\x85\u2028\ufeff\x7f\U0010ffff")
@example([1e22, -0.0, None, {"": {}}])
def test_scalar_reads_back(value: Any) -> None:
    """What is written is read as the same value, of the same type, without a warning."""
    found = read_back(scalar(value))
    assert (type(found), found) == (type(value), value)


@given(documents.values)
@example("18:00")
@example("1e3")
@example(1e300)
def test_scalar_means_the_same_to_yaml_1_1(value: Any) -> None:
    """A reader of YAML 1.1 takes it for the same too."""
    found = yaml.safe_load(f"A: {scalar(value)}")["A"]
    assert found == value


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["'", '"']))
def test_scalar_in_the_quotes_asked_for(text: str, quote: str) -> None:
    """Quotes are kept where they can hold the text, and it reads back."""
    written = scalar(text, quote=quote)
    assert written[0] in (quote, '"')
    assert read_back(written) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("18:00", '"18:00"'),
        ("Asia/Bangkok", "Asia/Bangkok"),
        ("two words", "two words"),
        ("no", '"no"'),
        ("N", '"N"'),
        ("true", '"true"'),
        ("", '""'),
        (" x", '" x"'),
        ("ก่อน", '"ก่อน"'),
        ("a\nb\t\\\"'", '"a\\nb\\t\\\\\\"\'"'),
        ("\x00\x85\u2028", '"\\u0000\\u0085\\u2028"'),
        (True, "true"),
        (100, "100"),
        (-0.5, "-0.5"),
        (1e16, "1.0e+16"),
        (1e-7, "1.0e-07"),
        ([1, "a", None], '[1, "a", null]'),
        ({"ก": [], "b": {"c": False}}, '{"ก": [], "b": {"c": false}}'),
    ],
)
def test_scalar_as_a_person_sees_it(value: Any, written: str) -> None:
    """Text is plain where that is safe, Thai stays readable, lists and maps are JSON."""
    assert scalar(value) == written


_NUMERIC = st.text(st.sampled_from("0123456789_:.-+eExXobnyNYaftrulsk~<="), max_size=8)


@given(_NUMERIC)
@example("190:20:30")
@example("0x_")
@example("-0b1_0")
@example("+.5e+3")
def test_old_meaning_agrees_with_a_yaml_1_1_reader(text: str) -> None:
    """Where nothing is said of 1.1 readers, PyYAML reads what we read."""
    try:
        ours = read(text)
    except ValueError:
        return
    tokens = list(yaml.scan(f"[{text}]")) if yaml_takes(text) else []
    if old_meaning(text) is None and [type(one) for one in tokens[2:-2]] == [yaml.ScalarToken]:
        theirs = yaml.safe_load(f"[{text}]")[0]
        assert isinstance(theirs, bool) == isinstance(ours, bool)
        assert theirs == ours or math.isclose(theirs, ours)


def yaml_takes(text: str) -> bool:
    """Tell whether a text can stand as a plain value at all."""
    try:
        list(yaml.scan(f"[{text}]"))
    except yaml.YAMLError:
        return False
    return True
