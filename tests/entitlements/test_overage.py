"""What the use of a whole period comes to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tierline.accounts.contract import Fee
from tierline.catalog.statement import Period
from tierline.entitlements.overage import overage_of
from tierline.entitlements.rule import Rule

HOURS = Rule(
    key="engineering_hours",
    name="Engineering hours",
    limit=10,
    per="month",
    behaviour="cap",
    warn_at_percent=(Decimal(80),),
    price=Decimal(180),
    cap_percent=Decimal(50),
)
FEE = Fee(amount=Decimal(2400), per=Period.month)


@pytest.mark.parametrize(
    ("used", "beyond", "amount", "charged", "waived", "notices"),
    [
        (7, 0, 0, 0, 0, 0),
        (8, 0, 0, 0, 0, 1),
        (10, 0, 0, 0, 0, 2),
        (13, 3, 540, 540, 0, 2),
        (27, 17, 3060, 1200, 1860, 2),
    ],
)
def test_the_cap_ends_the_charge_and_waives_the_rest(
    used: int, beyond: int, amount: int, charged: int, waived: int, notices: int
) -> None:
    found = overage_of(HOURS, Decimal(used), FEE)
    assert found is not None
    amounts = [int(each) for each in (found.beyond, found.amount, found.charged, found.waived)]
    assert amounts == [beyond, amount, charged, waived]
    assert len(found.thresholds) == notices


def test_a_rule_without_a_price_has_no_overage() -> None:
    assert overage_of(Rule(key="x", name="X", limit=10), Decimal(27), FEE) is None
