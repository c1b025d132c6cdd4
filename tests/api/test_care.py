"""Care over HTTP: dates of the plan, what came of them, and a calendar that programs read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar
from moved_clock import Hands, moved_by_hand
from served import Client, Served, problem
from small_offer import offer
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.api.application import application
from tierline.care.item import CareEventKind
from tierline.store.records import Records
from tierline.web.routes import ROUTES
from tierline.worker.duties import DUTIES

SPRING = datetime(2025, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, SPRING)


@pytest.fixture
def elm(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    """An account with a health check in each month."""
    check = {"kind": "deliverable", "what": "Health check", "per": "month"}
    features = {"check": {"name": "Health check", "axis": "outcome"}}
    tiers = {"priority": {"name": "Priority", "hours": "always", "terms": {"check": check}}}
    catalog = offer(version="2025-02-01", features=features, tiers=tiers, add_ons={}, every_plan=[])
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, catalog, occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        start = datetime(2025, 2, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def listed(client: Client, query: str = "") -> list[dict[str, Any]]:
    return list(client.get(f"/v1/care{query}").json()["items"])


def path_of(item: dict[str, Any]) -> str:
    return f"/v1/contracts/{item['contract']}/care/{item['feature']}/{item['due_on']}"


def test_what_the_plan_promises_is_due_and_what_nobody_does_is_missed(
    served: Served, elm: str
) -> None:
    agent, customer = served.as_("agent"), served.as_("customer_contact", account=elm)
    items = listed(agent)
    assert [each["due_on"] for each in items][:4] == [
        "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31",
    ]  # fmt: skip
    assert [each["state"] for each in items][:4] == ["missed", "missed", "missed", "due"]
    assert items[0]["promise_id"] == "acme/priority/check"
    done = {"text": "All is well.", "at": "2025-03-20T10:00:00Z"}
    answer = agent.put(f"{path_of(items[1])}/completion", json=done)
    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert customer.put(f"{path_of(items[2])}/completion", json={}).status_code == 403
    assert [each["due_on"] for each in listed(customer, "?state=done")] == ["2025-03-31"]
    assert listed(served.as_("customer_contact", account=served.oak)) == []
    missing = agent.put(path_of(items[0])[:-2] + "27/completion", json={})
    assert problem(missing)["status"] == 404
    odd = agent.put(path_of(items[0])[:-10] + "soon/completion", json={})
    assert problem(odd)["status"] == 404
    unknown = agent.put(f"{path_of(items[3])}/owner", json={"owner": "user_x"})
    assert problem(unknown)["faults"][0]["code"] == "unknown_user"


def test_a_calendar_program_reads_what_is_due_until_it_is_revoked(
    served: Served, elm: str, hands: Hands
) -> None:
    customer, agent = served.as_("customer_contact", account=elm), served.as_("agent")
    made = customer.post("/v1/care-calendars", json={"account": elm}).json()
    program = Visit(application(served.opened, ROUTES))
    answer = program.open(made["path"])
    assert answer.headers["content-type"].startswith("text/calendar")
    read = Calendar.from_ical(answer.content)
    events = list(read.walk("VEVENT"))
    assert events[0]["SUMMARY"] == "Health check: Elm (missed)"
    assert events[0].decoded("DTSTART") == date(2025, 2, 28)
    assert events[0].decoded("DTEND") == date(2025, 3, 1)
    uids = [str(each["UID"]) for each in events]
    assert len(set(uids)) == len(uids) > 10
    assert program.open(made["path"]).content == answer.content
    item = listed(agent)[3]
    excused = {"text": "They move house."}
    agent.put(f"{path_of(item)}/excuse", json=excused).raise_for_status()
    hands.now = datetime(2025, 6, 20, tzinfo=UTC)
    again = list(Calendar.from_ical(program.open(made["path"]).content).walk("VEVENT"))
    assert [str(each["UID"]) for each in again][: len(uids)] == uids
    assert [each["STATUS"] for each in again][3] == "CANCELLED"
    assert [each["id"] for each in customer.get("/v1/care-calendars", params={"account": elm})
            .json()["items"]] == [made["id"]]  # fmt: skip
    assert customer.delete(f"/v1/care-calendars/{made['id']}").status_code == 200
    assert program.open(made["path"]).status_code == 404
    assert problem(agent.post("/v1/care-calendars", json={}))["faults"][0]["code"] == "missing"


def test_findings_become_actions_that_are_done_by_a_day(served: Served, elm: str) -> None:
    agent, customer = served.as_("agent"), served.as_("customer_contact", account=elm)
    owner = of_ours(served)
    path = path_of(listed(agent)[0])
    early = agent.post(f"{path}/findings", json={"findings": [{"text": "A lamp is out."}]})
    assert (early.status_code, early.json()["code"]) == (409, "care_open")
    found = [{"text": "A disk is full."}, {"text": "No spare.", "owner": owner,
                                           "due_on": "2025-05-10"}]  # fmt: skip
    half = {"findings": [{"text": "x", "owner": owner}]}
    assert agent.put(f"{path}/completion", json=half).status_code == 422
    done = agent.put(f"{path}/completion", json={"text": "Done.", "findings": found}).json()
    assert [each["state"] for each in done["findings"]] == ["noted", "open"]
    more = agent.post(f"{path}/findings", json={"findings": [{"text": "A lamp is out."}]})
    assert [each["number"] for each in more.json()["findings"]] == [1, 2, 3]
    agreed = {"owner": owner, "due_on": "2025-06-30"}
    agent.put(f"{path}/findings/1/action", json=agreed).raise_for_status()
    todo = customer.get("/v1/care-actions").json()["items"]
    assert [(each["text"], each["due_on"], each["is_overdue"]) for each in todo] == [
        ("No spare.", "2025-05-10", True),
        ("A disk is full.", "2025-06-30", False),
    ]
    assert served.as_("customer_contact", account=served.oak).get("/v1/care-actions").json() == {
        "items": [], "next": None,
    }  # fmt: skip
    finished = agent.put(f"{path}/findings/2/completion", json={"text": "Two are here."})
    assert finished.json()["findings"][1]["came_of_it"] == "Two are here."
    again = agent.put(f"{path}/findings/2/completion", json={})
    assert (again.status_code, again.json()["code"]) == (409, "no_open_action")
    assert agent.put(f"{path}/findings/2/action", json=agreed).status_code == 409
    assert agent.put(f"{path}/findings/3/completion", json={}).status_code == 409
    assert agent.put(f"{path}/findings/9/action", json=agreed).status_code == 404
    assert customer.put(f"{path}/findings/1/action", json=agreed).status_code == 403
    assert [each["text"] for each in agent.get("/v1/care-actions").json()["items"]] == [
        "A disk is full."
    ]
    kinds = [
        each["kind"] for each in served.operator.get(f"/v1/facts?subject={elm}").json()["items"]
    ]
    assert kinds.count("CareFound") == 3
    assert kinds.count("CareActionAgreed") == 2


def of_ours(served: Served) -> str:
    access = served.opened.access
    made, _ = access.invite("ada@house.example", frozenset({Role.agent}), None, operator())
    return access.accept(made.secret, "Ada Byron", None, "four boring words here").id


def letters_of_care(served: Served) -> list[tuple[str, str]]:
    found = served.operator.get("/v1/letters").json()["items"]
    return [(each["to"], each["subject"]) for each in found if each["kind"] == "care_notice"]


def test_who_has_it_is_written_to_once_a_week_before_it_is_due(
    served: Served,
    elm: str,  # noqa: ARG001 - has checks
    hands: Hands,
) -> None:
    owner = of_ours(served)
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    duty.do(served.opened)
    assert letters_of_care(served) == []
    due = next(each for each in listed(served.operator) if each["state"] == "due")
    served.operator.put(f"{path_of(due)}/owner", json={"owner": owner}).raise_for_status()
    hands.now = datetime(2025, 5, 26, 9, tzinfo=UTC)
    for _ in range(2):
        assert served.opened.read(duty.is_needed)
        duty.do(served.opened)
        assert letters_of_care(served) == [
            ("ada@house.example", "Health check of Elm is due on 2025-05-31")
        ]
    assert listed(served.operator)[3]["state"] == "due"


def test_where_whoever_has_it_wants_no_notices_of_care_the_next_is_told(
    served: Served,
    elm: str,  # noqa: ARG001 - has checks
    hands: Hands,
) -> None:
    owner = of_ours(served)
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    due = next(each for each in listed(served.operator) if each["state"] == "due")
    served.operator.put(f"{path_of(due)}/owner", json={"owner": owner}).raise_for_status()
    off = {"ways": {"care": "off"}}
    served.operator.put(f"/v1/users/{owner}/notice-choice", json=off).raise_for_status()
    hands.now = datetime(2025, 5, 26, 9, tzinfo=UTC)
    duty.do(served.opened)
    assert letters_of_care(served) == []
    assert told_of(served, due) == []
    access = served.opened.access
    made, _ = access.invite("lead@house.example", frozenset({Role.lead}), None, operator())
    lead = access.accept(made.secret, "Grace Hopper", None, "four boring words here").id
    for _ in range(2):
        duty.do(served.opened)
        assert [to for to, _ in letters_of_care(served)] == ["lead@house.example"]
        assert told_of(served, due) == [lead]


def told_of(served: Served, item: dict[str, Any]) -> list[str]:
    """Who stands in the record of an item as told."""
    events = served.opened.read(lambda reads: reads.care.events_of([item["contract"]]))
    return [each.about for each in events if each.kind is CareEventKind.told]


def test_what_nobody_has_is_told_to_who_leads(served: Served, elm: str, hands: Hands) -> None:  # noqa: ARG001 - has checks
    access = served.opened.access
    made, _ = access.invite("lead@house.example", frozenset({Role.lead}), None, operator())
    access.accept(made.secret, "Grace Hopper", None, "four boring words here")
    hands.now = datetime(2025, 5, 26, 9, tzinfo=UTC)
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    duty.do(served.opened)
    assert [to for to, _ in letters_of_care(served)] == ["lead@house.example"]
