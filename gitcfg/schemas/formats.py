"""The formats that are checked: those that check-jsonschema checks as it is installed, no others.

A fixed list, so that a library which happens to be installed does not change what is valid.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any

from jsonschema import FormatChecker

from gitcfg.schemas.ecma_signs import PatternError
from gitcfg.schemas.patterns import compiled

_BORROWED = ("date", "email", "idn-email", "idn-hostname", "ipv4", "ipv6", "uuid")
_CLOCK = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
    r"(?:[Zz]|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_TIME = re.compile(_CLOCK + r"\n?")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]" + _CLOCK + r"\n?")


def _date_time(value: Any) -> bool:
    """Tell whether a text is a date and time of RFC 3339."""
    if not isinstance(value, str):
        return True
    found = _MOMENT.fullmatch(value)
    return found is not None and _is_date(found[1])


def _is_date(text: str) -> bool:
    if text.startswith("0000"):
        text = f"2000{text[4:]}"  # the year 0 is a leap year too, but not one of Python's
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _time(value: Any) -> bool:
    """Tell whether a value is a time of RFC 3339; a number is none, as check-jsonschema has it."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _regex(value: Any) -> bool:
    if isinstance(value, str):
        try:
            compiled(value)
        except PatternError:
            return False
    return True


CHECKER = FormatChecker(name for name in _BORROWED if name in FormatChecker.checkers)
for _name, _check in (("date-time", _date_time), ("regex", _regex), ("time", _time)):
    CHECKER.checks(_name)(partial(_check))
