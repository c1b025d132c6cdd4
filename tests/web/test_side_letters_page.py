"""Side letters and words that nobody wrote down: page, API, terminal and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from desk import opened
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role

REPORT = "/v1/reports/promise-mentions"
DISMISSALS = "/v1/promise-mentions/dismissals"
EXCEPTION = {
    "owner": "Head of sales",
    "reason": "won the renewal",
    "cost": "100",
    "expires": "2035-01-01T00:00:00Z",
}
LETTER = {
    "id": "letter",
    "feature": "S1.acknowledge",
    "start": "2025-02-01T00:00:00Z",
    "target": {"severity": "S1", "milestone": "acknowledge", "within": "PT5M", "hours": "always"},
    "exception": EXCEPTION,
    "document": {"link": "https://documents.example/letter.pdf", "approver": "Ida Approver"},
}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("letters")) as made:
        yield made


@pytest.fixture
def lead(world: Peopled) -> Visit:
    return world.visit(Role.lead)


def noted(world: Peopled, account: str, text: str) -> str:
    case = opened(world.served.operator, account, severity="S2")
    body = {"text": text, "is_public": False}
    world.served.operator.post(f"/v1/cases/{case['id']}/messages", json=body).raise_for_status()
    return str(case["id"])


def mentions(world: Peopled, **query: Any) -> list[dict[str, Any]]:
    found = world.served.operator.get(REPORT, params=query)
    found.raise_for_status()
    return list(found.json()["items"])


def test_what_is_only_said_is_listed_with_its_case_and_words(world: Peopled, lead: Visit) -> None:
    case = noted(world, world.oak, "They were told of an SLA of 15 minutes.")
    noted(world, world.oak, "They asked about the weather.")
    (row,) = mentions(world)
    assert (row["case"], row["said"], row["account"]) == (case, "SLA", world.oak)
    assert row["words"] == "They were told of an SLA of 15 minutes."
    assert (row["is_public"], row["is_customers"], row["dismissed"]) == (False, False, None)
    page = lead.open("/side-letters").text
    assert "They were told of an SLA of 15 minutes." in page
    assert f'href="/cases/{case}"' in page


def test_reasons_of_contracts_are_read_too(world: Peopled) -> None:
    reason = "Asked for an SLA, and took two sandboxes"
    body = {
        "id": "spoken",
        "feature": "sandboxes",
        "start": "2026-01-05T00:00:00Z",
        "units": "2",
        "exception": EXCEPTION | {"reason": reason},
    }
    path = f"/v1/contracts/{world.contract}/overrides"
    world.served.operator.post(path, json=body).raise_for_status()
    (row,) = mentions(world, since="2026-01-01T00:00:00Z", until="2026-02-01T00:00:00Z")
    assert (row["contract"], row["case"], row["words"]) == (world.contract, None, reason)
    sent = {"record": row["record"], "reason": "He took the sandboxes instead."}
    assert world.served.operator.post(DISMISSALS, json=sent).status_code == 201
    assert mentions(world, since="2026-01-01T00:00:00Z", until="2026-02-01T00:00:00Z") == []


def test_where_a_row_holds_nothing_is_missing(world: Peopled, lead: Visit) -> None:
    path = f"/v1/contracts/{world.contract}/overrides"
    world.served.operator.post(path, json=LETTER).raise_for_status()
    noted(world, world.pine, "Their SLA of 5 minutes holds here.")
    assert mentions(world) == []
    page = lead.open("/side-letters").text
    assert "https://documents.example/letter.pdf" in page
    assert "Ida Approver" in page
    (row,) = world.served.operator.get("/v1/reports/side-letters").json()["items"]
    assert row["document"] == "https://documents.example/letter.pdf"
    rows = list(csv.DictReader(io.StringIO(lead.open("/side-letters.csv").text)))
    assert [each["target"] for each in rows] == ["S1.acknowledge"]


def test_a_mention_is_dismissed_with_a_reason_and_listed_again(world: Peopled, lead: Visit) -> None:
    noted(world, world.oak, "We guarantee it.")
    (row,) = mentions(world)
    lead.open("/side-letters")
    lead.send("/side-letters/dismissals", record=row["record"], reason="")
    assert "This was not done." in lead.page.text
    lead.send("/side-letters/dismissals", record=row["record"], reason="A figure of speech.")
    assert "A figure of speech." in lead.page.text
    assert mentions(world) == []
    (kept,) = mentions(world, is_dismissed=True)
    assert kept["dismissed"]["reason"] == "A figure of speech."
    rows = list(csv.DictReader(io.StringIO(lead.open("/side-letters/mentions.csv").text)))
    assert [each["reason"] for each in rows] == ["A figure of speech."]
    lead.open("/side-letters")
    lead.send("/side-letters/restorals", record=row["record"])
    assert [each["record"] for each in mentions(world)] == [row["record"]]
    again = world.served.operator.delete(DISMISSALS, params={"record": row["record"]})
    assert again.status_code == 404


def test_what_was_typed_is_not_lost_where_it_is_refused(world: Peopled, lead: Visit) -> None:
    noted(world, world.oak, "We guarantee it.")
    (row,) = mentions(world)
    lead.open("/side-letters")
    stated = {"record": row["record"], "reason": "x" * 2_001, "made_into": "letter"}
    page = lead.send("/side-letters/dismissals", **stated)
    assert page.status_code == 422
    assert f'value="{stated["reason"]}"' in page.text
    assert 'value="letter"' in page.text
    assert "2,001 characters, of at most 2,000" in page.text


def test_it_is_made_into_a_row_that_there_is(world: Peopled) -> None:
    noted(world, world.pine, "They have an SLA.")
    (row,) = mentions(world)
    sent = {"record": row["record"], "reason": "Agreed since.", "made_into": "letter"}
    assert world.served.operator.post(DISMISSALS, json=sent).status_code == 422
    path = f"/v1/contracts/{world.contract}/overrides"
    later = LETTER | {"start": "2034-01-01T00:00:00Z"}
    world.served.operator.post(path, json=later).raise_for_status()
    made = world.served.operator.post(DISMISSALS, json=sent)
    assert (made.status_code, made.json()["made_into"]) == (201, "letter")


def test_other_words_in_its_place_are_listed_again(world: Peopled) -> None:
    case = noted(world, world.oak, "An SLA for 4111 1111 1111 1234 holds.")
    (row,) = mentions(world)
    sent = {"record": row["record"], "reason": "No promise."}
    world.served.operator.post(DISMISSALS, json=sent).raise_for_status()
    assert mentions(world) == []
    taken = {"words": "holds", "reason": "It does not."}
    world.served.operator.post(f"/v1/cases/{case}/masks", json=taken).raise_for_status()
    assert [each["record"] for each in mentions(world)] == [row["record"]]


def test_what_sounds_like_nothing_is_not_dismissed(world: Peopled) -> None:
    for record in ("casemessage_1", f"{world.contract}/override/more_sandboxes", "a/b"):
        sent = {"record": record, "reason": "So."}
        assert world.served.operator.post(DISMISSALS, json=sent).status_code == 404


def test_only_those_who_lead_see_it(world: Peopled) -> None:
    for visit in (world.visit(Role.customer_contact, world.pine), world.visit(Role.agent)):
        assert visit.open("/side-letters").status_code == 403
