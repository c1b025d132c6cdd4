"""The page on which components are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world

from tierline.access.role import Role

PATH = "/components"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("components")) as made:
        yield made


def test_a_component_for_many_accounts_is_saved_with_all_of_them(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    lead.open(PATH)
    listed = f"{world.pine}, {world.oak}" + ", " * 600 + world.pine
    page = lead.send(PATH, name="Press", about="a" * 1_001, accounts=listed)
    assert (page.status_code, "of at most 1,000" in page.text) == (422, True)
    lead.open(PATH)
    lead.send(PATH, name="Press", about="Presses.", accounts=listed)
    (made,) = (
        each
        for each in world.served.operator.get("/v1/components").json()["items"]
        if each["name"] == "Press"
    )
    assert made["accounts"] == sorted([world.pine, world.oak])
