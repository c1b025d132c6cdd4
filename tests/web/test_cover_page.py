"""The people of accounts on pages: for the desk what they lack, for a customer who they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from covered import DAY, MONDAY, Covered, cover_small_world
from moved_clock import moved_by_hand
from served import serve_small_world

from tierline.access.role import Role
from tierline.languages.language import ENGLISH
from tierline.web.named_people import duty_words


@pytest.fixture
def covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Covered]:
    hands = moved_by_hand(monkeypatch, MONDAY)
    with serve_small_world(tmp_path) as served:
        yield cover_small_world(served, hands)


def test_the_desk_sees_whose_people_there_are_and_when_none_of_them_is(covered: Covered) -> None:
    lead = covered.visit(Role.lead)
    page = lead.open("/agents/cover").text
    assert "Somebody stands in for everybody" in page
    assert "Ana Ruiz" in page
    assert "mon-fri 09:00-17:00" in page
    for user in (covered.ana, covered.bo):
        covered.away(user, MONDAY + DAY)
    page = lead.open("/agents/cover").text
    assert "None of its people would get a case. Missing: somebody who is not absent." in page
    assert 'datetime="2025-06-02T15:00:00Z"' in page
    stated = {"subject": "Slow", "text": "It is.", "account": covered.served.pine, "severity": "S1"}
    covered.served.operator.post("/v1/cases", json=stated).raise_for_status()
    assert "Time to recover" not in lead.open("/agents/handoffs").text
    covered.away(covered.bo, None)
    covered.hands.move(DAY / 12)  # at work by now
    covered.served.operator.post("/v1/cases", json=stated).raise_for_status()
    covered.hands.move(DAY / 24)
    effect = lead.open("/agents/handoffs").text
    assert "With and without people of their own" in effect
    assert "No like cases to compare" in effect
    covered.keep()
    assert "No account has people of its own" in lead.open("/agents/cover").text


def test_a_customer_reads_first_names_and_hours_in_their_language_and_zone(
    covered: Covered,
) -> None:
    covered.hands.now = MONDAY + DAY + DAY / 3  # Tuesday, 14:00 UTC
    covered.away(covered.bo, MONDAY + 3 * DAY)
    customer = covered.visit(Role.customer_contact, covered.served.pine)
    page = customer.open("/plan").text
    people = page[page.index('id="people"') : page.index('id="targets"')]
    assert re.findall(r"data-lead>(\w+)<", people) == ["Ana", "Bo"]
    assert "Monday to Friday 07:00–15:00" in people
    assert "Monday 07:00–15:00; Thursday to Friday 07:00–15:00" in people
    assert "At work now" in people
    assert "Not at work now" in people
    for hidden in ("Ruiz", "Diddley", covered.ana, "absent", "Cover hours"):
        assert hidden not in page
    customer.language = "de"
    german = customer.open("/plan").text
    assert "Montag bis Freitag 07:00–15:00" in german
    assert "Vertretung" in german
    covered.keep()
    assert 'id="people"' not in customer.open("/plan").text


@pytest.mark.parametrize(
    ("stretches", "words"),
    [
        ([(0, 168)], ["At any hour"]),
        ([], []),
        ([(9, 17), (33, 41), (57, 65)], ["Monday to Wednesday 09:00–17:00"]),
        ([(9, 12), (13, 17), (33, 41)], ["Monday 09:00–12:00, 13:00–17:00", "Tuesday 09:00–17:00"]),
        ([(20, 30), (44, 54)], ["Monday to Tuesday 20:00–06:00"]),
        ([(50, 168)], ["Wednesday 02:00–Monday 00:00"]),
        ([(9, 17), (57, 65)], ["Monday 09:00–17:00", "Wednesday 09:00–17:00"]),
    ],
)
def test_hours_of_a_week_in_words(stretches: list[tuple[int, int]], words: list[str]) -> None:
    start = datetime(2025, 6, 2, tzinfo=UTC)  # a Monday
    found = [(start + timedelta(hours=a), start + timedelta(hours=b)) for a, b in stretches]
    during = start, start + 7 * DAY
    assert duty_words(found, during, ZoneInfo("UTC"), ENGLISH) == words
