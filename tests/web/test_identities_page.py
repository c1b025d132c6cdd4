"""The review of doubles: evidence side by side, a decision by one click, and its undoing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.accounts.evidence import Agreement, MatchEvidence
from tierline.accounts.identity import Proposal, SourceRecord, System
from tierline.actions.identities import RecordToLink, link_records
from tierline.store.records import Records
from tierline.web.identities import odds_in_words


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Peopled]:
    with people_small_world(tmp_path) as made:
        yield made


@pytest.fixture
def pair(world: Peopled) -> tuple[str, str]:
    """Pine, and an account that the helpdesk knows under another name."""
    occasion = world.opened.occasion()
    fields = {"name": "Pine", "domain": "pine.example"}
    desk = SourceRecord(System.helpdesk, "pine-desk", {**fields, "name": "Pine <desk>"})
    crm = SourceRecord(System.crm, "17", {**fields, "tax_id": "DE1"})

    def work(records: Records) -> tuple[str, str]:
        stated = [RecordToLink(crm, world.pine), RecordToLink(desk)]
        accounts = tuple(each.account for each in link_records(records, stated, occasion))
        agreements = (Agreement("domain", "the same", 700), Agreement("name", "close", 120))
        evidence = MatchEvidence(crm.key, desk.key, 620, agreements, ("tax_id",))
        proposal = Proposal((accounts[0], accounts[1]), evidence)
        records.identities.propose([proposal], proposed_at=occasion.now)
        return accounts[0], accounts[1]

    return world.opened.change(work)


@pytest.fixture
def lead(world: Peopled, pair: tuple[str, str]) -> Visit:  # noqa: ARG001 - made before it is shown
    visit = world.visit(Role.lead)
    visit.open("/identities")
    return visit


def test_a_pair_stands_with_its_fields_side_by_side(lead: Visit) -> None:
    page = lead.page.text
    for said in ("About 74 to 1 for it", "pine-desk", "DE1", "Tax id speaks clearly against it"):
        assert said in page
    assert "Pine &lt;desk&gt;" in page
    assert "Pine <desk>" not in page


def test_a_merge_is_one_click_and_its_undoing_another(
    world: Peopled, pair: tuple[str, str], lead: Visit
) -> None:
    first, second = pair
    lead.send(f"/identities/{first}/{second}/merge")
    assert "The two are one from now on" in lead.page.text
    assert world.served.operator.get(f"/v1/accounts/{second}").json()["id"] == world.pine
    lead.send(f"/identities/{second}/split")
    assert "Split again" in lead.page.text
    assert world.served.operator.get(f"/v1/accounts/{second}").json()["id"] == second


def test_what_is_kept_apart_is_not_proposed_again(pair: tuple[str, str], lead: Visit) -> None:
    first, second = pair
    page = lead.send(f"/identities/{first}/{second}/apart").text
    assert "Nothing waits for a decision" in page
    assert "Kept apart lately" in page


def test_a_decision_that_contradicts_another_says_so(pair: tuple[str, str], lead: Visit) -> None:
    first, second = pair
    form = lead.form(f"/identities/{first}/{second}/merge")
    lead.send(f"/identities/{first}/{second}/apart")
    answer = lead.post(f"/identities/{first}/{second}/merge", **form)
    assert answer.status_code == 409
    assert "are not the same" in answer.text


def test_only_who_resolves_identities_sees_doubles(world: Peopled) -> None:
    assert world.visit(Role.agent).open("/identities").status_code == 403
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open("/identities").status_code == 403


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0, "even odds"),
        (100, "about 2 to 1 for it"),
        (-300, "about 8 to 1 against it"),
        (1_000, "about 1,000 to 1 for it"),
        (1_700, "about 130,000 to 1 for it"),
        (3_300, "more than 1,000,000 to 1 for it"),
    ],
)
def test_a_weight_is_told_as_odds(weight: int, words: str) -> None:
    assert odds_in_words(weight) == words
