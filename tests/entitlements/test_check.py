"""What must hold beyond single answers: months, versions, strangers, odd input."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_offer import allowed_until, contract, micros, offer, sandboxes, signed

from tierline.accounts.changes import upgraded
from tierline.accounts.contract import HeldAddOn, Override, Uplift
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.catalog.catalog import Catalog
from tierline.catalog.clock_rules import Target
from tierline.catalog.term import LimitBehaviour
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Outcome, Reason
from tierline.entitlements.limits import notices_of
from tierline.entitlements.receipt import receipt_of, recomputed
from tierline.entitlements.ruleset import Ruleset, with_catalog, with_contracts, without_account
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.errors import Invalid

AT = micros("2025-06-15T12:00:00")


def known(*contracts: object, catalog: Catalog | None = None) -> Ruleset:
    public = with_catalog(Ruleset(), catalog) if catalog else Ruleset()
    return with_contracts(public, {"acc_1": list(contracts)})  # type: ignore[dict-item]


def test_a_month_of_use_tells_each_threshold_once_and_stops_charging_at_the_cap() -> None:
    ruleset, used, notices, charged = known(contract()), Decimal(0), [], Decimal(0)
    while used < 20:
        decision = check(
            ruleset, "acc_1", "hours", Decimal("0.5"), at=AT, counters={"hours": Counter(used)}
        )
        assert decision.is_allowed
        notices += notices_of(decision)
        charged += decision.charge or 0
        used += Decimal("0.5")
    assert notices == ["80", "100", "cap"]
    assert charged == 450


@given(steps=st.lists(st.integers(1, 90), min_size=1, max_size=12))
def test_charges_of_parts_add_up_to_the_charge_of_the_whole(steps: list[int]) -> None:
    ruleset = known(contract())
    parts, used = Decimal(0), 0
    for step in steps:
        asked = check(ruleset, "acc_1", "hours", step, at=AT, counters={"hours": Counter(used)})
        parts += asked.charge or 0
        used += step
    whole = check(ruleset, "acc_1", "hours", used, at=AT, counters={"hours": Counter(0)})
    assert parts == whole.charge


def test_the_sentence_says_what_is_left_and_when_it_resets_on_the_customers_clock() -> None:
    berlin = contract(time_zone="Europe/Berlin", anchor=micros("2025-01-31T00:00:00+01:00"))
    decision = check(known(berlin), "acc_1", "hours", 2, at=AT, counters={"hours": Counter(3)})
    assert sentence_of(decision) == (
        "5 of 10 hours used with this; 5 left until 2025-06-30 00:00 (Europe/Berlin)."
    )
    over = check(known(berlin), "acc_1", "hours", 2, at=AT, counters={"hours": Counter(11)})
    assert sentence_of(over) == (
        "13 of 10 hours used with this; this costs $270, at most $450 in all."
    )


LIMITS = st.integers(0, 50) | st.just("unlimited")


@settings(deadline=None, max_examples=40)
@given(
    limit=LIMITS,
    behaviour=st.sampled_from(LimitBehaviour),
    reports=st.booleans(),
    within=st.sampled_from(("PT5M", "P3D")),
    day=st.integers(-30, 400),
    used=st.integers(0, 30),
)
def test_publishing_a_catalog_changes_no_answer_of_a_contract_on_an_older_version(
    limit: int | str, behaviour: LimitBehaviour, reports: bool, within: str, day: int, used: int
) -> None:
    old = known(contract(grace_us=86_400_000_000), catalog=offer())
    tier = offer().tiers["priority"].model_dump(mode="json", exclude_none=True)
    tier["terms"] = {
        "sandboxes": {"kind": "quantity", "limit": limit, "at_limit": {"behaviour": behaviour}},
        "reports": {"kind": "included", "included": reports},
    }
    tier["targets"] = [{"severity": "S1", "milestone": "acknowledge", "within": within}]
    published = Catalog.model_validate(
        {
            **offer().model_dump(mode="json", exclude_none=True),
            "version": "2025-06-01",
            "tiers": {"priority": tier},
            "add_ons": {},
        }
    )
    new = with_catalog(old, published)
    new = with_contracts(
        new, {"acc_2": [contract("priority", id="contract_2", plans=_on(published))]}
    )
    at = micros("2025-01-01") + day * 86_400_000_000
    for feature in (*offer().features, "S1.acknowledge", "nothing"):
        counters = {feature: Counter(used)}
        before = check(old, "acc_1", feature, at=at, counters=counters)
        after = check(new, "acc_1", feature, at=at, counters=counters)
        assert receipt_of(after) == receipt_of(before)


def _on(catalog: Catalog) -> object:
    return (replace(contract().plans[0], terms=terms_signed(catalog, "priority")),)


def test_a_new_ruleset_leaves_the_old_one_as_it_was_and_shares_the_plans() -> None:
    old = known(contract())
    new = with_contracts(old, {"acc_2": [contract(id="contract_2", account="acc_2")]})
    assert set(old.accounts) == {"acc_1"}
    assert set(new.accounts) == {"acc_1", "acc_2"}
    assert new.accounts["acc_1"] is old.accounts["acc_1"]
    assert new.accounts["acc_1"].rules is new.accounts["acc_2"].rules
    assert set(without_account(new, "acc_1").accounts) == {"acc_2"}


def test_terms_that_were_changed_by_hand_are_not_taken_for_the_catalogs() -> None:
    terms = signed("priority")
    changed = terms.model_copy(update={"terms": {}})
    odd = contract(
        id="contract_2", account="acc_2", plans=(replace(contract().plans[0], terms=changed),)
    )
    ruleset = with_contracts(Ruleset(), {"acc_1": [contract()], "acc_2": [odd]})
    answers = [check(ruleset, each, "reports", at=AT).outcome for each in ("acc_1", "acc_2")]
    assert answers == [Outcome.allow, Outcome.deny]


def test_the_winning_layer_and_all_that_it_overrules_stand_in_the_receipt() -> None:
    held = contract(
        add_ons=(HeldAddOn(id="x", add_on=add_on_signed(offer(), "extra"), start=AT),),
        overrides=(
            Override(
                id="deal",
                feature="sandboxes",
                exception=allowed_until(),
                start=AT,
                value=sandboxes(7),
            ),
        ),
    )
    decision = check(known(held), "acc_1", "sandboxes", at=AT, counters={"sandboxes": Counter(0)})
    assert (decision.layer, decision.included) == ("contract:deal", 8)
    promise = receipt_of(decision)["promise"]
    assert isinstance(promise, dict)
    assert (promise["added"], promise["overruled"]) == (["add_on:x"], ["plan:priority"])
    assert receipt_of(recomputed(receipt_of(decision))) == receipt_of(decision)


def test_an_uplift_ends_by_itself() -> None:
    held = contract(
        uplifts=(
            Uplift(
                id="fair",
                feature="sandboxes",
                reason="trade fair",
                start=AT,
                end=AT + 1000,
                units=Decimal(5),
            ),
        )
    )
    counters = {"sandboxes": Counter(7)}
    at = [AT - 1, AT, AT + 999, AT + 1000]
    answers = [
        check(known(held), "acc_1", "sandboxes", at=each, counters=counters).is_allowed
        for each in at
    ]
    assert answers == [False, True, True, False]


def test_an_upgrade_is_answered_from_its_instant_on() -> None:
    ruleset = known(upgraded(contract("standard"), signed("enterprise"), AT))
    assert check(ruleset, "acc_1", "phone", at=AT - 1).reason is Reason.not_included
    assert check(ruleset, "acc_1", "phone", at=AT).outcome is Outcome.allow


def test_a_target_is_answered_with_its_value() -> None:
    decision = check(known(contract("enterprise")), "acc_1", "S1.acknowledge", at=AT)
    assert isinstance(decision.rule.value, Target)
    assert sentence_of(decision) == "S1.acknowledge: within 15 minutes (hours: always)."


@given(
    feature=st.sampled_from(("export", "intake", "severity_1_intake")),
    tier=st.sampled_from(("standard", "priority", "enterprise")),
    quantity=st.integers(0, 10**9),
    used=st.none() | st.integers(0, 10**9),
    at=st.integers(micros("2024-01-01"), micros("2027-01-01")),
    account=st.sampled_from(("acc_1", "nobody")),
)
def test_the_safety_floor_is_never_denied(
    feature: str, tier: str, quantity: int, used: int | None, at: int, account: str
) -> None:
    counters = {} if used is None else {feature: Counter(used)}
    ruleset = known(contract(tier), catalog=offer())
    decision = check(ruleset, account, feature, quantity, at=at, counters=counters)
    assert decision.is_allowed
    assert decision.charge == 0


@pytest.mark.parametrize(
    "quantity",
    [-1, Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 1.5, 10**19, Decimal("1E+99")],
)
@pytest.mark.parametrize("feature", ["reports", "hours", "nothing"])
@pytest.mark.parametrize("account", ["acc_1", "nobody"])
def test_a_quantity_that_is_no_number_of_units_is_refused(
    quantity: Decimal, feature: str, account: str
) -> None:
    with pytest.raises(Invalid, match="not a number of units"):
        check(known(contract()), account, feature, quantity, at=AT)


def test_a_receipt_that_is_none_is_refused_with_a_sentence() -> None:
    whole = receipt_of(check(known(contract()), "acc_1", "reports", at=AT))
    for broken in ({}, {**whole, "standing": None}, {**whole, "promise": {}}):
        with pytest.raises(Invalid, match="not a receipt"):
            recomputed(broken)
