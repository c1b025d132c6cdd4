"""A post-mortem over HTTP: from the opening of a severity-1 case to what its customer reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import HOUR, milestone, opened
from moved_clock import Hands
from served import Served, problem
from small_offer import offer

from tierline.access.role import Role
from tierline.access.user import User
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.kernel.ids import UserId
from tierline.store.records import Records

DAY = timedelta(days=1)
NOTE = "Between us: the certificate was on Tom's list since March and nobody looked at it."
WRITTEN = {
    "what_happened": "The gateway refused every call.",
    "root_cause": "The renewal job ran as a user who had left.",
    "went_badly": "Nobody was warned.",
    "told_what_happened": "The gateway refused every call for two hours.",
    "told_cause": "A certificate had expired.",
    "told_prevention": "Certificates are renewed by two independent jobs.",
}
GRACE = "user_01m7yv2c00e6x95ws589r7bpa7"


@pytest.fixture
def elm(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    """An account that is promised a post-mortem within five days; Grace is one of us."""
    occasion = served.opened.occasion()
    targets = [
        {"severity": "S1", "milestone": "acknowledge", "within": "PT1H"},
        {"severity": "S1", "milestone": "post_mortem", "within": "PT16H"},
    ]
    tiers = {"priority": {"name": "Priority", "hours": "office", "targets": targets}}
    made = offer(version="2025-02-01", tiers=tiers, add_ons={})
    start = datetime(2025, 2, 1, tzinfo=UTC)
    grace = User(
        id=UserId(GRACE),
        email="grace@ours.example",
        name="Grace Hopper",
        roles=frozenset({Role.agent}),
        account=None,
        made_at=start,
    )

    def work(records: Records) -> str:
        publish_catalog(records, made, occasion)
        records.users.add(grace, None)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def ended(served: Served, account: str, hands: Hands) -> str:
    agent = served.as_("agent")
    case = str(opened(agent, account, severity="S1")["id"])
    hands.move(2 * HOUR)
    agent.post(f"/v1/cases/{case}/messages", json={"text": "We look at it."})
    agent.post(f"/v1/cases/{case}/messages", json={"text": NOTE, "is_public": False})
    agent.post(f"/v1/cases/{case}/restoration", json={"text": "It runs again."})
    hands.move(HOUR)
    how = {"how": "Renewed.", "why": "By hand, so that it is quick: the job is still wrong."}
    agent.post(f"/v1/cases/{case}/resolution", json=how).raise_for_status()
    return case


def test_a_severity_1_ends_with_a_post_mortem_that_its_customer_reads(
    served: Served, elm: str, hands: Hands
) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    customer = served.as_("customer_contact", account=elm)
    case = ended(served, elm, hands)
    (owed,) = agent.get("/v1/post-mortems").json()["items"]
    assert (owed["case"], owed["state"], owed["account"]) == (case, "owed", "Elm")
    assert (owed["due_at"], owed["is_overdue"]) == ("2025-03-05T11:00:00Z", False)

    made = agent.post("/v1/post-mortems", json={"case": case})
    assert made.status_code == 201, made.text
    draft: dict[str, Any] = made.json()
    path = made.headers["location"]
    (facts,) = draft["facts"]
    whats = [entry["what"] for entry in facts["timeline"]]
    restoring = ["public_reply", "restored"]
    assert whats == ["opened", "public_reply", "private_note", *restoring, "resolved"]
    clock = facts["clocks"][0]
    assert (clock["milestone"], clock["verdict"], clock["missed_by_seconds"]) == (
        "acknowledge",
        "missed",
        3600,
    )
    reached = {each["what"]: each["elapsed_seconds"] for each in facts["reached"]}
    assert reached == dict.fromkeys(("acknowledged", "answered", "restored"), 7200) | {
        "resolved": 10800
    }
    assert set(draft["lacks"]) == {*WRITTEN, "failure_mode"} - {"went_badly"}
    first = draft["versions"][0]["texts"]
    assert set(first) == {"what_happened", "root_cause"}
    assert "3 Mar 2025, 10:00 UTC: Service worked again" in first["what_happened"]
    assert first["root_cause"].endswith("so that it is quick: the job is still wrong.")

    stated = {"texts": WRITTEN, "failure_mode": "Expired certificate"}
    agent.post(f"{path}/versions", json=stated).raise_for_status()
    action = {"title": "Two jobs", "owner": GRACE, "due_on": "2025-03-10", "is_told": True}
    done = agent.post(f"{path}/actions", json=action)
    assert done.json()["owner_name"] == "Grace Hopper"
    assert agent.put(f"{path}/publication").status_code == 403
    assert customer.get(f"/v1/cases/{case}/post-mortem").status_code == 404

    hands.move(3 * DAY)
    assert agent.get("/v1/post-mortems").json()["items"][0]["is_overdue"]
    out = lead.put(f"{path}/publication")
    assert out.json()["is_published"], out.text
    told = agent.get(f"/v1/cases/{case}").json()
    clock = milestone(told, "post_mortem")
    assert (clock["verdict"], clock["stopped_at"]) == ("missed", "2025-03-06T11:00:00Z")
    assert told["events"][-1]["kind"] == "post_mortem_published"
    assert told["messages"][-1]["text"].endswith(f"/cases/{case}/post-mortem")
    assert agent.get("/v1/post-mortems").json()["items"] == []

    read = customer.get(f"/v1/cases/{case}/post-mortem").json()
    assert read["texts"]["told_cause"] == "A certificate had expired."
    assert read["actions"] == [{"title": "Two jobs", "due_on": "2025-03-10", "state": "open"}]
    assert "private_note" not in [entry["what"] for entry in read["timeline"]]
    assert "| 3 Mar 2025, 10:00 UTC | We wrote |" in read["markdown"]
    assert "| Missed, over by " in read["markdown"]

    hands.move(5 * DAY)
    (late,) = agent.get(f"/v1/post-mortem-actions?owner={GRACE}").json()["items"]
    assert late["is_overdue"]
    again = {"account": elm, "subject": "It is back", "text": "A certificate has expired."}
    assert customer.post("/v1/cases", json=again).status_code == 201
    closing = f"/v1/post-mortem-actions/{late['id']}/closure"
    closed = agent.put(closing, json={"state": "done"}).json()
    counted = closed["recurrence"]
    assert (counted["before"], counted["after"], counted["days_after"]) == (1, 0, 0)
    assert (counted["by_stretch"], counted["change_percent"]) == ([0, 0, 1, 0, 0, 0], None)
    hands.move(DAY)
    (done,) = agent.get("/v1/post-mortem-actions?state=done").json()["items"]
    counted = done["recurrence"]
    assert (counted["after"], counted["days_after"], counted["change_percent"]) == (1, 1, 8900)


def test_no_private_word_of_the_case_is_in_what_the_customer_reads(
    served: Served, elm: str, hands: Hands
) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    case = ended(served, elm, hands)
    path = agent.post("/v1/post-mortems", json={"case": case}).headers["location"]
    quoted = {**WRITTEN, "told_cause": f"{NOTE} Grace Hopper"}
    agent.post(f"{path}/versions", json={"texts": quoted, "failure_mode": "x"})
    refused = lead.put(f"{path}/publication")
    codes = [fault["code"] for fault in problem(refused)["faults"]]
    assert codes == ["quotes_a_note", "names_somebody"]
    secret = {"title": "Talk to Tom", "owner": GRACE, "due_on": "2025-03-10"}
    agent.post(f"{path}/actions", json=secret).raise_for_status()
    agent.post(f"{path}/versions", json={"texts": WRITTEN, "failure_mode": "x"})
    lead.put(f"{path}/publication").raise_for_status()
    read = json.dumps(
        served.as_("customer_contact", account=elm).get(f"/v1/cases/{case}/post-mortem").json()
    )
    ours = ("what_happened", "root_cause", "went_badly")
    private = [NOTE, "still wrong", "Tom", "Grace", GRACE, *(WRITTEN[part] for part in ours)]
    private.remove(WRITTEN["what_happened"])  # the customer's own words begin with it
    assert [words for words in private if words in read] == []
    assert (
        served.as_("customer_contact", account=served.oak)
        .get(f"/v1/cases/{case}/post-mortem")
        .status_code
        == 404
    )


def test_what_is_stated_wrongly_is_told(served: Served, elm: str, hands: Hands) -> None:
    agent = served.as_("agent")
    assert problem(agent.post("/v1/post-mortems", json={}))["faults"][0]["code"] == "one_of"
    case = ended(served, elm, hands)
    path = agent.post("/v1/post-mortems", json={"case": case}).headers["location"]
    again = agent.post("/v1/post-mortems", json={"case": case})
    assert (again.status_code, problem(again)["code"]) == (409, "post_mortem_exists")
    wrong = agent.post(f"{path}/versions", json={"failure_mode": "a/b"})
    assert problem(wrong)["faults"][0]["path"] == "failure_mode"
    nobody = {"title": "x", "owner": "user_x", "due_on": "2025-03-10"}
    assert agent.post(f"{path}/actions", json=nobody).status_code == 404


def test_a_draft_goes_out_only_once_somebody_has_written_it(
    served: Served, elm: str, hands: Hands
) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    case = ended(served, elm, hands)
    made = agent.post("/v1/post-mortems", json={"case": case})
    path, first = made.headers["location"], made.json()["versions"][0]["texts"]
    stated = {"texts": {**WRITTEN, **first}, "failure_mode": "x"}
    agent.post(f"{path}/versions", json=stated).raise_for_status()
    refused = lead.put(f"{path}/publication")
    assert [fault["path"] for fault in problem(refused)["faults"]] == [
        "what_happened",
        "root_cause",
    ]


def test_an_update_of_the_incident_is_told_to_the_customer_as_that(
    served: Served, elm: str, hands: Hands
) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    case = ended(served, elm, hands)
    late = str(opened(agent, elm, severity="S1")["id"])
    incident = agent.post("/v1/incidents", json={"title": "Pictures are missing"}).json()["id"]
    for each in (case, late):
        agent.put(f"/v1/incidents/{incident}/cases/{each}").raise_for_status()
    hands.move(HOUR)
    said = {"text": "A gateway is down.", "phase": "identified", "is_published": True}
    lead.post(f"/v1/incidents/{incident}/updates", json=said).raise_for_status()
    hands.move(HOUR)
    agent.post(f"/v1/cases/{late}/resolution", json={"how": "Done.", "why": "Old."})
    made = agent.post("/v1/post-mortems", json={"incident": incident})
    path, draft = made.headers["location"], made.json()
    first = draft["versions"][0]["texts"]["what_happened"]
    assert "3 Mar 2025, 12:00 UTC: A gateway is down." in first
    for facts in draft["facts"]:
        (told,) = [each for each in facts["timeline"] if each["what"] == "incident_update"]
        assert told["is_public"]
    whats = [each["what"] for each in draft["facts"][1]["timeline"]]
    assert whats == ["opened", "incident_update", "resolved"]
    agent.post(f"{path}/versions", json={"texts": WRITTEN, "failure_mode": "x"})
    lead.put(f"{path}/publication").raise_for_status()
    customer = served.as_("customer_contact", account=elm)
    read = customer.get(f"/v1/cases/{late}/post-mortem").json()["markdown"]
    assert "| We published an update on the incident: Identified |" in read
    assert "We wrote" not in read
