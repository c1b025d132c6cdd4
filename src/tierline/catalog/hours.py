"""From the hours that a catalog writes to the hours that `calendars` computes with."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import (
    CLOSED_WEEK,
    WEEKDAYS,
    BusinessHours,
    Window,
    dated,
    week_of,
)
from tierline.calendars.validation import validate
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.hours_statement import HoursStatement

_TIME = r"(\d{1,2}):(\d{2})"
_WINDOW = re.compile(rf"\s*{_TIME}\s*[-–]\s*{_TIME}\s*")
_YEARLY = re.compile(r"--(\d{2})-(\d{2})")


def business_hours_of(statement: HoursStatement) -> BusinessHours:
    """The hours as a value. Raises Invalid with every fault; paths are inside the statement."""
    return _read(statement.model_dump_json(), statement)


def business_day_seconds(statement: HoursStatement) -> int:
    """Open time that one business day stands for: as stated, or the usual day's length."""
    if statement.business_day is not None:
        return statement.business_day.elapsed_seconds()
    return business_hours_of(statement).business_day_seconds()


def hours_of(catalog: Catalog) -> dict[str, BusinessHours]:
    """All hours of a catalog by key."""
    return {key: business_hours_of(stated) for key, stated in catalog.business_hours.items()}


_KNOWN: dict[str, BusinessHours] = {}
_MOST_KNOWN = 4_096


def _read(text: str, statement: HoursStatement) -> BusinessHours:
    """Reading is pure, and the same few hours are read again for every tier."""
    if text not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[text] = _business_hours(statement)
    return _KNOWN[text]


def _business_hours(statement: HoursStatement) -> BusinessHours:
    faults: list[Fault] = []
    dates, yearly = _holidays(statement.holidays, faults)
    hours = BusinessHours(
        time_zone=statement.time_zone,
        week=week_of(_week(statement.week, faults)) if statement.week else CLOSED_WEEK,
        holidays=tuple(dates),
        recurring_holidays=tuple(yearly),
        country=statement.holiday_country,
        subdivision=statement.holiday_subdivision,
        breaks=dated(_dated(statement.breaks, "breaks", faults)),
        overrides=dated(_dated(statement.overrides, "overrides", faults)),
        always_open=statement.always_open,
    )
    if not faults:
        faults += validate(hours)
    if statement.always_open and (statement.week or statement.holidays):
        faults.append(
            Fault(
                "always_open_with_hours",
                "Hours that never close have no week and no holidays.",
                "always_open",
                "Remove always_open, or the week and the holidays.",
            )
        )
    if faults:
        raise Invalid("These business hours cannot be read.", faults)
    return hours


def _week(stated: Mapping[str, str], faults: list[Fault]) -> dict[str, tuple[Window, ...]]:
    week: dict[str, tuple[Window, ...]] = {}
    for days, text in stated.items():
        windows = parse_windows(text, f"week.{days}", faults)
        for day in _days(days, faults):
            week[day] = week.get(day, ()) + windows
    return week


def _days(text: str, faults: list[Fault]) -> list[str]:
    """`mon`, `mon-fri` or `sat-mon`."""
    first, _, last = text.strip().lower().partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        message = f"'{text}' is not a day of the week."
        advice = "Write mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri."
        faults.append(Fault("bad_day", message, f"week.{text}", advice))
        return []
    start, count = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    span = (count - start) % 7 + 1
    return [WEEKDAYS[(start + step) % 7] for step in range(span)]


def parse_windows(text: str, path: str, faults: list[Fault]) -> tuple[Window, ...]:
    """`09:00-12:00, 13:00-17:00`; `closed` is none. Faults are added to the list."""
    if text.strip().lower() == "closed":
        return ()
    windows = []
    for part in text.split(","):
        match = _WINDOW.fullmatch(part)
        numbers = [int(number) for number in match.groups()] if match else []
        if not numbers or numbers[1] > 59 or numbers[3] > 59 or max(numbers[0], numbers[2]) > 24:
            message = f"'{part.strip()}' is not a window of the day."
            faults.append(Fault("bad_window", message, path, "Write 09:00-17:00, or closed."))
            continue
        opens, closes = (numbers[0] * 60 + numbers[1]) * 60, (numbers[2] * 60 + numbers[3]) * 60
        windows.append(Window(opens, closes))
    return tuple(windows)


def _holidays(
    stated: tuple[str, ...], faults: list[Fault]
) -> tuple[list[date], list[tuple[int, int]]]:
    dates: list[date] = []
    yearly: list[tuple[int, int]] = []
    for place, text in enumerate(stated):
        match = _YEARLY.fullmatch(text)
        if match:
            yearly.append((int(match[1]), int(match[2])))
        elif (day := _date(text, f"holidays.{place}", faults)) is not None:
            dates.append(day)
    return dates, yearly


def _dated(
    stated: Mapping[str, str], where: str, faults: list[Fault]
) -> dict[date, tuple[Window, ...]]:
    found: dict[date, tuple[Window, ...]] = {}
    for text, windows in stated.items():
        path = f"{where}.{text}"
        day = _date(text, path, faults)
        if day is not None:
            found[day] = parse_windows(windows, path, faults)
    return found


def _date(text: str, path: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is not a date."
        advice = "Write 2026-12-25, or --12-25 for every year."
        faults.append(Fault("bad_date", message, path, advice))
        return None
