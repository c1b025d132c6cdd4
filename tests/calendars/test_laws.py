"""Laws that hold for every calendar, tried on random ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.calendars.business_hours import WEEKDAYS, BusinessHours, Window, dated, week_of
from tierline.calendars.calendar import Calendar, calendar_for
from tierline.calendars.portable import from_jsonable, to_jsonable

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
FEW = settings(max_examples=60, deadline=None)

times = st.integers(0, 86_399)
windows = st.builds(Window, times, times).filter(lambda window: window.opens != window.closes)
days = st.lists(windows, max_size=3).map(tuple)
dates = st.dates(date(2024, 3, 1), date(2024, 4, 30))
hours = st.builds(
    BusinessHours,
    time_zone=st.sampled_from(ZONES),
    week=st.lists(days, min_size=7, max_size=7)
    .filter(any)
    .map(lambda week: week_of(dict(zip(WEEKDAYS, week, strict=True)))),
    holidays=st.lists(dates, max_size=3).map(tuple),
    breaks=st.dictionaries(dates, days, max_size=2).map(dated),
    overrides=st.dictionaries(dates, days, max_size=2).map(dated),
)
instants = st.integers(0, 80 * 86_400 * 10**6).map(
    lambda micros: datetime(2024, 2, 20, tzinfo=UTC) + timedelta(microseconds=micros)
)
lengths = st.integers(1, 40 * 3600)


@FEW
@given(hours, instants, instants, lengths)
def test_a_due_time_is_monotone_in_its_start(stated, one, other, length):
    calendar = Calendar(stated)
    earlier, later = sorted((one, other))
    assert calendar.add(earlier, length) <= calendar.add(later, length)


@FEW
@given(hours, instants, lengths, st.sampled_from(["near", "far"]))
def test_the_open_time_until_a_due_time_is_the_target(stated, start, length, boundary):
    calendar = Calendar(stated)
    due = calendar.add(start, length, boundary=boundary)
    assert calendar.open_seconds(start, due) == length


@FEW
@given(hours, instants, lengths)
def test_subtracting_what_was_added_leads_to_the_first_open_moment(stated, start, length):
    calendar = Calendar(stated)
    assert calendar.subtract(calendar.add(start, length), length) == calendar.next_open(start)


@FEW
@given(hours, instants, lengths)
def test_near_is_never_after_far_and_no_open_time_lies_between(stated, start, length):
    calendar = Calendar(stated)
    near, far = calendar.add(start, length), calendar.add(start, length, boundary="far")
    assert near <= far
    assert calendar.open_seconds(near, far) == 0


@FEW
@given(hours, instants, instants, instants)
def test_open_time_adds_up_over_any_point_between(stated, first, second, third):
    calendar = Calendar(stated)
    start, middle, end = (
        (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        for moment in sorted((first, second, third))
    )
    parts = calendar.open_micros(start, middle) + calendar.open_micros(middle, end)
    assert parts == calendar.open_micros(start, end)
    assert parts <= end - start


@FEW
@given(hours, instants, instants)
def test_periods_are_the_open_time(stated, one, other):
    calendar = Calendar(stated)
    start, end = sorted((one, other))
    periods = calendar.periods(start, until=end)
    assert sum(((b - a) for a, b in periods), timedelta()) // timedelta(seconds=1) == (
        calendar.open_seconds(start, end)
    )
    assert all(calendar.is_open(opens) and not calendar.is_open(closes)
               for opens, closes in periods if closes < end)  # fmt: skip


@FEW
@given(hours, instants)
def test_open_means_that_the_next_opening_is_now(stated, moment):
    calendar = Calendar(stated)
    assert calendar.is_open(moment) == (calendar.next_open(moment) == moment)


@FEW
@given(hours)
def test_hours_survive_the_journey_through_json(stated):
    assert from_jsonable(to_jsonable(stated)) == stated
    assert calendar_for(from_jsonable(to_jsonable(stated))) is calendar_for(stated)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_has_as_many_seconds_as_its_days_whatever_the_clocks_do(zone):
    whole = BusinessHours(zone, week_of(dict.fromkeys(WEEKDAYS, (Window(0, 86_400),))))
    start, end = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    assert Calendar(whole).open_seconds(start, end) == 365 * 86_400
