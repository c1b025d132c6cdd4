"""The page on which components are kept."""

from __future__ import annotations

from peopled import Peopled

from tierline.access.role import Role

PATH = "/components"


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
