"""Money: integer minor units with a currency. No float, no silent mixing of currencies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tierline.kernel.errors import Invalid

_NO_MINOR = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG", "RWF"})
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_digits(currency: str) -> int:
    """Decimal places of a currency by ISO 4217."""
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` smallest units (cents) of `currency` (ISO 4217, three capitals)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """Exact conversion; an amount finer than the currency's smallest unit is refused."""
        scaled = amount.scaleb(minor_digits(currency))
        if scaled != scaled.to_integral_value():
            raise Invalid(
                f"{amount} {currency} is finer than the smallest unit of {currency}.",
                code="too_fine",
            )
        return cls(int(scaled), currency)

    def amount(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount():,} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise Invalid(
                f"{self} and {other} are in two currencies and have no sum.", code="two_currencies"
            )
