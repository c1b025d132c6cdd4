from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tierline.catalog.load import load_catalog
from tierline.cli.catalog.holidays import holidays

CALENDAR = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//holidays//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20261224\r
DTEND;VALUE=DATE:20261226\r
SUMMARY:Shutdown\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20260501\r
RRULE:FREQ=YEARLY\r
SUMMARY:Company day\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTART:20260601T100000Z\r
SUMMARY:Meeting\r
END:VEVENT\r
END:VCALENDAR\r
"""
CATALOG = """\
format: tierline/catalog/1
catalog: x
version: 2026-01-01
company: X
business_hours:
  office:                     # ours
    week: {mon-fri: "09:00-17:00"}
    holidays: [2026-12-31]
"""


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    path = tmp_path / "holidays.ics"
    path.write_bytes(CALENDAR.encode())
    return path


def test_whole_day_events_are_printed_as_a_catalog_writes_them(calendar: Path) -> None:
    result = CliRunner().invoke(holidays, [str(calendar), "--years", "2026"])
    assert result.stdout.split() == ["-", "2026-12-24", "-", "2026-12-25", "-", "--05-01"]
    assert "Meeting" in result.stderr


def test_they_are_added_to_a_catalog_and_its_comments_stay(calendar: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text(CATALOG)
    arguments = [str(calendar), "--years", "2026", "--into", str(path), "--hours", "office"]
    assert CliRunner().invoke(holidays, arguments).exit_code == 0
    held = load_catalog(path).business_hours["office"].holidays
    assert held == ("--05-01", "2026-12-24", "2026-12-25", "2026-12-31")
    assert "# ours" in path.read_text()


def test_adding_them_again_writes_nothing(calendar: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text(CATALOG)
    arguments = [str(calendar), "--years", "2026", "--into", str(path), "--hours", "office"]
    CliRunner().invoke(holidays, arguments)
    before = path.read_bytes()
    assert "already" in CliRunner().invoke(holidays, arguments).stderr
    assert path.read_bytes() == before


def test_years_that_are_no_years_are_refused(calendar: Path) -> None:
    result = CliRunner().invoke(holidays, [str(calendar), "--years", "next"])
    assert (result.exit_code, "2026-2028" in result.stderr) == (2, True)
