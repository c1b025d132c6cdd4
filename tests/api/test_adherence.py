"""Adherence of the desk, promises of a share of a month's cases, and late waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import CLOCKS, HOUR, MONDAY, opened
from moved_clock import Hands
from served import Client, Served, problem
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records

DAY = timedelta(days=1)
APRIL = MONDAY + 29 * DAY  # the first of April, a Tuesday
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


@pytest.fixture
def ash(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    """An account that is promised three of four S2 cases of a month."""
    occasion = served.opened.occasion()
    stated = offer(version="2025-02-04", tiers=TIERS, add_ons={}, clock_rules=CLOCKS)

    def work(records: Records) -> str:
        publish_catalog(records, stated, occasion)
        account = open_account(records, AccountDetails(name="Ash"), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-04", tier="standard",
            start=datetime(2025, 2, 4, tzinfo=UTC),
        )  # fmt: skip
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def read(client: Client, what: str = "adherence", **asked: Any) -> Any:
    answer = client.get(f"/v1/reports/{what}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def answered(
    served: Served, account: str | None, after: timedelta, hands: Hands, **stated: Any
) -> str:
    """A case that is raised now and acknowledged so much later: its id."""
    raised = hands.now
    case = str(opened(served.operator, account, **stated)["id"])
    hands.now = raised + after
    served.operator.put(f"/v1/cases/{case}/acknowledgement")
    hands.now = raised
    return case


def test_every_case_is_counted_with_its_reason_where_it_is_in_no_share(
    served: Served, ash: str, hands: Hands
) -> None:
    kept = answered(served, ash, HOUR, hands, severity="S2")
    late = answered(served, ash, 2 * DAY, hands, severity="S2")
    answered(served, None, HOUR, hands)
    hands.now = MONDAY + 3 * DAY
    found = read(served.as_("lead"), by=["tier", "milestone"])
    assert found["cases"] == 3
    (acknowledge,) = [
        each
        for each in found["groups"]
        if each["group"] == {"tier": "standard", "milestone": "acknowledge"}
    ]
    counts = [acknowledge[each] for each in ("met", "missed", "running", "stopped")]
    assert counts == [1, 1, 0, 2]
    assert (acknowledge["share"], acknowledge["evidence"]) == (0.5, "weak")
    assert acknowledge["p50_seconds"] == 3600
    assert {each["reason"]: each["outcomes"] for each in found["excluded"]} == {
        "The plan promises nothing of this kind at this severity": 2,
        "Nobody knows yet who asks": 1,
    }
    missed = read(served.as_("lead"), "adherence/milestones", outcome="missed", tier="standard")
    assert [each["case"] for each in missed["items"]] == [late]
    assert kept != late


def test_it_is_read_as_of_any_instant_and_page_by_page(
    served: Served, ash: str, hands: Hands
) -> None:
    late = answered(served, ash, 2 * DAY, hands, severity="S2")
    answered(served, ash, HOUR, hands, severity="S2")
    hands.now = MONDAY + 3 * DAY
    then = read(served.operator, as_of="2025-03-03T10:00:00Z")["overall"]
    assert (then["met"], then["missed"], then["running"]) == (1, 0, 1)
    first = read(served.operator, "adherence/milestones", milestone="acknowledge", limit=1)
    rest = read(
        served.operator,
        "adherence/milestones",
        milestone="acknowledge",
        limit=1,
        after=first["next"],
    )
    assert [each["case"] for each in first["items"]] == [late]
    assert (len(rest["items"]), rest["next"]) == (1, None)


def test_a_customer_reads_its_own(served: Served, ash: str, desk: str, hands: Hands) -> None:
    answered(served, ash, HOUR, hands, severity="S2")
    answered(served, desk, HOUR, hands, severity="S2")
    hands.now = MONDAY + DAY
    customer = served.as_("customer_contact", account=ash)
    assert read(customer)["cases"] == 1
    assert [each["account"] for each in read(customer, "attainment")["items"]] == [ash]


def test_a_promise_of_a_share_is_kept_or_missed_when_the_month_is_over(
    served: Served, ash: str, hands: Hands
) -> None:
    for after in (HOUR, HOUR, HOUR, 2 * DAY):
        answered(served, ash, after, hands, severity="S2")
    hands.now = MONDAY + 3 * DAY
    (early,) = read(served.operator, "attainment")["items"]
    assert (early["kept"], early["met"], early["missed"]) == ("too_early", 3, 1)
    hands.now = APRIL
    late = answered(served, ash, 2 * DAY, hands, severity="S2")
    hands.now = APRIL + 31 * DAY
    april, march = read(served.operator, "attainment")["items"]
    assert (march["month"], march["committed_percent"], march["kept"]) == ("2025-03", "75", "met")
    assert (april["month"], april["kept"], april["missing"]) == ("2025-04", "missed", [late])
    assert march["evidence"] == "weak"


def test_what_cannot_be_counted_so_is_refused(served: Served, hands: Hands) -> None:  # noqa: ARG001
    refused = [
        problem(served.operator.get("/v1/reports/adherence", params=asked))
        for asked in (
            {"by": "weather"},
            {"by": ["tier", "month", "channel", "severity"]},
            {"since": "2025-03-04T00:00:00Z", "until": "2025-03-03T00:00:00Z"},
            {"since": "2019-03-04T00:00:00Z"},
            {"until": "0001-01-01T00:00:00Z"},
        )
    ]
    word = served.operator.get("/v1/reports/adherence/milestones", params={"outcome": "mised"})
    refused.append(problem(word))
    codes = [[each["code"], *(one["code"] for one in each.get("faults", []))] for each in refused]
    assert codes == [
        ["invalid", "unknown_dimension"],
        ["invalid", "too_many"],
        ["bad_stretch"],
        ["bad_stretch"],
        ["bad_stretch"],
        ["invalid", "unknown_outcome"],
    ]


def test_late_waits_without_a_question_stand_by_who_set_them_and_adherence_beside_without_them(
    served: Served, ash: str, hands: Hands
) -> None:
    cases = []
    for words in ("This takes some more time.", "Which firmware is it?"):
        hands.now = MONDAY
        case = opened(served.operator, ash, severity="S1")["id"]
        hands.now = MONDAY + DAY + 8 * HOUR - timedelta(minutes=4)
        wait = {"reason": "waiting_on_customer", "question": words}
        assert served.operator.put(f"/v1/cases/{case}/wait", json=wait).is_success
        hands.now = MONDAY + 3 * DAY
        cases.append(case)
    found = read(served.as_("lead"), "waits")
    (row,) = found["agents"]
    assert [row[each] for each in ("agent", "waits", "late", "quiet")] == ["operator", 2, 2, 1]
    assert row["cases"] == cases[:1]
    assert not row["is_conspicuous"]  # two waits say nothing
    assert (row["reported"]["missed"], row["restated"]["missed"]) == (0, 1)


def test_a_target_that_was_agreed_beside_the_plan_is_held_against_its_cases(
    served: Served, ash: str, hands: Hands
) -> None:
    contract = served.operator.get(f"/v1/accounts/{ash}/contracts").json()["items"][0]
    letter = {
        "id": "letter",
        "feature": "S2.acknowledge",
        "start": "2025-02-04T00:00:00Z",
        "exception": {"owner": "Sales", "reason": "A side letter", "cost": "0",
                      "expires": "2026-01-01T00:00:00Z"},
        "target": {"severity": "S2", "milestone": "acknowledge", "within": "PT1H",
                   "hours": "office"},
    }  # fmt: skip
    made = served.operator.post(f"/v1/contracts/{contract['id']}/overrides", json=letter)
    assert made.is_success, made.text
    answered(served, ash, HOUR / 2, hands, severity="S2")
    late = answered(served, ash, 2 * HOUR, hands, severity="S2")
    hands.now = MONDAY + DAY
    (found,) = read(served.as_("lead"), "side-letters")["items"]
    assert (found["within"], found["met"], found["missing"]) == ("PT1H", 1, [late])


def test_nothing_stands_out_in_a_desk_where_nothing_happened(served: Served, ash: str) -> None:
    lead = served.as_("lead")
    for what in (
        "worst-cases",
        "answered-sooner",
        "fallen-silent",
        "lifted-severities",
        "calendar-effects",
        "experience",
    ):
        assert read(lead, what)["items"] == []
    assert ash
