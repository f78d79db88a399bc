"""A batch as the accountants get it: the bytes of its file, a pure function of its rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import TYPE_CHECKING, NamedTuple

from exporter import money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

HEADER = ("Date", "Description", "Amount", "Category", "Reference")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

# Spreadsheets take a cell that begins like this for a formula; the full-width forms count in some
# of their languages.
_LIVE = (
    *"=+-@\t\r\n",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)


class Line(NamedTuple):
    """One row of a file: ISO date, minor units."""

    date: str
    description: str
    amount: int
    category: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The content of one file and what it adds up to, in minor units."""

    content: bytes
    entries: int
    total: int
    sha256: str
    md5: str


def name_of(day: date, number: int) -> str:
    """Name a file: `batch-2026-03-31-001.csv`."""
    return f"batch-{day.isoformat()}-{number:03d}.csv"


def freeze(lines: Iterable[Line], *, bom: bool = True) -> Frozen:
    """Write rows as RFC 4180 has it: a header, CRLF, UTF-8, a mark at the front for Excel."""
    buffer = io.StringIO(_BOM if bom else "", newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    entries = total = 0
    for line in lines:
        writer.writerow(
            (
                line.date,
                safe(line.description),
                money.to_text(line.amount),
                safe(line.category),
                safe(line.reference),
            )
        )
        entries += 1
        total += line.amount
    content = buffer.getvalue().encode()
    return Frozen(
        content=content,
        entries=entries,
        total=total,
        sha256=sha256(content).hexdigest(),
        md5=md5(content, usedforsecurity=False).hexdigest(),
    )


def safe(text: str) -> str:
    """Put `'` before a text that a spreadsheet would take for a formula, after spaces or not.

    Amounts and dates are written by us and never come here: credits are negative.
    """
    return "'" + text if text.startswith(_LIVE) or text.lstrip().startswith(_LIVE) else text
