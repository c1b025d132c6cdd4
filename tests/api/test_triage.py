"""Triage and disputes over HTTP, with the clock moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
import yaml
from moved_clock import Hands
from served import Client, Served, problem
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.api.triage import TriageAnswersBody
from tierline.catalog.triage_questions import QUESTIONS
from tierline.store.records import Records
from tierline.worker.kinds import worker_of

MONDAY = datetime(2025, 3, 3, 8, tzinfo=UTC)  # 09:00 in Berlin, when the office opens
HOUR = timedelta(hours=1)
TABLE = """
disputes: {decide_within: PT2H, decided_by: Head of desk}
rules:
  - {regulatory_exposure: reportable, severity: S1, level: specialist, because: Must be reported}
  - {business_impact: stopped, recovery_within: PT4H, severity: S1, because: Back in four hours}
  - {business_impact: stopped, urgency: now, severity: S1, because: Work has stopped}
  - {severity: S2, because: The rest}
"""
STOPPED = {"business_impact": "stopped", "urgency": "today"}


@pytest.fixture
def desk(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    """An account on Priority of an offer with a table."""
    occasion = served.opened.occasion()
    tiers = {
        "priority": {
            "name": "Priority",
            "hours": "office",
            "targets": [{"severity": "S1", "milestone": "acknowledge", "within": "PT1H"}],
        }
    }
    made = offer(version="2025-02-01", tiers=tiers, add_ons={}, triage=yaml.safe_load(TABLE))

    def work(records: Records) -> str:
        publish_catalog(records, made, occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        start = datetime(2025, 2, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def opened(client: Client, account: str | None, **stated: Any) -> str:
    body = {"subject": "Line 3 stands", "text": "Nothing moves.", "account": account, **stated}
    made = client.post("/v1/cases", json=body)
    assert made.status_code == 201, made.text
    return f"/v1/cases/{made.json()['id']}"


def triaged(client: Client, path: str, answers: dict[str, str], **more: str) -> dict[str, Any]:
    said = client.put(f"{path}/triage", json={"answers": answers, **more})
    assert said.status_code == 200, said.text
    return dict(said.json())


def kinds(served: Served) -> list[str]:
    facts = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    return [each["kind"] for each in facts]


def severity(client: Client, path: str) -> tuple[str, bool]:
    case = client.get(path).json()
    return case["severity"], case["is_triaged"]


def test_answers_give_the_severity_and_say_why(served: Served, desk: str) -> None:
    agent = served.as_("agent")
    path = opened(agent, desk)
    found = triaged(agent, path, {"business_impact": "stopped", "urgency": "now"})
    assert (found["severity"], found["row"], found["reason"]) == ("S1", 3, "Work has stopped")
    assert found["inputs"]["urgency"] == {"value": "now", "origin": "answered"}
    assert found["inputs"]["uptime_impact"] == {"value": "up", "origin": "assumed"}
    assert (found["catalog"], found["version"]) == ("acme", "2025-02-01")
    assert severity(agent, path) == ("S1", True)
    assert kinds(served).count("SeverityFound") == 1


def test_other_answers_are_a_change_and_the_same_severity_is_no_event(
    served: Served, desk: str
) -> None:
    agent = served.as_("agent")
    path = opened(agent, desk)
    for answers in ({"urgency": "now"}, STOPPED, {**STOPPED, "urgency": "now"}):
        triaged(agent, path, answers)
    assert [each["row"] for each in agent.get(f"{path}/triage").json()["items"]] == [3, 4, 4]
    events = [each["kind"] for each in agent.get(path).json()["events"]]
    assert events == ["opened", "severity_set", "severity_changed"]


def test_another_recovery_time_is_another_severity_in_the_next_triage(
    served: Served, desk: str
) -> None:
    path = opened(served.operator, desk)
    assert triaged(served.operator, path, STOPPED)["severity"] == "S2"
    finding = {"part": "recovery_time", "value": "120", "evidence": "asked them"}
    assess = f"/v1/accounts/{desk}/criticality-findings"
    assert served.operator.post(assess, json={"findings": [finding]}).status_code == 201
    found = triaged(served.operator, path, STOPPED)
    assert (found["severity"], found["row"]) == ("S1", 2)
    assert found["inputs"]["recovery_minutes"] == {"value": "120", "origin": "profile"}


def test_an_override_needs_a_reason_and_is_counted(served: Served, desk: str) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    path = opened(agent, desk)
    bare = agent.put(f"{path}/triage", json={"answers": STOPPED, "severity": "S1"})
    assert problem(bare)["faults"][0]["code"] == "no_reason"
    unknown = agent.put(f"{path}/triage", json={"answers": STOPPED, "severity": "S7"})
    told = [each["code"] for each in problem(unknown)["faults"]]
    assert told == ["unknown_severity", "no_reason"]
    assert severity(agent, path) == ("S2", False)
    found = triaged(agent, path, STOPPED, severity="S1", reason="Their audit is on Friday.")
    assert (found["severity"], found["agreed"], found["is_override"]) == ("S2", "S1", True)
    assert severity(agent, path) == ("S1", True)
    report = lead.get("/v1/triage/overrides").json()
    assert [(each["triaged"], each["overridden"]) for each in report["by_agent"]] == [(1, 1)]
    assert report["by_rule"][0]["name"] == "everything else -> S2"
    customer = served.as_("customer_contact", account=desk)
    seen = customer.get(f"{path}/triage").json()["items"][0]
    assert (seen["agreed"], seen["override_reason"]) == ("S1", None)
    assert agent.get("/v1/triage/overrides").status_code == 403


def test_a_severity_that_is_set_without_answers_is_an_override_too(
    served: Served, desk: str
) -> None:
    agent = served.as_("agent")
    path = opened(agent, desk)
    agent.put(f"{path}/severity", json={"severity": "S1"}).raise_for_status()
    triaged(agent, path, STOPPED)
    bare = agent.put(f"{path}/severity", json={"severity": "S1"})
    assert problem(bare)["faults"][0]["code"] == "no_reason"
    agent.put(f"{path}/severity", json={"severity": "S1", "reason": "Audit"}).raise_for_status()
    assert agent.get(f"{path}/triage").json()["items"][0]["override_reason"] == "Audit"


def test_what_a_customer_answers_gives_the_first_severity(served: Served, desk: str) -> None:
    customer = served.as_("customer_contact", account=desk)
    answers = {"regulatory_exposure": "reportable"}
    wanted = customer.post("/v1/triage/expectations", json={"account": desk, "answers": answers})
    assert (wanted.json()["severity"], wanted.json()["tier"]) == ("S1", "Priority")
    assert [(each["milestone"], each["due_at"]) for each in wanted.json()["milestones"]] == [
        ("acknowledge", "2025-03-03T09:00:00Z")
    ]
    path = opened(customer, desk, answers=answers)
    assert severity(customer, path) == ("S1", False)
    (found,) = customer.get(f"{path}/triage").json()["items"]
    assert (found["is_customers"], found["level"]) == (True, "specialist")
    both = {"subject": "x", "text": "y", "account": desk, "answers": answers, "severity": "S2"}
    refused = customer.post("/v1/cases", json=both)
    assert problem(refused)["faults"][0]["code"] == "both"
    assert served.operator.get("/v1/triage/overrides").json() == {"by_agent": [], "by_rule": []}


def test_for_a_severity_that_is_stated_it_is_said_what_is_due_and_who_answers(
    served: Served, desk: str
) -> None:
    customer = served.as_("customer_contact", account=desk)
    stated = {"account": desk, "severity": "S1"}
    found = customer.post("/v1/triage/expectations", json=stated).json()
    assert (found["severity"], found["level"], found["tier"]) == ("S1", "Priority", "Priority")
    assert found["reason"] == "As it is stated: we agree on it with you."
    assert [each["milestone"] for each in found["milestones"]] == ["acknowledge"]
    nothing = customer.post("/v1/triage/expectations", json={"account": desk})
    assert problem(nothing)["faults"][0]["code"] == "no_answers"
    odd = customer.post("/v1/triage/expectations", json={**stated, "severity": "S9"})
    assert problem(odd)["faults"][0]["code"] == "unknown_severity"


def test_whoever_we_do_not_know_is_triaged_by_the_newest_catalog(served: Served, desk: str) -> None:
    assert desk
    path = opened(served.operator, None)
    found = triaged(served.operator, path, {"business_impact": "stopped", "urgency": "now"})
    assert (found["version"], found["severity"]) == ("2025-02-01", "S1")


def test_a_catalog_without_a_table_is_triaged_by_place(served: Served) -> None:
    path = opened(served.operator, served.pine)
    assert triaged(served.operator, path, {"uptime_impact": "down"})["severity"] == "S2"
    assert triaged(served.operator, path, {"data_sensitivity": "exposed"})["severity"] == "S1"


def test_what_has_ended_is_not_triaged(served: Served, desk: str) -> None:
    path = opened(served.operator, desk)
    triaged(served.operator, path, STOPPED)
    served.operator.post(f"{path}/resolution", json={"how": "So.", "why": "So."})
    late = served.operator.put(f"{path}/triage", json={"answers": STOPPED})
    assert (late.status_code, problem(late)["code"]) == (409, "case_ended")


def disputed(client: Client, path: str, **more: str) -> dict[str, Any]:
    made = client.post(f"{path}/disputes", json={"words": "Three lines stand.", **more})
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_a_dispute_is_decided_by_a_lead_and_becomes_a_precedent(
    served: Served, desk: str, hands: Hands
) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    customer = served.as_("customer_contact", account=desk)
    path = opened(agent, desk)
    triaged(agent, path, STOPPED)
    hands.now += 7 * HOUR  # 16:00 in Berlin; two open hours later is Tuesday at 10:00
    made = disputed(customer, path, wanted="S1")
    assert (made["severity"], made["decided_by"]) == ("S2", "Head of desk")
    assert made["due_at"] == "2025-03-04T09:00:00Z"
    twice = customer.post(f"{path}/disputes", json={"words": "Again."})
    assert problem(twice)["code"] == "dispute_open"
    ruling = {"severity": "S1", "reason": "More than one line is a plant."}
    where = f"/v1/disputes/{made['id']}"
    assert agent.put(f"{where}/ruling", json=ruling).status_code == 403
    assert [each["id"] for each in customer.get("/v1/disputes").json()["items"]] == [made["id"]]
    hands.now += HOUR
    decided = lead.put(f"{where}/ruling", json=ruling).json()
    assert decided["ruling"]["severity"] == "S1"
    assert severity(customer, path) == ("S1", True)
    again = lead.put(f"{where}/ruling", json=ruling)
    assert (again.status_code, problem(again)["code"]) == (409, "dispute_decided")
    assert customer.get(where).json()["ruling"]["reason"] == ruling["reason"]
    assert lead.get("/v1/disputes").json()["items"] == []
    found = agent.get("/v1/precedents", params={"search": "plant LINES"}).json()["items"]
    assert [(each["number"], each["subject"]) for each in found] == [(1, "Line 3 stands")]
    rule = {"rule": "everything else -> S2"}
    assert len(agent.get("/v1/precedents", params=rule).json()["items"]) == 1
    assert agent.get("/v1/precedents", params={"search": "bottle"}).json()["items"] == []
    assert customer.get("/v1/precedents").status_code == 403
    (report,) = lead.get("/v1/triage/disputed-rules").json()["items"]
    assert report == {**rule, "triaged": 1, "disputed": 1, "open": 0, "changed": 1}
    texts = served.operator.get("/v1/facts", params={"limit": 200}).text
    assert "SeverityDisputeDecided" in texts
    assert "Three lines" not in texts
    assert "plant" not in texts


def test_a_dispute_that_nobody_decides_is_told_to_be_overdue_once(
    served: Served, desk: str, hands: Hands
) -> None:
    path = opened(served.operator, desk)
    made = disputed(served.operator, path)
    worker = worker_of(served.opened)
    lane = worker.lanes[0]
    worker.work(lane)
    hands.now += 2 * HOUR
    worker.work(lane)
    assert "SeverityDisputeOverdue" not in kinds(served)
    hands.now += HOUR
    worker.work(lane)
    worker.work(lane)
    facts = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    told = [each["at"] for each in facts if each["kind"] == "SeverityDisputeOverdue"]
    assert told == ["2025-03-03T10:00:00.000001Z"]
    assert served.operator.get(f"/v1/disputes/{made['id']}").json()["overdue_at"] == told[0]


def test_a_dispute_upheld_changes_nothing_and_odd_ones_are_refused(
    served: Served, desk: str
) -> None:
    path = opened(served.operator, desk)
    same = served.operator.post(f"{path}/disputes", json={"words": "x", "wanted": "S2"})
    assert problem(same)["faults"][0]["code"] == "same_severity"
    odd = served.operator.post(f"{path}/disputes", json={"words": "x", "wanted": "S9"})
    assert problem(odd)["faults"][0]["code"] == "unknown_severity"
    made = disputed(served.operator, path)
    ruling = {"severity": "S2", "reason": "It can wait."}
    where = f"/v1/disputes/{made['id']}/ruling"
    served.operator.put(where, json=ruling).raise_for_status()
    assert [each["kind"] for each in served.operator.get(path).json()["events"]] == ["opened"]
    missing = served.operator.get("/v1/disputes/dispute_x")
    assert missing.status_code == 404


def test_an_account_sees_its_own_disputes_only(served: Served, desk: str) -> None:
    path = opened(served.operator, desk)
    made = disputed(served.operator, path)
    other = served.as_("customer_contact", account=served.oak)
    assert other.get("/v1/disputes").json()["items"] == []
    hidden = other.get(f"/v1/disputes/{made['id']}")
    assert (hidden.status_code, path.split("/")[-1] in hidden.text) == (404, False)
    assert other.get(f"{path}/triage").status_code == 404
    assert other.post(f"{path}/disputes", json={"words": "x"}).status_code == 404


def test_the_body_names_every_answer_that_there_is() -> None:
    fields = TriageAnswersBody.model_fields
    stated = {
        name: [word for part in get_args(field.annotation) for word in get_args(part)]
        for name, field in fields.items()
    }
    assert stated == {each.key.value: list(each.answers) for each in QUESTIONS}
