"""How promises to one account were kept: by month of its calendar, with files that recompute."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from desk import CLOCKS, HOUR, opened
from moved_clock import Hands, moved_by_hand
from served import Served, serve_small_world
from signing_in import signed_in
from small_offer import offer
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.bootstrap import signing_key
from tierline.bootstrap.evidence import verify_bundle
from tierline.store.records import Records

DAY = timedelta(days=1)
TIERS = {
    "standard": {
        "name": "Standard",
        "hours": "office",
        "targets": [
            {"severity": "S1", "milestone": "resolution", "within": "PT16H"},
            {"severity": "S2", "milestone": "acknowledge", "within": "PT8H",
             "attainment_percent": 75},
        ],
    }
}  # fmt: skip
PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist
MARCH = datetime(2025, 3, 10, 8, tzinfo=UTC)
STILL_MARCH = datetime(2025, 4, 1, 5, tzinfo=UTC)  # in Los Angeles


@dataclass
class World:
    """`ash` is promised three of four S2 cases of a month, and lives in Los Angeles."""

    served: Served
    hands: Hands
    ash: str
    elm: str
    late: int
    """The number of the case with a miss."""
    visitors: Iterator[int] = field(default_factory=count)

    def cases_of(self, account: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.served.operator.get(
            f"/v1/cases?account={account}"
        ).json()["items"]
        assert found
        return found

    def visit(self, account: str) -> Visit:
        email = f"{account}-{next(self.visitors)}@people.example"
        return signed_in(self.served.opened, Role.customer_contact, email, account=account)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("attainment")
    with pytest.MonkeyPatch.context() as patch, serve_small_world(folder) as served:
        hands = moved_by_hand(patch, datetime(2025, 2, 4, tzinfo=UTC))
        ash, elm = (_account(served, name) for name in ("Ash", "Elm"))
        for at, length in ((MARCH, HOUR), (MARCH, HOUR), (STILL_MARCH, HOUR)):
            _raised(served, hands, ash, at, length)
        late = _raised(served, hands, ash, STILL_MARCH, 4 * DAY)
        _raised(served, hands, elm, MARCH, 4 * DAY)
        hands.now = datetime(2025, 5, 2, tzinfo=UTC)
        yield World(served, hands, ash, elm, late)


def _account(served: Served, name: str) -> str:
    occasion = served.opened.occasion()
    version = f"2025-02-0{4 + (name == 'Elm')}"
    stated = offer(version=version, tiers=TIERS, add_ons={}, clock_rules=CLOCKS)

    def work(records: Records) -> str:
        publish_catalog(records, stated, occasion)
        details = AccountDetails(name=name, time_zone="America/Los_Angeles")
        account = open_account(records, details, occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version=version, tier="standard",
            start=datetime(2025, 2, 4, tzinfo=UTC),
        )  # fmt: skip
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def _raised(served: Served, hands: Hands, account: str, at: datetime, length: timedelta) -> int:
    hands.now = at
    case = opened(served.operator, account, severity="S2")
    hands.now = at + length
    served.operator.put(f"/v1/cases/{case['id']}/acknowledgement").raise_for_status()
    return int(case["number"])


def test_a_month_is_of_the_accounts_own_calendar_and_names_its_misses(world: World) -> None:
    page = world.visit(world.ash).open("/attainment").text
    assert "75.0 % of 4 decided milestones were met and 1 missed" in page.replace("\u202f", " ")
    assert re.findall(r'<h2 id="month-\d"><time datetime="([^"]*)"', page) == ["2025-03"]
    assert set(re.findall(r'aria-label="Case (\d+)"', page)) == {str(world.late)}
    assert "3 of 4" in page
    assert re.search(r"75.?%.*data-state=\"ok\" data-mark=\"✓\">Met", page, re.DOTALL)


def test_the_files_recompute_every_figure(world: World) -> None:
    visit = world.visit(world.ash)
    found = visit.open("/attainment.json?until=2025-05").json()
    assert (found["format"], found["time_zone"]) == ("tierline/attainment/1", "America/Los_Angeles")
    counted = Counter(
        (each["month"], each["severity"], each["milestone"], each["outcome"])
        for each in found["milestones"]
        if (each["used_seconds"] > each["allowed_seconds"]) == (each["outcome"] == "missed")
    )
    for each in found["months"]:
        promise = each["month"], each["severity"], each["milestone"]
        assert [each["met"], each["missed"]] == [
            counted[*promise, outcome] for outcome in ("met", "missed")
        ]
    (commitment,) = found["commitments"]
    assert (commitment["committed_percent"], commitment["kept"]) == ("75", "met")
    rows = list(csv.DictReader(io.StringIO(visit.open("/attainment.csv?until=2025-05").text)))
    assert [row["case"] for row in rows] == [each["case"] for each in found["milestones"]]


def test_the_signed_evidence_is_recomputed_without_a_server(world: World, tmp_path: Path) -> None:
    answer = world.visit(world.ash).open("/attainment.zip?until=2025-05")
    assert answer.headers["content-type"] == "application/zip"
    file = tmp_path / "evidence.zip"
    file.write_bytes(answer.content)
    checks = verify_bundle(file, signing_key().public_text())
    assert [check.found for check in checks if not check.passed] == []
    with zipfile.ZipFile(file) as archive:
        figures = json.loads(archive.read("figures.json"))
        whole = b"".join(map(archive.read, archive.namelist())).decode()
    assert (figures["met"], figures["missed"]) == (3, 1)
    assert "Ash" in whole
    assert world.elm not in whole
    assert "Elm" not in whole
    assert all(each["id"] not in whole for each in world.cases_of(world.elm))


def test_evidence_is_written_over_the_api_and_of_ones_own_alone(world: World) -> None:
    path = f"/v1/accounts/{world.ash}/evidence"
    assert world.served.operator.get(f"{path}?until=2025-05").content[:2] == b"PK"
    assert world.visit(world.elm).open(f"/attainment.zip?account={world.ash}").status_code == 404
    assert world.served.operator.get(f"{path}?until=soon").status_code == 422


def test_nobody_reads_how_it_went_with_another_account(world: World) -> None:
    visit = world.visit(world.elm)
    assert visit.open(f"/attainment?account={world.ash}").status_code == 404
    assert visit.open(f"/attainment.json?account={world.ash}").status_code == 404
    own = visit.open("/attainment.json").json()
    assert {each["number"] for each in own["milestones"]}.isdisjoint({world.late})


def test_months_without_a_case_lead_to_the_last_that_have_one(world: World) -> None:
    before = world.hands.now
    try:
        world.hands.now = datetime(2026, 6, 2, tzinfo=UTC)
        visit = world.visit(world.ash)
        page = visit.open("/attainment").text
    finally:
        world.hands.now = before
    assert "No case was raised in these months" in page
    assert 'href="/attainment?until=2025-03"' in page


def test_what_is_no_month_is_refused(world: World) -> None:
    visit = world.visit(world.ash)
    for stated in ("2025", "2025-13", "0001-01", "soon"):
        assert visit.open(f"/attainment?until={stated}").status_code == 422
