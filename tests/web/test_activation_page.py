"""The activation page: figures open their customers, for the vendor's people alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world

from tierline.access.role import Role


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("activation")) as made:
        operator = made.served.operator
        meter = {"event_type": "report.made", "aggregation": "count", "feature": "reports"}
        operator.put("/v1/meters/reports", json=meter).raise_for_status()
        boxes = {"event_type": "box.used", "aggregation": "count", "feature": "sandboxes"}
        operator.put("/v1/meters/boxes", json=boxes).raise_for_status()
        event = {
            "specversion": "1.0",
            "id": "1",
            "source": "test",
            "type": "report.made",
            "subject": made.pine,
            "time": "2025-02-01T12:00:00Z",
        }
        kind = {"Content-Type": "application/cloudevents+json"}
        operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()
        yield made


def test_a_figure_opens_the_customers_that_it_is_made_of(world: Peopled) -> None:
    visit = world.visit(Role.product)
    page = visit.open("/usage/activation?at=2025-03-01").text
    assert "Before the first use" in page
    assert "Weak evidence, n = 1" in page
    assert "0: too new to tell for" not in page
    opened = visit.open("/usage/activation?at=2025-03-01&feature=sandboxes&step=entitled").text
    assert "2 customers of Sandboxes who never used it" in opened
    assert f'href="/accounts/{world.pine}"' in opened
    assert f'href="/accounts/{world.oak}"' in opened


def test_what_is_asked_wrongly_is_told(world: Peopled) -> None:
    visit = world.visit(Role.product)
    assert visit.open("/usage/activation?step=gone").status_code == 422
    assert (
        world.visit(Role.customer_contact, world.pine).open("/usage/activation").status_code == 403
    )


def test_the_report_over_http_is_the_page(world: Peopled) -> None:
    at = {"at": "2025-03-01T00:00:00Z"}
    path = "/v1/reports/activation"
    found = world.served.operator.get(path, params=at).json()["entitlements"]
    assert [(each["feature"], each["entitled"], each["activated"]) for each in found] == [
        ("sandboxes", 2, 0),
        ("reports", 1, 1),
    ]
    assert (found[0]["stall"], found[0]["stalled"]) == ("activation", 2)
    opened = world.served.operator.get(
        f"{path}/sandboxes/customers", params={**at, "step": "entitled", "limit": 1}
    ).json()
    rest = world.served.operator.get(
        f"{path}/sandboxes/customers", params={**at, "after": opened["next"]}
    ).json()
    listed = [each["account"] for each in opened["items"] + rest["items"]]
    assert sorted(listed) == sorted([world.pine, world.oak])
