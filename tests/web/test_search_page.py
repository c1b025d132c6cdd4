"""The search page marks what was hit, safely, and shows nobody another's cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("search")) as made:
        yield made


@pytest.fixture
def agent(world: Peopled) -> Visit:
    return world.visit(Role.agent)


def test_hits_are_marked_and_what_was_written_stays_text(agent: Visit) -> None:
    agent.open("/cases/new")
    agent.send("/cases", subject="<b>Press</b> & pump", text="A <script> presses </mark> it.")
    page = agent.open("/search?q=press").text
    assert "&lt;b&gt;<mark>Press</mark>&lt;/b&gt; &amp; pump" in page
    assert "A &lt;script&gt; <mark>presses</mark> &lt;/mark&gt; it." in page
    nothing = agent.open('/search?q=zzz"><script>').text
    assert "Nothing holds all of these words." in nothing
    assert "zzz&#34;&gt;&lt;script&gt;" in nothing


def test_cases_are_searched_from_their_own_address(agent: Visit, world: Peopled) -> None:
    page = agent.open("/cases?q=line").text
    assert f"/cases/{world.case}" in page
    assert '<option value="case" selected>' in page


def test_who_is_bound_to_an_account_finds_its_own(world: Peopled) -> None:
    own = world.visit(Role.customer_contact, world.pine).open("/search?q=line").text
    other = world.visit(Role.customer_contact, world.oak).open("/search?q=line").text
    assert world.case in own
    assert world.case not in other
    assert "How and why" not in own


def test_a_kind_that_there_is_not_is_told(agent: Visit) -> None:
    assert agent.open("/search?q=x&kind=letter").status_code == 404
