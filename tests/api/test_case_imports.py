"""Cases of another desk come in with their history, once."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from desk import milestone
from exports import (
    FRESHDESK,
    SALESFORCE,
    SERVICENOW,
    as_bytes,
    intercom,
    jira,
    metric,
    ticket,
    zendesk,
)
from moved_clock import Hands
from served import Client, Served, problem

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.agents import AgentDetails, keep_agent
from tierline.actions.case_clocks import LANE, look_again, look_at_all, next_look, row_of
from tierline.actions.routing_plans import publish_plan
from tierline.catalog.document import parse_document
from tierline.connectors.event_log.vendors import VENDORS
from tierline.store.clock_batch import ClockBatch
from tierline.store.due_work import due_work_table
from tierline.store.records import Records
from tierline.store.unit_of_work import Isolation
from tierline.worker.kinds import worker_of

PATH = "/v1/case-imports"
WEEK = timedelta(days=8)


def sent(client: Client, export: dict[str, Any], **query: object) -> dict[str, Any]:
    answer = client.post(PATH, content=as_bytes(export), params={"from": "zendesk", **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def cases_of(client: Client) -> list[dict[str, Any]]:
    found = [
        client.get("/v1/cases", params={"state": state}).json()["items"]
        for state in ("new", "open", "waiting", "resolved", "closed")
    ]
    return sorted((case for cases in found for case in cases), key=lambda case: case["number"])


@pytest.fixture
def later(served: Served, desk: str, hands: Hands) -> str:
    hands.now += WEEK
    assert served.operator.get(f"/v1/accounts/{desk}").status_code == 200
    return desk


def test_an_export_is_tried_imported_and_known_again(served: Served, later: str) -> None:
    export = zendesk(later)
    tried = sent(served.operator, export, dry_run=True)
    assert tried["cases"] == {"added": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    assert cases_of(served.operator) == []
    done = sent(served.operator, export)
    assert done == {**tried, "is_dry_run": False}
    found = cases_of(served.operator)
    before = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    again = sent(served.operator, export)
    assert again["cases"] == {"added": 0, "changed": 0, "unchanged": 2, "rejected": 0}
    assert cases_of(served.operator) == found
    assert served.operator.get("/v1/facts", params={"limit": 200}).json()["items"] == before


ONE_OF_EACH = {
    "freshdesk": FRESHDESK,
    "intercom": intercom(),
    "jira": jira(),
    # The account is promised two severities.
    "salesforce": {name: held.replace("Medium", "High") for name, held in SALESFORCE.items()},
    "servicenow": SERVICENOW,
    "zendesk": zendesk("001A"),
}


def packed(export: dict[str, Any]) -> bytes:
    """A ZIP with a file for each list that is text already, or one of JSON."""
    files = export if any(name.endswith(".csv") for name in export) else {"all.json": export}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held if isinstance(held, str) else as_bytes(held))
    return made.getvalue()


def test_there_is_an_export_of_each_desk() -> None:
    assert tuple(ONE_OF_EACH) == VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_each_desk_exported_comes_in_once_and_again_changes_nothing(
    served: Served, later: str, vendor: str
) -> None:
    records = [
        {"system": "helpdesk", "external_id": known, "name": "Pine", "account": later}
        for known in ("001A", "c1", "9")
    ]
    served.operator.post("/v1/identity-links", json={"records": records}).raise_for_status()
    content, params = packed(ONE_OF_EACH[vendor]), {"from": vendor}
    told = [served.operator.post(PATH, content=content, params=params).json() for _ in range(2)]
    first, again = (each["cases"] for each in told)
    count = first["added"]
    assert count >= 1, told[0]["faults"]
    assert first == {"added": count, "changed": 0, "unchanged": 0, "rejected": 0}
    found = cases_of(served.operator)
    assert again == {"added": 0, "changed": 0, "unchanged": count, "rejected": 0}
    assert len(found) == count
    assert cases_of(served.operator) == found


def test_a_history_is_folded_at_its_own_instants(served: Served, later: str) -> None:
    sent(served.operator, zendesk(later))
    solved, waiting = cases_of(served.operator)
    assert (solved["state"], solved["coverage"], solved["tier"]) == (
        "resolved",
        "covered",
        "priority",
    )
    case = served.operator.get(f"/v1/cases/{solved['id']}").json()
    assert [(each["kind"], each["at"]) for each in case["events"]] == [
        ("opened", "2025-03-03T08:00:00Z"),
        ("public_reply", "2025-03-03T08:30:00Z"),
        ("resolved", "2025-03-03T17:00:00Z"),
    ]
    assert milestone(case, "acknowledge")["verdict"] == "met"
    assert milestone(case, "resolution")["used_seconds"] == 8 * 3600
    assert [each["text"] for each in case["messages"]] == ["Nothing moves."]
    assert (waiting["state"], waiting["severity"]) == ("waiting", "S2")


def test_an_organisation_is_known_by_its_id_in_the_helpdesk(served: Served, later: str) -> None:
    record = {"system": "helpdesk", "external_id": "H-52027", "name": "Pine", "account": later}
    served.operator.post("/v1/identity-links", json={"records": [record]}).raise_for_status()
    told = sent(served.operator, zendesk("H-52027"))
    assert told["cases"]["added"] == 2
    assert {case["account"] for case in cases_of(served.operator)} == {later}


def test_what_is_open_still_waits_in_the_queue_where_somebody_works_on_cases(
    served: Served, later: str
) -> None:
    opened = served.opened
    made, _ = opened.access.invite("lea@vendor.example", frozenset({Role.agent}), None, operator())
    lea = opened.access.accept(made.secret, "Lea", None, "four boring words here")
    opened.change(lambda records: keep_agent(records, lea.id, AgentDetails(), opened.occasion("x")))
    sent(served.operator, zendesk(later))
    _, waiting = cases_of(served.operator)
    queued = opened.read(lambda reads: reads.routing.waiting(10))
    assert [each.id for each in queued] == [waiting["id"]]


def test_somebody_looks_when_an_open_case_climbs_next(
    served: Served, later: str, hands: Hands
) -> None:
    opened = served.opened
    hands.now += timedelta(minutes=50)  # after the last warning, before 90% of the hour is used
    plan = parse_document("format: tierline/routing/1", "plan.yaml")
    opened.change(lambda records: publish_plan(records, plan, opened.occasion("x")))
    new = ticket(3, "11T08:00", organization_id=later, status="open")
    events = [metric(3, "agent_work_time", "activate", "11T08:00")]
    sent(served.operator, {"tickets": [new], "ticket_metric_events": events})
    (case,) = cases_of(served.operator)
    row = sa.select(due_work_table.c.run_at).where(due_work_table.c.id == row_of(case["id"]))
    looks_at, climbs_at = opened.read(
        lambda reads: (
            reads.snapshot.execute(row).scalar_one(),
            next_look(reads, case["id"], opened.now()),
        )
    )
    assert looks_at == climbs_at == hands.now + timedelta(minutes=4)


def test_nobody_is_told_of_what_became_true_before(served: Served, later: str) -> None:
    late = ticket(3, "03T08:00", organization_id=later, status="open")
    events = [metric(3, "agent_work_time", "activate", "03T08:00")]
    sent(served.operator, {"tickets": [late], "ticket_metric_events": events})
    (case,) = cases_of(served.operator)
    read = served.operator.get(f"/v1/cases/{case['id']}").json()
    assert milestone(read, "acknowledge")["verdict"] == "missed"
    kinds = [fact["kind"] for fact in served.operator.get("/v1/facts").json()["items"]]
    assert "CaseImported" in kinds
    assert "MilestoneBreached" not in kinds


def test_nobody_is_called_for_what_a_case_had_climbed_to_before_it_came(
    served: Served, later: str, hands: Hands
) -> None:
    opened, ask = served.opened, served.operator
    made, _ = opened.access.invite("lea@vendor.example", frozenset({Role.lead}), None, operator())
    opened.access.accept(made.secret, "Lea", None, "four boring words here")
    hands.now += timedelta(minutes=50)
    missed = ticket(3, "03T08:00", organization_id=later, status="open", priority="high")
    running = ticket(4, "11T08:00", organization_id=later, status="open")
    events = [
        metric(case, "agent_work_time", "activate", at)
        for case, at in ((3, "03T08:00"), (4, "11T08:00"))
    ]
    sent(ask, {"tickets": [missed, running], "ticket_metric_events": events})
    plan = parse_document(CALLS_LEA, "plan.yaml")
    opened.change(lambda records: publish_plan(records, plan, opened.occasion("x")))
    old, new = (case["id"] for case in cases_of(ask))
    for together in ([old, new], [old], [new]):
        looked_at(served, together)
        assert called(served, old) == called(served, new) == []
    hands.now += timedelta(minutes=4)  # 90% of the hour is used
    looked_at(served, [old, new])
    assert (called(served, old), called(served, new)) == ([], ["90"])
    ask.put(f"/v1/cases/{old}/severity", json={"severity": "S1"}).raise_for_status()
    assert called(served, old) == ["50", "75", "90", "breach"]  # of what was decided here


def test_what_a_case_climbed_to_since_it_came_is_told_though_it_comes_again(
    served: Served, later: str, hands: Hands
) -> None:
    opened, ask = served.opened, served.operator
    made, _ = opened.access.invite("lea@vendor.example", frozenset({Role.lead}), None, operator())
    opened.access.accept(made.secret, "Lea", None, "four boring words here")
    plan = parse_document(CALLS_LEA, "plan.yaml")
    opened.change(lambda records: publish_plan(records, plan, opened.occasion("x")))
    hands.now += timedelta(minutes=50)
    running = ticket(4, "11T08:00", organization_id=later, status="open")
    events = [metric(4, "agent_work_time", "activate", "11T08:00")]
    sent(ask, {"tickets": [running], "ticket_metric_events": events})
    hands.now += timedelta(minutes=15)  # nobody looked, and the hour is over
    events.append(metric(4, "agent_work_time", "pause", "11T09:04"))
    again = sent(ask, {"tickets": [running], "ticket_metric_events": events})
    assert again["cases"]["changed"] == 1
    (case,) = (case["id"] for case in cases_of(ask))
    lane = next(each for each in worker_of(opened).lanes if each.name == LANE)
    worker_of(opened).work(lane)
    assert called(served, case) == ["90", "breach"]


CALLS_LEA = """
format: tierline/routing/1
roles:
  Support lead: {shifts: [{people: [lea@vendor.example]}]}
  Head of support: {shifts: [{people: [lea@vendor.example]}]}
"""


def looked_at(served: Served, cases: list[str]) -> None:
    """As a worker does: many together, or one alone."""
    opened = served.opened

    def work(records: Records) -> None:
        if len(cases) == 1:
            look_again(records, cases[0], opened.occasion("worker"))
            return
        batch = ClockBatch(records, cases)
        look_at_all(batch, cases, opened.occasion("worker"))
        batch.write()

    opened.change(work, Isolation.BY_STATEMENT)


def called(served: Served, case: str) -> list[str]:
    """For what somebody was called to a case."""
    return [each.what for each in served.opened.read(lambda reads: reads.notices.of_case(case))]


def test_a_case_that_went_on_gets_what_is_new(served: Served, later: str) -> None:
    export = zendesk(later)
    sent(served.operator, export)
    _, case = cases_of(served.operator)
    export["tickets"][1]["status"] = "solved"
    export["ticket_metric_events"] += [
        metric(2, "agent_work_time", "activate", "05T09:00"),
        metric(2, "agent_work_time", "fulfill", "05T10:00"),
    ]
    again = sent(served.operator, export)
    assert again["cases"] == {"added": 0, "changed": 1, "unchanged": 1, "rejected": 0}
    read = served.operator.get(f"/v1/cases/{case['id']}").json()
    assert read["state"] == "resolved"
    assert [each["kind"] for each in read["events"]][-2:] == ["resumed", "resolved"]


def test_the_other_desk_s_verdicts_stand_beside_ours(served: Served, later: str) -> None:
    told = sent(served.operator, zendesk(later), dry_run=True)["comparison"]
    (kind,) = [each for each in told["kinds"] if each["milestone"] == "resolution"]
    assert (kind["compared"], kind["only_theirs_missed"]) == (1, 1)
    (reason,) = told["reasons"]
    assert (reason["reason"], reason["cases"], reason["first"]) == ("target", 1, ["1"])
    (difference,) = told["differences"]
    assert (difference["used_seconds"], difference["target_seconds"]) == (8 * 3600, 16 * 3600)


def test_every_reject_says_where_and_what_to_write(served: Served, later: str) -> None:
    export = zendesk(later)
    export["tickets"] += [
        ticket(3, "05T08:00", organization_id="nowhere"),
        ticket(4, "05T08:00", organization_id=later, priority=None),
        ticket(5, "05T08:00", organization_id=later, priority="dire"),
        ticket(6, "05T08:00", organization_id=later, created_at="yesterday", colour="red"),
    ]
    told = sent(served.operator, export)
    assert told["cases"]["added"] == 2
    assert told["cases"]["rejected"] == 4
    said = {(each["source"], each["path"]): each for each in told["faults"]}
    place = "export.json: tickets[{}]".format
    assert "Import it first" in said[place(2), "account"]["write_instead"]
    assert "S1, S2" in said[place(3), "severity"]["write_instead"]
    unmapped = said[f"{place(4)} (case 5)", "priority"]
    assert "'dire'" in unmapped["message"]
    assert "severity.values" in unmapped["write_instead"]
    assert "not a time" in said[f"{place(5)} (case 6)", "at"]["message"]
    assert told["unknown_fields"] == [{"list": "tickets", "field": "colour", "records": 1}]
    assert len(cases_of(served.operator)) == 2


def test_a_zip_may_bring_its_own_mapping(served: Served, later: str) -> None:
    from tierline.bootstrap.case_imports import desk_mapping_text

    mapping = desk_mapping_text("zendesk").replace("urgent: S1", "urgent: S2")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mapping.yaml", mapping)
        archive.writestr("out/page.json", as_bytes(zendesk(later)))
    query = {"from": "zendesk", "name": "a.zip", "source": "old-desk"}
    answer = served.operator.post(PATH, content=packed.getvalue(), params=query)
    told = answer.json()
    assert (told["source"], told["cases"]["added"]) == ("old-desk", 2)
    assert {case["severity"] for case in cases_of(served.operator)} == {"S2"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "cannot be read"),
        (b"[1, 2]", "something else than records"),
        (b'{"users": [{"id": 1}]}', "no list of cases"),
        (b"PK\x03\x04 and no more", "ZIP"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(
    served: Served, content: bytes, said: str
) -> None:
    query = {"from": "zendesk", "name": "a.json"}
    refused = served.operator.post(PATH, content=content, params=query)
    assert refused.status_code in (400, 422)
    assert said in refused.text
    unknown = served.operator.post(PATH, content=b"{}", params={"from": "pigeon"})
    assert "zendesk" in problem(unknown)["faults"][0]["write_instead"]


def test_what_is_kept_stands_beside_the_case(served: Served, later: str) -> None:
    sent(served.operator, zendesk(later))
    solved, _ = cases_of(served.operator)
    kept = served.operator.get(f"/v1/cases/{solved['id']}/import").json()
    assert (kept["source"], kept["external_id"]) == ("zendesk", "1")
    assert kept["address"] == "https://acme.zendesk.com/api/v2/tickets/1.json"
    assert kept["kept"]["tickets"][0]["tags"] == ["line"]
    assert kept["verdicts"]["resolution"] == {"is_met": False, "target_us": 7_200_000_000}
    raised = served.operator.post(
        "/v1/cases", json={"subject": "a", "text": "b", "account": later, "channel": "portal"}
    ).json()
    assert served.operator.get(f"/v1/cases/{raised['id']}/import").status_code == 404


def test_a_person_is_erased_from_what_was_imported(served: Served, later: str) -> None:
    person = {"name": "Ada Byron", "email": "ada@elm.example"}
    contact = served.operator.post(f"/v1/accounts/{later}/contacts", json=person)
    assert contact.status_code == 201, contact.text
    export = zendesk(later)
    export["tickets"][0] |= {"recipient": "ADA@elm.example", "description": "Ada Byron asks."}
    sent(served.operator, export)
    case, _ = cases_of(served.operator)
    path = f"/v1/contacts/{contact.json()['id']}/personal-data"
    assert "ADA@elm.example" in served.operator.get(path).text
    erased = served.operator.delete(path)
    assert erased.status_code == 200, erased.text
    kept = served.operator.get(f"/v1/cases/{case['id']}/import").json()
    assert (kept["kept"], kept["address"]) == ({}, "")
    read = served.operator.get(f"/v1/cases/{case['id']}").json()
    assert "Ada" not in str(read["messages"])
