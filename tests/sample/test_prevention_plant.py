"""The effect of monthly health checks that is planted, as the product's own comparison sees it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest

from tierline.kernel.instants import to_micros
from tierline.sample.company import Company, company
from tierline.sample.customers import Customer as Told
from tierline.sample.plants.case_lives import opened_at, severity_in_the_end
from tierline.sample.truth import Planted
from tierline.sample.verdict import says
from tierline.scorecards.prevention import Begun, Customer, Prevention, prevention_of

TRUE_EFFECT = -0.31


@cache
def made(seed: int, *, is_control: bool = False) -> Company:
    return company(seed, "small", is_control=is_control)


def compared(of: Company) -> Prevention:
    severe: dict[str, list[int]] = {each.name: [] for each in of.customers}
    others: dict[str, list[int]] = {each.name: [] for each in of.customers}
    for case in of.cases:
        if case.who is not None:
            kept = severe if severity_in_the_end(case.life) < 2 else others
            kept[case.who].append(to_micros(opened_at(case)))
    with_care = {each.customer.name: each.begins_at for each in of.taking_part}
    known = {
        each.name: Customer(account=each.name, tier=each.tier, region=each.region,
                            severe=tuple(severe[each.name]), others=tuple(others[each.name]))
        for each in of.customers
    }  # fmt: skip
    begun = [
        Begun(
            customer=known[name],
            at=to_micros(at),
            without=tuple(
                known[each.name]
                for each in of.customers
                if each.name not in with_care and is_of_the_tier(each, at.date())
            ),
        )
        for name, at in with_care.items()
    ]
    return prevention_of("health_check", begun)


def is_of_the_tier(customer: Told, day: date) -> bool:
    around = [day + timedelta(days) for days in range(-90, 91)]
    return all(customer.is_active_on(each) and customer.tier_on(each) == "standard"
               for each in around)  # fmt: skip


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_31_percent_fewer_lie_in_the_interval_and_trends_before_do_not_differ(seed: int) -> None:
    found = compared(made(seed))
    assert found.effect is not None
    assert found.effect.interval.low < TRUE_EFFECT < found.effect.interval.high
    assert found.effect.change == pytest.approx(TRUE_EFFECT, abs=0.15)
    assert found.trend is not None
    assert not found.trend.is_clear
    expected = {"effect_percent": "-31", "trends": "no difference shown"}
    assert Planted("F28", "effect_of_care", "health_check", expected) in made(seed).truth.planted


def test_the_control_company_has_the_same_checks_and_no_effect_of_them() -> None:
    control, planted = made(7, is_control=True), made(7)
    checks = [(each.customer.part, each.checks) for each in control.taking_part]
    assert checks == [(each.customer.part, each.checks) for each in planted.taking_part]
    assert len(checks) > 4
    found = compared(control)
    assert found.effect is None or not found.effect.is_clear


def test_an_interval_says_each_number_in_it() -> None:
    assert says("-63 to -3", "-31")
    assert says("-31 to 4", "-31")
    assert not says("-30 to 4", "-31")
    assert not says("", "-31")
    assert says("Priority to Enterprise", "Priority to Enterprise")
