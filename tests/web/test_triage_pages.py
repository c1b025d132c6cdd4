"""Triage, disputes and precedents on the pages, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role

NONE = {"by_hand": "", "override_reason": ""}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("triage")) as made:
        yield made


@pytest.fixture
def agent(world: Peopled) -> Visit:
    return world.visit(Role.agent)


@pytest.fixture
def customer(world: Peopled) -> Visit:
    return world.visit(Role.customer_contact, world.pine)


def raised(visit: Visit, **fields: str) -> str:
    """The path of a new case."""
    visit.open("/cases/new")
    visit.send("/cases", **{"subject": "Press 2 is slow", "text": "Since noon.", **fields})
    assert re.fullmatch(r"/cases/case_\w+", visit.path), visit.page.text
    return visit.path


def asked(visit: Visit, **fields: str) -> None:
    """The other button of the form that raises a case."""
    hidden = visit.form("/cases")
    visit.page = visit.post("/cases/expectation", **{**hidden, **fields})


def test_a_customer_sees_what_they_may_expect_before_anything_is_raised(customer: Visit) -> None:
    customer.open("/cases/new")
    typed = {"subject": "Press 2", "text": "", "business_impact": "stopped", "urgency": "now"}
    asked(customer, **typed)
    page = customer.page.text
    assert "What you may expect" in page
    assert "Work has stopped, and every hour hurts." in page
    assert "Acknowledgement within" in page
    assert 'value="Press 2"' in page  # what was typed stays
    assert "Press 2" not in customer.open("/cases").text
    customer.open("/cases/new")
    asked(customer, subject="Press 2")
    assert "Nothing was answered." in customer.page.text


def test_what_a_customer_answers_is_the_first_severity_and_they_read_why(
    customer: Visit, agent: Visit
) -> None:
    path = raised(customer, data_sensitivity="exposed", severity="S2")
    page = customer.page.text
    assert "Severity S1" in page
    assert "Data may be lost" in page
    assert "As you answered" in page
    assert "Agree the severity" not in page
    assert "As the customer answered" in agent.open(path).text


def test_an_agent_triages_and_overrules_only_with_a_reason(agent: Visit, customer: Visit) -> None:
    path = raised(customer)
    assert "Agree the severity" in agent.open(path).text
    answers = {"business_impact": "slowed", "urgency": "today", "uptime_impact": "degraded"}
    agent.send(f"{path}/triage", **answers, **NONE)
    assert "Severity S2" in agent.page.text
    assert "Change the severity" in agent.page.text
    assert '<option value="slowed" selected>' in agent.page.text
    agent.send(f"{path}/triage", **answers, by_hand="S1", override_reason="")
    assert agent.page.status_code == 422
    assert 'href="#override_reason"' in agent.page.text
    agent.send(f"{path}/triage", **answers, by_hand="S1", override_reason="Their audit is near.")
    assert "Set by hand" in agent.page.text
    seen = customer.open(path).text
    assert "We agreed S1" in seen
    assert "audit" not in seen


def test_a_dispute_is_decided_by_a_lead_and_stands_beside_cases_alike(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    lead, path = world.visit(Role.lead), raised(customer, uptime_impact="down")
    customer.send(f"{path}/disputes", words="Everything stands.", wanted="S1")
    assert "S2 is disputed: S1 is asked for" in customer.page.text
    assert "Support lead decides by" in customer.page.text
    assert "Decide the dispute" not in agent.open(path).text
    assert "Everything stands." in lead.open("/disputes").text
    assert "Decide the dispute" in lead.open(path).text
    found = re.search(r"/disputes/(dispute_\w+)/ruling", lead.page.text)
    assert found is not None
    lead.send(found[0], ruled_severity="S1", ruling="")
    assert lead.page.status_code == 422
    lead.send(found[0], ruled_severity="S1", ruling="A whole plant is down.")
    assert "Severity S1" in lead.page.text
    assert "A whole plant is down." in customer.open(path).text
    other = raised(customer, uptime_impact="down")
    assert "Decided before, on the same row" in agent.open(other).text
    assert "A whole plant is down." not in customer.open(other).text
    assert "S2 became S1" in agent.open("/precedents?search=plant").text
    assert "Nothing was decided that says this." in agent.open("/precedents?search=x").text
    assert customer.open("/precedents").status_code == 403
    report = lead.open("/triage").text
    assert "uptime_impact: down -&gt; S2" in report


def test_a_dispute_without_words_is_told_where_they_are_missing(
    customer: Visit, world: Peopled
) -> None:
    path = raised(customer)
    customer.send(f"{path}/disputes", words=" ", wanted="")
    assert customer.page.status_code == 422
    assert 'href="#words"' in customer.page.text
    other = world.visit(Role.customer_contact, world.oak)
    assert "One line of six." not in other.open("/disputes").text
    assert other.open(path).status_code == 404


def test_a_version_of_a_catalog_shows_its_table_or_the_one_by_place(agent: Visit) -> None:
    page = agent.open("/catalogs/acme/2025-06-01").text
    assert "it is by the place of its severities" in page
    assert "Data may be lost" in page
    assert "everything else" in page
