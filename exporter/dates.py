"""Dates of entries: read by the format that the import names; Buddhist years where it says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from exporter.errors import CallError
from exporter.money import western_digits

ISO = "%Y-%m-%d"
EARLIEST = 1900
BUDDHIST_FROM = 2400
"""No book of this century has such a common-era year: from here on a year is a Buddhist one."""

_BUDDHIST_AHEAD = 543
_REMEMBERED = 4096
_DIRECTIVE = re.compile(r"%(.)|\s+|[^%\s]+|%")
_PARTS = ({"Y", "y"}, {"m", "b", "B", "j"}, {"d", "j"})
_PROBE = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_PATTERNS = {
    "Y": "(?P<year>[0-9]{4})",
    **dict.fromkeys("dmHMSjIf", "[0-9]{1,6}"),
    **dict.fromkeys("bBaAp", "[A-Za-z.]+"),
    "%": "%",
}

ReadDate = Callable[[str], date]


class DateError(ValueError):
    """A text that is no date of the format; the message says why."""


def reader(form: str = ISO, *, buddhist: bool = False) -> ReadDate:
    """Make a function that reads dates written in a strptime format; raises CallError for it.

    What is made raises DateError. With `buddhist` the year is made a common-era one before there
    is a date: 29 February 2567 is a real day, 29 February 2568 is not.
    """
    _check(form)
    year = _year_pattern(form) if buddhist else None

    @lru_cache(maxsize=_REMEMBERED)
    def read(text: str) -> date:
        western = western_digits(text).strip(" ")
        if not western.isascii():
            raise DateError(f"date {text!r} has digits or letters that are not plain 0-9, A-Z")
        if year is not None:
            western = _common_era(western, year, text)
        return _parse(western, form, text)

    return read


def _check(form: str) -> None:
    named = set(re.findall(r"%(.)", form.replace("%%", "")))
    if not all(named & part for part in _PARTS):
        raise CallError(
            f"--date-format {form!r} names no whole date: it needs a year, a month and a day, "
            "as in %d/%m/%Y"
        )
    try:
        datetime.strptime(_PROBE.strftime(form), form)  # noqa: DTZ007
    except (ValueError, re.error) as error:  # a part named twice comes as the latter
        raise CallError(f"--date-format {form!r} is no format of strptime: {error}") from error


def _parse(text: str, form: str, written: str) -> date:
    try:
        # Only the calendar day counts, so a zone that the text may carry says nothing here.
        found = datetime.strptime(text, form).date()  # noqa: DTZ007
    except ValueError as error:
        raise DateError(f"date {written!r} is no date of the form {form}") from error
    if found.year >= BUDDHIST_FROM:
        raise DateError(
            f"date {written!r} has the year {found.year}; if that is a Buddhist year, "
            "say --buddhist"
        )
    if found.year < EARLIEST:
        raise DateError(f"date {written!r} lies before {EARLIEST}")
    return found


def _common_era(text: str, pattern: re.Pattern[str], written: str) -> str:
    found = pattern.fullmatch(text)
    if found is None:
        raise DateError(f"date {written!r} is not of the form that --date-format names")
    if int(found["year"]) < BUDDHIST_FROM:
        raise DateError(f"date {written!r} has no Buddhist year, and --buddhist was said")
    year = int(found["year"]) - _BUDDHIST_AHEAD
    return f"{text[: found.start('year')]}{year:04d}{text[found.end('year') :]}"


def _year_pattern(form: str) -> re.Pattern[str]:
    """Find the year's place in dates of a format, before anyone asks whether the day exists."""
    parts = []
    for token in _DIRECTIVE.finditer(form):
        text = token[0]
        if text == "%" or (token[1] is not None and token[1] not in _PATTERNS):
            raise CallError(f"--buddhist cannot read {text} in --date-format {form!r}")
        if token[1] is not None:
            parts.append(_PATTERNS[token[1]])
        else:
            parts.append(r"\s+" if text.isspace() else re.escape(text))
    return re.compile("".join(parts))
