"""Formats: those that check-jsonschema checks, judged as it does, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from check_jsonschema.formats import (  # type: ignore[import-untyped]
    FormatOptions,
    make_format_checker,
)
from check_jsonschema.regex_variants import (  # type: ignore[import-untyped]
    RegexImplementation,
    RegexVariantName,
)
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.schemas.formats import CHECKER

_REGEX = RegexImplementation(RegexVariantName.default)
_THEIRS = make_format_checker(FormatOptions(regex_impl=_REGEX))
_ALL = sorted({*_THEIRS.checkers, *CHECKER.checkers, "hostname", "uri", "unheard"})
_VALUES: list[Any] = [
    *("2024-02-29", "2023-02-29", "0000-02-29", "2024-1-1", "20240229", "2024-02-29\n"),
    *("2024-02-29T06:00:00Z", "2024-02-29t06:00:00.5+07:00", "2024-02-30T06:00:00Z"),
    *("0000-02-29T00:00:00Z", "0000-02-30T00:00:00Z", "2024-02-29T06:00:00"),
    *("2024-13-01T06:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T06:00:00Z\n"),
    *("2024-04-31T06:00:00Z", "2024-00-01T06:00:00Z", "\u0e52024-02-29"),
    *("06:00:00Z", "06:00:00.5-03:00", "06:00:00", "24:00:00Z", "06:60:00Z", "06:00:00z\n"),
    *("a@b", "ab", "", "10.0.0.1", "10.0.0.256", "10.0.0", "::1", "fe80::1%eth0", "12345::", "1"),
    *("123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "x"),
    *("^a$", "(", "\\_", "ไทย.th", "-a", "a..b", "x y"),
    *(5, 1.5, None, True, [], {}),
]


@pytest.mark.parametrize("name", _ALL)
def test_format_is_judged_as_by_check_jsonschema(name: str) -> None:
    """Each format takes and refuses the same values."""
    for value in _VALUES:
        assert CHECKER.conforms(value, name) == _THEIRS.conforms(value, name), value


@given(
    st.sampled_from(["date", "date-time", "time"]),
    st.text(st.sampled_from("0123456789-:TtZz+.,\n"), max_size=26)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)
def test_format_of_moments(name: str, text: str) -> None:
    """Dates and times of any form are judged alike."""
    assert CHECKER.conforms(text, name) == _THEIRS.conforms(text, name)
