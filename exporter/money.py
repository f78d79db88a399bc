"""Amounts of money: exact, from the text of a source to whole minor units (satang, cents) and back.

No float and no rounding context is near: the digits themselves are judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DECIMALS = 2
WHOLE_DIGITS = 15
"""The most digits before the point: minor units then fit into 64 bits."""

_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]+))?")
_THAI_DIGITS = str.maketrans({0x0E50 + digit: str(digit) for digit in range(10)})
_HALF = 5
_PARTS = tuple(f".{part:02d}" for part in range(10**DECIMALS))
_SHOWN = 40


class AmountError(ValueError):
    """A text that is no amount; the message says why."""


def western_digits(text: str) -> str:
    """Write Thai digits as 0-9; the digits of every other script stay, to be refused."""
    return text if text.isascii() else text.translate(_THAI_DIGITS)


def to_minor(text: str, *, rounding: bool = False) -> tuple[int, bool]:
    """Read a plain decimal number as minor units; the second value says whether it was rounded.

    More than two decimals that are not zero are refused, or with `rounding` taken half up, away
    from zero. Raises AmountError.
    """
    found = _AMOUNT.fullmatch(western_digits(text).strip(" "))
    if found is None or not (found["whole"] or found["part"]):
        raise AmountError(
            f"amount {_shown(text)} is not a plain decimal number such as -1234.50 "
            "(no thousands separators, exponents or currency signs)"
        )
    whole, part = found["whole"].lstrip("0"), (found["part"] or "").rstrip("0")
    if len(whole) > WHOLE_DIGITS:
        raise AmountError(
            f"amount {_shown(text)} has more than {WHOLE_DIGITS} digits before the point"
        )
    rounded = len(part) > DECIMALS
    if rounded and not rounding:
        raise AmountError(
            f"amount {_shown(text)} has more than two decimals; --round takes them half up"
        )
    minor = int(whole + part[:DECIMALS].ljust(DECIMALS, "0"))
    if rounded and int(part[DECIMALS]) >= _HALF:
        minor += 1
    return (-minor if found["sign"] == "-" else minor), rounded


def to_text(minor: int) -> str:
    """Write minor units with two places: -123450 is `-1234.50`."""
    if minor < 0:
        return f"-{-minor // 100}{_PARTS[-minor % 100]}"
    return f"{minor // 100}{_PARTS[minor % 100]}"


def to_texts(minors: Iterable[int]) -> list[str]:
    """Write many amounts; a call for each would take as long as the writing."""
    return [
        f"{minor // 100}{_PARTS[minor % 100]}" if minor >= 0 else to_text(minor) for minor in minors
    ]


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
