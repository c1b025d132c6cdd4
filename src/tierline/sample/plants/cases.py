"""Plants in cases: who writes to us without a plan that covers them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.chance import Chance

if TYPE_CHECKING:
    from tierline.sample.company import Company

_WITHOUT_PLAN, _OF_CUSTOMERS = 143, 198
_UNKNOWN_OF_THREE = 2
_LONG_GONE = timedelta(days=45)
_MILD = 2
"""From the third severity on."""


def without_plan(company: Company) -> None:
    """F12: 143 cases come from people whom we do not know, or whose contract is long over."""
    total = _WITHOUT_PLAN * len(company.customers) // _OF_CUSTOMERS
    chance = Chance(company.cast.seed, "without a plan")
    named = {customer.name for customer in company.customers if customer.is_named}
    mild = [
        place
        for place, each in enumerate(company.cases)
        if each.life.story.severity >= _MILD and each.who not in named
    ]
    gone = [each for each in company.customers if each.left_on is not None and not each.is_named]
    expired = 0
    for place in chance.shuffled(mild)[:total]:
        each = company.cases[place]
        opened = from_micros(each.life.story.opened * SECOND_US)
        left = [
            who.name
            for who in gone
            if who.left_on is not None and opened > who.midnight(who.left_on) + _LONG_GONE
        ]
        is_known = bool(left) and not chance.happens(1000 * _UNKNOWN_OF_THREE // 3)
        expired += is_known
        company.cases[place] = replace(each, who=chance.one_of(left) if is_known else None)
    for subject, cases in (("unknown", total - expired), ("uncovered", expired)):
        values = {"cases": str(cases), "with_a_clock": "0"}
        company.plant("F12", "cases_without_plan", subject, values)
