"""The pages of criticality: what was found, with evidence, and what is due for review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Peopled]:
    with people_small_world(tmp_path) as made:
        yield made


@pytest.fixture
def manager(world: Peopled) -> Visit:
    visit = world.visit(Role.account_manager)
    visit.open(f"/criticality?account={world.pine}")
    return visit


def profile(world: Peopled) -> dict[str, Any]:
    path = f"/v1/accounts/{world.pine}/criticality"
    return dict(world.served.operator.get(path).json()["parts"])


def test_a_review_of_several_parts_is_one_form(world: Peopled, manager: Visit) -> None:
    assert "6 of 7 parts are missing or older than 12 months." in manager.page.text
    found = {"mission_criticality": "high", "uptime_impact": "12000 usd"}
    manager.send(
        f"/criticality/{world.pine}", **found, evidence="Call with Nadia", reviewed_on="2025-03-04"
    )
    assert "The review was recorded: 2 parts." in manager.page.text
    assert "by you" in manager.page.text
    assert "$12,000 an hour" in manager.page.text
    kept = profile(world)
    assert kept["uptime_impact"]["value"] == "12000 USD"
    assert kept["mission_criticality"]["reviewed_on"] == "2025-03-04"
    assert "recovery_time" in kept


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"recovery_time": "soon", "evidence": "Call"}, "recovery_time"),
        ({"recovery_time": "240", "switching_cost": "high", "evidence": " "}, "evidence"),
        ({"recovery_time": "240", "evidence": "Call", "reviewed_on": "4 May"}, "reviewed_on"),
        ({"recovery_time": "240", "evidence": "Call", "reviewed_on": "2999-01-01"}, "reviewed_on"),
        ({"evidence": "Call"}, "mission_criticality"),
    ],
)
def test_a_fault_stands_once_at_its_field_and_nothing_is_kept(
    world: Peopled, manager: Visit, fields: dict[str, str], place: str
) -> None:
    before = profile(world)
    answer = manager.send(f"/criticality/{world.pine}", **fields)
    assert answer.status_code == 422
    assert answer.text.count(f'id="{place}-fault-') == 1
    assert profile(world) == before


def test_accounts_that_are_due_are_listed(world: Peopled, manager: Visit) -> None:
    page = manager.open("/criticality-reviews").text
    assert f"/criticality?account={world.oak}" in page
    assert "Never reviewed" in page
    assert "Incomplete" in page
    assert f"/criticality?account={world.bare}" in page
    merged = world.served.operator.put(f"/v1/accounts/{world.bare}/merge", json={"into": world.oak})
    assert merged.status_code == 200
    assert f"/criticality?account={world.bare}" not in manager.open("/criticality-reviews").text


def test_customers_do_not_see_how_they_are_judged(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open(f"/criticality?account={world.pine}").status_code == 403
    assert customer.open("/criticality-reviews").status_code == 403
    assert "Evidence and reviews" not in customer.open(f"/accounts/{world.pine}").text


def test_who_only_reads_accounts_gets_no_form(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    page = agent.open(f"/criticality?account={world.pine}").text
    assert "Record a review" not in page
    form = {"form_word": agent.form("/sign-out")["form_word"]}
    answer = agent.post(f"/criticality/{world.pine}", recovery_time="1", evidence="x", **form)
    assert answer.status_code == 403
