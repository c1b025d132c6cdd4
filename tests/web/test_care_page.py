"""The page of care: what is due, what came of it, and an address for a calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from icalendar import Calendar
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.kernel import clock


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("care")) as made:
        made.promise_checks()
        yield made


def test_one_of_us_takes_it_and_says_what_came_of_it(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    page = agent.open("/care?state=missed").text
    assert "Health check" in page
    assert "Pine" in page
    action = re.findall(r'action="(/care/contract_[^"]+)"', page)[0]
    agent.send(action, what="mine", state="missed")
    assert ">You<" in agent.page.text.replace("\n", "")
    agent.open(f"/care?account={world.pine}")
    assert f'name="account" value="{world.pine}"' in agent.page.text
    agent.send(action, what="mine", account=world.pine)
    assert agent.path == f"/care?account={world.pine}"
    agent.send(action, what="excused", text="")
    assert agent.page.status_code == 422
    agent.open("/care")
    agent.send(action, what="done", text="All is well.")
    assert "All is well." in agent.page.text
    assert "Done late" in agent.page.text
    customer = world.visit(Role.customer_contact, world.pine)
    seen = customer.open("/care").text
    assert "All is well." in seen
    assert "It was done" not in seen
    other = world.visit(Role.customer_contact, world.oak)
    assert "Health check" not in other.open("/care").text
    assert other.open(f"/care?account={world.pine}").status_code == 404


def test_an_address_is_shown_once_and_ends_when_it_is_revoked(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    customer.open("/care")
    customer.send("/care/calendars")
    (address,) = re.findall(r"/care/calendars/\w+\.ics", customer.page.text.replace("<wbr>", ""))
    program = Visit(world.app)
    read = Calendar.from_ical(program.open(address).content)
    assert {str(each["SUMMARY"])[:12] for each in read.walk("VEVENT")} == {"Health check"}
    assert address not in customer.open("/care").text.replace("<wbr>", "")
    (revocation,) = re.findall(r'action="(/care/calendars/[^"]+/revocation)"', customer.page.text)
    customer.send(revocation)
    assert program.open(address).status_code == 404


def test_a_stretch_with_nothing_leads_to_the_last_that_has_something(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    page = customer.open("/care?since=2036-01-01&until=2036-06-01").text
    assert "Nothing is promised by the calendar here." in page
    (link,) = re.findall(r'href="(/care\?since=[^"]+)"', page)
    assert "Health check" in customer.open(link.replace("&amp;", "&")).text


def test_what_is_still_to_come_stands_before_what_is_over(world: Peopled) -> None:
    page = world.visit(Role.agent).open("/care").text
    keys = re.findall(r'action="/care/contract_\w+/\w+/(\d{4}-\d\d-\d\d)"', page)
    days = [date.fromisoformat(each) for each in dict.fromkeys(keys)]
    today = clock.now().date()
    ahead, over = [day for day in days if day >= today], [day for day in days if day < today]
    assert ahead
    assert over
    assert days == [*sorted(ahead), *sorted(over, reverse=True)]


def test_a_finding_is_noted_and_agreed_and_done(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    page = agent.open("/care?state=missed").text
    action = re.findall(r'action="(/care/contract_[^"]+)"', page)[-1]
    agent.send(action, what="done", text="Looked at.", findings="A disk is full.\n\nNo spare.")
    assert "No spare." in agent.page.text
    agent.send(action, what="agreed", finding="1", due_on="soon")
    assert agent.page.status_code == 422
    agent.open("/care")
    agent.send(action, what="agreed", finding="9" * 5_000, due_on="2031-01-31")
    assert "There is no such finding." in agent.page.text
    agent.open("/care")
    agent.send(action, what="agreed", finding="1", due_on="2031-01-31")
    assert "Action is open" in agent.page.text
    customer = world.visit(Role.customer_contact, world.pine)
    seen = customer.open("/care").text
    assert "Open actions" in seen
    assert "Agree it" not in seen
    agent.send(action, what="finished", finding="1", text="")
    assert "Action is open" not in agent.page.text
    agent.send(action, what="found", findings="")
    assert agent.page.status_code == 422
    agent.open("/care")
    agent.send(action, what="found", findings="x" * 10_001)
    assert agent.page.status_code == 422
