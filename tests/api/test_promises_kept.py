"""One figure over all that is promised: the customer's page and files, the list by account and
tier, and the program interface say the same of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from desk import HOUR, MONDAY, opened
from moved_clock import Hands, moved_by_hand
from served import Served, serve_small_world
from signing_in import signed_in
from small_offer import offer
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.agents import NeedDetails, keep_need
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.catalog.catalog import Catalog
from tierline.store.records import Records

PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist
START = datetime(2025, 3, 1, 8, tzinfo=UTC)  # midnight in Los Angeles
IN_MAY = datetime(2025, 5, 2, 9, tzinfo=UTC)
EVERYTHING = {
    "portal": {"kind": "channel", "channel": "portal"},
    "people": {"kind": "expertise", "level": "named_engineer", "assignment": "designated"},
    "check": {"kind": "deliverable", "what": "Health check", "per": "month"},
    "health_report": {"kind": "deliverable", "what": "Health report", "per": "month"},
}


def everything() -> Catalog:
    """A tier that promises a time, a channel, a named engineer, a check and a report."""
    names = {**dict.fromkeys(EVERYTHING, "outcome"), "phone": "support_experience"}
    features = {key: {"name": key.title(), "axis": axis} for key, axis in names.items()}
    targets = [{"severity": "S2", "milestone": "acknowledge", "within": "PT8H"}]
    gold = {"name": "Gold", "hours": "always", "targets": targets, "terms": EVERYTHING}
    top = {**gold, "name": "Top", "terms": {"phone": {"kind": "channel", "channel": "phone"}}}
    return offer(
        version="2025-02-05", features=features, tiers={"gold": gold, "top": top}, add_ons={},
        every_plan=[],
    )  # fmt: skip


@dataclass(frozen=True)
class World:
    """Ash came twice by the portal, once in time, and once by the phone that it does not have. Elm
    has raised nothing."""

    served: Served
    ash: str
    elm: str
    visitors: Iterator[int] = field(default_factory=count)

    def promises(self, month: str = "") -> dict[tuple[str, str | None], dict[str, Any]]:
        path = f"/v1/accounts/{self.ash}/promises-kept"
        items = self.served.operator.get(path, params={"month": month}).json()["items"]
        return {(each["what"], each["promise_id"]): each for each in items}

    def visit(self, role: Role, account: str | None = None) -> Visit:
        email = f"{role.value}{next(self.visitors)}@people.example"
        return signed_in(self.served.opened, role, email, account=account)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("promises")
    with pytest.MonkeyPatch.context() as patch, serve_small_world(folder) as served:
        hands = moved_by_hand(patch, START)
        ash, elm = signed(served, "Ash"), signed(served, "Elm")
        lived(served, hands, ash)
        hands.now = IN_MAY
        yield World(served, ash, elm)


def signed(served: Served, name: str) -> str:
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, everything(), occasion)
        details = AccountDetails(name=name, time_zone="America/Los_Angeles")
        account = open_account(records, details, occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-05", tier="gold", start=START
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def lived(served: Served, hands: Hands, ash: str) -> None:
    engineer, _ = served.opened.access.invite(
        "nadia@house.example", frozenset({Role.agent}), None, operator()
    )
    user = served.opened.access.accept(engineer.secret, "Nadia Nagy", None, PASSWORD).id
    occasion = served.opened.occasion()
    need = NeedDetails(engineers=(user,))
    served.opened.change(lambda records: keep_need(records, ash, need, occasion))
    agent = served.as_("admin")
    hands.now = MONDAY
    cases = [opened(agent, ash, severity="S2", channel=way) for way in ("portal", "phone", "api")]
    for case, length in zip(cases, (HOUR / 2, 2 * HOUR, 9 * HOUR), strict=True):
        hands.now = MONDAY + length
        agent.put(f"/v1/cases/{case['id']}/acknowledgement").raise_for_status()
    for case in cases[::2]:
        said = {"how": "Restarted.", "why": "It had hung."}
        agent.post(f"/v1/cases/{case['id']}/resolution", json=said).raise_for_status()
    checks = agent.get(f"/v1/care?account={ash}&until=2025-05-02T00:00:00Z").json()["items"]
    assert [each["due_on"] for each in checks] == ["2025-03-31", "2025-04-30"]
    hands.now = MONDAY + timedelta(days=1)
    check = f"/v1/contracts/{checks[0]['contract']}/care/check/{checks[0]['due_on']}/completion"
    agent.put(check, json={"text": "All is well."}).raise_for_status()


def test_everything_that_is_promised_is_in_it_with_its_promise(world: World) -> None:
    found = world.promises()
    figures = {
        key: tuple(each[name] for name in ("kept", "missed", "over", "open"))
        for key, each in found.items()
    }
    assert figures == {
        ("S2.acknowledge", "acme/gold/S2.acknowledge"): (2, 1, 1, 0),
        ("portal", "acme/gold/portal"): (1, 0, 0, 0),
        ("phone", None): (0, 0, 1, 0),
        ("named_engineer", "acme/gold/people"): (0, 2, 0, 1),
        ("Health check", "acme/gold/check"): (1, 1, 0, 0),
        ("Health report", "acme/gold/health_report"): (0, 1, 0, 1),
    }


def test_what_the_customer_reads_is_what_we_read(world: World) -> None:
    visit, lead = world.visit(Role.customer_contact, world.ash), world.visit(Role.lead)
    own = visit.open("/attainment.json").json()
    assert own["kept"]["due"] == 9
    (listed,) = [
        each
        for each in world.served.operator.get("/v1/reports/promises-kept").json()["items"]
        if each["account"] == world.ash
    ]
    assert {name: listed[name] for name in own["kept"]} == own["kept"]
    (row,) = [
        each
        for each in csv.DictReader(io.StringIO(lead.open("/adherence/promises.csv").text))
        if each["account"] == world.ash
    ]
    assert (row["due"], row["kept"], row["missed"]) == ("9", "4", "5")
    assert "44.4\u202f% of 9 promises that fell due were kept" in visit.open("/attainment").text
    assert "4 of 9" in lead.open("/adherence/promises").text


def test_the_figures_are_counts_of_what_stands_below_them(world: World) -> None:
    own = world.visit(Role.customer_contact, world.ash).open("/attainment.json").json()
    came = [each["outcome"] for each in own["milestones"]] + [e["came"] for e in own["others"]]
    assert own["kept"]["missed"] == came.count("missed")
    assert own["kept"]["kept"] == came.count("met") + came.count("kept")
    rows = csv.DictReader(
        io.StringIO(
            world.visit(Role.lead).open(f"/attainment/promises.csv?account={world.ash}").text
        )
    )
    assert {row["promise_id"] or None: row["missed"] for row in rows} == {
        each["promise_id"]: str(each["missed"]) for each in own["promises"]
    }


def test_a_missed_check_names_its_day(world: World) -> None:
    page = world.visit(Role.customer_contact, world.ash).open("/attainment").text
    assert 'missed on <time datetime="2025-04-30">' in page


def test_another_account_reads_its_own_alone(world: World) -> None:
    customer = world.served.as_("customer_contact", account=world.served.oak)
    assert customer.get(f"/v1/accounts/{world.ash}/promises-kept").status_code == 404
    items = customer.get("/v1/reports/promises-kept").json()["items"]
    assert {each["account"] for each in items} <= {world.served.oak}


def test_the_list_goes_on_where_a_page_ended(world: World) -> None:
    ours = world.served.operator
    whole = ours.get("/v1/reports/promises-kept").json()["items"]
    assert [each["account"] for each in whole] == [world.elm, world.ash]
    first = ours.get("/v1/reports/promises-kept?limit=1").json()
    rest = ours.get("/v1/reports/promises-kept", params={"after": first["next"]}).json()
    assert [*first["items"], *rest["items"]] == whole
    assert ours.get("/v1/reports/promises-kept?after=odd").status_code == 422
    assert ours.get("/v1/reports/promises-kept?month=soon").status_code == 422


def test_who_raised_nothing_reads_of_what_was_due_all_the_same(world: World) -> None:
    page = world.visit(Role.customer_contact, world.elm).open("/attainment").text
    assert "No case was raised in these months" in page
    assert "0 of 2" in page
