"""A case over HTTP, from its opening to its end, with the clock moved by hand."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import HOUR, MONDAY, desk_offer, milestone, opened
from moved_clock import Hands
from served import Served, problem

from tierline.actions.catalogs import publish_catalog
from tierline.api.inputs import shown
from tierline.milestones.receipt import verify
from tierline.worker.kinds import worker_of


def test_a_case_is_told_at_once_what_is_promised(served: Served, desk: str) -> None:
    case = opened(served.operator, desk, severity="S1")
    assert (case["number"], case["state"], case["coverage"]) == (1, "new", "covered")
    assert (case["tier"], case["is_triaged"]) == ("priority", False)
    clock = milestone(case, "acknowledge")
    assert clock["promise_id"] == "acme/priority/S1.acknowledge"
    assert (clock["verdict"], clock["target_seconds"]) == ("running", 3600)
    assert clock["due_at"] == case["next_due_at"] == "2025-03-03T09:00:00Z"
    assert milestone(case, "resolution")["due_at"] == "2025-03-04T16:00:00Z"
    assert [each["text"] for each in case["messages"]] == ["Nothing moves."]


def test_a_severity_that_nobody_states_is_the_mildest(served: Served, desk: str) -> None:
    assert opened(served.operator, desk)["severity"] == "S2"


def test_whoever_we_do_not_know_gets_no_clock_by_default(
    served: Served,
    hands: Hands,  # noqa: ARG001 - the clock is moved by hand
) -> None:
    unknown = opened(served.operator, None, severity="S1")
    assert (unknown["coverage"], unknown["milestones"]) == ("unknown", [])
    by = shown(MONDAY + timedelta(hours=4))
    assert unknown["next_due_at"] == by
    (listed,) = served.operator.get("/v1/cases").json()["items"]
    assert listed["next_due_at"] == unknown["next_due_at"]


def test_a_reply_answers_and_a_note_does_not(served: Served, desk: str, hands: Hands) -> None:
    agent = served.as_("agent")
    path = f"/v1/cases/{opened(agent, desk, severity='S1')['id']}"
    hands.now += HOUR / 2
    noted = agent.post(f"{path}/messages", json={"text": "PLC again?", "is_public": False}).json()
    assert milestone(noted, "acknowledge")["verdict"] == "running"
    hands.now += HOUR / 2
    answered = agent.post(f"{path}/messages", json={"text": "We look at it."}).json()
    clock = milestone(answered, "acknowledge")
    assert (clock["verdict"], clock["used_seconds"]) == ("met", 3600)
    assert answered["state"] == "open"
    customer = served.as_("customer_contact", account=desk)
    said = [each["text"] for each in customer.get(path).json()["messages"]]
    assert said == ["Nothing moves.", "We look at it."]


def test_an_update_without_news_is_sent_with_a_warning_that_counts_them(
    served: Served, desk: str
) -> None:
    agent = served.as_("agent")
    path = f"/v1/cases/{opened(agent, desk, severity='S1')['id']}"
    said = [
        agent.post(f"{path}/messages", json={"text": text}).json()["warnings"]
        for text in (
            "We are still looking into your case.",
            "We are still looking into your case.",
            "Still looking.",
            "The PLC drops frames since 12:40.",
        )
    ]
    told = "This says nothing that was not said in the case before: no new word or number, and no "
    again = f"{told}question. It is update 2 of the case without news."
    assert said == [[], [f"{told}question."], [again], []]
    customer = served.as_("customer_contact", account=desk)
    assert customer.get(path).json()["warnings"] == []


def test_a_question_that_asks_nothing_lets_no_case_wait(served: Served, desk: str) -> None:
    agent = served.as_("agent")
    path = f"/v1/cases/{opened(agent, desk, severity='S1')['id']}"
    asked = {"reason": "waiting_on_customer", "question": "ok."}
    refused = problem(agent.put(f"{path}/wait", json=asked))
    assert [fault["code"] for fault in refused["faults"]] == ["asks_nothing"]
    clock = milestone(agent.get(path).json(), "acknowledge")
    assert clock["verdict"] == "running"


def test_a_pause_needs_its_question_and_ends_with_the_answer(
    served: Served, desk: str, hands: Hands
) -> None:
    agent, customer = served.as_("agent"), served.as_("customer_contact", account=desk)
    path = f"/v1/cases/{opened(agent, desk, severity='S1')['id']}"
    refused = agent.put(f"{path}/wait", json={"reason": "waiting_on_customer"})
    assert problem(refused)["faults"][0]["code"] == "no_question"
    unknown = agent.put(f"{path}/wait", json={"reason": "lunch"})
    assert "waiting_on_vendor" in problem(unknown)["faults"][0]["write_instead"]
    hands.now += HOUR
    asked = {"reason": "waiting_on_customer", "question": "Which firmware?"}
    waiting = agent.put(f"{path}/wait", json=asked).json()
    assert (waiting["state"], waiting["waiting_on"]) == ("waiting", "waiting_on_customer")
    clock = milestone(waiting, "resolution")
    assert (clock["verdict"], clock["due_at"], clock["used_seconds"]) == ("paused", None, 3600)
    hands.now += 5 * HOUR
    twice = agent.put(f"{path}/wait", json=asked)
    assert (twice.status_code, problem(twice)["code"]) == (409, "case_waits")
    answered = customer.post(f"{path}/messages", json={"text": "4.2"}).json()
    clock = milestone(answered, "resolution")
    assert (answered["state"], clock["verdict"], clock["used_seconds"]) == ("open", "running", 3600)


def test_a_severe_case_is_resolved_with_its_why_and_opens_again_by_an_answer(
    served: Served, desk: str, hands: Hands
) -> None:
    agent, customer = served.as_("agent"), served.as_("customer_contact", account=desk)
    path = f"/v1/cases/{opened(customer, desk, severity='S1')['id']}"
    hands.now += HOUR
    bare = agent.post(f"{path}/resolution", json={"how": "Restarted."})
    assert problem(bare)["faults"][0]["code"] == "no_why"
    done = {"how": "Restarted the controller.", "why": "A rollback would have cost a shift."}
    resolved = agent.post(f"{path}/resolution", json=done).json()
    assert resolved["state"] == "resolved"
    assert milestone(resolved, "resolution")["verdict"] == "met"
    assert done["why"] not in [each["text"] for each in customer.get(path).json()["messages"]]
    late = agent.put(f"{path}/wait", json={"reason": "waiting_on_vendor"})
    assert problem(late)["code"] == "case_ended"
    hands.now += HOUR
    again = customer.post(f"{path}/messages", json={"text": "It stands again."}).json()
    assert again["state"] == "open"
    clock = milestone(again, "resolution")
    assert (clock["verdict"], clock["cycle"], clock["used_seconds"]) == ("running", 0, 3600)
    agent.post(f"{path}/resolution", json=done)
    assert agent.put(f"{path}/closure").json()["state"] == "closed"
    over = customer.post(f"{path}/messages", json={"text": "Thanks!"})
    assert (over.status_code, problem(over)["code"]) == (409, "case_ended")


def test_what_is_due_first_stands_first(served: Served, desk: str, hands: Hands) -> None:
    mild, unknown = opened(served.operator, desk), opened(served.operator, None)
    hands.now += HOUR
    severe = opened(served.operator, desk, severity="S1")
    rows = served.operator.get("/v1/cases", params={"limit": 2}).json()
    assert [each["id"] for each in rows["items"]] == [severe["id"], unknown["id"]]
    rest = served.operator.get("/v1/cases", params={"after": rows["next"]}).json()
    assert [each["id"] for each in rest["items"]] == [mild["id"]]
    theirs = served.as_("customer_contact", account=desk).get("/v1/cases").json()["items"]
    assert {each["id"] for each in theirs} == {mild["id"], severe["id"]}
    others = served.as_("customer_contact", account=served.oak).get("/v1/cases").json()["items"]
    assert others == []


def told(served: Served) -> list[tuple[str, str, str, str]]:
    facts = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    return sorted(
        (
            (each["kind"], each["body"]["milestone"], each["body"]["what"], each["at"])
            for each in facts
            if each["kind"].startswith("Milestone")
        ),
        key=lambda signal: signal[-1],
    )


def test_warnings_and_the_breach_carry_the_instant_at_which_they_became_true(
    served: Served, desk: str, hands: Hands
) -> None:
    opened(served.operator, desk, severity="S1")
    worker = worker_of(served.opened)
    lane = worker.lanes[0]
    assert worker.work(lane) == 0
    hands.now += 31 * HOUR / 60
    assert worker.work(lane) == 1
    assert worker.work(lane) == 0
    hands.now += 3 * HOUR  # the worker slept over the rest
    assert worker.work(lane) == 1
    assert [each for each in told(served) if each[1] == "acknowledge"] == [
        ("MilestoneWarned", "acknowledge", "50", "2025-03-03T08:30:00Z"),
        ("MilestoneWarned", "acknowledge", "75", "2025-03-03T08:45:00Z"),
        ("MilestoneBreached", "acknowledge", "breach", "2025-03-03T09:00:00.000001Z"),
    ]


def test_who_answered_in_time_is_not_warned_of_it_later(
    served: Served, desk: str, hands: Hands
) -> None:
    path = f"/v1/cases/{opened(served.operator, desk, severity='S1')['id']}"
    hands.now += 3 * HOUR / 4
    served.operator.post(f"{path}/messages", json={"text": "We are on it."})
    hands.now += 20 * timedelta(days=1)
    worker = worker_of(served.opened)
    worker.work(worker.lanes[0])
    assert [each[1:3] for each in told(served)] == [
        ("resolution", "50"), ("resolution", "75"), ("resolution", "breach"),
    ]  # fmt: skip


def test_a_receipt_is_worked_out_again_by_whoever_holds_it(
    served: Served, desk: str, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLINE_HOME", str(tmp_path))
    customer = served.as_("customer_contact", account=desk)
    path = f"/v1/cases/{opened(customer, desk, severity='S1')['id']}"
    hands.now += 2 * HOUR
    receipt = customer.get(f"{path}/receipt").json()
    assert all(check.passed for check in verify(receipt))
    kinds = [each["kind"] for each in receipt["facts"]["events"]]
    assert kinds == ["opened"]
    forged = copy.deepcopy(receipt)
    forged["facts"]["events"][0]["at"] = "2025-03-03T08:59:00Z"
    assert not all(check.passed for check in verify(forged))
    unknown = opened(served.operator, None)["id"]
    assert served.operator.get(f"/v1/cases/{unknown}/receipt").status_code == 404


def test_a_contract_signed_later_changes_nothing_for_an_open_case(
    served: Served, desk: str
) -> None:
    case = opened(served.operator, desk, severity="S1")
    later = desk_offer().model_copy(update={"version": datetime(2025, 3, 1, tzinfo=UTC).date()})
    occasion = served.opened.occasion()
    served.opened.change(lambda records: publish_catalog(records, later, occasion))
    now = served.operator.get(f"/v1/cases/{case['id']}").json()
    assert now["milestones"] == case["milestones"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"severity": "S9"}, "severity"),
        ({"channel": "pigeon"}, "channel"),
        ({"subject": ""}, "subject"),
    ],
)
def test_a_wrong_order_names_its_fault(
    served: Served, desk: str, body: dict[str, Any], fault: str
) -> None:
    order = {"subject": "x", "text": "y", "account": desk, **body}
    refused = served.operator.post("/v1/cases", json=order)
    assert refused.status_code == 422
    assert any(fault in each["path"] for each in problem(refused)["faults"])
    assert served.operator.get("/v1/cases").json()["items"] == []


def test_anothers_contact_is_told_like_one_that_is_not_there(served: Served, desk: str) -> None:
    path = f"/v1/accounts/{served.oak}/contacts"
    theirs = served.operator.post(path, json={"name": "Ana Oak"}).json()["id"]
    nobody = "contact_01m7yv2c00e6x95ws589r7bpa7"
    customer = served.as_("customer_contact", account=desk)
    case = opened(customer, desk)["id"]
    order = {"subject": "x", "text": "y", "account": desk}
    for where, body in (("/v1/cases", order), (f"/v1/cases/{case}/messages", {"text": "y"})):
        told = []
        for contact in (theirs, nobody):
            refused = customer.post(where, json={**body, "contact": contact})
            told.append((refused.status_code, problem(refused)["detail"].replace(contact, "?")))
        assert told[0] == told[1]
        assert told[0][0] == 404


def test_acknowledging_stops_its_own_clock_alone_and_again_changes_nothing(
    served: Served, desk: str, hands: Hands
) -> None:
    agent = served.as_("agent")
    path = f"/v1/cases/{opened(agent, desk, severity='S1')['id']}"
    hands.now = MONDAY + HOUR
    case = agent.put(f"{path}/acknowledgement").json()
    kinds = [each["kind"] for each in case["events"][-2:]]
    assert (case["state"], kinds) == ("open", ["acknowledged", "automatic_reply"])
    assert milestone(case, "resolution")["verdict"] == "running"
    assert agent.put(f"{path}/acknowledgement").json()["events"] == case["events"]
    agent.post(f"{path}/resolution", json={"how": "Restarted it.", "why": "No risk."})
    assert agent.put(f"{path}/acknowledgement").status_code == 200


def test_who_is_acknowledged_reads_that_one_of_us_has_it_and_by_when_what_comes_next(
    served: Served, desk: str
) -> None:
    agent = served.as_("agent")
    case = opened(agent, desk, severity="S1")
    path = f"/v1/cases/{case['id']}"
    agent.put(f"{path}/severity", json={"severity": "S1"})
    agent.put(f"{path}/acknowledgement")
    told = served.as_("customer_contact", account=desk).get(path).json()["messages"][-1]["text"]
    assert told.startswith(f"One of us has case {case['number']} now and works on it.")
    assert "Its severity is S1." in told
    assert "It is resolved: by" in told
    assert "confirms that they have it" not in told
