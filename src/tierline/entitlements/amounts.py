"""What use beyond a limit costs: exact, and never a fraction above its cap."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from tierline.accounts.periods import MONTHS
from tierline.kernel.money import minor_digits

if TYPE_CHECKING:
    from tierline.accounts.contract import Fee
    from tierline.entitlements.rule import Rule

_ZERO = Decimal(0)
_MONTHS = {per.value: months for per, months in MONTHS.items()}


def charge_between(
    before: Decimal | int, after: Decimal | int, *, price: Decimal, cap: Decimal | None
) -> Decimal:
    """The charge for going from `before` to `after` units beyond the limit (negative: below it)."""
    units = after - before if before > 0 else after
    if units <= 0:
        return _ZERO
    if cap is None or price * after <= cap:
        return price if units == 1 else price * units
    so_far = price * before if before > 0 else _ZERO
    return cap - so_far if cap > so_far else _ZERO


def cap_of(rule: Rule, fee: Fee | None) -> Decimal | None:
    """The lower of the caps that a rule states; None where it states none or the fee is unknown."""
    if rule.cap_percent is None or fee is None:
        return rule.cap_amount
    share = _share(rule, rule.cap_percent, fee)
    return share if rule.cap_amount is None else min(rule.cap_amount, share)


def _share(rule: Rule, percent: Decimal, fee: Fee) -> Decimal:
    """A percentage of the fee of the rule's period, down to the smallest unit of the currency.

    A limit without months of its own (none, or by the second) takes the fee as it is billed.
    """
    own, billed = _MONTHS.get(rule.per or ""), _MONTHS.get(fee.per.value)
    times, parts = (own, billed) if own and billed else (1, 1)
    exact = fee.amount * percent * times / (parts * 100)
    return exact.quantize(Decimal(1).scaleb(-minor_digits(rule.currency)), rounding=ROUND_DOWN)
