"""The people of an account are named on a page, all faults at once, and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from covered import MONDAY, Covered, cover_small_world, joined
from moved_clock import moved_by_hand
from served import serve_small_world
from visitor import Visit

from tierline.access.role import Role

MINUTE = timedelta(minutes=1)


@pytest.fixture
def covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Covered]:
    hands = moved_by_hand(monkeypatch, MONDAY)
    with serve_small_world(tmp_path) as served:
        yield cover_small_world(served, hands)


def need_of(covered: Covered, account: str) -> dict[str, Any]:
    answer = covered.served.operator.get(f"/v1/accounts/{account}/routing-need")
    found: dict[str, Any] = answer.json()
    return found


def opened(covered: Covered, account: str) -> tuple[Visit, str]:
    lead, path = covered.visit(Role.lead), f"/agents/cover/{account}"
    assert lead.open(path).status_code == 200
    return lead, path


def sent(lead: Visit, path: str, action: str = "", **fields: str) -> str:
    """The page that comes of a form that is filled in as it stands now."""
    lead.open(path)
    return filled(lead, path + action, seen_in(lead), **fields)


def filled(lead: Visit, action: str, seen: str, **fields: str) -> str:
    lead.send(action, seen=seen, **fields)
    return lead.page.text


def seen_in(lead: Visit) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', lead.page.text)
    assert found is not None
    return found[1]


def test_people_are_named_from_the_page_of_an_account_and_the_rest_of_its_need_stays(
    covered: Covered,
) -> None:
    oak = covered.served.oak
    body = {"residency": "eu", "clearances": ["nda"], "language": "de"}
    covered.served.operator.put(f"/v1/accounts/{oak}/routing-need", json=body)
    lead, path = opened(covered, oak)
    assert f'href="{path}"' in lead.open(f"/accounts/{oak}").text
    assert "Name nobody" not in lead.open(path).text
    page = sent(
        lead,
        path,
        **{f"engineers.{covered.ana}": "yes", f"deputies.{covered.bo}": "yes"},
        hours="mon-fri 08:00-18:00",
        time_zone="Europe/Berlin",
    )
    assert "Kept." in page
    found = need_of(covered, oak)
    assert (found["engineers"], found["deputies"]) == ([covered.ana], [covered.bo])
    assert found["cover"]["time_zone"] == "Europe/Berlin"
    assert {key: found[key] for key in body} == body
    assert "mon-fri 08:00-18:00" in lead.open(path).text
    assert f'href="{path}"' in lead.open("/agents/cover").text


def test_every_fault_is_told_at_once_at_its_field_and_what_was_typed_stays(
    covered: Covered,
) -> None:
    lead, path = opened(covered, covered.served.oak)
    page = sent(lead, path, **{f"deputies.{covered.bo}": "yes"}, pod="x" * 61)
    assert lead.page.status_code == 422
    assert 'href="#pod"' in page
    page = sent(
        lead,
        path,
        **{
            f"deputies.{covered.ana}": "yes",
            f"engineers.{covered.ana}": "yes",
            "engineers.user_nobody": "yes",
        },
        hours="mon-fri 9-25",
        time_zone="Mars/Base",
    )
    assert lead.page.status_code == 422
    for field in ("engineers", "deputies", "hours", "time_zone"):
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
    assert "mon-fri 9-25" in page
    assert need_of(covered, covered.served.oak)["engineers"] == []


def test_nobody_is_named_any_more_and_who_was_comes_back(covered: Covered) -> None:
    pine = covered.served.pine
    before = need_of(covered, pine)
    lead, path = opened(covered, pine)
    covered.hands.move(MINUTE)
    page = sent(lead, path, "/end")
    ended = need_of(covered, pine)
    assert (ended["engineers"], ended["deputies"], ended["cover"]) == ([], [], None)
    assert "Who was named before" in page
    (earlier,) = set(re.findall(r'name="earlier" value="([^"]+)"', page))
    covered.hands.move(MINUTE)
    assert "Kept." in sent(lead, path, "/versions", earlier=earlier)
    assert need_of(covered, pine) == before
    page = sent(lead, path, "/versions", earlier="fact_none")
    assert lead.page.status_code == 422
    assert "not among those who were named before" in page


def test_who_did_not_see_the_latest_people_overwrites_nobody(covered: Covered) -> None:
    pine = covered.served.pine
    lead, path = opened(covered, pine)
    seen = seen_in(lead)
    covered.keep(engineers=[covered.bo])
    page = filled(lead, path, seen, **{f"engineers.{covered.ana}": "yes"})
    assert lead.page.status_code == 422
    assert "Others were named meanwhile" in page
    assert need_of(covered, pine)["engineers"] == [covered.bo]


def test_somebody_who_is_gone_stands_there_until_they_are_taken_away(covered: Covered) -> None:
    pine = covered.served.pine
    covered.served.operator.delete(f"/v1/agents/{covered.ana}").raise_for_status()
    lead, _ = opened(covered, pine)
    assert "works on no cases any more" in lead.page.text
    assert "Ana Ruiz" in lead.page.text


def test_only_leads_name_people(covered: Covered) -> None:
    pine = covered.served.pine
    path = f"/agents/cover/{pine}"
    agent = covered.visit(Role.agent)
    assert agent.open(path).status_code == 403
    assert f'href="{path}"' not in agent.open("/agents/cover").text
    assert f'href="{path}"' not in agent.open(f"/accounts/{pine}").text
    customer = covered.visit(Role.customer_contact, pine)
    assert customer.open(path).status_code in (403, 404)
    for visit in (agent, customer):
        word = visit.form("/sign-out")
        for action in ("", "/end", "/versions"):
            assert visit.post(f"{path}{action}", **word).status_code == 403
            visit.open("/")
    lead = covered.visit(Role.lead)
    assert lead.open("/agents/cover/account_none").status_code == 404
    mallory = joined(covered.served, "Di", Role.customer_contact, pine, "di@pine.example")
    assert "This user belongs to a customer" in sent(lead, path, **{f"engineers.{mallory}": "yes"})
