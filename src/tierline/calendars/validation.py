"""What can be wrong with a statement of hours, all of it at once."""

from __future__ import annotations

import difflib
from calendar import monthrange
from collections.abc import Iterable, Iterator

from tierline.calendars.business_hours import WEEKDAYS, BusinessHours, Window, Windows
from tierline.calendars.holiday_dates import has_public_holidays, known_places
from tierline.calendars.local_time import zone_fault, zone_named
from tierline.kernel.durations import DAY_SECONDS
from tierline.kernel.errors import Fault, Invalid

_LEAP_YEAR = 2024


def validate(
    hours: BusinessHours, overnight_windows: bool = True, *, path: str = ""
) -> list[Fault]:
    """Every fault of the hours. In strict mode (no overnight windows) opening comes before closing.

    `path` is put before the place inside the hours, e.g. `calendars.office`.
    """
    faults = [*_zone_faults(hours), *_public_holiday_faults(hours)]
    if not hours.always_open:
        faults += _emptiness(hours)
    faults += value_faults(hours, overnight_windows)
    return [_at(path, fault) for fault in faults]


def value_faults(hours: BusinessHours, overnight_windows: bool = True) -> list[Fault]:
    """The faults of single values: times of day and dates that do not exist, empty windows."""
    return [*_recurring_faults(hours)] + [
        fault
        for place, windows in _all_windows(hours)
        for number, window in enumerate(windows)
        for fault in _value_faults(window, f"{place}[{number}]", overnight_windows)
    ]


def _all_windows(hours: BusinessHours) -> Iterator[tuple[str, Windows]]:
    yield from ((f"week.{day}", windows) for day, windows in zip(WEEKDAYS, hours.week, strict=True))
    yield from ((f"breaks.{day}", windows) for day, windows in hours.breaks)
    yield from ((f"overrides.{day}", windows) for day, windows in hours.overrides)


def _value_faults(window: Window, path: str, overnight_windows: bool) -> Iterable[Fault]:
    if not (0 <= window.opens < DAY_SECONDS and 0 <= window.closes <= DAY_SECONDS):
        yield Fault("bad_time", "A window lies outside the day.", path, "Write 00:00 to 24:00.")
    elif window.opens == window.closes:
        yield Fault(
            "empty_window",
            "A window has no length.",
            path,
            "Leave it out, or write 00:00-24:00 for the whole day.",
        )
    elif window.is_overnight and not overnight_windows:
        yield Fault(
            "overnight_window",
            "A window closes before it opens.",
            path,
            "Split it at midnight: until 24:00, and from 00:00 on the next day.",
        )


def _emptiness(hours: BusinessHours) -> Iterator[Fault]:
    if not any(hours.week) and not any(windows for _, windows in hours.overrides):
        yield Fault(
            "never_opens",
            "These hours never open.",
            "week",
            "Write at least one window, e.g. mon-fri: 09:00-17:00, or always_open: true.",
        )


def _zone_faults(hours: BusinessHours) -> Iterator[Fault]:
    try:
        zone_named(hours.time_zone)
    except Invalid:
        yield zone_fault(hours.time_zone)


def _recurring_faults(hours: BusinessHours) -> Iterator[Fault]:
    for month, day in hours.recurring_holidays:
        if not (1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]):
            yield Fault(
                "bad_date",
                f"{month:02}-{day:02} is not a day of any year.",
                "holidays",
                "Write --MM-DD, e.g. --12-25.",
            )


def _public_holiday_faults(hours: BusinessHours) -> Iterator[Fault]:
    if hours.public_holidays is not None:
        return  # written out: the library is not needed, and may be another version
    if hours.country is None:
        if hours.subdivision is not None:
            yield Fault(
                "no_country",
                f"The subdivision '{hours.subdivision}' stands without a country.",
                "subdivision",
                "Add the country, e.g. country: DE.",
            )
        return
    if has_public_holidays(hours.country, hours.subdivision):
        return
    places = known_places()
    if hours.country not in places:
        yield Fault(
            "unknown_country",
            f"No public holidays are known for '{hours.country}'.",
            "country",
            _meant(hours.country, places, "Write an ISO 3166 code such as 'DE' or 'US'."),
        )
    elif hours.subdivision is not None:
        yield Fault(
            "unknown_subdivision",
            f"'{hours.subdivision}' is not a subdivision of {hours.country} with holidays.",
            "subdivision",
            _meant(
                hours.subdivision,
                places[hours.country],
                f"Known: {', '.join(places[hours.country]) or 'none'}.",
            ),
        )


def _meant(written: str, known: Iterable[str], otherwise: str) -> str:
    near = difflib.get_close_matches(written.upper(), known, n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else otherwise


def _at(path: str, fault: Fault) -> Fault:
    if not path:
        return fault
    return Fault(fault.code, fault.message, f"{path}.{fault.path}", fault.write_instead)
