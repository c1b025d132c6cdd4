"""What is paid and overruled, and what is given that an add-on sells."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_offer import micros

from tierline.accounts.contract import (
    Contract,
    ContractException,
    HeldAddOn,
    Override,
    PlanPhase,
)
from tierline.accounts.exceptions import ExceptionState, exceptions_of
from tierline.accounts.mismatches import given_unpaid, paid_without_effect
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.catalog.load import load_catalog
from tierline.kernel.durations import Duration
from tierline.kernel.money import Money
from tierline.sample.files import SampleFiles

CATALOG = load_catalog(SampleFiles().catalog)
START, AT = micros("2025-07-01"), micros("2025-09-01")
PLAN = terms_signed(CATALOG, "priority")
CONTRACT = Contract(
    id="contract_1", account="pine", plans=(PlanPhase(terms=PLAN, start=START),), start=START
)
AROUND_THE_CLOCK = HeldAddOn(
    id="round_the_clock_1", add_on=add_on_signed(CATALOG, "round_the_clock"), start=START
)


def override(key: str, *, cost: int = 0, expires: str = "2026-07-01", **change: object) -> Override:
    return Override(
        id=f"for_{key}",
        feature=key,
        exception=ContractException(
            owner="Ada", reason="a letter", cost=Money(cost * 100, "USD"), expires=micros(expires)
        ),
        start=START,
        value=PLAN.targets[key].target.model_copy(update=change),
    )


def test_an_add_on_that_holds_is_no_mismatch() -> None:
    contract = replace(CONTRACT, add_ons=(AROUND_THE_CLOCK,))
    assert paid_without_effect(contract, CATALOG, AT) == ()
    assert given_unpaid(contract, CATALOG, AT) == ()


def test_an_add_on_that_an_override_overrules_is_paid_without_effect() -> None:
    letter = override("S1.acknowledge", hours="weekdays")
    contract = replace(CONTRACT, add_ons=(AROUND_THE_CLOCK,), overrides=(letter,))
    (found,) = paid_without_effect(contract, CATALOG, AT)
    assert (found.keys, found.runs_on) == (("S1.acknowledge",), ("weekdays",))
    assert found.overruled_by == ("for_S1.acknowledge",)
    assert found.yearly == Decimal(10800)


def test_an_override_with_the_hours_of_an_add_on_is_given_unpaid() -> None:
    contract = replace(CONTRACT, overrides=(override("S1.acknowledge", hours="always"),))
    (found,) = given_unpaid(contract, CATALOG, AT)
    assert (found.add_on, found.yearly) == ("round_the_clock", Decimal(10800))


@pytest.mark.parametrize(
    "letter",
    [
        override("S1.acknowledge", hours="always", cost=10_800),
        override("S1.acknowledge", hours="always", expires="2025-08-01"),
        override("S1.acknowledge", within=Duration(0, 900)),
    ],
    ids=["its price is in the exception", "it has expired", "it is about something else"],
)
def test_what_is_accounted_for_is_no_mismatch(letter: Override) -> None:
    assert given_unpaid(replace(CONTRACT, overrides=(letter,)), CATALOG, AT) == ()


def test_an_exception_that_ran_out_is_expired_and_a_shorter_target_is_a_tighter_promise() -> None:
    letters = (
        override("S1.acknowledge", within=Duration(0, 900)),
        override("S2.acknowledge", within=Duration(0, 20_000), expires="2025-08-01"),
    )
    first, second = exceptions_of(replace(CONTRACT, overrides=letters), AT)
    assert (first.state, first.tightened) == (ExceptionState.in_force, Duration(0, 900))
    assert (second.state, second.tightened) == (ExceptionState.expired, None)
