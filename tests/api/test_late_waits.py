"""A wait that is noted late: clocks are judged anew, and what was told of them is corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from desk import HOUR, MONDAY, milestone, opened
from moved_clock import Hands
from served import Served, problem

from tierline.milestones.receipt import verify
from tierline.worker.kinds import worker_of

DAY = timedelta(days=1)


def told(served: Served) -> list[tuple[str, str, Any]]:
    facts = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    return [
        (each["kind"], each["body"]["what"], each["body"].get("now_at"))
        for each in reversed(facts)
        if each["kind"].startswith("Milestone") and each["body"]["milestone"] == "resolution"
    ]


def look(served: Served) -> None:
    worker = worker_of(served.opened)
    worker.work(worker.lanes[0])


@pytest.fixture
def breached(served: Served, desk: str, hands: Hands) -> tuple[str, str]:
    """A case whose resolution is overdue, though the customer was asked at 10:00 and answered the
    next day: its path, and the message with the question."""
    path = f"/v1/cases/{opened(served.operator, desk, severity='S1')['id']}"
    hands.now = MONDAY + HOUR
    asked = served.operator.post(f"{path}/messages", json={"text": "Which firmware?"}).json()
    hands.now = MONDAY + 8 * HOUR
    customer = served.as_("customer_contact", account=desk)
    customer.post(f"{path}/messages", json={"text": "7.2"})
    hands.now = MONDAY + 2 * DAY + HOUR
    look(served)
    return path, asked["messages"][-1]["id"]


def test_the_wait_counts_from_the_question_to_the_answer_and_a_told_breach_is_corrected(
    served: Served, breached: tuple[str, str], hands: Hands
) -> None:
    path, asked = breached
    before = [("MilestoneWarned", "50", None), ("MilestoneWarned", "75", None),
              ("MilestoneBreached", "breach", None)]  # fmt: skip
    assert sorted(told(served)) == sorted(before)
    assert milestone(served.operator.get(path).json(), "resolution")["verdict"] == "missed"
    stated = {"reason": "waiting_on_customer", "asked_in": asked}
    case = served.operator.post(f"{path}/waits", json=stated).json()
    clock = milestone(case, "resolution")
    assert (clock["verdict"], clock["used_seconds"]) == ("running", 10 * 3600)
    waits = [each for each in case["events"] if each["kind"] in ("paused", "resumed")]
    assert [(each["at"], each["recorded_at"]) for each in waits] == [
        ("2025-03-03T09:00:00Z", "2025-03-05T09:00:00Z"),
        ("2025-03-03T16:00:00Z", "2025-03-05T09:00:00Z"),
    ]
    corrections = [each for each in told(served) if each[0] == "MilestoneCorrected"]
    assert sorted(corrections) == [
        ("MilestoneCorrected", "50", "2025-03-04T15:00:00Z"),
        ("MilestoneCorrected", "75", "2025-03-05T11:00:00Z"),
        ("MilestoneCorrected", "breach", "2025-03-05T15:00:00.000001Z"),
    ]
    hands.now = MONDAY + 3 * DAY
    look(served)
    again = [each for each in told(served)[6:] if each[0] != "MilestoneCorrected"]
    assert sorted(again) == [("MilestoneBreached", "breach", None), ("MilestoneWarned", "75", None)]


def test_the_receipt_of_a_case_with_a_late_wait_is_recomputed(
    served: Served, breached: tuple[str, str]
) -> None:
    path, asked = breached
    body = {"reason": "waiting_on_customer", "asked_in": asked}
    assert served.operator.post(f"{path}/waits", json=body).status_code == 201
    receipt = served.operator.get(f"{path}/receipt").json()
    assert all(check.passed for check in verify(receipt))


def test_a_wait_for_somebody_else_needs_its_instants_and_its_evidence(
    served: Served, breached: tuple[str, str]
) -> None:
    path, _ = breached
    body = {"reason": "waiting_on_vendor", "since": "2025-03-02T08:00:00Z"}
    refused = served.operator.post(f"{path}/waits", json=body)
    found = problem(refused)
    assert {fault["path"] for fault in found["faults"]} == {"since", "evidence"}
    body |= {"since": "2025-03-03T10:00:00Z", "until": "2025-03-03T11:00:00Z",
             "evidence": "Order 77 at the maker"}  # fmt: skip
    noted = served.operator.post(f"{path}/waits", json=body)
    assert noted.status_code == 201, noted.text
    notes = [each for each in noted.json()["messages"] if not each["is_public"]]
    assert [(each["text"], each["at"]) for each in notes] == [
        ("Order 77 at the maker", "2025-03-03T10:00:00Z")
    ]


def test_a_case_does_not_wait_twice_at_a_time(served: Served, breached: tuple[str, str]) -> None:
    path, asked = breached
    body = {"reason": "waiting_on_customer", "asked_in": asked}
    assert served.operator.post(f"{path}/waits", json=body).status_code == 201
    again = problem(served.operator.post(f"{path}/waits", json=body))
    assert again["code"] == "case_waits"


def test_the_question_is_one_of_ours_in_this_case(
    served: Served, breached: tuple[str, str]
) -> None:
    path, _ = breached
    theirs = served.operator.get(path).json()["messages"][0]["id"]
    for message in (theirs, "message_of_nobody"):
        body = {"reason": "waiting_on_customer", "asked_in": message}
        assert problem(served.operator.post(f"{path}/waits", json=body))["status"] == 422
