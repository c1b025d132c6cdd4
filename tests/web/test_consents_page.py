"""The page of consents: what data may be used for, changed by a customer in two clicks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.accounts.consent_receipt import is_consent_receipt
from tierline.web.purposes import MEANINGS, NOTICE_VERSION


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Peopled]:
    with people_small_world(tmp_path) as made:
        yield made


@pytest.fixture
def customer(world: Peopled) -> Visit:
    return world.visit(Role.customer_contact, world.pine)


def action(world: Peopled, rest: str) -> str:
    return f"/consents/{world.pine}/{rest}"


def states(world: Peopled) -> dict[str, bool]:
    found = world.served.operator.get(f"/v1/accounts/{world.pine}/consents").json()
    return {name: each["is_allowed"] for name, each in found["purposes"].items()}


def test_a_customer_withdraws_in_two_clicks_from_the_plan(world: Peopled, customer: Visit) -> None:
    assert f"/consents?account={world.pine}" in customer.open("/plan").text
    customer.open(f"/consents?account={world.pine}")
    page = customer.send(action(world, "marketing/withdrawal")).text
    assert "Marketing was withdrawn with effect from" in page
    assert "by you" in page
    assert states(world)["marketing"] is False


def test_who_agrees_agrees_to_the_words_of_the_page(world: Peopled, customer: Visit) -> None:
    customer.open("/consents")
    customer.send(action(world, "personalisation"))
    assert states(world)["personalisation"] is True
    path = f"/v1/accounts/{world.pine}/consent-statements"
    last = world.served.operator.get(path).json()["items"][-1]
    assert last["notice_version"] == NOTICE_VERSION
    page = customer.open("/consents").text
    assert "Agreed to on the page of consents<" in page
    assert "by user_" not in page


def test_other_words_need_another_version_of_the_notice() -> None:
    words = json.dumps({purpose.value: list(each) for purpose, each in MEANINGS.items()})
    digest = hashlib.sha256(words.encode()).hexdigest()[:8]
    assert (NOTICE_VERSION, digest) == ("pages-1", "58227056")


def test_a_receipt_is_a_signed_file(world: Peopled, customer: Visit) -> None:
    page = customer.open("/consents").text
    path = page.partition(f'href="{action(world, "receipts/")}')[2].partition('"')[0]
    found = customer.open(action(world, f"receipts/{path}"))
    assert found.headers["content-disposition"] == f'attachment; filename="{path}.json"'
    assert is_consent_receipt(found.json())


def test_our_people_say_how_they_know(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    agent.open(f"/consents?account={world.pine}")
    page = agent.send(action(world, "personalisation"), evidence=" ")
    assert page.status_code == 422
    assert "It is not said how we know." in page.text
    assert states(world)["personalisation"] is False
    agent.send(action(world, "personalisation"), evidence="Call of 3 May")
    assert "Call of 3 May" in agent.page.text
    assert states(world)["personalisation"] is True


def test_a_customer_does_not_read_the_names_of_our_people(world: Peopled, customer: Visit) -> None:
    agent = world.visit(Role.agent)
    agent.open(f"/consents?account={world.pine}")
    agent.send(action(world, "personalisation"), evidence="Call of 3 May")
    assert "by our staff" in customer.open("/consents").text


def test_one_person_speaks_for_themselves(world: Peopled, customer: Visit) -> None:
    contacts = world.served.operator.get(f"/v1/accounts/{world.pine}/contacts").json()["items"]
    nadia = contacts[0]["id"]
    page = customer.open(f"/consents?account={world.pine}&contact={nadia}").text
    assert "What data of Nadia Nagy may be used for" in page
    customer.send(action(world, "marketing/withdrawal"), contact=nadia)
    assert states(world)["marketing"] is True
    path = f"/v1/accounts/{world.pine}/consents?contact={nadia}"
    own = world.served.operator.get(path).json()["purposes"]["marketing"]
    assert own["is_allowed"] is False


def test_the_page_tells_what_held_at_an_instant(customer: Visit) -> None:
    page = customer.open("/consents?at=2024-01-01").text
    assert "This page shows what held at" in page
    assert "Nobody has agreed to it" in page
    assert "Withdraw<" not in page


def test_an_account_of_others_has_no_such_page(world: Peopled, customer: Visit) -> None:
    assert customer.open(f"/consents?account={world.oak}").status_code == 404
    customer.open("/consents")
    form = {"form_word": customer.form("/sign-out")["form_word"]}
    assert customer.post(f"/consents/{world.oak}/marketing", **form).status_code == 404
    assert world.visit(Role.finance).open(f"/consents?account={world.pine}").status_code == 403


def test_a_form_from_elsewhere_changes_nothing(world: Peopled, customer: Visit) -> None:
    assert customer.post(action(world, "marketing/withdrawal"), form_word="x").status_code == 403
    assert states(world)["marketing"] is True
