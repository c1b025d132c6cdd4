"""Times as exports write them, and the instants that they are."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tierline.connectors.event_log.mapping import TimesStatement
from tierline.connectors.event_log.times import UNKNOWN, TimeFault, parse_times
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_micros


def read(text: str | None, **statement: Any) -> str:
    """The instant of one text, or the fault; another time stands beside it."""
    column = pl.Series("at", [text, "2000-01-01 00:00Z"], dtype=pl.String)
    parsed = parse_times(column, TimesStatement(**statement), "log.csv")
    if parsed.instants[0] == UNKNOWN:
        return TimeFault(int(parsed.faults[0])).name
    return format_micros(int(parsed.instants[0]))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02 09:05", "2026-03-02T09:05:00Z"),
        ("2026-03-02T09:05:07Z", "2026-03-02T09:05:07Z"),
        ("2026-03-02 09:05:07.250", "2026-03-02T09:05:07.250000Z"),
        ("2026-03-02T09:05:07+01:00", "2026-03-02T08:05:07Z"),
        ("2026-03-02T09:05:07-0330", "2026-03-02T12:35:07Z"),
        ("2026/3/2 9:05", "2026-03-02T09:05:00Z"),
        ("2026-03-02 09:05 UTC", "2026-03-02T09:05:00Z"),
        ("2026-03-02", "2026-03-02T00:00:00Z"),
        (" 2026-03-02 09:05 ", "2026-03-02T09:05:00Z"),
        ("2026-02-29 09:05", "unreadable"),
        ("2026-03-02 24:05", "unreadable"),
        ("2026-03-02 09:65", "unreadable"),
        ("02/03/2026 09:05", "unreadable"),
        ("2026-03-02T09:05:07+25:00", "unreadable"),
        ("yesterday", "unreadable"),
        ("1600-03-02 09:05", "out_of_range"),
        (None, "none"),
    ],
)
def test_the_year_comes_first_unless_stated(text: str | None, instant: str) -> None:
    assert read(text, time_zone="UTC") == instant


@pytest.mark.parametrize(
    ("order", "text", "instant"),
    [
        ("day_first", "29/2/2016 01:16", "2016-02-29T01:16:00Z"),
        ("day_first", "2.3.2016 01:16:05", "2016-03-02T01:16:05Z"),
        ("day_first", "2/13/2016 01:16", "unreadable"),
        ("month_first", "2/13/2016 1:16 PM", "2016-02-13T13:16:00Z"),
        ("month_first", "12/1/2016 12:00 am", "2016-12-01T00:00:00Z"),
        ("month_first", "12/1/2016 13:00 PM", "unreadable"),
    ],
)
def test_the_order_of_a_date_is_stated(order: str, text: str, instant: str) -> None:
    assert read(text, order=order, time_zone="UTC") == instant


@pytest.mark.parametrize(
    ("form", "text", "instant"),
    [
        ("%d-%b-%Y %H:%M", "02-Mar-2026 09:05", "2026-03-02T14:05:00Z"),
        ("%Y%m%d%H%M%S%z", "20260302090507+0100", "2026-03-02T08:05:07Z"),
    ],
)
def test_any_other_form_can_be_stated(form: str, text: str, instant: str) -> None:
    assert read(text, format=form, time_zone="America/New_York") == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-30 02:30", "2025-03-30T01:30:00Z"),  # skipped: moves forward by the gap
        ("2025-10-26 02:30", "2025-10-26T00:30:00Z"),  # twice: the first
        ("2025-10-26 02:30+01:00", "2025-10-26T01:30:00Z"),  # the second, stated
    ],
)
def test_a_night_on_which_the_clocks_change_follows_the_rule(text: str, instant: str) -> None:
    assert read(text, time_zone="Europe/Berlin") == instant


def test_a_time_without_zone_is_never_guessed() -> None:
    assert read("2026-03-02 09:05") == "no_zone"


def test_a_column_without_any_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="times without a zone"):
        parse_times(pl.Series("at", ["2026-03-02 09:05"]), TimesStatement(), "log.csv")


def test_a_form_that_fits_nothing_reads_nothing() -> None:
    assert read("2026-03-02", format="%Q nonsense %", time_zone="UTC") == "unreadable"


def test_instants_of_parquet_are_taken_as_they_are() -> None:
    stated = pl.Series("at", ["2026-03-02T09:05:00"]).str.to_datetime(time_unit="ms")
    aware = stated.dt.replace_time_zone("Europe/Berlin")
    for column, zone in ((aware, None), (stated, "Europe/Berlin")):
        parsed = parse_times(column, TimesStatement(time_zone=zone), "log.parquet")
        assert format_micros(int(parsed.instants[0])) == "2026-03-02T08:05:00Z"
