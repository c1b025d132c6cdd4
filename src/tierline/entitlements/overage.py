"""What the use of a whole period comes to: beyond the limit, charged, and waived by the cap."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.entitlements.amounts import cap_of, charge_between

if TYPE_CHECKING:
    from tierline.accounts.contract import Fee
    from tierline.entitlements.rule import Rule

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOverage:
    """Amounts are in whole units of the rule's currency."""

    used: Decimal
    included: Decimal
    amount: Decimal
    """What all units beyond the limit cost without a cap."""
    cap: Decimal | None
    charged: Decimal
    thresholds: tuple[Decimal, ...]
    """Shares of the limit, in percent, that were reached; each is told once in a period."""

    @property
    def beyond(self) -> Decimal:
        """Units beyond the limit."""
        return max(self.used - self.included, _ZERO)

    @property
    def waived(self) -> Decimal:
        """What the cap saves the customer, and costs us."""
        return self.amount - self.charged


def overage_of(rule: Rule, used: Decimal, fee: Fee | None) -> PeriodOverage | None:
    """What a period's use comes to; None for a rule that has no limit or no price beyond it."""
    if rule.limit is None or rule.price is None:
        return None
    included, cap = Decimal(rule.limit), cap_of(rule, fee)
    amount = charge_between(-included, used - included, price=rule.price, cap=None)
    shares = sorted({*rule.warn_at_percent, Decimal(100)})
    return PeriodOverage(
        used=used,
        included=included,
        amount=Decimal(amount),
        cap=cap,
        charged=Decimal(charge_between(-included, used - included, price=rule.price, cap=cap)),
        thresholds=tuple(share for share in shares if used * 100 >= included * share),
    )
