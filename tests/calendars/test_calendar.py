from __future__ import annotations

from datetime import date, timedelta

import pytest

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, dated, week_of
from tierline.calendars.calendar import Calendar, NeverCloses, NeverOpens, calendar_for
from tierline.calendars.reading import parse_windows
from tierline.kernel.errors import Invalid

NEW_YORK = "America/New_York"


def test_four_business_hours_from_friday_afternoon_are_due_on_monday(calendar, at):
    due = calendar(NEW_YORK).add(at("2025-03-14T16:30-04:00"), 4 * 3600)
    assert due == at("2025-03-17T12:30-04:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2025-03-09T00:30-05:00", "2025-03-09T05:30-04:00"),
        ("2025-11-02T00:30-04:00", "2025-11-02T03:30-05:00"),
    ],
)
def test_always_open_counts_elapsed_time_over_daylight_saving(at, start, due):
    assert Calendar(BusinessHours(NEW_YORK, always_open=True)).add(at(start), 4 * 3600) == at(due)


def test_a_holiday_on_friday_moves_one_business_day_to_monday(calendar, at):
    start, day = at("2025-07-03T15:30-05:00"), 8 * 3600
    with_holiday = calendar("America/Chicago", country="US")
    assert with_holiday.add(start, day) == at("2025-07-07T15:30-05:00")
    assert calendar("America/Chicago").add(start, day) == at("2025-07-04T15:30-05:00")


def test_time_that_runs_out_at_closing_is_due_then_or_far_at_the_next_opening(calendar, at):
    monday = at("2024-01-15T09:00Z")
    assert calendar().add(monday, 8 * 3600) == at("2024-01-15T17:00Z")
    assert calendar().add(monday, 8 * 3600, boundary="far") == at("2024-01-16T09:00Z")


def test_subtracting_to_an_opening_stays_there_or_far_at_the_closing_before(calendar, at):
    evening = at("2024-01-16T17:00Z")
    assert calendar().subtract(evening, 8 * 3600) == at("2024-01-16T09:00Z")
    assert calendar().subtract(evening, 8 * 3600, boundary="far") == at("2024-01-15T17:00Z")


def test_adding_nothing_at_closing_time_is_the_next_opening(calendar, at):
    assert calendar().add(at("2024-01-15T17:00Z"), 0) == at("2024-01-16T09:00Z")
    assert calendar().subtract(at("2024-01-16T09:00Z"), 0) == at("2024-01-15T17:00Z")


def test_a_window_belongs_whole_to_the_day_on_which_it_opens(at):
    nights = week_of({"mon": parse_windows("22:00-06:00"), "tue": parse_windows("22:00-06:00")})
    calendar = Calendar(BusinessHours("UTC", nights, holidays=(date(2024, 1, 16),)))
    assert calendar.is_open(at("2024-01-16T05:59Z"))  # Monday's night, though Tuesday is a holiday
    assert not calendar.is_open(at("2024-01-16T23:00Z"))


def test_an_override_beats_a_holiday_unless_the_hours_say_otherwise(calendar, at):
    new_year, noon = date(2024, 1, 1), at("2024-01-01T11:00Z")
    stated = {"holidays": (new_year,), "overrides": dated({new_year: parse_windows("10:00-12:00")})}
    assert calendar(**stated).is_open(noon)
    assert not calendar(**stated, overrides_beat_holidays=False).is_open(noon)
    assert calendar(**stated).on_holiday(noon)


def test_an_override_without_windows_closes_its_day(calendar, at):
    closed = calendar(overrides=((date(2024, 1, 15), ()),))
    assert closed.next_open(at("2024-01-15T09:00Z")) == at("2024-01-16T09:00Z")


def test_a_break_is_cut_out_and_ends_half_open(calendar, at):
    lunch = calendar(breaks=dated({date(2024, 1, 15): parse_windows("12:00-13:00")}))
    noon, one = at("2024-01-15T12:00Z"), at("2024-01-15T13:00Z")
    assert (lunch.is_open(noon), lunch.on_break(noon)) == (False, True)
    assert (lunch.is_open(one), lunch.on_break(one)) == (True, False)
    assert lunch.open_seconds(at("2024-01-15T00:00Z"), at("2024-01-16T00:00Z")) == 7 * 3600


def test_windows_that_touch_are_one_period(calendar, at):
    halves = calendar("UTC", "09:00-12:00, 12:00-17:00")
    assert halves.periods(at("2024-01-15T00:00Z"), count=1) == (
        (at("2024-01-15T09:00Z"), at("2024-01-15T17:00Z")),
    )


def test_a_window_whose_edges_cross_in_a_gap_of_the_clocks_vanishes(at):
    hours = BusinessHours("America/Los_Angeles", week_of({"sun": parse_windows("02:30-03:15")}))
    assert Calendar(hours).next_open(at("2006-04-02T00:00-08:00")) == at("2006-04-09T02:30-07:00")


def test_an_end_before_the_start_counts_nothing_or_negative(calendar, at):
    start, end = at("2024-01-15T15:00:00.5Z"), at("2024-01-15T10:00Z")
    assert calendar().open_seconds(start, end) == 0
    assert calendar().open_seconds(start, end, signed=True) == -18_000


@pytest.mark.parametrize(
    "hours",
    [
        BusinessHours(),
        BusinessHours(overrides=((date(2024, 1, 1), ()),)),
        BusinessHours(
            week=week_of({"mon": (Window(0, 86_400),)}),
            recurring_holidays=tuple(
                (day.month, day.day)
                for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366))
            ),
        ),
    ],
    ids=["no windows", "an empty override", "every day a holiday"],
)
def test_hours_that_never_open_are_an_error_and_no_hang(at, hours):
    with pytest.raises(NeverOpens):
        Calendar(hours).add(at("2024-01-15T09:00Z"), 1)


def test_open_time_that_ends_before_the_target_is_an_error(at):
    once = BusinessHours(overrides=dated({date(2024, 1, 15): parse_windows("09:00-10:00")}))
    calendar = Calendar(once)
    assert calendar.add(at("2020-01-01T00:00Z"), 3600) == at("2024-01-15T10:00Z")
    with pytest.raises(NeverOpens, match="until the end of 2200"):
        calendar.add(at("2024-01-01T00:00Z"), 3601)
    with pytest.raises(NeverOpens, match="since 1900"):
        calendar.subtract(at("2024-01-01T00:00Z"), 1)


def test_a_day_that_always_stays_open_has_no_closing(at):
    whole = week_of(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
                                  (Window(0, 86_400),)))  # fmt: skip
    for hours in (ALWAYS_OPEN, BusinessHours("Europe/Berlin", whole)):
        with pytest.raises(NeverCloses):
            Calendar(hours).next_close(at("2024-01-15T09:00Z"))


def test_instants_outside_the_years_of_a_calendar_are_refused(calendar, at):
    with pytest.raises(Invalid, match="1900 to 2200"):
        calendar().add(at("1899-12-31T00:00Z"), 1)


@pytest.mark.parametrize("length", [-1, 10**12, 10**30])
def test_a_length_that_is_no_target_is_refused(calendar, at, length):
    with pytest.raises(Invalid, match="not a length of open time"):
        calendar().add(at("2024-01-15T09:00Z"), length)


def test_a_naive_time_is_refused(calendar, at):
    with pytest.raises(Invalid, match="has no zone"):
        calendar().add(at("2024-01-15T09:00"), 1)


def test_equal_hours_share_one_calendar(office):
    assert calendar_for(office(NEW_YORK)) is calendar_for(office(NEW_YORK))


def test_periods_backward_come_nearest_first_and_clipped(calendar, at):
    assert calendar().periods(
        at("2024-01-16T12:00Z"), "backward", until=at("2024-01-15T16:00Z")
    ) == (
        (at("2024-01-16T09:00Z"), at("2024-01-16T12:00Z")),
        (at("2024-01-15T16:00Z"), at("2024-01-15T17:00Z")),
    )


def test_periods_need_a_count_or_an_end(calendar, at):
    with pytest.raises(Invalid, match="count or an end"):
        calendar().periods(at("2024-01-16T12:00Z"))


def test_hours_with_broken_windows_cannot_be_compiled():
    with pytest.raises(Invalid, match="no length"):
        Calendar(BusinessHours(week=week_of({"mon": (Window(3600, 3600),)})))
