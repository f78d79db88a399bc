"""Dates of entries: one format for an import, Buddhist years only where it says so."""

from __future__ import annotations

from datetime import date

import pytest

from exporter.dates import DateError, reader
from exporter.errors import CallError


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("%Y-%m-%d", "2026-03-31", date(2026, 3, 31)),
        ("%d/%m/%Y", "01/08/2017", date(2017, 8, 1)),
        ("%d/%m/%y", "1/8/17", date(2017, 8, 1)),
        ("%d %b %Y", "3 Mar 2026", date(2026, 3, 3)),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-03-31T23:59:59+0700", date(2026, 3, 31)),
        ("%Y%j", "2024366", date(2024, 12, 31)),
        ("%d/%m/%Y", "\u0e53\u0e51/\u0e51\u0e52/\u0e52\u0e50\u0e52\u0e54", date(2024, 12, 31)),
    ],
)
def test_date_of_the_named_format_is_read(form: str, text: str, day: date) -> None:
    """The calendar day as written counts, in western or Thai digits."""
    assert reader(form)(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "no date of the form %Y-%m-%d"),
        ("31/03/2026", "no date of the form"),
        ("2026-03-31 ", None),
        ("2026-3-\u0663", "not plain 0-9"),
        ("2567-01-01", "if that is a Buddhist year, say --buddhist"),
        ("0026-03-31", "lies before 1900"),
    ],
)
def test_date_that_is_none_is_refused_with_the_reason(text: str, reason: str | None) -> None:
    """Another format, another calendar or an impossible day rejects the row; spaces do not."""
    if reason is None:
        assert reader()(text) == date(2026, 3, 31)
    else:
        with pytest.raises(DateError, match=reason):
            reader()(text)


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("%d/%m/%Y", "29/02/2567", date(2024, 2, 29)),
        ("%d/%m/%Y", "31/12/2568", date(2025, 12, 31)),
        ("%Y%m%d", "25670229", date(2024, 2, 29)),
        ("%d%m%Y", "29022567", date(2024, 2, 29)),
        ("%d %B %Y 100%%", "29 February 2567 100%", date(2024, 2, 29)),
    ],
)
def test_buddhist_year_is_made_common_before_there_is_a_date(
    form: str, text: str, day: date
) -> None:
    """29 February 2567 is a real day, although 2567 is no leap year of the common era."""
    assert reader(form, buddhist=True)(text) == day


@pytest.mark.parametrize("text", ["29/02/2568", "29/02/2024", "29-02-2567"])
def test_buddhist_date_that_is_none_is_refused(text: str) -> None:
    """29 February 2568 never was; a common-era year does not pass for a Buddhist one."""
    with pytest.raises(DateError):
        reader("%d/%m/%Y", buddhist=True)(text)


@pytest.mark.parametrize(
    ("form", "buddhist"),
    [
        *[("%d/%m", False), ("%Y", False), ("%Q-%Y-%m-%d", False), ("%d/%m/%Y/%Y", False)],
        *[("%d/%m/%y", True), ("%d/%m/%Y %U", True), ("%d/%m/%Y %", True)],
    ],
)
def test_date_format_that_names_no_whole_date_is_a_wrong_call(form: str, *, buddhist: bool) -> None:
    """A format without year, month or day would guess them, so it is refused before any row."""
    with pytest.raises(CallError, match="--date-format"):
        reader(form, buddhist=buddhist)
