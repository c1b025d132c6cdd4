"""The view `at-risk` says how likely a miss is, and the report how well that was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import CLOCKS, HOUR, MONDAY, opened
from moved_clock import Hands
from served import Client, Served, problem
from signing_in import signed_in
from small_offer import offer

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.acknowledgement import acknowledge
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.bootstrap.cases import promise_now
from tierline.cases.channel import Channel
from tierline.store.records import Records

DAY = timedelta(days=1)
APRIL = MONDAY + 29 * DAY  # the first of April, a Tuesday, 10:00 in Berlin
MET, LATE = 24, 8
TIERS = {
    "standard": {
        "name": "Standard",
        "hours": "office",
        "targets": [
            {"severity": "S1", "milestone": "resolution", "within": "PT16H"},
            {"severity": "S2", "milestone": "acknowledge", "within": "PT8H"},
        ],
    }
}  # fmt: skip


@pytest.fixture
def elm(served: Served, hands: Hands) -> str:
    """An account of whose cases of March one in four was acknowledged too late."""
    occasion = served.opened.occasion()
    stated = offer(version="2025-02-05", tiers=TIERS, add_ons={}, clock_rules=CLOCKS)

    def work(records: Records) -> str:
        publish_catalog(records, stated, occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-05", tier="standard",
            start=datetime(2025, 2, 5, tzinfo=UTC),
        )  # fmt: skip
        sign_contract(records, order, occasion)
        return account

    account = served.opened.change(work)
    order = CaseOrder(account=account, subject="Line 3", text="Nothing moves.", channel=Channel.api,
                      severity="S2")  # fmt: skip

    def raise_them(records: Records) -> list[str]:
        promise = promise_now(served.opened, records, account, occasion)
        return [open_case(records, order, promise, occasion).id for _ in range(MET + LATE)]

    made = served.opened.change(raise_them)
    hands.now = MONDAY + HOUR
    take(served, made[:MET])
    hands.now = MONDAY + 2 * DAY
    take(served, made[MET:])
    hands.now = MONDAY
    return account


def take(served: Served, cases: list[str]) -> None:
    occasion = served.opened.occasion()
    served.opened.change(lambda records: [acknowledge(records, case, occasion) for case in cases])


def queue(client: Client, **asked: Any) -> Any:
    answer = client.get("/v1/cases", params={"view": "at-risk", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_missed_stands_first_then_what_is_likeliest_and_the_order_holds_over_pages(
    served: Served, elm: str, hands: Hands
) -> None:
    client = served.as_("lead")
    hands.now = APRIL - DAY
    missed = opened(served.operator, elm, severity="S2")["id"]
    hands.now = APRIL
    unknown = opened(served.operator, elm, severity="S1")["id"]
    hands.now = APRIL + HOUR
    likely = opened(served.operator, elm, severity="S2")["id"]
    hands.now = APRIL + HOUR * 1.5
    found = queue(client, account=elm)["items"]
    assert [each["id"] for each in found] == [missed, likely, unknown]
    assert [each["breach_probability"] is None for each in found] == [True, False, True]
    said = found[1]["breach_probability"]
    assert said["because"] == (
        "of 32 like it that were still open at 6% of their time, 8 were missed "
        "(one missed and one met are added to the count: a few cases make nothing certain)"
    )
    assert (said["n"], said["missed"], said["share"]) == (32, 8, round(9 / 34, 4))
    assert said["interval"]["low"] < 8 / 32 < said["interval"]["high"]
    assert found[0]["at_risk_because"] == "A target is missed already"

    pages, after = [], None
    for minutes in (90, 150, 210):
        hands.now = APRIL + timedelta(minutes=minutes)
        page = queue(client, account=elm, limit=1, **({"after": after} if after else {}))
        pages += [each["id"] for each in page["items"]]
        after = page["next"]
    assert (pages, after) == ([missed, likely, unknown], None)
    elsewhere = served.operator.get("/v1/cases", params={"account": elm}).json()["items"]
    assert {each["breach_probability"] for each in elsewhere} == {None}
    problem(client.get("/v1/cases", params={"view": "at-risk", "after": "eyJ4Ijox"}))


def test_without_enough_history_the_queue_goes_by_time_left(
    served: Served, desk: str, hands: Hands
) -> None:
    later = opened(served.operator, desk, severity="S2")["id"]
    hands.now = MONDAY + HOUR
    sooner = opened(served.operator, desk, severity="S1")["id"]
    found = queue(served.as_("lead"), account=desk)["items"]
    assert [each["id"] for each in found] == [sooner, later]
    assert {each["breach_probability"] for each in found} == {None}


def test_it_is_held_against_what_came_after(served: Served, elm: str, hands: Hands) -> None:
    hands.now = APRIL
    opened(served.operator, elm, severity="S2")
    hands.now = APRIL + 3 * DAY
    asked = {"since": "2025-03-31T00:00:00Z"}
    found = served.as_("lead").get("/v1/reports/breach-risk", params=asked).json()
    counts = [found[each] for each in ("milestones", "breaches", "unknown", "too_short")]
    assert counts == [1, 1, 0, 0]
    assert [(each["n"], each["missed"]) for each in found["bands"]] == [(1, 1), (1, 1)]
    chosen = found["chosen"]
    assert (chosen["caught"], chosen["alerts"], chosen["is_reached"]) == (1, 1, True)
    page = drawn(served, f"since={asked['since']}")
    assert "1 milestones, 1 of them missed" in page
    assert 'id="calibration"' in page
    held = sum(each["is_true"] for each in found["bands"])
    assert f"In {held} of 2 bands" in page
    assert "is reached" in page
    for odd in ({"since": "2023-01-01T00:00:00Z"}, {"until": "0001-01-01T00:00:00Z"}):
        problem(served.operator.get("/v1/reports/breach-risk", params=odd))


def drawn(served: Served, query: str) -> str:
    """The same report on its page."""
    return (
        signed_in(served.opened, Role.lead, "ada@lead.example")
        .open(f"/adherence/risk?{query}")
        .text
    )
