"""Every question of golden.yaml has the answer that was worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from tierline.accounts.contract import Contract, Fee, PaymentChange, PaymentState, PlanPhase
from tierline.accounts.signed_terms import terms_signed
from tierline.catalog.catalog import Catalog
from tierline.catalog.statement import Period
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Decision, Outcome, Reason
from tierline.entitlements.receipt import receipt_of, recomputed
from tierline.entitlements.ruleset import Ruleset, with_catalog, with_contracts
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.instants import format_micros, parse_instant, to_micros

TEXT = (Path(__file__).parent / "golden.yaml").read_text(encoding="utf-8")
GOLDEN = yaml.load(TEXT, yaml.BaseLoader)  # noqa: S506 - it makes nothing but text
CASES: list[dict[str, str]] = GOLDEN["cases"]
DAY = 86_400_000_000


@cache
def ruleset() -> Ruleset:
    """One account for each payment state, all on the contract of the file."""
    catalog = Catalog.model_validate(yaml.safe_load(TEXT)["offer"])
    held = {state.value: [contract(catalog, state)] for state in PaymentState}
    return with_contracts(with_catalog(Ruleset(), catalog), {**held, "without_contract": []})


def contract(catalog: Catalog, state: PaymentState) -> Contract:
    stated = GOLDEN["contract"]
    start = micros(stated["start"])
    return Contract(
        id=f"contract_{state.value}",
        account=state.value,
        plans=(PlanPhase(terms=terms_signed(catalog, "plan"), start=start),),
        start=start,
        end=micros(stated["end"]),
        grace_us=int(stated["grace_days"]) * DAY,
        time_zone=stated["time_zone"],
        fee=Fee(amount=Decimal(stated["fee"]["amount"]), per=Period(stated["fee"]["per"])),
        payments=(PaymentChange(state=state, at=start),),
    )


def micros(text: str) -> int:
    return to_micros(parse_instant(text))


def answer(case: dict[str, str]) -> Decision:
    used = case.get("used", "0")
    reached = case.get("reached")
    counter = Counter(
        number(used) if used != "unknown" else 0,
        number(case.get("carried", "0")),
        micros(reached) if reached else None,
    )
    return check(
        ruleset(),
        case.get("account", case.get("payment", "paid")),
        case["feature"],
        number(case.get("ask", "1")),
        at=micros(case.get("at", "2025-03-10T12:00:00Z")),
        counters={} if used == "unknown" else {case["feature"]: counter},
        severity=case.get("severity"),
    )


def number(text: str) -> Decimal | int:
    return Decimal(text) if "." in text else int(text)


def named(case: dict[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in case.items())


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_answer_is_the_one_worked_out_by_hand(case: dict[str, str]) -> None:
    found = answer(case)
    assert (found.outcome.value, found.reason.value) == (case["answer"], case["because"])
    if "left" in case:
        left = found.remaining
        assert ("unknown" if left is None else Decimal(left)) == (
            case["left"] if case["left"] == "unknown" else Decimal(case["left"])
        )
    if "costs" in case:
        costs = "unknown" if found.charge is None else found.charge
        assert costs == (case["costs"] if case["costs"] == "unknown" else Decimal(case["costs"]))
    if "resets" in case:
        at = found.resets_at
        assert ("never" if at is None else format_micros(at)) == case["resets"]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_answer_can_be_computed_again_from_its_receipt_alone(case: dict[str, str]) -> None:
    found = answer(case)
    receipt = receipt_of(found)
    again = recomputed(receipt)
    assert receipt_of(again) == receipt
    assert sentence_of(again) == sentence_of(found)


def test_every_outcome_and_every_reason_is_asked_for() -> None:
    assert {case["answer"] for case in CASES} == {*Outcome}
    assert {case["because"] for case in CASES} == {*Reason}


def test_there_are_at_least_two_hundred_questions() -> None:
    assert len(CASES) >= 200
