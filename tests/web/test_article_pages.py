"""Writing an article with a preview, and reading it, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world

from tierline.access.role import Role


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("articles")) as made:
        yield made


def test_an_article_is_written_looked_at_published_and_found(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    customer = world.visit(Role.customer_contact, world.pine)
    agent.open("/articles/new")
    typed = {
        "title": "Renew a certificate",
        "text": "# Steps\n\nPress **renew** <b>.",
        "audience": "customers",
        "tiers.priority": "yes",
        "topics": "tls, certificates",
    }
    shown = agent.send("/articles", **typed, preview="yes").text
    assert "<h2>Steps</h2>" in shown
    assert "Press <strong>renew</strong> &lt;b&gt;." in shown
    assert 'name="tiers.priority" value="yes" checked' in shown
    agent.send("/articles", **typed)
    path = agent.path
    assert "Draft" in agent.page.text
    assert customer.open(path).status_code == 404
    agent.send(f"{path}/publication")
    assert "About tls, certificates" in customer.open(path).text
    assert "Versions" not in customer.page.text
    assert "KB-1" in customer.open("/articles").text
    assert path in customer.open("/search?q=certificat").text
    assert path not in world.visit(Role.customer_contact, world.oak).open("/articles").text
    agent.open(path)
    agent.send(f"{path}/retirement")
    assert customer.open(path).status_code == 404


def test_what_is_wrong_with_an_article_stands_beside_what_was_typed(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    agent.open("/articles/new")
    page = agent.send("/articles", title="Kept as typed", text="", audience="us")
    assert page.status_code == 422
    assert "Kept as typed" in page.text
    assert 'href="#text"' in page.text
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open("/articles/new").status_code == 403
