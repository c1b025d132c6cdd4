"""What is owed beside money after a missed target, as the customer, API and terminal say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desk import MONDAY, opened
from moved_clock import Hands, moved_by_hand
from served import Served, serve_small_world
from small_offer import offer
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.api.application import application
from tierline.cli.main import tierline
from tierline.store.records import Records
from tierline.web.routes import ROUTES
from tierline.worker.kinds import worker_of

HOUR = timedelta(hours=1)
PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist
FASTER = {"severities": ["S1", "S2"], "within_days": 30}
TIER = {
    "name": "Standard",
    "hours": "always",
    "targets": [{"severity": "S1", "milestone": "acknowledge", "within": "PT1H",
                 "commitment": True, "remedy": "late"}],
    "remedies": {"late": {"name": "Late", "percent_of_fee": 0, "accelerated_response": FASTER}},
}  # fmt: skip


@dataclass
class World:
    """`elm` missed a target in its first case, which owes an accelerated response."""

    served: Served
    hands: Hands
    elm: str
    late: dict[str, Any]

    def visit(self) -> Visit:
        access, email = self.served.opened.access, "ada@elm.example"
        made, _ = access.invite(email, frozenset({Role.customer_contact}), self.elm, operator())
        access.accept(made.secret, "Ada Byron", None, PASSWORD)
        visit = Visit(application(self.served.opened, ROUTES))
        visit.open("/sign-in")
        visit.send("/sign-in", email=email, password=PASSWORD)
        return visit

    def owed(self, account: str | None = None) -> list[dict[str, Any]]:
        path = f"/v1/accounts/{account or self.elm}/accelerated-responses"
        return list(self.served.operator.get(path).json()["accelerated_responses"])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    hands = moved_by_hand(monkeypatch, MONDAY)
    with serve_small_world(tmp_path / "data") as served:
        occasion = served.opened.occasion()

        def work(records: Records) -> str:
            tiers = {"standard": TIER}
            catalog = offer(catalog="owing", version="2025-02-01", tiers=tiers, add_ons={})
            publish_catalog(records, catalog, occasion)
            account = open_account(records, AccountDetails(name="Elm"), occasion).id
            start = datetime(2025, 2, 1, tzinfo=UTC)
            order = ContractOrder(
                account=account, catalog="owing", version="2025-02-01", tier="standard", start=start
            )
            sign_contract(records, order, occasion)
            return account

        elm = served.opened.change(work)
        late = opened(served.operator, elm, severity="S1")
        hands.move(2 * HOUR)
        worker = worker_of(served.opened)
        worker.work(next(each for each in worker.lanes if each.name == "milestones"))
        yield World(served, hands, elm, late)


def test_the_customer_reads_what_is_owed_from_what_and_until_when(world: World) -> None:
    visit = world.visit()
    page = visit.open("/plan").text
    assert "What we owe after a missed target" in page
    assert "Owed to you" in page
    assert "S1 Down, S2 Slow" in page
    assert f'<a href="/cases/{world.late["id"]}">Case {world.late["number"]}</a>' in page
    assert "2 Apr 2025" in page
    visit.send("/me/language", language="de")
    german = visit.open("/plan").text
    assert "Was wir nach einer verfehlten Vorgabe schulden" in german
    assert "Steht Ihnen zu" in german


def test_the_case_that_used_it_says_so_on_both_pages(world: World) -> None:
    used = opened(world.served.operator, world.elm, severity="S2")
    visit = world.visit()
    plan = visit.open("/plan").text
    assert "Used for" in plan
    assert f'<a href="/cases/{used["id"]}">Case {used["number"]}</a>' in plan
    words = (
        "This case goes before all others of its severity: we owe it for the missed target of "
        f"case {world.late['number']}."
    )
    assert words in visit.open(f"/cases/{used['id']}").text
    assert words not in visit.open(f"/cases/{world.late['id']}").text


def test_the_api_says_it_to_whoever_may_read_the_contract(world: World) -> None:
    (owed,) = world.owed()
    assert owed == {
        "case": world.late["id"],
        "number": world.late["number"],
        "milestone": "acknowledge",
        "promise_id": "owing/standard/S1.acknowledge",
        "severities": ["S1", "S2"],
        "owed_at": "2025-03-03T09:00:00.000001Z",
        "until": "2025-04-02T09:00:00.000001Z",
        "state": "owed",
        "used_for": None,
    }
    theirs = world.served.as_("customer_contact", account=world.elm)
    path = f"/v1/accounts/{world.elm}/accelerated-responses"
    assert theirs.get(path).json()["accelerated_responses"] == [owed]
    other = world.served.as_("customer_contact", account=world.served.oak)
    assert other.get(path).status_code == 404
    assert world.owed(world.served.oak) == []
    world.hands.move(timedelta(days=30))
    assert world.owed()[0]["state"] == "lapsed"


def test_a_terminal_lists_them(world: World, tmp_path: Path) -> None:
    used = opened(world.served.operator, world.elm, severity="S1")
    (told,) = world.owed()
    assert told["used_for"] == {
        "case": used["id"], "number": used["number"], "at": "2025-03-03T10:00:00Z",
    }  # fmt: skip
    world.served.opened.close()
    words = ["accounts", "accelerated", world.elm, "--data", str(tmp_path / "data")]
    assert CliRunner().invoke(tierline, words).output == (
        "case 1  acknowledge missed at 2025-03-03T09:00:00.000001Z  S1, S2 until "
        "2025-04-02T09:00:00.000001Z  used for case 2\n"
    )
