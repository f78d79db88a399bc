"""The judgement over one row: an entry in canonical form, or the reason why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter import dates
from exporter.entries import FIELDS, Entry, Reading, RowError, judge, plain_decimal
from exporter.identity import content_key, source_key

if TYPE_CHECKING:
    from decimal import Decimal

READING = Reading(read_date=dates.reader())
GOOD = ("2026-03-31", "Rent", "-12.50", "Office", "R-1", None, None, None)
FRACTIONS = st.decimals(min_value=0, max_value=1, allow_nan=False, places=6)


def row(**changed: str | None) -> list[str | None]:
    """Make a good row but for what is said."""
    return [changed.get(name, value) for name, value in zip(FIELDS, GOOD, strict=True)]


def test_row_becomes_an_entry_in_canonical_form() -> None:
    """Date ISO, amount in minor units, text NFC, confidence a plain decimal, path by default."""
    judged = judge(row(description="cafe\u0301", confidence=" 9.50e-1 ", id="A7"), READING)
    assert judged == Entry(
        *("2026-03-31", "caf\u00e9", -1250, "Office", "R-1", "0.95", "scheduled", "A7", False)
    )


def test_row_keeps_its_text_as_it_is() -> None:
    """Spaces, newlines, tabs, quotes and Thai vowels are the accountants' own business."""
    text = '  two\r\nlines,\t"quoted" \u0e19\u0e49\u0e33 '
    assert judge(row(description=text, category="", reference=None), READING)[1:5] == (
        *(text, -1250, "", ""),
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"date": " "}, "date is empty"),
        ({"date": "31.3.26"}, "no date of the form"),
        ({"amount": None}, "amount is empty"),
        ({"amount": "1,000"}, "not a plain decimal number"),
        ({"description": "a\x00b"}, r"description has the character U\+0000"),
        ({"category": "a\x1bb"}, r"category has the character U\+001B"),
        ({"reference": "a\udce0b"}, "reference has the byte 0xE0, .* see --encoding"),
        ({"reference": "a\ud800b"}, r"the character U\+D800"),
        ({"description": "x" * 32768}, "longer than 32767 characters"),
        ({"description": "\u0e01" * 32768}, "longer than 32767 characters"),
        ({"confidence": "85%"}, "'85%' is not a number from 0 to 1"),
        ({"confidence": "NaN"}, "not a number from 0 to 1"),
        ({"confidence": "1.2"}, "not a number from 0 to 1"),
        ({"confidence": "-0.1"}, "not a number from 0 to 1"),
        ({"confidence": "\u0660.5"}, "not a number from 0 to 1"),
        ({"confidence": "5e-999"}, "has too many digits"),
        ({"path": "later"}, "path 'later' is neither scheduled nor immediate"),
        ({"id": "  "}, "id is empty"),
        ({"id": "x" * 201}, "id is empty or longer than 200"),
    ],
)
def test_row_with_a_fault_is_refused_with_the_reason(
    changed: dict[str, str | None], reason: str
) -> None:
    """Whatever cannot be delivered faithfully is told, so that someone can mend the row."""
    with pytest.raises(RowError, match=reason):
        judge(row(**changed), READING)


def test_row_at_the_limits_is_taken() -> None:
    """The longest cell, confidences 0 and 1, and the immediate path are all right."""
    judged = judge(row(description="x" * 32767, confidence="0", path="immediate"), READING)
    assert (judged.confidence, judged.path) == ("0", "immediate")
    assert judge(row(confidence="1.000"), READING).confidence == "1"
    assert judge(row(confidence="  "), READING).confidence is None


@given(FRACTIONS, FRACTIONS)
def test_confidences_as_plain_texts_order_as_numbers(one: Decimal, other: Decimal) -> None:
    """A database compares confidence and threshold as texts; that must be exact."""
    first, second = plain_decimal(one), plain_decimal(other)
    assert (first < second, first == second) == (one < other, one == other)


def test_source_key_tells_rows_apart_by_their_fields_as_read() -> None:
    """No text can pose as the border between two fields, and other columns do not count."""
    assert source_key(row()) == source_key(row(confidence="0.9", id="X"))
    assert source_key(row(amount="-12.5")) != source_key(row())
    assert source_key(row(description="ab", category="c")) != source_key(
        row(description="a", category="bc")
    )
    assert source_key(row(description="1:a", category="")) != source_key(
        row(description="", category="1:a")
    )


def test_content_key_goes_by_what_is_meant() -> None:
    """12.5 and 12.50 are the same content; another confidence or path is not."""
    same = content_key(judge(row(amount="-12.5", confidence=".90"), READING))
    assert same == content_key(judge(row(confidence="0.9"), READING))
    assert same != content_key(judge(row(confidence="0.8"), READING))
    assert same != content_key(judge(row(confidence="0.9", path="immediate"), READING))
