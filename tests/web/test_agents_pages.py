"""Who works on cases, and who has which, on pages without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from peopled import Peopled, people_small_world
from small_offer import OFFER, offer
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.catalogs import publish_catalog
from tierline.catalog.catalog import Catalog
from tierline.web.offered import tiers_offered


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("agents")) as made:
        yield made


@pytest.fixture
def lead(world: Peopled) -> Visit:
    return world.visit(Role.lead, email="lead@people.example")


def added(lead: Visit, email: str, **fields: str) -> str:
    """The path of a new agent."""
    lead.open("/agents")
    lead.send("/agents", email=email)
    path: str = lead.path
    assert re.fullmatch(r"/agents/user_\w+", path), lead.page.text
    lead.send(path, **{"level": "1", "capacity": "5", **fields})
    assert lead.path == "/agents", lead.page.text
    return path


def raised(visit: Visit) -> str:
    visit.open("/cases/new")
    visit.send("/cases", subject="Press 2 is slow", text="Since noon.", severity="S1")
    path: str = visit.path
    return path


def test_with_nothing_set_up_the_page_says_how_to_begin(world: Peopled, lead: Visit) -> None:
    assert "Nobody is recorded yet" in lead.open("/agents").text
    assert "no agents are recorded yet" in lead.open(f"/cases/{world.case}").text
    lead.send(f"/cases/{world.case}/assignment")
    assert "You</strong>" in lead.page.text


def test_a_lead_says_who_works_on_cases_and_faults_are_told_at_their_fields(
    world: Peopled, lead: Visit
) -> None:
    world.visit(Role.agent, email="bo@people.example")
    world.visit(Role.customer_contact, world.pine, email="di@people.example")
    lead.open("/agents")
    for nobody in ("di@people.example", "who@people.example"):
        lead.send("/agents", email=nobody)
        assert "None of our people signs in with this address." in lead.page.text
    path = added(lead, "bo@people.example", skills="Security, dns", hours="mon-fri 09:00-17:00",
                 quiet="22:00-07:00", time_zone="Europe/Berlin")  # fmt: skip
    assert "dns, security" in lead.page.text
    again = lead.open(path).text
    assert "mon-fri 09:00-17:00" in again
    assert 'value="22:00-07:00"' in again
    lead.send(path, level="1", capacity="x")
    assert 'href="#capacity"' in lead.page.text
    lead.send(path, level="1", capacity="5", hours="mon-fri 9-25", time_zone="Mars/Base")
    assert lead.page.status_code == 422
    assert 'href="#hours"' in lead.page.text
    lead.open(path)
    lead.send(f"{path}/removal")
    assert "Nobody is recorded yet" in lead.page.text


def test_a_case_is_given_to_somebody_handed_over_and_seen_by_both_sides(
    world: Peopled, lead: Visit
) -> None:
    bo = world.visit(Role.agent, email="bo@people.example")
    added(lead, "bo@people.example")
    customer = world.visit(Role.customer_contact, world.pine)
    path = raised(customer)
    assert "Ada, first line, works on it." in customer.page.text
    page = bo.open(path).text
    assert "You</strong>. First line" in page
    assert "the only one who may have it" in page
    bo.send(f"{path}/assignment", to="queue", summary=" ")
    assert "handed over with what the next one has to know" in bo.page.text
    bo.send(f"{path}/assignment", to="queue", summary="The log is clean.")
    assert "Given back to the queue." in bo.page.text
    assert "The log is clean." in bo.page.text
    assert "The log is clean." not in customer.open(path).text
    bo.open("/cases?view=unassigned")
    assert "Press 2 is slow" in bo.page.text
    lead.open("/cases?view=unassigned")
    lead.send("/cases/next")
    assert "Took the next case of the queue." in lead.page.text
    assert "Line 3 stands" in lead.open("/cases?view=at-risk").text
    assert "Why it is at risk" in lead.page.text
    lead.open(path)
    lead.send(f"{path}/skills", skills="quantum dns")
    assert lead.page.status_code == 422
    assert "No agent has the skill quantum dns. Known are: none" in lead.page.text
    lead.send(f"{path}/skills", skills="quantum dns", all_the_same="yes")
    assert "Skills that it needs: quantum dns" in lead.page.text
    assert "Missing: the skill quantum dns." in lead.page.text
    assert "nobody fits better: lacks quantum dns." in lead.page.text
    assert "works on it." in customer.open(path).text
    lead.send(f"{path}/resolution", how="The line runs.", why="A cable was loose.")
    assert "works on it." not in customer.open(path).text
    assert customer.open("/cases?view=mine").status_code == 404
    assert bo.open("/cases?view=lost").status_code == 404


def test_handoffs_are_drawn_by_tier_for_any_stretch_and_taken_along(
    world: Peopled, lead: Visit
) -> None:
    added(lead, "lead@people.example")
    raised(world.visit(Role.customer_contact, world.pine))
    page = lead.open("/agents/handoffs").text
    assert "Handoffs of the case in the middle, by tier" in page
    assert "0 of n = " in page
    head, row, *_ = lead.open("/agents/handoffs.csv").text.splitlines()
    assert head == "tier,cases,handoffs,median,most"
    assert row.endswith(",0,0,0")
    assert "Nobody has had a case" in lead.open("/agents/handoffs?until=2020-01-01").text


def test_only_leads_change_who_works_on_cases(world: Peopled, lead: Visit) -> None:
    bo = world.visit(Role.agent, email="bo@people.example")
    path = added(lead, "bo@people.example")
    page = bo.open("/agents").text
    assert "Ada Byron" in page
    assert "Somebody works on cases" not in page
    assert bo.open(path).status_code == 403


def account_with_levels(world: Peopled) -> str:
    """An account whose catalog says who is called."""
    stated: dict[str, Any] = yaml.safe_load(OFFER)
    stated["catalog"] = "levels"
    lead = {"role": "Support lead", "after_percent": 75}
    stated["escalation"] = {"tree": {"name": "Tree", "levels": [lead]}}
    priority = stated["tiers"]["priority"]
    priority["escalation"] = {"any": "tree"}
    priority["targets"].append({"severity": "S1", "milestone": "resolution", "within": "PT40H"})
    catalog, occasion = Catalog.model_validate(stated), world.opened.occasion()
    world.opened.change(lambda records: publish_catalog(records, catalog, occasion))
    account = str(world.post("/v1/accounts", {"name": "Levels"}).json()["id"])
    contract = {"account": account, "catalog": "levels", "tier": "priority",
                "start": "2025-01-01T00:00:00Z"}  # fmt: skip
    world.post("/v1/contracts", contract).raise_for_status()
    return account


def test_both_sides_see_the_same_levels_and_names_only_where_they_may(
    world: Peopled, lead: Visit
) -> None:
    customer = world.visit(Role.customer_contact, account_with_levels(world))
    path = raised(customer)
    plan = {"roles": {"Support lead": {"shifts": [{"people": ["lead@people.example"]}]}}}
    assert world.served.operator.put("/v1/routing-plan", json=plan).status_code == 200
    ours, theirs = (
        visit.open(path).text.partition('id="tree"')[2].partition("</section>")[0]
        for visit in (lead, customer)
    )
    for page in (ours, theirs):
        assert ": when 75% of the target is used: " in page
        assert 'aria-current="step"' in page
    assert "</strong>: Ada Byron" in ours
    assert "</strong>: Ada</p>" in theirs
    assert "Byron" not in theirs
    assert "by the rota" in ours
    assert "by the rota" not in theirs


def test_what_no_catalog_promises_is_shown_to_both(world: Peopled, lead: Visit) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    path = raised(customer)
    for visit in (lead, customer):
        page = visit.open(path).text
        assert "Head of support" in page
        assert "The plan states no escalation: this is how we do it." in page


def test_the_page_of_escalations_answers_for_an_instant_and_says_what_is_wrong_with_one(
    lead: Visit,
) -> None:
    page = lead.open("/escalations?at=2026-11-22T03:10:00Z").text
    assert "No routing plan is published yet" in page
    assert "22 Nov 2026, 03:10 UTC" in page
    assert "Support lead" in page
    assert "whoever has the case then" in page
    assert lead.open("/escalations?at=soon").status_code == 422


def test_a_tier_that_two_catalogs_have_is_named_with_its_catalog(
    world: Peopled, lead: Visit
) -> None:
    stated = offer(catalog="second", version="2025-02-01").model_dump(
        mode="json", exclude_none=True
    )
    stated["tiers"]["priority"]["name"] = "Premier"
    stated["tiers"]["own"] = stated["tiers"].pop("standard")
    second, occasion = Catalog.model_validate(stated), world.opened.occasion()
    world.opened.change(lambda records: publish_catalog(records, second, occasion))
    page = lead.open("/escalations").text
    for words in ("Priority (acme), S1", "Premier (second), S1", "Standard, S1"):
        assert f">{words}</option>" in page
    assert world.opened.read(tiers_offered) == {
        "standard": "Standard",
        "priority": "Priority / Premier",
        "enterprise": "Enterprise",
        "own": "Standard",
    }


def test_a_line_has_a_budget_of_its_own_which_no_customer_sees(world: Peopled, lead: Visit) -> None:
    bo = world.visit(Role.agent, email="bo@people.example")
    added(lead, "bo@people.example")
    customer = world.visit(Role.customer_contact, account_with_levels(world))
    path = raised(customer)
    plan = {"answered_by": {"priority": {"any": {"budgets": {"1": 25}}}}}
    world.served.operator.put("/v1/routing-plan", json=plan).raise_for_status()
    words = "The first line solves it or hands it on by"
    assert words in bo.open(path).text
    assert "25% is the first line's." in bo.page.text
    assert "hands it on by" not in customer.open(path).text
    known = world.served.operator.get(f"/v1{path}/assignment").json()["budget"]
    assert (known["level"], known["percent"], known["milestone"]) == (
        "first line",
        "25",
        "resolution",
    )
    assert known["is_over"] is False
