"""A batch's bytes: what an accountant's spreadsheet and any CSV reader make of them."""

from __future__ import annotations

import csv
import io
from hashlib import md5, sha256

import pytest
from exports import NOON
from hypothesis import given
from hypothesis import strategies as st

from exporter.batch import HEADER, Line, freeze, name_of, safe
from exporter.money import to_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
LINES = st.lists(
    st.builds(
        Line,
        date=st.dates().map(lambda day: day.isoformat()),
        description=TEXTS,
        amount=st.integers(-(10**17), 10**17),
        category=TEXTS,
        reference=TEXTS,
    ),
    max_size=8,
)


def test_batch_of_two_rows_byte_for_byte() -> None:
    """A mark for Excel, the header, CRLF, quotes only where needed, two decimals."""
    made = freeze(
        [
            Line("2026-03-31", 'a, "b"\nc', -123450, "\u0e04\u0e48\u0e32", "=cmd()"),
            Line("2026-03-31", "Rent", 5, "", "R-1"),
        ]
    )
    expected = (
        "\ufeffDate,Description,Amount,Category,Reference\r\n"
        '2026-03-31,"a, ""b""\nc",-1234.50,\u0e04\u0e48\u0e32,\'=cmd()\r\n'
        "2026-03-31,Rent,0.05,,R-1\r\n"
    ).encode()
    assert made.content == expected
    assert (made.entries, made.total) == (2, -123445)
    assert made.sha256 == sha256(expected).hexdigest()
    assert made.md5 == md5(expected, usedforsecurity=False).hexdigest()


def test_batch_without_the_mark_is_otherwise_the_same() -> None:
    """The byte-order mark is the only difference."""
    lines = [Line("2026-03-31", "Rent", 5, "", "")]
    assert b"\xef\xbb\xbf" + freeze(lines, bom=False).content == freeze(lines).content


@given(LINES)
def test_batch_reads_back_as_it_was(lines: list[Line]) -> None:
    """An independent reader gets every text again, but for the mark before a formula."""
    text = freeze(lines).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == list(HEADER)
    for line, row in zip(lines, rows[1:], strict=True):
        whole, cents = divmod(abs(line.amount), 100)
        amount = f"{'-' if line.amount < 0 else ''}{whole}.{cents:02}"
        texts = [safe(line.description), safe(line.category), safe(line.reference)]
        assert row == [line.date, texts[0], amount, *texts[1:]]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000-1"),
        *("\uff1d1", "\uff0b1", "\uff0d1", "\uff201"),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_marked(text: str) -> None:
    """A cell beginning like a formula gets an apostrophe, in full width and after spaces too."""
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "\u0e01", "'=1", "  a", "#1"])
def test_text_that_is_harmless_stays(text: str) -> None:
    """Nothing else is touched."""
    assert safe(text) == text


def test_name_counts_on_beyond_three_digits() -> None:
    """The thousandth file of a date has a name as well."""
    day = NOON.date()
    assert name_of(day, 7) == "batch-2026-03-31-007.csv"
    assert name_of(day, 1000) == "batch-2026-03-31-1000.csv"


@given(LINES)
def test_batch_is_written_as_any_csv_writer_would(lines: list[Line]) -> None:
    """Byte for byte what Python's own writer makes of the same cells."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    for line in lines:
        texts = [safe(text) for text in (line.description, line.category, line.reference)]
        writer.writerow((line.date, texts[0], to_text(line.amount), *texts[1:]))
    made = freeze(lines, bom=False)
    assert made.content.decode() == buffer.getvalue()
    assert (made.entries, made.total) == (len(lines), sum(line.amount for line in lines))
