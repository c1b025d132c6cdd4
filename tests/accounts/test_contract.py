from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_offer import allowed_until, contract, micros, sandboxes, signed

from tierline.accounts.changes import downgraded, upgraded
from tierline.accounts.contract import ContractException, Override, PaymentChange, PaymentState
from tierline.accounts.coverage import CoverageState, coverage_at
from tierline.accounts.signed_terms import SignedTerms
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.money import Money

DAY = 86_400_000_000


def test_an_upgrade_holds_from_the_instant_on() -> None:
    at = micros("2025-05-12T10:30:00")
    changed = upgraded(contract("standard"), signed("enterprise"), at)
    assert changed.plan_at(at - 1).tier == "standard"
    assert changed.plan_at(at).tier == "enterprise"


def test_a_downgrade_holds_from_the_end_of_the_period() -> None:
    changed = downgraded(contract("enterprise"), signed("standard"), micros("2025-05-12T10:30:00"))
    assert changed.plan_at(micros("2025-06-01") - 1).tier == "enterprise"
    assert changed.plan_at(micros("2025-06-01")).tier == "standard"


def test_an_upgrade_takes_the_place_of_a_downgrade_that_was_to_come() -> None:
    leaving = downgraded(contract("priority"), signed("standard"), micros("2025-05-12"))
    staying = upgraded(leaving, signed("enterprise"), micros("2025-05-20"))
    assert [phase.terms.tier for phase in staying.plans] == ["priority", "enterprise"]


def test_a_plan_cannot_change_after_the_contract_has_ended() -> None:
    with pytest.raises(Conflict, match="does not hold at 2026-01-01T00:00:00Z"):
        upgraded(contract(), signed("enterprise"), micros("2026-01-01"))


def test_an_override_needs_an_owner_a_reason_and_an_expiry_that_lies_ahead() -> None:
    empty = ContractException(
        owner=" ", reason="", cost=Money(-1, "USD"), expires=micros("2025-01-31")
    )
    override = Override(id="o", feature="sandboxes", exception=empty, start=micros("2025-02-01"))
    with pytest.raises(Invalid) as refused:
        contract(overrides=(override,))
    assert {fault.code for fault in refused.value.faults} == {
        "value_or_units",
        "unexplained",
        "negative_cost",
        "expired",
    }


def test_an_override_replaces_or_adds_and_never_both() -> None:
    both = Override(
        id="o",
        feature="sandboxes",
        exception=allowed_until(),
        start=micros("2025-02-01"),
        value=sandboxes(3),
        units=Decimal(1),
    )
    with pytest.raises(Invalid, match="1 fault"):
        contract(overrides=(both,))


def test_a_contract_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        contract(end=micros("2024-12-31"))
    assert refused.value.faults[0].code == "ends_before_it_starts"


def test_plans_start_one_after_the_other_from_the_first_day() -> None:
    whole = contract()
    for plans in ((), (replace(whole.plans[0], start=whole.start + DAY),), (*whole.plans,) * 2):
        with pytest.raises(Invalid):
            replace(whole, plans=plans)


def test_the_payment_state_is_the_last_one_that_was_told() -> None:
    told = contract(
        payments=(
            PaymentChange(state=PaymentState.suspended, at=micros("2025-04-01")),
            PaymentChange(state=PaymentState.past_due, at=micros("2025-03-01")),
            PaymentChange(state=PaymentState.paid, at=micros("2025-05-01")),
        )
    )
    days = ("2025-02-28", "2025-03-01", "2025-04-01", "2025-05-01")
    assert [told.payment_at(micros(day)) for day in days] == [
        "paid",
        "past_due",
        "suspended",
        "paid",
    ]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2024-12-31T23:59:59.999999", CoverageState.uncovered),
        ("2025-01-01", CoverageState.covered),
        ("2025-12-31T23:59:59.999999", CoverageState.covered),
        ("2026-01-01", CoverageState.grace),
        ("2026-01-14T23:59:59.999999", CoverageState.grace),
        ("2026-01-15", CoverageState.uncovered),
    ],
)
def test_coverage_begins_with_the_contract_and_ends_with_its_grace(
    at: str, state: CoverageState
) -> None:
    assert coverage_at([contract(grace_us=14 * DAY)], micros(at)).state is state


def test_a_renewal_governs_over_the_grace_of_what_it_renews() -> None:
    old = contract(grace_us=30 * DAY)
    new = contract(
        id="contract_2",
        plans=(replace(old.plans[0], start=micros("2026-01-10")),),
        start=micros("2026-01-10"),
        end=None,
    )
    assert coverage_at([new, old], micros("2026-01-09")).contract is old
    assert coverage_at([new, old], micros("2026-01-10")).contract is new


def test_signed_terms_survive_being_written_and_read() -> None:
    terms = signed("enterprise")
    assert SignedTerms.model_validate_json(terms.model_dump_json()) == terms
