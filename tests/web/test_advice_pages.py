"""The pages of advice: what our people write, what the customer decides there, and the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import pytest
from peopled import Peopled, people_small_world
from reviewed import signed_for_reviews
from visitor import Visit

from tierline.access.role import Role

WORDS = {
    "title": "One switch for two lines",
    "risk": "Both lines stand.",
    "trade_off": "A day on site.",
    "recommendation": "Two switches.",
    "topic": "network",
    "follow_up_on": "2031-01-31",
}


@dataclass(frozen=True)
class World:
    """Elm is promised an architecture review in each quarter."""

    people: Peopled
    elm: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with people_small_world(tmp_path_factory.mktemp("advice")) as made:
        yield World(made, signed_for_reviews(made.served, "Elm"))


def given(world: World, agent: Visit, **stated: str) -> str:
    """Advice to Elm: where it is read."""
    agent.open(f"/advice/new?account={world.elm}")
    agent.send("/advice", **{**WORDS, "account": world.elm, **stated})
    return agent.path


def test_a_review_that_yields_advice_is_a_finding_no_longer(world: World) -> None:
    agent = world.people.visit(Role.agent)
    page = agent.open("/care?state=missed").text
    action = re.findall(r'action="(/care/contract_[^"]+)"', page)[0]
    agent.send(action, what="done", text="Held.")
    assert "No advice yet" in agent.open("/care").text
    listed = agent.open("/advice").text
    assert "Reviews that yielded no advice" in listed
    (form,) = re.findall(r'href="(/advice/new\?[^"]+)"', listed)
    agent.open(form.replace("&amp;", "&"))
    stated = dict(parse_qsl(urlsplit(form.replace("&amp;", "&")).query))
    agent.send("/advice", **{**WORDS, **stated, "risk": " "})
    assert agent.page.status_code == 422
    assert "Nothing is written here." in agent.page.text
    agent.send("/advice", **WORDS, **stated)
    assert "It came out of what was due on" in agent.page.text
    listed = agent.open("/advice").text
    assert "Reviews that yielded no advice" not in listed
    assert "Advice that came out of it" in agent.open("/care").text


def test_the_customer_asks_declines_and_accepts_and_reads_what_came_later(world: World) -> None:
    agent = world.people.visit(Role.agent)
    path = given(world, agent)
    customer = world.people.visit(Role.customer_contact, world.elm)
    assert "Two switches." in customer.open(path).text
    assert "What came of it" not in customer.page.text
    customer.send(path, what="asked", text="How long does it take?")
    assert "How long does it take?" in customer.page.text
    customer.send(path, what="declined", text="")
    assert customer.page.status_code == 422
    assert "Say why it is declined." in customer.page.text
    customer.open(path)
    customer.send(path, what="declined", text="Too dear.")
    assert "Too dear." in customer.page.text
    customer.send(path, what="accepted", text="")
    assert "No case of this topic was raised since." in customer.page.text
    agent.open(path)
    agent.send(path, what="answered", text="A day.")
    agent.send(path, what="planned", follow_up_on="soon")
    assert agent.page.status_code == 422
    agent.open(path)
    agent.send(path, what="planned", follow_up_on="2030-01-31")
    assert "31 January 2030" in agent.page.text
    raised = {"subject": "A cable is loose", "text": "x", "account": world.elm}
    world.people.post("/v1/cases", raised).raise_for_status()
    assert "1 case of this topic was raised since." in customer.open(path).text
    agent.send(path, what="closed", text="Two switches stand.")
    assert "Two switches stand." in agent.page.text
    assert "Decline it" not in customer.open(path).text


def test_nobody_else_sees_it(world: World) -> None:
    agent = world.people.visit(Role.agent)
    path = given(world, agent)
    other = world.people.visit(Role.customer_contact, world.people.oak)
    assert other.open(path).status_code == 404
    assert "One switch" not in other.open("/advice").text
    assert other.open(f"/advice?account={world.elm}").status_code == 404
    assert other.open("/advice/new?account=" + world.people.oak).status_code == 403
    assert other.open("/advice?state=none").status_code == 404


def test_the_file_has_each_of_them(world: World) -> None:
    agent = world.people.visit(Role.agent)
    given(world, agent, title="=1+1")
    rows = list(csv.DictReader(io.StringIO(agent.open(f"/advice.csv?account={world.elm}").text)))
    assert {row["name"] for row in rows} == {"Elm"}
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["recommendation"] == "Two switches."
    assert rows[0]["state"] == "waiting"
