"""Editions of months: when one is due, and what was told otherwise before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tierline.scorecards.performance import (
    ATTAINMENT,
    SETTLES_FOR,
    Edition,
    Figure,
    Value,
    corrections,
    due_months,
    has_changed,
)

TOLD = datetime(2026, 1, 8, tzinfo=UTC)


def figure(value: Value | None, tier: str = "gold", name: str = "Gold") -> Figure:
    return Figure(what=ATTAINMENT, tier=tier, name=name, value=value)


def edition(number: int, *figures: Figure) -> Edition:
    at = TOLD + number * timedelta(30)
    return Edition(month="2025-12", number=number, at=at, figures=figures)


def test_a_month_is_due_once_it_has_settled() -> None:
    end = datetime(2026, 1, 1, tzinfo=UTC)
    first = date(2025, 11, 1)
    second = timedelta(seconds=1)
    assert due_months(first, end + SETTLES_FOR - second) == ["2025-11"]
    assert due_months(first, end + SETTLES_FOR) == ["2025-11", "2025-12"]
    assert due_months(date(2026, 1, 1), end) == []


def test_a_correction_has_the_old_and_the_new_value_and_its_day() -> None:
    told = [
        edition(1, figure((9, 10, 2)), figure(None, "iron", "Iron")),
        edition(2, figure((9, 12, 0)), figure(None, "iron", "Iron")),
        edition(3, figure((9, 12, 0)), figure((5, 5, 0), "iron", "Iron")),
    ]
    latest, first = corrections(told)
    assert (latest.tier, latest.was, latest.now) == ("iron", None, (5, 5, 0))
    assert (first.tier, first.was, first.now) == ("gold", (9, 10, 2), (9, 12, 0))
    assert (first.at, latest.at) == (told[1].at, told[2].at)


def test_another_name_of_a_tier_is_no_correction() -> None:
    before, after = figure((9, 10, 2)), figure((9, 10, 2), name="Golden")
    assert not has_changed([before], [after])
    assert has_changed([before], [figure((9, 10, 3))])
    assert has_changed([before], [])
