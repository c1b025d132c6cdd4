from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from small_offer import contract, micros, offer

from tierline.accounts.contract import Contract, HeldAddOn, PlanPhase
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.care.schedule import promised_between
from tierline.catalog.statement import Period
from tierline.catalog.term import Deliverable

FEATURES = {"review": {"name": "Architecture review", "axis": "outcome"}}


def promising(per: str = "quarter", times: int = 1, **stated: object) -> Contract:
    """A contract over 2025 in Berlin on a plan that gives health checks."""
    parts = {"time_zone": "Europe/Berlin", "start": micros("2025-01-31T00:00+01:00"), **stated}
    start = parts["start"]
    phase = PlanPhase(terms=plan(per, times), start=start)  # type: ignore[arg-type]  # micros
    return contract(**{"plans": (phase,), "end": micros("2026-01-31T00:00+01:00"), **parts})


def plan(per: str, times: int = 1, *, on_request: bool = False) -> object:
    base = offer()
    features = {**base.model_dump()["features"], "check": {"name": "Check", "axis": "outcome"}}
    check = {
        "kind": "deliverable", "what": "Health check", "per": per, "times": times,
        "on_request": on_request,
    }  # fmt: skip
    tiers = {"priority": {"name": "Priority", "hours": "office", "terms": {"check": check}}}
    return terms_signed(
        offer(features=features, tiers=tiers, add_ons={}, every_plan=[]), "priority"
    )


def dates(found: Contract, start: str = "2025-01-01", end: str = "2027-01-01") -> list[str]:
    items = promised_between(found, micros(start), micros(end))
    return [str(each.key.due_on) for each in items]


def test_dates_are_counted_from_the_anchor_and_clamped_to_short_months() -> None:
    monthly = dates(promising("month"))
    assert monthly[:4] == ["2025-02-27", "2025-03-30", "2025-04-29", "2025-05-30"]
    assert monthly[-1] == "2026-01-30"
    assert len(monthly) == 12
    assert dates(promising("quarter")) == ["2025-04-29", "2025-07-30", "2025-10-30", "2026-01-30"]


def test_several_times_in_a_period_are_spread_over_it() -> None:
    assert dates(promising("quarter", 3))[:3] == ["2025-02-28", "2025-03-30", "2025-04-29"]
    assert len(dates(promising("month", 500), end="2025-03-01")) == 29


def test_another_cadence_holds_from_the_change_on() -> None:
    start, change = micros("2025-01-31T00:00+01:00"), micros("2025-08-15T00:00+02:00")
    phases = (
        PlanPhase(terms=plan("quarter"), start=start),  # type: ignore[arg-type]  # signed terms
        PlanPhase(terms=plan("month"), start=change),  # type: ignore[arg-type]  # as above
    )
    found = dates(promising(plans=phases))
    assert found[:5] == ["2025-04-29", "2025-07-30", "2025-08-30", "2025-09-29", "2025-10-30"]


def test_nothing_is_owed_after_the_end_and_nothing_on_request() -> None:
    ended = promising(end=micros("2025-07-01"))
    assert dates(ended) == ["2025-04-29"]
    start = micros("2025-01-31T00:00+01:00")
    asked = PlanPhase(terms=plan("month", on_request=True), start=start)  # type: ignore[arg-type]  # signed terms
    assert dates(promising(plans=(asked,))) == []


def test_an_item_names_its_promise_and_runs_out_with_its_day() -> None:
    (first, *_) = promised_between(promising(), micros("2025-01-01"), micros("2026-01-01"))
    assert first.promise_id == "acme/priority/check"
    assert first.key.due_on == date(2025, 4, 29)
    assert first.until == micros("2025-04-30T00:00+02:00")  # summer time began meanwhile


def test_an_add_on_brings_its_own() -> None:
    review = Deliverable(kind="deliverable", what="Review", per=Period.year)
    add_on = {"review": {"name": "Review", "terms": {"review": review.model_dump()}}}
    base = offer()
    features = {**base.model_dump()["features"], **FEATURES}
    signed = add_on_signed(offer(features=features, add_ons=add_on), "review")
    held = HeldAddOn(id="held_1", add_on=signed, start=micros("2025-03-01"))
    found = dates(promising("year", add_ons=(held,)))
    assert found == ["2026-01-30", "2026-01-30"]


@given(
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.integers(1, 40),
    st.integers(0, 360),
)
def test_two_stretches_hold_what_the_whole_holds(per: str, times: int, cut: int) -> None:
    found = promising(per, times)
    start, end = micros("2025-01-01"), micros("2026-03-01")
    middle = start + cut * 86_400_000_000
    whole = list(promised_between(found, start, end))
    parts = [*promised_between(found, start, middle), *promised_between(found, middle, end)]
    assert parts == whole
    assert len({each.key for each in whole}) == len(whole)
