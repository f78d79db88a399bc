"""Amounts: exact from a source's text to minor units and back, or refused in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter import money

AMOUNTS = st.decimals(
    min_value=-(10**15) + 1, max_value=10**15 - 1, places=2, allow_nan=False, allow_infinity=False
)


@given(AMOUNTS)
def test_amount_with_two_decimals_round_trips(amount: Decimal) -> None:
    """Whatever a source writes with two decimals is delivered to the cent, however large."""
    minor, rounded = money.to_minor(f"{amount:f}")
    assert not rounded
    assert Decimal(money.to_text(minor)) == amount


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_amount_rounded_on_demand_equals_decimal_half_up(amount: Decimal) -> None:
    """`--round` is ROUND_HALF_UP, away from zero, and says whether it changed anything."""
    minor, rounded = money.to_minor(f"{amount:f}", rounding=True)
    expected = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (Decimal(minor) / 100, rounded) == (expected, expected != amount)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("500", 50000),
        ("198.35", 19835),
        ("-1234.50", -123450),
        ("+7.5", 750),
        ("0.100000", 10),
        ("007", 700),
        (".50", 50),
        ("-0.00", 0),
        (" 12 ", 1200),
        ("\u0e51\u0e52.\u0e55", 1250),
    ],
)
def test_amount_in_its_plain_forms_is_read(text: str, minor: int) -> None:
    """Signs, missing or closing zeros, Thai digits and spaces around are no doubt about a value."""
    assert money.to_minor(text) == (minor, False)


@pytest.mark.parametrize(
    "text",
    [
        *("1,234.50", "1 234", "1e5", "NaN", "Infinity", "-inf", "0x10", "1_000", "5.", "."),
        *("", "-", "(12.00)", "12.00-", "\u221212", "\u0e3f12", "$5", "\u0664", "1.2.3", "--1"),
        *("1\n", "1\u00a0000"),
    ],
)
def test_amount_that_could_mean_two_things_is_refused(text: str) -> None:
    """Thousands separators, exponents, brackets and other scripts' digits are never guessed at."""
    with pytest.raises(money.AmountError, match="not a plain decimal number"):
        money.to_minor(text)


def test_amount_with_more_decimals_is_refused_unless_rounding_is_asked() -> None:
    """Three decimals that count reject the row; zeros beyond the second do not."""
    assert money.to_minor("1.230") == (123, False)
    with pytest.raises(money.AmountError, match=r"'1\.234' has more than two decimals; --round"):
        money.to_minor("1.234")


def test_amount_too_large_for_the_queue_is_refused() -> None:
    """What 64 bits of minor units cannot hold is told, not cut."""
    assert money.to_minor("9" * 15 + ".99") == (10**17 - 1, False)
    with pytest.raises(money.AmountError, match="more than 15 digits before the point"):
        money.to_minor("1" + "0" * 15)
