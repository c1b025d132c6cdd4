"""What recurs each month."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from small_offer import micros, signed

from tierline.accounts.changes import downgraded, upgraded
from tierline.accounts.contract import Contract, Fee, HeldAddOn, PlanPhase
from tierline.accounts.recurring import monthly_recurring
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.catalog.load import load_catalog
from tierline.catalog.statement import Period
from tierline.kernel.money import Money
from tierline.sample.files import SampleFiles

CATALOG = load_catalog(SampleFiles().catalog)
START, AT, LATER = micros("2025-07-01"), micros("2025-09-01"), micros("2025-11-01")


def fee(amount: int | str, per: Period = Period.month) -> Fee:
    return Fee(amount=Decimal(amount), per=per)


def contract(tier: str = "priority", **parts: object) -> Contract:
    phase = PlanPhase(terms=terms_signed(CATALOG, tier), start=START)
    made = Contract(id="contract_1", account="pine", plans=(phase,), start=START)
    return replace(made, **parts)  # type: ignore[arg-type]  # the fields are the caller's


def held(add_on: str, *, count: int = 1, end: int | None = None) -> HeldAddOn:
    signed_add_on = add_on_signed(CATALOG, add_on)
    return HeldAddOn(id=add_on, add_on=signed_add_on, start=START, count=count, end=end)


def test_a_plan_keeps_its_fee_until_another_is_stated() -> None:
    before = contract(fee=fee(2400))
    kept = upgraded(before, signed("enterprise"), AT)
    assert kept.fee_at(AT) == fee(2400)
    dearer = upgraded(before, signed("enterprise"), AT, fee=fee(9000))
    assert (dearer.fee_at(AT - 1), dearer.fee_at(AT)) == (fee(2400), fee(9000))


def test_a_cheaper_plan_is_cheaper_from_the_end_of_the_period() -> None:
    leaving = downgraded(contract(fee=fee(2400)), signed("standard"), AT + 1, fee=fee(490))
    assert leaving.fee_at(micros("2025-10-01") - 1) == fee(2400)
    assert leaving.fee_at(micros("2025-10-01")) == fee(490)


def test_a_month_is_the_fee_and_every_add_on_that_recurs() -> None:
    add_ons = (held("sandbox", count=2), held("hours_pack"), held("round_the_clock", end=LATER))
    bound = contract(fee=fee(24_000, Period.year), add_ons=add_ons)
    assert monthly_recurring(bound, CATALOG, AT) == Money(200_000 + 50_000 + 90_000, "USD")
    assert monthly_recurring(bound, CATALOG, LATER) == Money(200_000 + 50_000, "USD")


def test_a_year_in_twelve_parts_is_rounded_once() -> None:
    bound = contract(fee=fee(1000, Period.year))
    assert monthly_recurring(bound, CATALOG, AT) == Money(8333, "USD")


def test_without_an_agreed_fee_the_catalog_says_it_where_it_is_the_same_for_everybody() -> None:
    assert monthly_recurring(contract("standard"), CATALOG, AT) == Money(49_000, "USD")
    assert monthly_recurring(contract("priority"), CATALOG, AT) is None
