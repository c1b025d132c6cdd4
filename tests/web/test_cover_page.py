"""The people of accounts on pages: for the desk what they lack, for a customer who they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from covered import DAY, MONDAY, Covered, cover_small_world
from moved_clock import moved_by_hand
from served import serve_small_world

from tierline.access.role import Role


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
    assert "mon 09:00-17:00; tue 09:00-17:00" in page
    for user in (covered.ana, covered.bo):
        covered.away(user, MONDAY + DAY)
    page = lead.open("/agents/cover").text
    assert "None of its people would get a case. Missing: somebody who is not absent." in page
    assert 'datetime="2025-06-02T15:00:00Z"' in page
    covered.keep()
    assert "No account has people of its own" in lead.open("/agents/cover").text
