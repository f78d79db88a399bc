"""What an entry is, and the judgement over one row of an input: an entry, or the reason why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from exporter import dates, money

if TYPE_CHECKING:
    from collections.abc import Sequence

Path = Literal["scheduled", "immediate"]
SCHEDULED: Path = "scheduled"
IMMEDIATE: Path = "immediate"

SOURCE_FIELDS = ("date", "description", "amount", "category", "reference")
"""What every entry has, in the order of the delivered columns."""

NEEDED_FIELDS = ("date", "amount")
"""Those of them that are never empty, so that an input must have a column for each."""

OPTIONAL_FIELDS = ("confidence", "path", "id")
FIELDS = SOURCE_FIELDS + OPTIONAL_FIELDS

LONGEST_TEXT = 32_767
"""What one cell of the usual spreadsheets holds; anything longer would be cut there unseen."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNDECODED = range(0xDC80, 0xDD00)
_CONFIDENCE = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_CONFIDENCE = 400
_LONGEST_ID = 200


class RowError(ValueError):
    """A row that makes no entry; the message is the reason, for whoever mends the row."""


class Entry(NamedTuple):
    """One accounting entry, canonical: ISO date, minor units, NFC text, plain confidence.

    A tuple, because a large import makes millions of them.
    """

    date: str
    description: str
    amount: int
    category: str
    reference: str
    confidence: str | None
    path: str
    given_id: str | None
    rounded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How an import reads its rows."""

    read_date: dates.ReadDate
    rounding: bool = False


def judge(values: Sequence[str | None], reading: Reading) -> Entry:
    """Make an entry of one row's values, in the order of FIELDS; None where there is no column.

    Raises RowError with the first reason found.
    """
    day, description, amount, category, reference, confidence, path, given_id = values
    try:
        on = reading.read_date(_needed("date", day))
        minor, rounded = money.to_minor(_needed("amount", amount), rounding=reading.rounding)
    except (dates.DateError, money.AmountError) as error:
        raise RowError(str(error)) from error
    return Entry(
        on.isoformat(),
        _text("description", description),
        minor,
        _text("category", category),
        _text("reference", reference),
        _confidence(confidence),
        _path(path),
        _id(given_id),
        rounded,
    )


def plain_decimal(value: Decimal) -> str:
    """Write a number from 0 to 1 without exponent or closing zeros.

    Of such texts the order of bytes is the order of the numbers, so a database compares them
    exactly, which no binary float allows.
    """
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _needed(field: str, value: str | None) -> str:
    if value is None or not value.strip():
        raise RowError(f"{field} is empty")
    return value


def _text(field: str, value: str | None) -> str:
    if value is None:
        return ""
    if value.isascii() and value.isprintable() and len(value) <= LONGEST_TEXT:
        return value
    found = _FORBIDDEN.search(value)
    if found is not None:
        raise RowError(f"{field} {_ailment(ord(found[0]))}")
    text = unicodedata.normalize("NFC", value)
    if len(text) > LONGEST_TEXT:
        raise RowError(f"{field} is longer than {LONGEST_TEXT} characters, the most a cell holds")
    return text


def _ailment(code: int) -> str:
    if code in _UNDECODED:
        return f"has the byte 0x{code & 0xFF:02X}, which is none of the encoding; see --encoding"
    return f"has the character U+{code:04X}, which no CSV file carries safely"


def _confidence(value: str | None) -> str | None:
    text = (value or "").strip(" ")
    if not text:
        return None
    found = Decimal(text) if _CONFIDENCE.fullmatch(text) else Decimal("NaN")
    if found.is_nan() or not 0 <= found <= 1:
        raise RowError(f"confidence {text[:40]!r} is not a number from 0 to 1")
    plain = plain_decimal(found)
    if len(plain) > _LONGEST_CONFIDENCE:
        raise RowError(f"confidence {text[:40]!r} has too many digits")
    return plain


def _path(value: str | None) -> str:
    text = (value or "").strip(" ")
    if text not in {"", SCHEDULED, IMMEDIATE}:
        raise RowError(f"path {text[:40]!r} is neither {SCHEDULED} nor {IMMEDIATE}")
    return text or SCHEDULED


def _id(value: str | None) -> str | None:
    if value is None:
        return None
    text = _text("id", value)
    if not text.strip() or len(text) > _LONGEST_ID:
        raise RowError(f"id is empty or longer than {_LONGEST_ID} characters")
    return text
