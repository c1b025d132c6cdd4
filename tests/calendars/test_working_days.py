from __future__ import annotations

from datetime import date

import pytest

from tierline.calendars.business_hours import BusinessHours, dated, week_of
from tierline.calendars.calendar import Calendar, NeverOpens
from tierline.calendars.reading import parse_windows
from tierline.calendars.working_days import (
    add_business_days,
    business_dates,
    shift_working_days,
    working_days_between,
)
from tierline.kernel.errors import Invalid

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2024, 1, day) for day in (12, 13, 15, 16))


def test_business_days_keep_the_local_time_over_daylight_saving(calendar, at):
    friday = at("2024-03-29T10:00+01:00")
    assert add_business_days(calendar("Europe/Berlin"), friday, 1) == at("2024-04-01T10:00+02:00")


def test_an_answer_outside_hours_snaps_where_it_is_told(calendar, at):
    evening = at("2024-01-12T20:00Z")
    assert add_business_days(calendar(), evening, 1) == at("2024-01-15T20:00Z")
    assert add_business_days(calendar(), evening, 1, snap="forward") == at("2024-01-16T09:00Z")
    assert add_business_days(calendar(), evening, 1, snap="backward") == at("2024-01-15T17:00Z")
    assert add_business_days(calendar(), evening, 0, snap="forward") == at("2024-01-15T09:00Z")


def test_a_shift_from_a_weekend_counts_from_the_next_working_day(calendar):
    assert shift_working_days(calendar(), SATURDAY, 1) == TUESDAY
    assert shift_working_days(calendar(), SATURDAY, -1) == date(2024, 1, 11)
    assert shift_working_days(calendar(), SATURDAY, 0) == SATURDAY


def test_working_days_between_counts_the_last_day_and_not_the_first(calendar):
    assert working_days_between(calendar(), FRIDAY, MONDAY) == 1
    assert working_days_between(calendar(), MONDAY, FRIDAY) == -1
    assert working_days_between(calendar(), FRIDAY, SATURDAY) == 0


def test_a_day_that_a_break_closes_altogether_is_no_working_day(calendar):
    away = calendar(breaks=dated({MONDAY: parse_windows("00:00-24:00")}))
    assert business_dates(away, FRIDAY, 1) == [TUESDAY]


def test_every_day_of_a_calendar_that_is_always_open_is_a_working_day():
    always = Calendar(BusinessHours(always_open=True))
    assert business_dates(always, FRIDAY, 1) == [SATURDAY]


def test_a_calendar_without_working_days_is_an_error_and_no_hang():
    once = BusinessHours(overrides=dated({FRIDAY: parse_windows("09:00-10:00")}))
    with pytest.raises(NeverOpens):
        business_dates(Calendar(once), FRIDAY, 1)


def test_an_endless_count_is_refused(calendar):
    with pytest.raises(Invalid, match="count of days"):
        business_dates(calendar(), FRIDAY, 10**9)


def test_the_business_day_of_a_target_is_the_commonest_length_and_of_two_the_longest():
    week = {"mon": "09:00-17:00", "tue": "09:00-17:00", "wed": "09:00-12:00", "thu": "10:00-13:00"}
    hours = BusinessHours(week=week_of({day: parse_windows(text) for day, text in week.items()}))
    assert hours.business_day_seconds() == 8 * 3600
    assert BusinessHours(always_open=True).business_day_seconds() == 86_400
    with pytest.raises(Invalid, match="no open weekday"):
        BusinessHours().business_day_seconds()
