from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moved_clock import Hands, moved_by_hand
from new_data import new_data
from served import Served, make_small_world

from tierline.bootstrap.application import open_application
from tierline.store import seals

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
METER = {
    "event_type": "report.made",
    "aggregation": "sum",
    "value": "hours",
    "feature": "hours",
    "unit": "hour",
}


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, NOON)


@pytest.fixture
def served(hands: Hands, tmp_path: Path) -> Iterator[Served]:  # noqa: ARG001 - set before all else
    with open_application(data=new_data(tmp_path / "data")) as opened:
        made = Served(opened, *make_small_world(opened))
        assert made.operator.put("/v1/meters/hours", json=METER).is_success
        yield made


def send(served: Served, id_: str) -> str:
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": "test",
        "type": "report.made",
        "subject": served.pine,
        "time": NOON.isoformat(),
        "data": {"hours": 1},
    }
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = served.operator.post("/v1/usage-events", json=event, headers=headers)
    assert answer.status_code in (200, 202), answer.text
    return str(answer.json()["results"][0]["result"])


def used(served: Served) -> str:
    asked = {"account": served.pine, "feature": "hours", "quantity": 0, "at": NOON.isoformat()}
    return str(served.operator.post("/v1/checks", json=asked).json()["used"])


def test_usage_that_came_before_the_jump_is_kept_and_counts_once(
    served: Served, hands: Hands
) -> None:
    assert send(served, "before") == "accepted"
    hands.move(-timedelta(hours=6))
    assert send(served, "after") == "accepted"
    assert send(served, "before") == "duplicate"
    assert used(served) == "2"


def test_what_was_reserved_before_the_jump_is_still_held_and_can_be_finished(
    served: Served, hands: Hands
) -> None:
    order = {"account": served.pine, "feature": "hours", "quantity": 2}
    made = served.operator.post("/v1/reservations", json=order)
    assert made.status_code == 201
    hands.move(-timedelta(hours=6))
    path = f"/v1/reservations/{made.json()['reservation']['id']}/finalisation"
    assert served.operator.post(path, json={"used": 2}).status_code == 200
    assert used(served) == "2"


def test_changes_before_and_after_the_jump_stand_in_one_unbroken_journal(
    served: Served, hands: Hands
) -> None:
    assert served.operator.post("/v1/accounts", json={"name": "Ash"}).status_code == 201
    hands.move(-timedelta(days=2))
    assert served.operator.post("/v1/accounts", json={"name": "Elm"}).status_code == 201
    names = [each["name"] for each in served.operator.get("/v1/accounts").json()["items"]]
    assert names == ["Ash", "Elm", "Oak", "Pine"]
    seals.seal_facts(served.opened.store)
    assert served.opened.read(lambda reads: seals.verify_chain(reads.snapshot)).broken is None
