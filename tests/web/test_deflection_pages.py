"""Before a case is raised: articles that may answer it, and a person always one click away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.articles import publish_article

TYPED = {"subject": "The certificate expired", "text": "How do I renew a certificate?"}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("deflection")) as made:
        body = {"title": "Renew a certificate", "text": "It expired? **Renew** it.",
                "audience": "customers", "topics": ["certificate"]}  # fmt: skip
        article = made.post("/v1/articles", body).json()["id"]
        occasion = made.opened.occasion()
        made.opened.change(lambda records: publish_article(records, article, occasion))
        yield made


def asked(visit: Visit, **fields: str) -> Visit:
    visit.open("/cases/new")
    visit.send("/cases", **{**TYPED, **fields})
    return visit


def test_an_article_is_offered_and_a_person_is_one_click_away(world: Peopled) -> None:
    customer = asked(world.visit(Role.customer_contact, world.pine))
    assert "Before you send: these may answer it" in customer.page.text
    assert "<strong>Renew</strong> it." in customer.page.text
    customer.send("/cases", **TYPED, person="yes", account=world.pine, severity="", channel="")
    assert customer.path.startswith("/cases/case_")
    assert "The certificate expired" in customer.page.text


def test_what_an_article_solved_raises_no_case(world: Peopled) -> None:
    customer = asked(world.visit(Role.customer_contact, world.pine))
    article = customer.page.text.partition('name="article" value="')[2].partition('"')[0]
    customer.send("/cases/solved", article=article, account=world.pine)
    assert "Noted: this solved it." in customer.page.text
    assert "The certificate expired" not in customer.open("/cases").text
    lead = world.visit(Role.lead)
    assert "certificate" in lead.open("/knowledge").text


def test_where_nothing_was_used_the_report_says_so_and_leads_on(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    page = lead.open("/knowledge").text
    assert "Nothing was used yet" in page
    assert 'href="/articles/new">Write an article' in page
    assert "found no article" not in page
    lead.open("/search?q=warp")
    page = lead.open("/knowledge").text
    assert "The last 180 days." in page
    assert "warp" in page
    page = lead.open("/knowledge?until=2020-01-31").text
    assert "Nothing was used then" in page
    assert '<a class="button" href="/knowledge">' in page
    assert lead.open("/knowledge?since=2020-01-31").status_code == 422


def test_the_worst_severity_and_our_own_people_are_never_held_up(world: Peopled) -> None:
    customer = asked(world.visit(Role.customer_contact, world.pine), severity="S1")
    assert customer.path.startswith("/cases/case_")
    agent = asked(world.visit(Role.agent), account=world.pine)
    assert agent.path.startswith("/cases/case_")


def test_an_agent_sees_what_may_help_and_says_that_it_did(world: Peopled) -> None:
    agent = asked(world.visit(Role.agent), account=world.pine)
    path = agent.path
    assert f'<a href="{path}/alike">' in agent.page.text
    agent.open(f"{path}/alike")
    assert "Alike in: " in agent.page.text
    article = agent.page.text.partition('name="record" value="')[2].partition('"')[0]
    agent.send(f"{path}/helpers", kind="article", record=article)
    assert "It helped" in agent.page.text
    assert 'name="record"' not in agent.page.text
    assert "Renew a certificate" in agent.open("/knowledge").text
    customer = world.visit(Role.customer_contact, world.pine)
    assert "What may help" not in customer.open(path).text
    assert customer.open(f"{path}/alike").status_code == 403
    assert customer.open("/knowledge").status_code == 403
