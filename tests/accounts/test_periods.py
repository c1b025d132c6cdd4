from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_offer import micros

from tierline.accounts.periods import cycle_of
from tierline.catalog.statement import Period
from tierline.kernel.instants import format_micros


def period(anchor: str, per: Period, at: str, zone: str = "UTC") -> tuple[str, str]:
    start, end = cycle_of(micros(anchor), per, zone).around(micros(at))
    return format_micros(start), format_micros(end)


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2025-02-10", "2025-01-31T00:00:00Z", "2025-02-28T00:00:00Z"),
        ("2025-02-28", "2025-02-28T00:00:00Z", "2025-03-31T00:00:00Z"),
        ("2025-03-30", "2025-02-28T00:00:00Z", "2025-03-31T00:00:00Z"),
        ("2025-04-30", "2025-04-30T00:00:00Z", "2025-05-31T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z"),
    ],
)
def test_a_month_is_counted_from_the_anchor_and_clamped_never_from_the_month_before(
    at: str, start: str, end: str
) -> None:
    assert period("2025-01-31", Period.month, at) == (start, end)


def test_a_leap_day_comes_back_in_the_next_leap_year() -> None:
    assert period("2024-02-29", Period.year, "2025-03-01")[0] == "2025-02-28T00:00:00Z"
    assert period("2024-02-29", Period.year, "2028-03-01")[0] == "2028-02-29T00:00:00Z"


def test_a_quarter_is_three_months_of_the_anchor() -> None:
    assert period("2024-11-30", Period.quarter, "2025-03-01") == (
        "2025-02-28T00:00:00Z",
        "2025-05-30T00:00:00Z",
    )


def test_a_day_of_the_customer_has_23_hours_when_clocks_go_forward() -> None:
    anchor = "2025-03-01T00:00:00+01:00"
    assert period(anchor, Period.day, "2025-03-30T12:00:00", "Europe/Berlin") == (
        "2025-03-29T23:00:00Z",
        "2025-03-30T22:00:00Z",
    )


def test_a_month_begins_at_midnight_of_the_customer_in_summer_too() -> None:
    anchor = "2025-01-01T00:00:00-06:00"
    assert period(anchor, Period.month, "2025-07-15", "America/Chicago") == (
        "2025-07-01T05:00:00Z",
        "2025-08-01T05:00:00Z",
    )


def test_an_hour_is_elapsed_time() -> None:
    assert period("2025-01-01T00:30:00", Period.hour, "2025-01-01T05:29:59") == (
        "2025-01-01T04:30:00Z",
        "2025-01-01T05:30:00Z",
    )


@given(
    anchor=st.integers(micros("2020-01-01"), micros("2025-01-01")),
    at=st.integers(micros("2015-01-01"), micros("2035-01-01")),
    per=st.sampled_from(Period),
    zone=st.sampled_from(("UTC", "Europe/Berlin", "America/Chicago", "Australia/Lord_Howe")),
)
def test_periods_hold_every_instant_once_and_follow_on_each_other(
    anchor: int, at: int, per: Period, zone: str
) -> None:
    cycle = cycle_of(anchor, per, zone)
    start, end = cycle.around(at)
    assert start <= at < end
    assert cycle.around(start) == (start, end)
    assert cycle.around(end)[0] == end
    assert cycle.around(start - 1)[1] == start
