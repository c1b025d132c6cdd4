"""How often each page asks the database: as often as `query_counts.json` says, however much there
is to show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role

_COUNTS = json.loads(Path(__file__).with_name("query_counts.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("counts")) as made:
        stated = {"subject": "It waits", "text": "Slow.", "account": made.pine, "severity": "S1"}
        made.post("/v1/cases", stated).raise_for_status()  # what is at risk is never nothing
        yield made


@pytest.fixture(scope="module")
def admin(world: Peopled) -> Visit:
    return world.visit(Role.admin)


@contextmanager
def selects() -> Iterator[list[str]]:
    """Every SELECT of this process meanwhile."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        statement = str(arguments[2]).lstrip()
        if statement.upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def counted(world: Peopled, visit: Visit, path: str) -> int:
    """Queries of a page whose counts are not in memory yet; who asks is. Of three looks the
    smallest number: every second one of them reads again who asks."""
    visit.open(path)
    found = []
    for _ in range(3):
        world.opened.answers.forget([(world.pine, key) for key in ("hours", "sandboxes", "export")])
        with selects() as seen:
            assert visit.open(path).status_code == 200
        found.append(len(seen))
    return min(found)


@pytest.mark.parametrize("path", sorted(_COUNTS))
def test_a_page_asks_the_database_as_often_as_is_written_down(
    world: Peopled, admin: Visit, path: str
) -> None:
    shown = path.format(**world.names)
    assert counted(world, admin, shown) == _COUNTS[path]


def test_an_account_page_asks_no_more_often_where_there_is_more_to_show(
    world: Peopled, admin: Visit
) -> None:
    path = f"/accounts/{world.pine}"
    before = counted(world, admin, path)
    for number in range(4):
        for name in ("Sub", "Unit"):
            stated = {"name": f"{name} {number}", "parent": world.pine}
            world.post("/v1/accounts", stated).raise_for_status()
        stated = {"name": f"Person {number}", "email": f"p{number}@pine.example", "roles": []}
        made = world.post(f"/v1/accounts/{world.pine}/contacts", stated)
        assert made.status_code == 201, made.text
    assert counted(world, admin, path) == before


def test_cases_ask_no_more_often_where_there_is_more_to_show(world: Peopled, admin: Visit) -> None:
    paths = ("/cases", f"/cases/{world.case}")
    before = [counted(world, admin, path) for path in paths]
    for number in range(4):
        stated = {"subject": f"Case {number}", "text": "Slow.", "account": world.oak}
        world.post("/v1/cases", stated).raise_for_status()
        said = {"text": f"Message {number}"}
        world.post(f"/v1/cases/{world.case}/messages", said).raise_for_status()
    assert [counted(world, admin, path) for path in paths] == before
