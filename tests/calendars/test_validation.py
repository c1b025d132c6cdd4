from __future__ import annotations

from dataclasses import replace

import pytest

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.calendars.validation import validate

OFFICE = BusinessHours("Europe/Berlin", week_of({"mon": (Window(32_400, 61_200),)}))


def codes(hours, **mode):
    return [fault.code for fault in validate(hours, **mode)]


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (BusinessHours(), "never_opens"),
        (replace(OFFICE, time_zone="Mars/Olympus"), "unknown_zone"),
        (replace(OFFICE, time_zone="localtime"), "unknown_zone"),
        (replace(OFFICE, time_zone="../etc/passwd"), "unknown_zone"),
        (replace(OFFICE, country="XX"), "unknown_country"),
        (replace(OFFICE, country="DE", subdivision="TX"), "unknown_subdivision"),
        (replace(OFFICE, subdivision="BY"), "no_country"),
        (replace(OFFICE, recurring_holidays=((2, 30),)), "bad_date"),
        (replace(OFFICE, week=week_of({"mon": (Window(5, 5),)})), "empty_window"),
        (replace(OFFICE, week=week_of({"mon": (Window(0, 90_000),)})), "bad_time"),
    ],
)
def test_each_fault_is_found_alone(hours, code):
    assert codes(hours) == [code]


def test_sound_hours_have_no_fault():
    assert codes(OFFICE) == codes(ALWAYS_OPEN) == []
    assert codes(replace(OFFICE, country="DE", subdivision="BY")) == []


def test_overnight_windows_are_a_fault_in_strict_mode_only():
    nights = replace(OFFICE, week=week_of({"mon": (Window(79_200, 21_600),)}))
    assert codes(nights) == []
    assert codes(nights, overnight_windows=False) == ["overnight_window"]


def test_a_city_without_its_region_is_recognised():
    (fault,) = validate(replace(OFFICE, time_zone="New York"))
    assert fault.write_instead == "Did you mean 'America/New_York'?"
