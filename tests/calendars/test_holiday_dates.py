from __future__ import annotations

from datetime import date

import pytest

from tierline.calendars.business_hours import BusinessHours, Window, week_of
from tierline.calendars.calendar import Calendar
from tierline.calendars.holiday_dates import expanded, holiday_dates
from tierline.calendars.portable import from_jsonable, to_jsonable
from tierline.kernel.errors import Invalid

BAVARIA = BusinessHours(
    "Europe/Berlin", week_of({"mon": (Window(0, 3600),)}), country="DE", subdivision="BY"
)


def test_a_subdivision_has_holidays_of_its_own():
    epiphany = date(2024, 1, 6)
    assert epiphany in holiday_dates(BAVARIA, 2024, 2024)
    assert epiphany not in holiday_dates(BusinessHours(country="DE"), 2024, 2024)


def test_a_recurring_leap_day_is_a_holiday_in_leap_years_only():
    leap = BusinessHours(recurring_holidays=((2, 29),))
    assert holiday_dates(leap, 2023, 2024) == {date(2024, 2, 29)}


def test_an_unknown_country_is_refused_when_its_dates_are_needed():
    with pytest.raises(Invalid, match="'XX'"):
        holiday_dates(BusinessHours(country="XX"), 2024, 2024)


def test_written_out_holidays_need_no_library(at, monkeypatch):
    portable = to_jsonable(expanded(BAVARIA, 2023, 2025))
    monkeypatch.setitem(__import__("sys").modules, "holidays", None)
    offline, start = Calendar(from_jsonable(portable)), at("2024-03-31T12:00Z")
    assert offline.is_holiday(date(2024, 4, 1))
    assert offline.add(start, 3600) == at("2024-04-07T23:00Z")  # Easter Monday is closed


def test_written_out_holidays_refuse_years_that_they_do_not_cover(at):
    offline = Calendar(expanded(BAVARIA, 2023, 2025))
    with pytest.raises(Invalid, match="2023 to 2025"):
        offline.add(at("2026-01-02T00:00Z"), 1)
    with pytest.raises(Invalid, match="written out until the end of 2025"):
        offline.add(at("2025-12-31T00:00Z"), 3600)


def test_hours_without_a_country_are_complete_as_they_are():
    plain = BusinessHours(week=BAVARIA.week)
    assert expanded(plain, 2023, 2025) is plain


def test_damaged_portable_hours_are_refused():
    portable = to_jsonable(BAVARIA)
    portable["week"] = {"mon": [[1]]}
    with pytest.raises(Invalid, match="damaged"):
        from_jsonable(portable)
