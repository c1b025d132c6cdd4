"""Holidays out of an iCalendar file (RFC 5545), as HR systems and public bodies publish them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tierline.kernel.errors import Fault, Invalid, LimitReached

if TYPE_CHECKING:
    from icalendar import Event

_MOST_BYTES = 10_000_000
_MOST_EVENTS = 20_000
_MOST_OCCURRENCES = 50_000
_LONGEST_EVENT_DAYS = 366
_ALWAYS_PRODUCES = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ImportedHolidays:
    """What a file held: dates, days of every year, and the events that are no holidays and why."""

    dates: tuple[date, ...]
    recurring: tuple[tuple[int, int], ...]
    skipped: tuple[Fault, ...]


def read_holidays_ics(source: Path | bytes, *, first_year: int, last_year: int) -> ImportedHolidays:
    """All-day events of the years, both included, as holidays.

    An event of several days closes each of them. A yearly event without an end, on a fixed day,
    becomes a recurring holiday; any other rule is written out for the years. Events with a time of
    day and cancelled ones are listed as skipped. A file that is no iCalendar is `Invalid`.
    """
    dates: set[date] = set()
    recurring: set[tuple[int, int]] = set()
    skipped: list[Fault] = []
    for event in islice(_events(_content(source)), _MOST_EVENTS):
        reason = _reason_to_skip(event)
        if reason is not None:
            skipped.append(_skipped(event, reason))
            continue
        fixed_day = _day_of_every_year(event, first_year)
        if fixed_day is not None:
            recurring.add(fixed_day)
            continue
        try:
            days = set(_days(event, last_year))
        except (Invalid, ValueError, TypeError) as error:
            skipped.append(_skipped(event, f"its rule cannot be read: {error}"))
            continue
        dates |= {day for day in days if first_year <= day.year <= last_year}
    return ImportedHolidays(tuple(sorted(dates)), tuple(sorted(recurring)), tuple(skipped))


def _content(source: Path | bytes) -> bytes:
    content = source if isinstance(source, bytes) else source.read_bytes()
    if len(content) > _MOST_BYTES:
        raise LimitReached(f"An iCalendar file may have {_MOST_BYTES:,} bytes at most.")
    return content


def _events(content: bytes) -> Iterator[Event]:
    from icalendar import Calendar  # noqa: PLC0415 - only an import of holidays needs it

    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise Invalid(f"This is not an iCalendar file: {error}", code="bad_icalendar") from None
    if not calendars:
        raise Invalid("This iCalendar file is empty.", code="bad_icalendar")
    for calendar in calendars:
        for component in calendar.walk("VEVENT"):
            yield cast("Event", component)


def _reason_to_skip(event: Event) -> str | None:
    start = _moment(event, "DTSTART")
    if not isinstance(start, date):
        return "it has no start that can be read"
    if isinstance(start, datetime):
        return "it has a time of day; only events of whole days are holidays"
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "it is cancelled"
    if _length_days(event) > _LONGEST_EVENT_DAYS:
        return f"it is longer than {_LONGEST_EVENT_DAYS} days"
    return None


def _length_days(event: Event) -> int:
    """Days that the event covers; its end is exclusive, and without one it is a single day."""
    end, length = _moment(event, "DTEND"), _moment(event, "DURATION")
    if isinstance(end, date):
        last = end.date() if isinstance(end, datetime) else end
        return max(1, (last - _start(event)).days)
    return max(1, length.days) if isinstance(length, timedelta) else 1


def _start(event: Event) -> date:
    """The first day; only for events that were not skipped."""
    return cast("date", _moment(event, "DTSTART"))


def _moment(event: Event, key: str) -> object:
    """The value of a property of time; None where it is absent or cannot be read."""
    from icalendar.error import BrokenCalendarProperty  # noqa: PLC0415 - as above

    try:
        return getattr(event.get(key), "dt", None)
    except BrokenCalendarProperty:
        return None


def _day_of_every_year(event: Event, first_year: int) -> tuple[int, int] | None:
    """Month and day where the event says "each year on this day" all the years, and no more."""
    if any(key in event for key in ("EXDATE", "RDATE", "RECURRENCE-ID")):
        return None
    rule = {key: [str(each) for each in value] for key, value in event.get("RRULE", {}).items()}
    start = _start(event)
    same_day = {
        "FREQ": ["YEARLY"],
        "INTERVAL": ["1"],
        "BYMONTH": [str(start.month)],
        "BYMONTHDAY": [str(start.day)],
    }
    named = {key: value for key, value in rule.items() if key != "WKST"}
    is_fixed = named.get("FREQ") == ["YEARLY"] and all(
        same_day.get(key) == value for key, value in named.items()
    )
    has_day = ("BYMONTH" in named) == ("BYMONTHDAY" in named)
    lasts_long_enough = start.year <= first_year and _length_days(event) == 1
    if is_fixed and has_day and lasts_long_enough:
        return start.month, start.day
    return None


def _days(event: Event, last_year: int) -> Iterator[date]:
    length = _length_days(event)
    excluded = set(_listed(event, "EXDATE"))
    for start in {*_occurrences(event, last_year), *_listed(event, "RDATE")} - excluded:
        yield from (start + _DAY * step for step in range(length))


def _occurrences(event: Event, last_year: int) -> list[date]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - as above

    start = _start(event)
    rule = event.get("RRULE")
    if rule is None:
        return [start]
    _refuse_endless(rule)
    first = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - a date, no instant
    walk = rrulestr(rule.to_ical().decode().replace("Z", ""), dtstart=first)
    found: list[date] = []
    for occurrence in islice(walk, _MOST_OCCURRENCES):
        if occurrence.year > last_year:
            break
        found.append(occurrence.date())
    return found


def _refuse_endless(rule: dict[str, list[object]]) -> None:
    """Rules that a generator could walk for ever without finding a day."""
    frequency = str(rule.get("FREQ", [""])[0])
    if frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise Invalid(f"'{frequency}' does not fit an event of whole days.")
    if any(int(str(each)) < 1 for each in rule.get("INTERVAL", [1])):
        raise Invalid("its interval is below 1.")
    if frequency in {"DAILY", "WEEKLY"} and not set(rule) <= _ALWAYS_PRODUCES:
        raise Invalid("a daily or weekly rule for holidays may only name weekdays.")


def _listed(event: Event, key: str) -> Iterator[date]:
    stated = event.get(key)
    if stated is None:
        return
    for group in stated if isinstance(stated, list) else [stated]:
        for each in group.dts:
            if isinstance(each.dt, date):
                yield each.dt.date() if isinstance(each.dt, datetime) else each.dt


def _skipped(event: Event, reason: str) -> Fault:
    name = str(event.get("SUMMARY", event.get("UID", "an event")))[:80]
    return Fault("not_a_holiday", f"'{name}' is left out: {reason}.")
