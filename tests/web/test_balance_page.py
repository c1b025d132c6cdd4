"""The page of one balance: its days, and what is over the limit told as such."""

from __future__ import annotations

from collections.abc import Iterator

import html5lib
import pytest
from peopled import Peopled, people_small_world

from tierline.access.role import Role

METER = {"event_type": "work.done", "aggregation": "sum", "value": "hours", "feature": "hours"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("balance")) as made:
        operator = made.served.operator
        operator.put("/v1/meters/hours", json=METER).raise_for_status()
        for day, hours in ((2, 8), (3, 4)):
            event = {
                "specversion": "1.0",
                "id": str(day),
                "source": "test",
                "type": "work.done",
                "subject": made.pine,
                "time": f"2025-03-0{day}T09:00:00Z",
                "data": {"hours": hours},
            }
            kind = {"Content-Type": "application/cloudevents+json"}
            operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()
        yield made


def test_what_is_over_the_limit_is_told_as_over_and_not_as_less_than_nothing(
    world: Peopled,
) -> None:
    page = world.visit(Role.agent).open(f"/accounts/{world.pine}/balances/hours?at=2025-03-09").text
    html5lib.HTMLParser(strict=True).parse(page)
    assert "12 of 10 hours used. Nothing is left." in page
    assert ">2</td>" in page
    assert ">2 over</td>" in page
    assert ">-2" not in page


def test_what_is_not_used_has_no_pace(world: Peopled) -> None:
    page = world.visit(Role.agent).open(f"/accounts/{world.pine}/balances/hours?at=2025-05-09").text
    assert "0 of 10 hours used" in page
    assert "Not being used" in page
    assert "a day over" not in page
