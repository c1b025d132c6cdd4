from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tierline.calendars.local_time import local_date, resolve_local, zone_named
from tierline.kernel.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_time_that_clocks_skip_moves_forward_by_the_gap(at):
    skipped = resolve_local(date(2024, 3, 31), 2 * 3600 + 1800, BERLIN)
    assert skipped == at("2024-03-31T03:30+02:00")


def test_a_time_that_clocks_show_twice_is_the_first(at):
    twice = resolve_local(date(2024, 10, 27), 2 * 3600 + 1800, BERLIN)
    assert twice == at("2024-10-27T02:30+02:00")


def test_a_day_without_a_midnight_begins_after_its_gap(at):
    saint_paul = ZoneInfo("America/Sao_Paulo")
    assert resolve_local(date(2015, 10, 18), 0, saint_paul) == at("2015-10-18T01:00-02:00")
    assert resolve_local(date(2015, 10, 17), 86_400, saint_paul) == at("2015-10-18T01:00-02:00")


def test_a_date_is_that_of_the_wall_in_the_zone(at):
    assert local_date(at("2024-12-31T23:30Z"), BERLIN) == date(2025, 1, 1)


@pytest.mark.parametrize("name", ["", "Europe", "localtime", "../../etc/passwd", "Berlin\0"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(Invalid, match="is not a time zone"):
        zone_named(name)
