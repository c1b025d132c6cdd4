"""Whether care reduces severe cases: a planted effect is recovered, no effect is none, and a trend
that was there before is seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tierline.scorecards.prevention import (
    SPAN_US,
    STRETCHES,
    Begun,
    Customer,
    Prevention,
    prevention_of,
)

EFFECT = -0.31
DAY = SPAN_US // 90
AT = 100 * DAY


def world(seed: int, *, effect: float = EFFECT, drift: float = 0.0, pairs: int = 40) -> Prevention:
    """Customers with about six severe cases in 90 days, half of them with care from AT on. Each has
    a size of their own; everybody's rate rises by half at AT, whatever care does; `drift` is by
    how much the rate of those with care falls from the earlier half of the time before to the
    later."""
    chance = np.random.Generator(np.random.PCG64(seed))

    def cases(rate: float, first: int, last: int) -> list[int]:
        count = chance.poisson(rate * (last - first) / SPAN_US)
        return [int(each) for each in chance.integers(first, last, count)]

    def customer(name: str, *, has_care: bool) -> Customer:
        rate = 6.0 * float(chance.gamma(4.0, 0.25))
        middle, end = AT - SPAN_US // 2, AT + SPAN_US
        later = rate * (1 + drift * has_care)
        severe = [
            *cases(rate, AT - SPAN_US, middle),
            *cases(later, middle, AT),
            *cases(1.5 * rate * (1 + effect * has_care), AT, end),
        ]
        others = cases(3 * rate, AT - SPAN_US, end)
        return Customer(
            account=name, tier="gold", region="", severe=tuple(severe), others=tuple(others)
        )

    without = tuple(customer(f"without {place}", has_care=False) for place in range(pairs))
    begun = [
        Begun(customer=customer(f"with {place}", has_care=True), at=AT, without=without)
        for place in range(pairs)
    ]
    return prevention_of("health_check", begun)


def test_the_planted_effect_is_within_the_interval_nineteen_times_of_twenty() -> None:
    found = [world(seed).effect for seed in range(40)]
    held = [each for each in found if each and each.interval.low <= EFFECT <= each.interval.high]
    assert len(held) >= 36
    assert sum(each is not None and each.is_clear for each in found) >= 30
    middle = sorted(each.change for each in found if each)[20]
    assert middle == pytest.approx(EFFECT, abs=0.05)


def test_care_that_does_nothing_is_said_to_avoid_nothing_clear() -> None:
    found = [world(seed, effect=0.0).effect for seed in range(40)]
    assert sum(each is not None and each.is_clear for each in found) <= 4


def test_a_trend_that_was_there_before_is_seen() -> None:
    apart = [world(seed, effect=0.0, drift=-0.5, pairs=80).trend for seed in range(5)]
    alike = [world(seed, pairs=80).trend for seed in range(5)]
    assert sum(each is not None and each.is_clear for each in apart) >= 4
    assert sum(each is not None and each.is_clear for each in alike) <= 1


def test_what_was_avoided_follows_from_the_effect_and_its_interval() -> None:
    found = world(3)
    assert found.effect
    assert found.avoided
    assert found.avoided_about == pytest.approx(
        found.after / (1 + found.effect.change) - found.after
    )
    assert found.avoided.low < found.avoided_about < found.avoided.high
    assert len(found.rates) == STRETCHES
    own, other = found.rates[-1]
    assert own < other


def test_a_match_is_as_large_and_of_the_same_region_where_two_are() -> None:
    severe = (AT - 1, AT + 1)
    mine = Customer(
        account="mine", tier="gold", region="EU", severe=severe, others=tuple(range(AT - 9, AT))
    )
    large = replace(mine, account="large", others=tuple(range(AT - 90, AT)))
    away = replace(mine, account="away", region="US")
    near = replace(mine, account="near")
    far = replace(mine, account="tiny", others=())
    begun = Begun(customer=mine, at=AT, without=(large, away, far, near))
    (only,) = prevention_of("check", [begun]).matched
    assert [each.account for each in only.matches][:2] == ["near", "away"]


def test_nobody_to_compare_with_is_no_effect() -> None:
    mine = Customer(account="mine", tier="gold", region="", severe=(AT,), others=())
    found = prevention_of("check", [Begun(customer=mine, at=AT, without=())], unmatched=2)
    assert (found.effect, found.trend, found.avoided, found.unmatched) == (None, None, None, 3)
