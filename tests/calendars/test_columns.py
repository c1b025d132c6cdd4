"""The face for columns gives, element by element, what the face for one instant gives."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, dated, week_of
from tierline.calendars.calendar import Calendar
from tierline.calendars.reading import parse_windows
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US

YEAR_US = 365 * 86_400 * SECOND_US
START_US = 1_420_070_400 * SECOND_US

_LUNCH = parse_windows("09:00-12:00, 13:00-17:00")
SHAPES = {
    "office": BusinessHours("Europe/Berlin", week_of({"mon": _LUNCH, "thu": _LUNCH})),
    "always open": ALWAYS_OPEN,
    "a second a week": BusinessHours(week=week_of({"mon": (Window(0, 1),)})),
    "edges a second apart": BusinessHours(
        week=week_of({"mon": _LUNCH}),
        breaks=dated({date(2015, 1, 5): parse_windows("09:00:01-09:00:02, 10:00-10:00:01")}),
    ),
    "one window for years": BusinessHours(
        overrides=dated({date(2015, 6, 1): parse_windows("09:00-17:00")})
    ),
}


@pytest.fixture(params=SHAPES.values(), ids=SHAPES.keys())
def calendar(request):
    return Calendar(request.param)


@pytest.mark.parametrize("count", [50, 5_000], ids=["searched", "bucketed"])
def test_open_time_of_a_column_is_that_of_each_instant(calendar, count):
    starts, ends = np.random.default_rng(1).integers(START_US, START_US + YEAR_US, (2, count))
    column = calendar.open_us_between(starts, ends, signed=True)
    singly = [
        calendar.open_micros(int(start), int(end), signed=True)
        for start, end in zip(starts[:50], ends[:50], strict=True)
    ]
    assert column[:50].tolist() == singly
    assert calendar.open_us_between(starts, ends).tolist() == np.maximum(column, 0).tolist()


@pytest.mark.parametrize("boundary", ["near", "far"])
@pytest.mark.parametrize("count", [50, 5_000], ids=["searched", "bucketed"])
def test_due_times_of_a_column_are_those_of_each_start(calendar, count, boundary):
    random = np.random.default_rng(2)
    starts = random.integers(START_US, START_US + YEAR_US // 3, count)
    lengths = random.choice([0, 1, SECOND_US // 2], count)
    column = calendar.add_us(starts, lengths, boundary=boundary)
    singly = [
        calendar.add_micros(int(start), int(length), boundary=boundary)
        for start, length in zip(starts[:50], lengths[:50], strict=True)
    ]
    assert column[:50].tolist() == singly


def test_positions_lead_back_to_open_instants():
    calendar = Calendar(SHAPES["office"])
    instants = np.random.default_rng(3).integers(START_US, START_US + YEAR_US, 5_000)
    opened = calendar.instant_us(calendar.position_us(instants), boundary="far")
    again = calendar.instant_us(calendar.position_us(opened), boundary="far")
    assert again.tolist() == opened.tolist()
    assert (opened >= instants).all()
    assert (calendar.instant_us(calendar.position_us(instants)) <= opened).all()


def test_a_calendar_that_grows_by_decades_keeps_its_answers():
    office = SHAPES["office"]
    grown, fresh = Calendar(office), Calendar(office)
    instants = np.arange(START_US, START_US + YEAR_US, 7_000 * SECOND_US)
    before = grown.position_us(instants)
    grown.position_us(np.array([START_US - 60 * YEAR_US, START_US + 90 * YEAR_US]))
    assert grown.position_us(instants).tolist() == before.tolist()
    assert np.diff(before).tolist() == np.diff(fresh.position_us(instants)).tolist()


def test_an_empty_column_has_empty_answers(calendar):
    nothing = np.array([], dtype=np.int64)
    assert calendar.add_us(nothing, 5).tolist() == []
    assert calendar.open_us_between(nothing, nothing).tolist() == []
    assert calendar.instant_us(nothing).tolist() == []


def test_a_value_that_is_no_instant_is_refused_and_not_computed_with(calendar):
    with pytest.raises(Invalid, match="1900 to 2200"):
        calendar.position_us(np.array([START_US, np.iinfo(np.int64).min]))


def test_one_negative_length_in_a_column_is_refused(calendar):
    with pytest.raises(Invalid, match="not a length of open time"):
        calendar.add_us(np.array([START_US, START_US]), np.array([5, -5]))
