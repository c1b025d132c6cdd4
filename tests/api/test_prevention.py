"""Whether preventative care reduces severe cases, over HTTP, on the page and as a file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from desk import opened
from moved_clock import Hands, moved_by_hand
from served import Served
from signing_in import signed_in
from small_offer import offer

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records

FIRST = datetime(2025, 2, 1, tzinfo=UTC)
BEGAN = datetime(2025, 5, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, FIRST)


@pytest.fixture
def accounts(served: Served, hands: Hands) -> list[str]:  # noqa: ARG001 - contracts begin at its time
    """Three accounts that are promised a health check in each month; the first has it from May."""
    check = {"kind": "deliverable", "what": "Health check", "per": "month"}
    features = {"check": {"name": "Health check", "axis": "outcome"}}
    tiers = {"gold": {"name": "Gold", "hours": "always", "terms": {"check": check}}}
    catalog = offer(version="2025-02-01", features=features, tiers=tiers, add_ons={}, every_plan=[])
    occasion = served.opened.occasion()

    def work(records: Records) -> list[str]:
        publish_catalog(records, catalog, occasion)
        found = []
        for name in ("Ash", "Beech", "Cedar"):
            account = open_account(records, AccountDetails(name=name), occasion).id
            order = ContractOrder(
                account=account, catalog="acme", version="2025-02-01", tier="gold", start=FIRST
            )
            sign_contract(records, order, occasion)
            found.append(account)
        return found

    return served.opened.change(work)


def test_a_customer_with_care_is_compared_with_those_who_are_like_them(
    served: Served, accounts: list[str], hands: Hands
) -> None:
    ash, *others = accounts
    lead = served.as_("lead")
    hands.now = BEGAN - 95 * DAY
    opened(served.operator, ash, severity="S1")
    for days in (-80, -60, -40, -20):
        hands.now = BEGAN + days * DAY
        for account in accounts:
            opened(served.operator, account, severity="S1")
    hands.now = BEGAN
    (item,) = [
        each
        for each in served.operator.get("/v1/care").json()["items"]
        if each["account"] == ash and each["due_on"] == "2025-05-31"
    ]
    path = f"/v1/contracts/{item['contract']}/care/check/2025-05-31"
    served.operator.put(f"{path}/completion", json={"text": "All runs."}).raise_for_status()
    for days in (20, 40, 60, 80):
        hands.now = BEGAN + days * DAY
        for account in others if days > 40 else accounts:
            opened(served.operator, account, severity="S1")
    hands.now = BEGAN + 91 * DAY
    (found,) = lead.get("/v1/reports/prevention").json()["items"]
    assert (found["feature"], found["severities"]) == ("check", ["S1", "S2"])
    (customer,) = found["customers"]
    assert (customer["account"], sorted(customer["matches"])) == (ash, sorted(others))
    assert (found["after"], found["unmatched"]) == (2, 0)
    assert found["effect"]["change"] == pytest.approx(2.5 / 4.5 - 1)
    assert found["effect"]["interval"]["low"] < -0.31 < 0 < found["effect"]["interval"]["high"]
    assert not found["effect"]["is_clear"]
    assert found["trend"]["change"] == pytest.approx(0)
    assert found["avoided"] == pytest.approx(2 * 4.5 / 2.5 - 2)
    assert served.as_("agent").get("/v1/reports/prevention").status_code == 403

    visit = signed_in(served.opened, Role.lead, "lea@acme.example")
    page = visit.open("/care/effect").text
    assert "No cost to serve is known here" in page
    assert "€" not in page
    page = visit.open("/care/effect?cost=1000").text
    assert "1,600" in page
    assert "your assumption, the same for every case" in page
    assert visit.open("/care/effect?cost=much").status_code == 422
    (row,) = csv.DictReader(io.StringIO(visit.open("/care/effect.csv").text))
    assert (row["account"], row["severe_after"]) == (ash, "2")
