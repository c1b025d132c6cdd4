"""Consistency inside a tier: what differences go with, and who is far from the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tierline.scorecards.consistency import (
    MOST_USED,
    Consistency,
    ServedCases,
    consistency_of,
    differences,
)
from tierline.scorecards.groups import Dimension

CASES, CUSTOMERS = 480, 24


def dimension(codes: Sequence[int], word: str) -> Dimension:
    found = np.array(codes)
    return Dimension(found, tuple(f"{word} {code}" for code in range(int(found.max()) + 1)))


def served(*, by_agent: float = 0.0, far: dict[int, float] | None = None) -> ServedCases:
    """Twenty cases of each customer; agent 0 of four, and some customers, are further off."""
    chance = np.random.Generator(np.random.PCG64(7))
    customer = np.arange(CASES) % CUSTOMERS
    agent = chance.integers(0, 4, CASES)
    noise = chance.normal(0.0, 0.2, CASES)
    value = noise + by_agent * (agent == 0)
    for place, more in (far or {}).items():
        value = value + more * (customer == place)
    return ServedCases(
        difference=value,
        severity=chance.integers(0, 3, CASES),
        customer=dimension(customer.tolist(), "customer"),
        parts={
            "agent": dimension(agent.tolist(), "agent"),
            "region": dimension((customer % 3).tolist(), "region"),
            "channel": dimension(chance.integers(0, 5, CASES).tolist(), "channel"),
        },
    )


def found(cases: ServedCases) -> Consistency:
    made = consistency_of("gold", cases)
    assert made is not None
    return made


def test_noise_alone_names_nobody_and_no_part() -> None:
    made = found(served())
    assert made.over_served == made.under_served == ()
    assert all(each.p > 0.05 for each in made.parts)
    assert all(abs(each.share - each.by_chance) < 0.03 for each in made.parts)


def test_what_goes_with_an_agent_is_found_and_the_parts_sum_to_all() -> None:
    made = found(served(by_agent=0.3))
    agent, *others = made.parts
    assert (agent.by, agent.p) == ("agent", 1 / 500)
    assert agent.share > 0.2
    assert agent.share > 4 * max(each.share for each in others if each.by != "customer")
    assert sum(each.share for each in made.parts) + made.rest == pytest.approx(1)
    assert 0 < made.rest < 0.8


def test_customers_far_from_the_others_are_listed_both_ways() -> None:
    made = found(served(far={3: 0.35, 9: -0.35}))
    (slow,), (fast,) = made.under_served, made.over_served
    assert (slow.account, fast.account) == ("customer 3", "customer 9")
    assert slow.difference > 0.2 > -0.2 > fast.difference
    assert (made.customers[0], made.customers[-1]) == (fast, slow)


def test_the_same_cases_give_the_same_answer() -> None:
    assert found(served(by_agent=0.1)) == found(served(by_agent=0.1))


def test_a_customer_of_few_cases_is_no_outlier() -> None:
    cases = served()
    codes = cases.customer.codes.copy()
    codes[:7] = CUSTOMERS
    names = (*cases.customer.names, "new one")
    value = cases.difference + 2.0 * (codes == CUSTOMERS)
    made = found(ServedCases(value, cases.severity, Dimension(codes, names), cases.parts))
    assert "new one" not in {each.account for each in made.customers}
    assert made.accounts == CUSTOMERS + 1


def test_cases_that_are_all_alike_say_nothing() -> None:
    cases = served()
    same = ServedCases(np.zeros(CASES), cases.severity, cases.customer, cases.parts)
    assert consistency_of("gold", same) is None


def test_a_milestone_is_held_against_its_like_and_counts_no_more_than_twice_its_time() -> None:
    used = np.array([0.2, 0.4, 1.0, 9.0])
    like = np.array([0, 0, 1, 1])
    case = np.array([0, 1, 1, 2])
    made = differences(used, like, case, 4)
    late = (MOST_USED - 1.0) / 2
    assert made[:3] == pytest.approx([-0.1, (0.1 - late) / 2, late])
    assert np.isnan(made[3])
