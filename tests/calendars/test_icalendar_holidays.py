from __future__ import annotations

from datetime import date

import pytest

from tierline.calendars.icalendar_holidays import read_holidays_ics
from tierline.kernel.errors import Invalid, LimitReached


def ics(*events: str) -> bytes:
    bodies = (f"BEGIN:VEVENT\r\nSUMMARY:x\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(bodies)}END:VCALENDAR\r\n".encode()


def read(*events: str):
    return read_holidays_ics(ics(*events), first_year=2023, last_year=2025)


def test_an_event_of_several_days_closes_each_of_them():
    found = read("DTSTART;VALUE=DATE:20241230\r\nDTEND;VALUE=DATE:20250102")
    assert found.dates == (date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1))


def test_a_fixed_day_of_every_year_recurs():
    found = read("DTSTART;VALUE=DATE:20101225\r\nRRULE:FREQ=YEARLY")
    assert (found.recurring, found.dates) == (((12, 25),), ())


def test_a_yearly_event_that_began_later_or_ends_is_written_out():
    assert read("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=YEARLY").dates == (
        date(2024, 12, 25), date(2025, 12, 25),
    )  # fmt: skip
    ended = read("DTSTART;VALUE=DATE:20101225\r\nRRULE:FREQ=YEARLY;UNTIL=20231231")
    assert ended.dates == (date(2023, 12, 25),)


def test_a_moving_rule_is_written_out_for_the_years_without_its_exceptions():
    found = read(
        "DTSTART;VALUE=DATE:20221124\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"
        "EXDATE;VALUE=DATE:20241128"
    )
    assert found.dates == (date(2023, 11, 23), date(2025, 11, 27))


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART:20241225T100000Z", "time of day"),
        ("DTSTART;VALUE=DATE:20241225\r\nSTATUS:CANCELLED", "cancelled"),
        ("DTSTART;VALUE=DATE:20241225\r\nDTEND;VALUE=DATE:20291225", "longer than 366 days"),
        ("DTSTART;VALUE=DATE:2024122", "no start"),
        ("UID:1", "no start"),
        ("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=YEARLY;INTERVAL=0", "below 1"),
        ("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "SECONDLY"),
        ("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "weekdays"),
    ],
)
def test_what_is_no_holiday_is_listed_with_its_reason(event, reason):
    found = read(event)
    assert (found.dates, found.recurring) == ((), ())
    assert reason in found.skipped[0].message


def test_a_rule_that_never_finds_a_day_ends():
    found = read("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert found.dates == ()


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nfoo"])
def test_a_file_that_is_no_icalendar_is_refused(content):
    with pytest.raises(Invalid, match="iCalendar"):
        read_holidays_ics(content, first_year=2023, last_year=2025)


def test_a_file_without_measure_is_refused():
    with pytest.raises(LimitReached, match="bytes at most"):
        read_holidays_ics(b"x" * 10_000_001, first_year=2023, last_year=2025)


def test_a_file_is_read_from_its_path(tmp_path):
    path = tmp_path / "holidays.ics"
    path.write_bytes(ics("DTSTART;VALUE=DATE:20241225"))
    found = read_holidays_ics(path, first_year=2024, last_year=2024)
    assert found.dates == (date(2024, 12, 25),)
