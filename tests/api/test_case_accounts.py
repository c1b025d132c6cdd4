"""A case of somebody whom we do not know, until we do."""

from __future__ import annotations

from desk import HOUR, MONDAY, milestone, opened
from moved_clock import Hands
from served import Served, problem

from tierline.milestones.receipt import verify
from tierline.worker.kinds import worker_of


def told(served: Served, kind: str) -> list[str]:
    facts = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    return [each["at"] for each in facts if each["kind"] == kind]


def test_the_promise_counts_from_when_the_case_reached_us(
    served: Served, desk: str, hands: Hands
) -> None:
    unknown = opened(served.operator, None)
    path = f"/v1/cases/{unknown['id']}"
    assert (unknown["coverage"], unknown["severity"]) == ("unknown", "")
    hands.now = MONDAY + HOUR
    known = served.as_("agent").put(f"{path}/account", json={"account": desk})
    assert known.status_code == 200, known.text
    case = known.json()
    assert (case["account"], case["coverage"], case["tier"]) == (desk, "covered", "priority")
    assert (case["severity"], case["is_triaged"]) == ("S2", False)
    clock = milestone(case, "acknowledge")
    assert (clock["started_at"], clock["used_seconds"]) == ("2025-03-03T08:00:00Z", 3600)
    assert all(check.passed for check in verify(served.operator.get(f"{path}/receipt").json()))
    customer = served.as_("customer_contact", account=desk)
    assert customer.get(path).json()["messages"][0]["text"] == "Nothing moves."


def test_a_severity_that_was_stated_stays(served: Served, desk: str) -> None:
    path = f"/v1/cases/{opened(served.operator, None, severity='S1')['id']}"
    case = served.operator.put(f"{path}/account", json={"account": desk}).json()
    assert case["severity"] == "S1"
    assert milestone(case, "acknowledge")["target_seconds"] == 3600


def test_nobody_found_out_is_told_once_with_its_instant(served: Served, hands: Hands) -> None:
    case = opened(served.operator, None)
    listed = served.operator.get("/v1/cases").json()["items"]
    assert listed[0]["next_due_at"] == "2025-03-03T12:00:00Z"
    worker = worker_of(served.opened)
    hands.now = MONDAY + 9 * HOUR
    assert [worker.work(worker.lanes[0]), worker.work(worker.lanes[0])] == [1, 0]
    assert told(served, "CaseIdentificationOverdue") == ["2025-03-03T12:00:00Z"]
    assert served.operator.get(f"/v1/cases/{case['id']}").json()["milestones"] == []


def test_who_is_known_in_time_is_not_told_of(served: Served, desk: str, hands: Hands) -> None:
    path = f"/v1/cases/{opened(served.operator, None)['id']}"
    served.operator.put(f"{path}/account", json={"account": desk})
    hands.now = MONDAY + 9 * HOUR
    worker = worker_of(served.opened)
    worker.work(worker.lanes[0])
    assert told(served, "CaseIdentificationOverdue") == []


def test_a_known_account_is_not_changed_so(served: Served, desk: str) -> None:
    path = f"/v1/cases/{opened(served.operator, desk)['id']}"
    again = problem(served.operator.put(f"{path}/account", json={"account": desk}))
    assert (again["status"], again["code"]) == (409, "account_known")


def test_there_must_be_such_an_account(served: Served) -> None:
    path = f"/v1/cases/{opened(served.operator, None)['id']}"
    missing = problem(served.operator.put(f"{path}/account", json={"account": "nobody"}))
    assert missing["status"] == 404
