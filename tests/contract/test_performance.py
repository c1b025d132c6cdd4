"""Public figures on both databases: the team's word, months that stay as they were told, figures
equal to our own, and nothing of few."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import CLOCKS, HOUR, MONDAY, opened
from moved_clock import Hands, moved_by_hand
from served import Served, make_small_world
from small_offer import offer
from visitor import Visit

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.api.application import application
from tierline.bootstrap.application import open_application
from tierline.store.records import Records
from tierline.web.routes import ROUTES
from tierline.worker.kinds import worker_of

APRIL = {"since": "2025-04-01T00:00:00Z", "until": "2025-05-01T00:00:00Z"}


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, MONDAY)


@pytest.fixture
def served(empty_address: str, hands: Hands) -> Iterator[Served]:  # noqa: ARG001 - at its time
    with open_application(database=empty_address) as application:
        yield Served(application, *make_small_world(application))


def customers(served: Served, tier: str, count: int) -> list[str]:
    """New accounts under contract from March on."""
    target = {"severity": "S1", "milestone": "resolution", "within": "PT16H"}
    tiers = {
        key: {"name": key.title(), "hours": "office", "targets": [target], **more}
        for key, more in (("standard", {}), ("gold", {}), ("nest", {"availability": "private"}))
    }
    catalog = offer(
        catalog="halls", version="2025-02-01", tiers=tiers, add_ons={}, clock_rules=CLOCKS
    )
    occasion = served.opened.occasion()

    def work(records: Records) -> list[str]:
        publish_catalog(records, catalog, occasion)
        found = []
        for number in range(count):
            details = AccountDetails(name=f"{tier} {number}")
            account = open_account(records, details, occasion).id
            start = datetime(2025, 3, 1, tzinfo=UTC)
            order = ContractOrder(account=account, catalog="halls", tier=tier, start=start)
            sign_contract(records, order, occasion)
            found.append(account)
        return found

    return served.opened.change(work)


def raised(served: Served, accounts: list[str]) -> list[str]:
    """A case of each of them."""
    return [opened(served.operator, each, severity="S1")["id"] for each in accounts]


def resolved(served: Served, cases: list[str]) -> None:
    for case in cases:
        done = served.operator.post(f"/v1/cases/{case}/resolution", json={"how": "So.", "why": "."})
        assert done.status_code == 201, done.text


def work(served: Served) -> None:
    worker_of(served.opened).do_duties()


def told(served: Served, month: str) -> dict[str, Any]:
    """What the public reads of a month."""
    answer = served.nobody.get("/v1/performance", params={"until": month})
    (found,) = [each for each in answer.json()["months"] if each["month"] == month]
    return dict(found)


def figure(month: dict[str, Any], tier: str | None, what: str = "attainment") -> Any:
    found = {(each["what"], each["tier"]): each["value"] for each in month["figures"]}
    return found[what, tier]


def test_months_are_told_once_they_are_over_equal_our_own_and_are_corrected_beside(
    served: Served, hands: Hands
) -> None:
    standard, gold = customers(served, "standard", 6), customers(served, "gold", 5)
    nest = customers(served, "nest", 1)
    lead = served.as_("lead")
    assert served.nobody.get("/v1/performance").status_code == 404
    assert served.as_("agent").put("/v1/performance/publication").status_code == 403
    hands.now = datetime(2025, 4, 7, 8, tzinfo=UTC)
    cases = raised(served, [*standard, *gold, *nest])
    hands.now += HOUR
    asked = lead.post(f"/v1/cases/{cases[0]}/messages", json={"text": "Which firmware?"}).json()
    resolved(served, cases[1:])
    lead.put("/v1/performance/publication", json={"since": "2025-04"}).raise_for_status()
    hands.now = datetime(2025, 5, 7, 23, tzinfo=UTC)
    work(served)
    assert served.nobody.get("/v1/performance").json()["months"] == []
    hands.now = datetime(2025, 5, 8, tzinfo=UTC)
    work(served)
    first = told(served, "2025-04")
    own = lead.get("/v1/reports/adherence", params={**APRIL, "by": ["tier", "milestone"]}).json()
    rows = {each["group"]["tier"]: each for each in own["groups"] if each["met"]}
    for tier in ("standard", "gold"):
        value = figure(first, tier)
        assert (value["met"], value["share"]) == (rows[tier]["met"], rows[tier]["share"])
        assert value["of"] == rows[tier]["met"] + rows[tier]["missed"]
        half = figure(first, tier, "resolution")
        if tier == "gold":
            assert half["median_seconds"] == rows[tier]["p50_seconds"] == 3600
    assert figure(first, "standard")["share"] == 5 / 6
    assert figure(first, None) is None  # the one of a tier of its own would be the difference
    assert all(each["tier"] != "nest" for each in first["figures"])
    assert first["corrections"] == []

    wait = {"reason": "waiting_on_customer", "asked_in": asked["messages"][-1]["id"]}
    lead.post(f"/v1/cases/{cases[0]}/waits", json=wait).raise_for_status()
    resolved(served, cases[:1])
    work(served)
    assert told(served, "2025-04") == first  # it is looked at again when the next month is told
    hands.now = datetime(2025, 6, 8, tzinfo=UTC)
    work(served)
    later = told(served, "2025-04")
    assert figure(later, "standard")["share"] == 1
    (of_tier,) = [each for each in later["corrections"] if each["what"] == "attainment"]
    assert (of_tier["was"]["met"], of_tier["now"]["met"]) == (5, 6)
    assert (of_tier["at"], later["edition"]) == ("2025-06-08T00:00:00Z", 2)
    kinds = [each["kind"] for each in lead.get("/v1/facts?subject=performance").json()["items"]]
    assert sorted(kinds) == [
        "PerformanceMonthCorrected", "PerformanceMonthPublished", "PerformanceMonthPublished",
        "PerformancePublished",
    ]  # fmt: skip
    visit = Visit(application(served.opened, ROUTES))
    table = list(csv.DictReader(io.StringIO(visit.open("/performance.csv").text)))
    of_standard = [
        (row["is_now"], row["met"], row["told_at"])
        for row in table
        if (row["month"], row["what"], row["tier"]) == ("2025-04", "attainment", "standard")
    ]
    assert of_standard == [
        ("True", "6", "2025-06-08T00:00:00Z"), ("False", "5", "2025-05-08T00:00:00Z"),
    ]  # fmt: skip
    page = visit.open("/performance").text
    assert "Corrections" in page
    assert "<script" not in page
    assert "/performance" in visit.open("/status").text
    lead.delete("/v1/performance/publication").raise_for_status()
    for path in ("/performance", "/performance.csv", "/performance.json", "/v1/performance"):
        assert visit.open(path).status_code == 404
    lead.put("/v1/performance/publication", json={"since": "2025-04"}).raise_for_status()
    assert told(served, "2025-04") == later


def test_a_tier_of_few_is_left_out_and_the_whole_is_told_where_that_gives_nothing_away(
    served: Served, hands: Hands
) -> None:
    standard, gold = customers(served, "standard", 5), customers(served, "gold", 4)
    (nest,) = customers(served, "nest", 1)
    lead = served.as_("lead")
    lead.put("/v1/performance/publication", json={"since": "2025-03"}).raise_for_status()
    hands.now = datetime(2025, 3, 10, 8, tzinfo=UTC)
    resolved(served, raised(served, [*standard, *gold, gold[0]]))  # five cases of four customers
    hands.now = datetime(2025, 4, 7, 8, tzinfo=UTC)
    resolved(served, raised(served, [*standard, *gold, nest]))
    hands.now = datetime(2025, 5, 20, tzinfo=UTC)
    work(served)
    march, april = told(served, "2025-03"), told(served, "2025-04")
    for month in (march, april):
        assert figure(month, "gold") is None
        assert figure(month, "gold", "resolution") is None
        assert figure(month, "standard")["of"] == 5
    assert figure(march, None) is None
    assert figure(april, None)["of"] == 10  # what is hidden in it is of five customers
    assert lead.put("/v1/performance/publication", json={"since": "soon"}).status_code == 422
    assert lead.put("/v1/performance/publication", json={"since": "2031-01"}).status_code == 422
