"""When a health report is promised, and about which stretch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import yaml
from small_offer import OFFER, contract, micros

from tierline.accounts.contract import Contract, PlanPhase
from tierline.accounts.signed_terms import SignedTerms, terms_signed
from tierline.actions.health_reports import due_periods, next_end
from tierline.care.schedule import promised_between, report_periods
from tierline.catalog.catalog import Catalog
from tierline.kernel.instants import from_micros


def plan(per: str, times: int = 1) -> SignedTerms:
    stated = yaml.safe_load(OFFER)
    stated["features"]["health_report"] = {"name": "Health report", "axis": "outcome"}
    report = {"kind": "deliverable", "what": "Health report", "per": per, "times": times}
    stated["tiers"]["priority"]["terms"]["health_report"] = report
    return terms_signed(Catalog.model_validate(stated), "priority")


def reported(per: str, **parts: object) -> Contract:
    start = micros("2025-01-01T00:00+01:00")
    phases = (PlanPhase(terms=plan(per), start=start),)
    stated = {"plans": phases, "start": start, "time_zone": "Europe/Berlin", **parts}
    return contract(**stated)


def stretches(of: Contract, start: str = "2025-01-01", end: str = "2027-01-01") -> list[str]:
    found = report_periods(of, micros(start), micros(end))
    return [
        f"{from_micros(each.start):%m-%d %H} to {from_micros(each.end):%m-%d %H}" for each in found
    ]


def test_a_month_is_a_month_by_the_clocks_of_the_contract() -> None:
    assert stretches(reported("month"))[2:4] == ["02-28 23 to 03-31 22", "03-31 22 to 04-30 22"]
    assert stretches(reported("quarter"))[:2] == ["12-31 23 to 03-31 22", "03-31 22 to 06-30 22"]


def test_it_is_no_item_of_care_that_somebody_has_to_have() -> None:
    assert (
        list(promised_between(reported("month"), micros("2025-01-01"), micros("2026-06-01"))) == []
    )


def test_what_began_before_the_contract_begins_with_it() -> None:
    start = micros("2025-01-20T00:00+01:00")
    phases = (PlanPhase(terms=plan("month"), start=start),)
    anchor = micros("2025-01-01T00:00+01:00")
    found = stretches(reported("month", plans=phases, start=start, anchor=anchor))
    assert found[0] == "01-19 23 to 01-31 23"


def test_another_cadence_holds_from_the_change_on() -> None:
    start, change = micros("2025-01-01T00:00+01:00"), micros("2025-05-10T00:00+02:00")
    phases = (
        PlanPhase(terms=plan("quarter"), start=start),
        PlanPhase(terms=plan("month"), start=change),
    )
    ends = [each[-8:] for each in stretches(reported("quarter", plans=phases), end="2025-09-01")]
    assert ends == ["03-31 22", "05-31 22", "06-30 22", "07-31 22", "08-31 22"]


def test_what_ended_lately_is_due_once_and_nothing_that_nobody_would_read() -> None:
    of = reported("week")
    now = datetime(2025, 6, 1, tzinfo=UTC)
    due = due_periods([of], set(), now)
    assert len(due) == 4
    assert all(now - timedelta(days=31) <= from_micros(each.end) <= now for each in due)
    known = {(each.contract, each.start, each.end) for each in due}
    assert due_periods([of], known, now) == []


def test_the_next_one_is_found_however_far_and_none_after_the_contract() -> None:
    now = datetime(2025, 2, 1, tzinfo=UTC)
    assert next_end([reported("year")], now) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert next_end([reported("month")], datetime(2026, 3, 1, tzinfo=UTC)) is None
    assert next_end([contract()], now) is None
