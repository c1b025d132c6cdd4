from __future__ import annotations

from datetime import date

import pytest

from tierline.calendars.business_hours import Window
from tierline.calendars.reading import parse_days, parse_hours, parse_windows
from tierline.kernel.errors import Invalid


def test_windows_are_read_from_text():
    assert parse_windows("13:00-17:00, 09:00 – 12:00") == (
        Window(32_400, 43_200),
        Window(46_800, 61_200),
    )
    assert parse_windows("22:00-06:00:30") == (Window(79_200, 21_630),)
    assert parse_windows("closed") == ()


@pytest.mark.parametrize(
    "text", ["09:00-18:60", "9-17", "25:00-26:00", "09:00", "24:01-02:00", "09:00-12:00-13:00"]
)
def test_windows_that_cannot_be_read_say_so(text):
    with pytest.raises(Invalid, match="is not a"):
        parse_windows(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", ("mon",)),
        ("Mon-Wed", ("mon", "tue", "wed")),
        ("sat, sun", ("sat", "sun")),
        ("sat-mon", ("mon", "sat", "sun")),
        ("monday-tuesday", ("mon", "tue")),
    ],
)
def test_days_are_read_from_names_and_ranges(text, days):
    assert parse_days(text) == days


def test_hours_are_read_as_a_catalog_states_them():
    hours = parse_hours(
        {
            "time_zone": "Europe/Berlin",
            "week": {"mon-thu": "09:00-12:00, 13:00-17:00", "fri": [["09:00", "15:00"]]},
            "country": "DE",
            "subdivision": "BY",
            "holidays": ["2026-12-24", date(2026, 12, 31), "--12-27"],
            "breaks": {"2026-03-02": "10:00-11:00"},
            "overrides": {date(2026, 3, 3): "closed"},
        }
    )
    assert hours.week[3] == (Window(32_400, 43_200), Window(46_800, 61_200))
    assert hours.week[4] == (Window(32_400, 54_000),)
    assert hours.holidays == (date(2026, 12, 24), date(2026, 12, 31))
    assert hours.recurring_holidays == ((12, 27),)
    assert hours.overrides == ((date(2026, 3, 3), ()),)
    assert hours.business_day_seconds() == 7 * 3600


def test_all_faults_are_reported_at_once_with_their_places():
    with pytest.raises(Invalid) as caught:
        parse_hours(
            {
                "time_zone": "Europe/Brelin",
                "week": {"mon": "09:00-18:60", "mon-someday": "09:00-17:00"},
                "holidays": ["2026-02-30", "--02-30"],
                "country": False,
                "hollidays": [],
            },
            path="calendars.office",
        )
    faults = {fault.path: fault for fault in caught.value.faults}
    assert set(faults) == {
        "calendars.office.hollidays",
        "calendars.office.time_zone",
        "calendars.office.week",
        "calendars.office.week.mon[0]",
        "calendars.office.week.mon-someday",
        "calendars.office.holidays[0]",
        "calendars.office.holidays",
        "calendars.office.country",
    }
    assert faults["calendars.office.time_zone"].write_instead == "Did you mean 'Europe/Berlin'?"


def test_a_day_that_is_stated_twice_is_a_fault():
    with pytest.raises(Invalid, match="wed is stated twice"):
        parse_hours({"week": {"mon-fri": "09:00-17:00", "wed": "09:00-12:00"}})
