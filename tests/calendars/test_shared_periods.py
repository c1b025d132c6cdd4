from __future__ import annotations

import pytest

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.calendars.calendar import Calendar
from tierline.calendars.shared_periods import in_zone_of, shared_periods, wall_clock_seconds
from tierline.kernel.errors import Invalid


def test_two_offices_share_the_hours_in_which_both_are_open(calendar, at):
    berlin, new_york = calendar("Europe/Berlin"), calendar("America/New_York")
    assert shared_periods(berlin, new_york, at("2024-01-15T00:00Z"), count=1) == (
        (at("2024-01-15T14:00Z"), at("2024-01-15T16:00Z")),
    )


def test_hours_read_in_the_zone_of_another_open_with_it(calendar, at):
    berlin, new_york = calendar("Europe/Berlin"), calendar("America/New_York")
    start = at("2024-01-15T00:00Z")
    assert shared_periods(berlin, in_zone_of(new_york, berlin), start, count=2) == (
        berlin.periods(start, count=2)
    )


def test_always_open_shares_what_the_other_has(calendar, at):
    start, end = at("2024-01-15T00:00Z"), at("2024-01-18T12:00Z")
    assert shared_periods(Calendar(ALWAYS_OPEN), calendar(), start, until=end) == (
        calendar().periods(start, until=end)
    )


def test_offices_that_are_never_open_together_share_nothing_and_end(calendar, at):
    early, late = calendar("UTC", "01:00-02:00"), calendar("UTC", "20:00-21:00")
    start = at("2150-01-15T00:00Z")
    assert shared_periods(early, late, start, count=1) == ()


def test_shared_periods_need_a_count_or_an_end(calendar, at):
    with pytest.raises(Invalid, match="count or an end"):
        shared_periods(calendar(), calendar(), at("2024-01-15T00:00Z"))


def test_by_the_wall_clock_a_day_has_24_hours_also_when_clocks_change(at):
    paris = Calendar(__import__("dataclasses").replace(ALWAYS_OPEN, time_zone="Europe/Paris"))
    start, end = at("2020-10-25T00:00+02:00"), at("2020-10-26T00:00+01:00")
    assert wall_clock_seconds(paris, start, end) == 24 * 3600
    assert paris.open_seconds(start, end) == 25 * 3600
