from __future__ import annotations

from pathlib import Path

from peopled import people_small_world

from tierline.access.role import Role

SECTION = "Limits that were reached"


def test_a_limit_that_was_reached_stands_on_the_account_page_and_in_the_journal(
    tmp_path: Path,
) -> None:
    with people_small_world(tmp_path) as world:
        admin, ask = world.visit(Role.admin), world.served.operator
        assert SECTION not in admin.open(f"/accounts/{world.oak}").text
        order = {"account": world.oak, "feature": "sandboxes", "quantity": 2}
        assert ask.post("/v1/reservations", json=order).status_code == 201
        page = admin.open(f"/accounts/{world.oak}").text
        assert SECTION in page
        assert ">100\u202f%</td>" in page
        found = ask.get("/v1/facts", params={"subject": world.oak}).json()["items"]
    told = [each["body"] for each in found if each["kind"] == "LimitNoticed"]
    assert sorted((each["level_percent"], each["used"]) for each in told) == [
        ("100", "2"),
        ("80", "2"),
    ]
