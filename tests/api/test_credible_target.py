"""Whether a target is credible, over HTTP, on the page, as a file and at a terminal."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import desk_offer
from moved_clock import Hands, moved_by_hand
from served import Served, problem, serve_small_world
from signing_in import signed_in

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.effort import Worked, enter_time
from tierline.bootstrap.cases import promise_now
from tierline.cases.channel import Channel
from tierline.cli.main import tierline
from tierline.store.records import Records

FIRST = datetime(2025, 2, 3, 9, tzinfo=UTC)  # a Monday, 10:00 in Berlin
CASES, WEEKS = 40, 4
PATH = "/v1/reports/credible-target"
HALF_AN_HOUR = {"case_minutes": "240", "sittings": "8", "agents": "1", "within_minutes": "20"}


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, FIRST)


@pytest.fixture
def desk(served: Served, hands: Hands) -> Served:
    """Elm, on Priority, has ten severity-1 cases a week in office hours, each of which took two
    sittings of half an hour; one agent is there for them from nine to five."""
    tell(served, hands)
    return served


def tell(served: Served, hands: Hands) -> None:
    def contract(records: Records) -> str:
        occasion = served.opened.occasion()
        publish_catalog(records, desk_offer(), occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=FIRST
        )
        sign_contract(records, order, occasion)
        return account

    account = served.opened.change(contract)
    order = CaseOrder(account=account, subject="Line 3", text="Nothing moves.", channel=Channel.api,
                      severity="S1")  # fmt: skip

    def raise_one(records: Records) -> None:
        occasion = served.opened.occasion()
        promise = promise_now(served.opened, records, account, occasion)
        case = open_case(records, order, promise, occasion).id
        for _ in range(2):
            enter_time(records, case, Worked(minutes=30, what="Read logs"), occasion)

    for number in range(CASES):
        week, place = divmod(number, CASES // WEEKS)
        hands.now = FIRST + timedelta(weeks=week, days=place % 5, hours=2 * (place // 5))
        served.opened.change(raise_one)
    hands.now = FIRST + timedelta(weeks=WEEKS)


def agent(served: Served) -> None:
    signed_in(served.opened, Role.agent, "ana@acme.example")
    (user,) = [each["id"] for each in served.operator.get("/v1/users").json()["items"]]
    body = {"hours": {"time_zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}}}
    assert served.operator.put(f"/v1/agents/{user}", json=body).status_code == 200


def test_a_target_is_judged_by_the_cases_and_people_that_there_were(desk: Served) -> None:
    lead = desk.as_("lead")
    found = lead.get(PATH).json()
    assert (found["tier"], found["severity"], found["milestone"]) == (
        "priority", "S1", "acknowledge",
    )  # fmt: skip
    assert (found["within_minutes"], found["promised_minutes"]) == (60, 60)
    assert (found["learned"]["lacks"], found["answer"]) == (["people"], None)

    agent(desk)
    found = lead.get(PATH).json()
    learned = found["learned"]
    assert (learned["like"], learned["cases"], learned["timed"]) == (CASES, CASES, CASES)
    assert (learned["case_minutes"], learned["sittings"], learned["spread"]) == (60, 2, 0)
    assert (learned["people"], learned["most_on_duty"]) == (1, 1)
    answer = found["answer"]
    assert 0.85 < answer["share"] < 0.95  # who comes while the other is worked on waits
    assert (answer["is_credible"], answer["extra"], found["cost"]) == (False, 1, None)
    assert answer["interval"]["low"] <= answer["share"] <= answer["interval"]["high"]
    wide = lead.get(PATH, params={"within_minutes": "240"}).json()["answer"]
    assert (wide["is_credible"], wide["extra"]) == (True, 0)


def test_what_is_supposed_otherwise_is_stated_and_the_difference_has_a_price(desk: Served) -> None:
    finance = desk.as_("finance")
    found = finance.get(PATH, params=HALF_AN_HOUR | {"rate": "62.505", "currency": "BHD"}).json()
    answer, cost = found["answer"], found["cost"]
    assert answer["share"] < 0.95
    assert answer["extra"] > 0
    assert found["learned"]["most_on_duty"] == 1
    hours = Decimal(cost["hours_a_week"])
    assert hours == 40 * answer["extra"]  # of the office
    assert Decimal(cost["a_week"]) == hours * Decimal("62.505")
    assert Decimal(cost["a_year"]) == 52 * Decimal(cost["a_week"])
    assert cost["currency"] == "BHD"


def test_every_fault_is_told_at_once_and_not_everybody_may_ask(desk: Served) -> None:
    refused = desk.as_("lead").get(PATH, params={"tier": "lead", "severity": "x", "rate": "free"})
    assert refused.status_code == 422
    assert {fault["path"] for fault in problem(refused)["faults"]} == {"tier", "severity", "rate"}
    assert desk.as_("product").get(PATH).status_code == 200
    assert desk.as_("agent").get(PATH).status_code == 403


def test_targets_are_tried_on_a_page_and_taken_along(desk: Served) -> None:
    visit = signed_in(desk.opened, Role.product, "pat@acme.example")
    page = visit.open("/adherence/credible").text
    assert "No agent is recorded" in page
    assert 'href="/adherence/credible"' in visit.open("/accounts").text
    asked = "&".join(f"{name}={value}" for name, value in HALF_AN_HOUR.items())
    page = visit.open(f"/adherence/credible?{asked}").text
    assert "Not credible" in page
    assert "State what an hour on duty costs" in page
    priced = visit.open(f"/adherence/credible?{asked}&rate=50").text
    assert "which is the rate stated above" in priced
    assert visit.open("/adherence/credible?within_minutes=soon").status_code == 422
    rows = list(csv.DictReader(io.StringIO(visit.open(f"/adherence/credible.csv?{asked}").text)))
    now = [each for each in rows if each["low"]]
    assert [each["within_minutes"] for each in now] == ["20.0"]
    assert now[0]["is_credible"] == "False"
    assert max(rows, key=lambda each: int(each["extra_on_duty"]))["is_credible"] == "True"
    head = visit.open("/adherence/credible.csv").text
    assert head.startswith("tier,severity,milestone,")
    assert len(head.splitlines()) == 1  # nothing is known of who works


def test_a_terminal_tells_it_and_exits_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = moved_by_hand(monkeypatch, FIRST)
    with serve_small_world(tmp_path) as served:
        tell(served, hands)
    words = ["case", "credible", "--data", str(tmp_path)]
    result = CliRunner().invoke(tierline, words)
    assert result.exit_code == 1
    assert "no agent is recorded: state --agents" in result.stdout
    result = CliRunner().invoke(tierline, [*words, "--agents", "3"])
    assert result.exit_code == 0, result.output
    assert ": credible\n" in result.stdout
    supposed = ["--agents", "1", "--case-minutes", "240", "--sittings", "8", "--rate", "50"]
    result = CliRunner().invoke(tierline, [*words, *supposed, "--within-minutes", "20"])
    assert result.exit_code == 1
    assert "not credible; " in result.stdout
    assert "at the stated rate of 50 an hour" in result.stdout
    result = CliRunner().invoke(tierline, [*words, "--agents", "3", "--json"])
    assert json.loads(result.stdout)["answer"]["is_credible"]
