"""Time, coming back, and how the customer found it, on pages and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

from peopled import Peopled
from visitor import Visit

from tierline.actions import effort as actions
from tierline.api import effort

PAGE = (Path(__file__).parents[2] / "docs/working.md").read_text("utf-8")


def raised(world: Peopled, subject: str) -> str:
    body = {"subject": subject, "text": "Since noon.", "account": world.pine}
    return f"/cases/{world.post('/v1/cases', body).json()['id']}"


def test_time_is_entered_and_taken_back(world: Peopled, agent: Visit, customer: Visit) -> None:
    path = raised(world, "Press 31")
    agent.open(path)
    agent.send(f"{path}/time-entries", minutes="half", time_what="Read logs")
    assert agent.page.status_code == 422
    assert 'href="#minutes"' in agent.page.text
    agent.send(f"{path}/time-entries", minutes="90", time_what="Read logs", is_billable="yes")
    assert "of it billable" in agent.page.text
    assert "Read logs" not in customer.open(path).text
    (entry,) = re.findall(r'value="(time_entry_\w+)"', agent.page.text)
    agent.send(f"{path}/time-entries-end", entry=entry)
    assert "No time is entered." in agent.page.text


def test_a_case_comes_back_and_was_looked_at(world: Peopled, agent: Visit) -> None:
    path = raised(world, "Press 32")
    agent.open(path)
    agent.send(f"{path}/follow-up", back_at="2020-01-01")
    assert "That has passed already." in agent.page.text
    agent.send(f"{path}/follow-up", back_at="2099-01-01", back_what="Did it hold?")
    assert "It comes back" in agent.page.text
    assert "Press 32" not in agent.open("/cases?view=follow-up").text
    agent.open(path)
    agent.send(f"{path}/follow-up-end")
    assert "Did it hold?" not in agent.page.text


def test_the_customer_says_once_how_they_found_it_and_a_look_counts_nothing(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    path = raised(world, "Press 33")
    assert "How did we do?" not in customer.open(path).text
    agent.open(path)
    agent.send(f"{path}/resolution", how="Restarted it.", why="A rollback costs a shift.")
    (link,) = re.findall(r'href="(/feedback/[^"]+)"', customer.open(path).text)
    assert "/feedback/" not in agent.open(path).text
    reader = Visit(world.app)
    for _ in range(2):
        assert "Press 33" in reader.open(link).text  # a scanner looks
    scanner = Visit(world.app)
    assert scanner.post(link, score="1").status_code == 403  # and sends what it has no page for
    reader.open(link)
    reader.send(link)
    assert reader.page.status_code == 422
    reader.send(link, score="5", comment="Quick.")
    assert "Thank you." in reader.page.text
    page = agent.open(path).text
    assert "<strong>5 of 5</strong>" in page
    assert "Quick." in page
    reader.open(link)
    assert "<form" not in reader.page.text
    wrong = f"{link[:-4]}AAAA"
    assert reader.open(wrong).status_code == 404
    assert reader.open(f"{link[:-4]}é").status_code == 404


def test_nobody_of_ours_answers_for_a_customer(world: Peopled) -> None:
    path = raised(world, "Press 34")
    world.post(f"/v1{path}/resolution", {"how": "Done.", "why": "It was due."}).raise_for_status()
    ask = world.served.operator
    assert ask.put(f"/v1{path}/feedback", json={"score": 5}).status_code == 403
    theirs = world.served.as_("customer_contact", account=world.pine)
    assert theirs.put(f"/v1{path}/feedback", json={"score": 2}).json()["score"] == 2
    assert theirs.put(f"/v1{path}/feedback", json={"score": 5}).status_code == 409


def test_the_page_names_every_route_and_fact() -> None:
    routes = {route.path for route in effort.router.routes}  # type: ignore[attr-defined]  # of an API
    named = set(re.findall(r"^(?:GET|PUT|POST|DELETE) +(/v1/\S*)", PAGE, re.MULTILINE))
    assert routes <= named
    facts = set(re.findall(r'_tell\(books, "(\w+)"', Path(actions.__file__).read_text("utf-8")))
    assert set(re.findall(r"`((?:Case|Time)[A-Z]\w+)`", PAGE)) == facts
