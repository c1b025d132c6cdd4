"""A receipt can be worked out again by anyone, and shows any change."""

from __future__ import annotations

import copy
import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tierline.calendars.business_hours import BusinessHours, Window, week_of
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.catalog.clock_rules import ClockRules
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Invalid
from tierline.kernel.signing import SigningKey
from tierline.milestones.receipt import receipt_of, signed, verify
from tierline.milestones.terms import PromisedTarget, Terms

HOURS = BusinessHours(
    time_zone="America/Chicago",
    week=week_of(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (Window(32_400, 61_200),))),
    country="US",
)
TERMS = Terms(
    "halyard", "2025-07-01", "", ("standard",), ("S3",),
    {("standard", "S3", MilestoneKind.first_response): PromisedTarget(
        "halyard/standard/S3.first_response", 28_800_000_000, "office")},
    {"standard": ClockRules()}, {"office": HOURS},
)  # fmt: skip
OPENED_AT = datetime(2025, 7, 3, 20, 30, tzinfo=UTC)
ANSWERED_AT = datetime(2025, 7, 7, 16, tzinfo=UTC)
HISTORY = CaseHistory(
    "Gulfport Medical", "standard",
    (CaseEvent(OPENED_AT, EventKind.opened, "S3"), CaseEvent(ANSWERED_AT, EventKind.public_reply)),
)  # fmt: skip
KEY = SigningKey.generate()


@pytest.fixture
def receipt() -> dict[str, Any]:
    made = signed(receipt_of(HISTORY, TERMS, datetime(2025, 8, 1, tzinfo=UTC)), KEY)
    found: dict[str, Any] = json.loads(json.dumps(made))
    return found


def failed(receipt: dict[str, Any], public_key: str | None = None) -> set[str]:
    return {check.name for check in verify(receipt, public_key) if not check.passed}


def test_a_receipt_verifies_with_the_issuers_key(receipt: dict[str, Any]) -> None:
    assert failed(receipt, KEY.public_text()) == set()


def test_the_fourth_of_july_is_not_counted(receipt: dict[str, Any]) -> None:
    (milestone,) = receipt["milestones"]
    assert milestone["due_at"] == "2025-07-07T20:30:00Z"
    assert milestone["verdict"] == "met"


def test_the_last_total_of_the_ledger_is_what_was_used(receipt: dict[str, Any]) -> None:
    (milestone,) = receipt["milestones"]
    assert milestone["ledger"][-1]["total_us"] == milestone["used_us"] == 12_600_000_000


def test_any_changed_byte_of_a_fact_fails(receipt: dict[str, Any]) -> None:
    text = json.dumps(receipt["facts"])
    for place in range(len(text)):
        if text[place].isalnum():
            changed = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
            forged = receipt | {"facts": json.loads(changed)}
            assert "digest" in failed(forged)


def test_a_changed_holiday_changes_the_recomputation(receipt: dict[str, Any]) -> None:
    forged = copy.deepcopy(receipt)
    forged["terms"]["hours"]["office"]["public_holidays"]["dates"].remove("2025-07-04")
    assert failed(forged) == {"digest", "recomputation", "signature"}


def test_a_forger_without_the_key_cannot_sign_again(receipt: dict[str, Any]) -> None:
    forged = signed(receipt | {"milestones": []}, SigningKey.generate())
    assert "signature" in failed(forged, KEY.public_text())


def test_an_unsigned_receipt_says_so() -> None:
    assert failed(receipt_of(HISTORY, TERMS, datetime(2025, 8, 1, tzinfo=UTC))) == {"signature"}


def test_hours_that_follow_the_customer_are_kept_in_the_customers_zone() -> None:
    terms = dataclasses.replace(TERMS, local_hours=frozenset({"office"}))
    history = dataclasses.replace(HISTORY, attributes={CUSTOMER_TIME_ZONE: "Europe/Berlin"})
    found = signed(receipt_of(history, terms, datetime(2025, 8, 1, tzinfo=UTC)), KEY)
    assert found["milestones"][0]["due_at"] == "2025-07-07T15:00:00Z"
    assert failed(json.loads(json.dumps(found))) == set()


@pytest.mark.parametrize("part", ["facts", "terms", "milestones", "as_of"])
def test_a_receipt_with_a_part_torn_out_fails_in_words(receipt: dict[str, Any], part: str) -> None:
    del receipt[part]
    assert "recomputation" in failed(receipt)


def test_something_else_is_not_a_receipt() -> None:
    with pytest.raises(Invalid, match="not a receipt"):
        verify({"format": "something"})
