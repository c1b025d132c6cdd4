from __future__ import annotations

from decimal import Decimal

import pytest

from tierline.kernel.errors import Invalid
from tierline.kernel.money import Money


def test_amounts_are_whole_minor_units() -> None:
    assert Money.of(Decimal("1844.50"), "USD") == Money(184_450, "USD")
    assert Money.of(Decimal(500), "JPY") == Money(500, "JPY")


def test_an_amount_finer_than_a_cent_is_refused() -> None:
    with pytest.raises(Invalid, match="finer than the smallest unit"):
        Money.of(Decimal("0.005"), "EUR")


def test_two_currencies_have_no_sum() -> None:
    with pytest.raises(Invalid, match="two currencies"):
        Money(1, "USD") + Money(1, "EUR")


def test_money_is_shown_with_its_currency() -> None:
    assert str(Money(123_456_789, "USD")) == "1,234,567.89 USD"
