"""A batch as the accountants get it: the bytes of its file, a pure function of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from exporter import money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

HEADER = ("Date", "Description", "Amount", "Category", "Reference")
_AMOUNT = HEADER.index("Amount")
_END = "\r\n"
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
_QUOTE = '"'
_QUOTED = (",", _QUOTE, "\n", "\r")


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
    return freeze_columns([*zip(*lines, strict=True)] or [()] * len(HEADER), bom=bom)


def freeze_columns(columns: Sequence[Sequence[Any]], *, bom: bool = True) -> Frozen:
    """Write rows that are given column by column, in the order of `Line`'s fields."""
    text = "".join((_BOM if bom else "", ",".join(HEADER), _END, _written(columns)))
    content = text.encode()
    amounts: Sequence[int] = columns[_AMOUNT]
    return Frozen(
        content=content,
        entries=len(amounts),
        total=sum(amounts),
        sha256=sha256(content).hexdigest(),
        md5=md5(content, usedforsecurity=False).hexdigest(),
    )


def _written(columns: Sequence[Sequence[Any]]) -> str:
    days, descriptions, amounts, categories, references = columns
    shown = money.to_texts(amounts)
    texts = [_cells(column) for column in (descriptions, categories, references)]
    cells = zip(days, texts[0], shown, texts[1], texts[2], strict=True)
    return "".join([f"{a},{b},{c},{d},{e}{_END}" for a, b, c, d, e in cells])


def _cells(texts: Sequence[str]) -> Sequence[str]:
    """Write texts as cells; a column that is plain throughout, as many are, costs a look."""
    begins = {text[:1] for text in texts}
    if any(first.isspace() or first in _LIVE for first in begins):
        texts = [safe(text) for text in texts]
    whole = "".join(texts)
    if not any(sign in whole for sign in _QUOTED):
        return texts
    return [
        f'"{text.replace(_QUOTE, _QUOTE * 2)}"'
        if "," in text or _QUOTE in text or "\n" in text or "\r" in text
        else text
        for text in texts
    ]


def safe(text: str) -> str:
    """Put `'` before a text that a spreadsheet would take for a formula, after spaces or not.

    Amounts and dates are written by us and never come here: credits are negative.
    """
    return "'" + text if text.startswith(_LIVE) or text.lstrip().startswith(_LIVE) else text
