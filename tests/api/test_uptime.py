"""Uptime over HTTP: what is promised against what was measured, for whom, and from what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from moved_clock import moved_by_hand
from served import Client, Served, made, problem
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records

OCTOBER = datetime(2025, 10, 6, 8, tzinfo=UTC)


def down(client: Client, title: str, part: str, since: str, until: str, **scope: Any) -> None:
    incident = made(client, "/v1/incidents", title=title, **scope)["id"]
    path = f"/v1/incidents/{incident}/updates"
    stood = {"text": "It stood.", "effects": {part: "major_outage"}, "since": since}
    made(client, path, is_published=True, **stood)
    made(client, path, is_published=True, text="It runs.", phase="resolved", since=until)


def account_promised(served: Served, percent: str, region: str) -> str:
    """Under a contract that promises so much uptime a month."""
    terms = {"uptime": {"kind": "uptime", "percent": percent, "excludes": ["Beta features"]}}
    tiers = {"gold": {"name": "Gold", "hours": "always", "terms": terms}}
    features = {"uptime": {"name": "Uptime", "axis": "risk_transfer"}}
    catalog = offer(version="2025-02-01", tiers=tiers, add_ons={}, features=features, every_plan=[])
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, catalog, occasion)
        account = open_account(records, AccountDetails(name="Elm", region=region), occasion).id
        start = datetime(2025, 3, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="gold", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


@pytest.fixture
def elm(served: Served, monkeypatch: pytest.MonkeyPatch) -> str:
    """An account of the EU; its region was down for 50 minutes in September, everybody for 6."""
    moved_by_hand(monkeypatch, OCTOBER)
    account = account_promised(served, "99.9", "EU")
    lead = served.as_("lead")
    since = {"watched_from": "2025-01-01T00:00:00Z"}
    api, portal = (made(lead, "/v1/components", name=n, **since)["id"] for n in ("API", "Portal"))
    alone = {"is_public": False, "regions": ["EU"]}
    down(lead, "The EU stood", api, "2025-09-14T02:00:00Z", "2025-09-14T02:50:00Z", **alone)
    down(lead, "All stood", portal, "2025-09-20T10:00:00Z", "2025-09-20T10:06:00Z")
    return account


def september(client: Client, query: str = "") -> dict[str, Any]:
    found = client.get(f"/v1/uptime?until=2025-09{query}").json()
    assert (found["until"], found["months"][0]["month"]) == ("2025-09", "2025-09")
    return dict(found["months"][0])


def test_public_and_own_figures_stand_side_by_side_with_what_they_come_from(
    served: Served, elm: str
) -> None:
    own = september(served.as_("customer_contact", account=elm))
    whole = 2 * 30 * 24 * 3_600
    assert own["down_seconds"] == 56 * 60
    assert own["uptime_percent"] == "99.935"
    assert own["public"]["uptime_percent"] == "99.993"
    shares = [(whole - each["down_seconds"]) / whole * 100 for each in (own, own["public"])]
    assert shares == [pytest.approx(99.935, abs=0.001), pytest.approx(99.993, abs=0.001)]
    rows = [row for part in own["components"] for row in part["incidents"]]
    assert [(row["title"], row["counted_seconds"], row["is_public"]) for row in rows] == [
        ("The EU stood", 3_000, False), ("All stood", 360, True),
    ]  # fmt: skip


def test_every_component_has_its_budget_and_no_other_makes_up_for_it(
    served: Served, elm: str
) -> None:
    own = september(served.as_("customer_contact", account=elm))
    api, portal = (part["commitments"][0] for part in own["components"])
    assert (api["committed_percent"], api["per"], api["excludes"]) == (
        "99.9", "month", ["Beta features"],
    )  # fmt: skip
    assert (api["allowed_seconds"], api["left_seconds"], api["state"]) == (2_592, -408, "missed")
    assert (portal["left_seconds"], portal["state"]) == (2_232, "kept")
    assert (api["first"], api["until"]) == ("2025-09-01", "2025-10-01")
    running = served.operator.get(f"/v1/uptime?account={elm}").json()["months"][0]
    assert [each["commitments"][0]["state"] for each in running["components"]] == ["so_far"] * 2


def test_nobody_learns_of_anothers_scope_or_contract(served: Served, elm: str) -> None:
    pine = served.as_("customer_contact", account=served.pine)
    for client in (served.nobody, pine, served.as_("lead")):
        text = client.get("/v1/uptime?until=2025-09").text
        assert "The EU stood" not in text
        assert "Beta features" not in text
    assert pine.get(f"/v1/uptime?account={elm}").status_code == 422
    partner = served.as_("customer_contact", account=elm, scopes=["check_entitlements"])
    found = september(partner)
    assert found["down_seconds"] == 56 * 60
    assert [part["commitments"] for part in found["components"]] == [[], []]


def test_a_month_that_is_none_is_said(served: Served) -> None:
    for path in ("/v1/uptime?until=2025-13", "/v1/reports/uptime?month=May"):
        answer = served.as_("lead").get(path)
        assert (answer.status_code, problem(answer)["code"]) == (422, "no_month")


def test_a_lead_reads_regions_and_what_was_missed_first(served: Served, elm: str) -> None:
    found = served.as_("lead").get("/v1/reports/uptime?month=2025-09").json()
    assert found["public"]["uptime_percent"] == "99.993"
    figures = {each["region"]: each["uptime_percent"] for each in found["regions"]}
    assert figures["EU"] == "99.935"
    first = found["commitments"][0]
    assert (first["account"], first["component"], first["state"]) == (elm, "API", "missed")
    assert found["states"] == {"kept": 1, "so_far": 0, "missed": 1}
