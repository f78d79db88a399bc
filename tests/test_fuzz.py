"""What `make fuzz` checks for hours holds for the examples, and for whatever it once found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import core
from fuzz.reading import check

EXAMPLES = Path(__file__).parent / "examples"
SIGNS = st.sampled_from(
    ["A", "B", ": ", ":", "\n", " ", "- ", "'", '"', "|", ">", "{", "}", "[", "]"]
)
WORDS = st.sampled_from(
    ["#", ",", "&a ", "*a", "1", ".5", "yes", "\\", "\r\n", "\t", "é", "\x00", "~"]
)


@pytest.mark.parametrize(
    "place", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda place: str(place.relative_to(EXAMPLES))
)
def test_examples_hold(place: Path) -> None:
    """Each example is read and edited in every way."""
    check(place.read_bytes())


@given(st.lists(SIGNS | WORDS, max_size=20).map("".join))
@settings(max_examples=200)
def test_signs_of_yaml_hold(text: str) -> None:
    """Whatever the signs of YAML come to in a row is read without a fault."""
    check(text.encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("18:00", "18:00"),
        ("no", "no"),
        ("2026-01-01", "2026-01-01"),
        (".inf", float("inf")),
        ("~", None),
        ("1_000", "1_000"),
    ],
)
def test_second_opinion_is_yaml_1_2(text: str, value: object) -> None:
    """PyYAML, told the core schema, reads scalars as YAML 1.2 has them."""
    assert core.read(f"A: {text}") == {"A": value}


def test_breach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a value read in another way, it would be seen."""
    monkeypatch.setattr(core, "read", lambda _: {"A": "1"})
    with pytest.raises(AssertionError):
        check(b"A: 1\n")
