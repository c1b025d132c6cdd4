"""Columns of instants as a wall clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours
from tierline.kernel.instants import to_micros
from tierline.scorecards.local_hours import hours_of_week, local_micros, months_of, report_zone

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - made aware below


@given(st.sampled_from(ZONES), st.lists(INSTANTS, min_size=1, max_size=20))
def test_every_instant_reads_as_its_own_conversion(zone: str, naive: list[datetime]) -> None:
    instants = [each.replace(tzinfo=UTC) for each in naive]
    column = np.array([to_micros(each) for each in instants], dtype=np.int64)
    shown = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) for each in instants]
    assert local_micros(column, ZoneInfo(zone)).tolist() == [to_micros(each) for each in shown]


@pytest.mark.parametrize("hours", [0, 1, 100, 167, 168])
def test_the_week_begins_on_monday_at_midnight(hours: int) -> None:
    monday = datetime(2025, 3, 3, tzinfo=UTC) + timedelta(hours=hours, minutes=59)
    assert hours_of_week(np.array([to_micros(monday)])).tolist() == [hours % 168]


def test_months_are_named_and_ordered() -> None:
    days = [datetime(2025, 1, 31, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)]
    months = months_of(np.array([to_micros(day) for day in days]))
    assert months.names == ("2024-12", "2025-01")
    assert months.codes.tolist() == [1, 0]


def test_the_zone_is_that_of_the_first_hours_that_close() -> None:
    berlin = BusinessHours(time_zone="Europe/Berlin")
    assert report_zone({"always": ALWAYS_OPEN, "office": berlin}) == "Europe/Berlin"
    assert report_zone({"always": ALWAYS_OPEN}) == "UTC"
