"""Advice over HTTP: what each side may say of it, who is written to, and what the report tells."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from moved_clock import Hands, moved_by_hand
from pypdf import PdfReader
from reviewed import advised, held, of_ours, signed_for_reviews
from served import Served

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.scorecards.health_report import HealthReport
from tierline.web.documents import health_report_pdf
from tierline.worker.duties import DUTIES

SPRING = datetime(2025, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, SPRING)


@pytest.fixture
def elm(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    account = signed_for_reviews(served, "Elm")
    nadia = {"name": "Nadia Nagy", "email": "nadia@elm.example", "roles": ["executive"]}
    served.operator.post(f"/v1/accounts/{account}/contacts", json=nadia).raise_for_status()
    return account


def letters(served: Served) -> list[tuple[str, str]]:
    found = served.operator.get("/v1/letters").json()["items"]
    return [(each["to"], each["subject"]) for each in reversed(found) if each["kind"] == "advice"]


def test_the_customer_reads_asks_and_decides_and_our_people_answer_and_close(
    served: Served, elm: str, hands: Hands
) -> None:
    ada = of_ours(served)
    agent, customer = served.as_("agent"), served.as_("customer_contact", account=elm)
    made = advised(served, elm, ada)
    path = f"/v1/advice/{made['id']}"
    assert letters(served) == [("nadia@elm.example", "Advice 1 to Elm")]
    assert (made["state"], made["is_open"], made["is_overdue"]) == ("waiting", True, False)
    question = customer.post(f"{path}/questions", json={"text": "How long?"})
    assert question.status_code == 201
    assert question.json()["is_asked"]
    assert sorted(letters(served)) == [
        ("ada@house.example", "Advice 1 to Elm"),
        ("nadia@elm.example", "Advice 1 to Elm"),
    ]
    for refused, body in (("answers", {"text": "A day."}), ("questions", {"text": ""})):
        assert customer.post(f"{path}/{refused}", json=body).status_code in (403, 422)
    assert not agent.post(f"{path}/answers", json={"text": "A day."}).json()["is_asked"]
    bare = customer.put(f"{path}/decision", json={"decision": "declined"})
    assert (bare.status_code, bare.json()["faults"][0]["path"]) == (422, "text")
    taken = customer.put(f"{path}/decision", json={"decision": "accepted"}).json()
    assert (taken["state"], taken["decided_at"]) == ("accepted", "2025-05-20T09:00:00Z")
    assert len(letters(served)) == 3
    hands.now += timedelta(hours=1)
    stated = {"subject": "The switch is down", "text": "x", "account": elm}
    case = served.operator.post("/v1/cases", json=stated).json()
    (listed,) = customer.get("/v1/advice").json()["items"]
    assert (listed["id"], listed["later_cases"]) == (made["id"], 1)
    assert [each["case"] for each in customer.get(path).json()["later"]] == [case["id"]]
    plan = {"owner": ada, "follow_up_on": "2025-05-01"}
    assert customer.put(f"{path}/plan", json=plan).status_code == 403
    assert agent.put(f"{path}/plan", json=plan).json()["is_overdue"]
    closed = agent.put(f"{path}/outcome", json={"text": "Two switches stand."}).json()
    assert (closed["state"], closed["is_open"], closed["outcome"]) == (
        "closed", False, "Two switches stand.",
    )  # fmt: skip
    late = customer.put(f"{path}/decision", json={"decision": "declined", "reason": "No."})
    assert (late.status_code, late.json()["code"]) == (409, "advice_closed")
    told = served.operator.get(f"/v1/facts?subject={elm}&limit=200").json()["items"]
    kinds = [each["kind"] for each in told if each["kind"].startswith("Advice")]
    assert sorted(kinds) == ["AdviceAccepted", "AdviceAnswered", "AdviceAsked", "AdviceClosed",
                             "AdviceGiven", "AdvicePlanned"]  # fmt: skip


def test_nobody_else_sees_it_and_only_one_of_us_sees_to_it(served: Served, elm: str) -> None:
    made = advised(served, elm, of_ours(served))
    other = served.as_("customer_contact", account=served.oak)
    path = f"/v1/advice/{made['id']}"
    assert other.get(path).status_code == 404
    assert other.put(f"{path}/decision", json={"decision": "accepted"}).status_code == 404
    assert other.get("/v1/advice").json()["items"] == []
    assert other.get(f"/v1/advice?account={elm}").status_code == 404
    body = {"title": "x", "risk": "x", "trade_off": "x", "recommendation": "x",
            "owner": "user_unknown", "follow_up_on": "2025-06-30"}  # fmt: skip
    wrong = served.operator.post(f"/v1/accounts/{elm}/advice", json=body)
    assert wrong.json()["faults"][0]["code"] == "unknown_user"
    assert other.post(f"/v1/accounts/{served.oak}/advice", json=body).status_code == 403


def test_whoever_holds_a_review_without_advice_is_asked_for_it_once(
    served: Served, elm: str, hands: Hands
) -> None:
    ada = of_ours(served)
    named = held(served, elm)
    owner = f"/v1/contracts/{named['contract']}/care/{named['feature']}/{named['due_on']}/owner"
    served.operator.put(owner, json={"owner": ada}).raise_for_status()
    agent = served.as_("agent")
    (missing,) = agent.get("/v1/reviews-without-advice").json()["items"]
    assert (missing["account"], missing["due_on"]) == (elm, named["due_on"])
    customer = served.as_("customer_contact", account=elm)
    assert customer.get("/v1/reviews-without-advice").status_code == 403
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    duty.do(served.opened)
    assert letters(served) == []
    hands.now += timedelta(days=1)
    for _ in range(2):
        duty.do(served.opened)
    told = [
        (
            "ada@house.example",
            f"No advice came out of: Architecture review of Elm, due on {named['due_on']}",
        )
    ]
    assert letters(served) == told
    made = advised(served, elm, ada, care=named)
    assert {name: made[name] for name in named} == named
    assert agent.get("/v1/reviews-without-advice").json()["items"] == []


def test_who_wants_no_notices_of_advice_is_not_asked_and_who_leads_is(
    served: Served, elm: str, hands: Hands
) -> None:
    ada = of_ours(served)
    named = held(served, elm)
    owner = f"/v1/contracts/{named['contract']}/care/{named['feature']}/{named['due_on']}/owner"
    served.operator.put(owner, json={"owner": ada}).raise_for_status()
    off = {"ways": {"advice": "off"}}
    served.operator.put(f"/v1/users/{ada}/notice-choice", json=off).raise_for_status()
    access = served.opened.access
    made, _ = access.invite("lead@house.example", frozenset({Role.lead}), None, operator())
    access.accept(made.secret, "Grace Hopper", None, "four boring words here")
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    hands.now += timedelta(days=1)
    for _ in range(2):
        duty.do(served.opened)
        assert [to for to, _ in letters(served)] == ["lead@house.example"]


def test_what_was_held_long_ago_nobody_is_asked_about(
    served: Served, elm: str, hands: Hands
) -> None:
    of_ours(served)
    held(served, elm)
    hands.now += timedelta(days=40)
    (duty,) = [each for each in DUTIES if each.name == "tell of care"]
    duty.do(served.opened)
    assert letters(served) == []


def test_open_risks_stand_in_the_health_report_without_their_words(
    served: Served, elm: str, hands: Hands
) -> None:
    ada = of_ours(served)
    first, second, third = (advised(served, elm, ada, topic=topic) for topic in ("network", "", ""))
    served.operator.put(
        f"/v1/advice/{second['id']}/decision", json={"decision": "declined", "reason": "Too dear."}
    ).raise_for_status()
    served.operator.put(
        f"/v1/advice/{third['id']}/outcome", json={"text": "It is gone."}
    ).raise_for_status()
    hands.now = datetime(2025, 7, 1, 9, tzinfo=UTC)
    period = {"start": "2025-05-01T00:00:00Z", "end": "2025-06-01T00:00:00Z"}
    kept = served.operator.post(f"/v1/accounts/{elm}/health-reports", json=period).json()
    report = served.operator.get(f"/v1/health-reports/{kept['id']}").json()
    assert [
        (each["number"], each["topic"], each["state"], each["is_overdue"])
        for each in report["advice"]
    ] == [(1, "Network", "waiting", True), (2, "", "declined", True)]
    assert report["advice"][0]["advice"] == first["id"]
    assert "switch" not in str(report)
    pages = PdfReader(io.BytesIO(health_report_pdf(HealthReport.model_validate(report)))).pages
    paper = " ".join(" ".join(each.extract_text() for each in pages).split())
    assert "Open risks that we advised of – Advice 1: Network" in paper
