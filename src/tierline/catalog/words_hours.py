"""Business hours in words: how they qualify a length of time, and what they are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import WEEKDAYS, open_length
from tierline.catalog.hours import business_hours_of
from tierline.catalog.words_amount import duration_in_words, joined, repeated_in_words
from tierline.kernel.durations import DAY_SECONDS, Duration
from tierline.languages.language import ENGLISH, Language

if TYPE_CHECKING:
    from tierline.calendars.business_hours import Windows
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.hours_statement import HoursStatement

_DAY_NAMES = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


class Cover(StrEnum):
    """The three ways in which people speak of hours."""

    always = "always"
    weekdays = "weekdays"
    business = "business"


def cover_of(hours: HoursStatement) -> Cover:
    """Day and night, day and night on weekdays, or business hours."""
    lengths = [open_length(day) for day in business_hours_of(hours).week]
    if hours.always_open or min(lengths) >= DAY_SECONDS:
        return Cover.always
    if min(lengths[:5]) >= DAY_SECONDS and max(lengths[5:]) == 0:
        return Cover.weekdays
    return Cover.business


def duration_on_hours(
    catalog: Catalog,
    duration: Duration,
    hours: str | None,
    language: Language = ENGLISH,
    *,
    is_repeated: bool = False,
) -> str:
    """`15 minutes, day and night`; `1 hour on weekdays (24×5)`; `4 business hours`; of what
    `is_repeated`: `every 4 hours`.

    Where the catalog has several business hours, the name says which: `1 business day (office)`.
    """
    stated = catalog.business_hours.get(hours) if hours else None
    in_words = repeated_in_words if is_repeated else duration_in_words
    length = in_words(_in_hours(duration), language)
    if stated is None:
        return length
    match cover_of(stated):
        case Cover.always:
            return language.phrase("%(length)s, day and night", length=length)
        case Cover.weekdays:
            return language.phrase("%(length)s on weekdays (24×5)", length=length)
        case Cover.business:
            words = in_words(duration, language, is_business=True)
            return words + _which(catalog, str(hours))


def hours_phrase(catalog: Catalog, hours: str, language: Language = ENGLISH) -> str:
    """`day and night`, `on weekdays (24×5)`, `in business hours`."""
    stated = catalog.business_hours.get(hours)
    if stated is None:
        return language.phrase("in %(hours)s", hours=hours)
    match cover_of(stated):
        case Cover.always:
            return language.phrase("day and night")
        case Cover.weekdays:
            return language.phrase("on weekdays (24×5)")
        case Cover.business:
            return language.phrase("in business hours") + _which(catalog, hours)


def hours_in_words(hours: HoursStatement) -> str:
    """What the hours are: `Monday to Friday 09:00–17:00, in the zone of the customer ...`."""
    return "; ".join([_open_in_words(hours), *_closed_in_words(hours)])


def _open_in_words(hours: HoursStatement) -> str:
    cover = cover_of(hours)
    if cover is Cover.always:
        return "Day and night, every day"
    zone = "UTC" if hours.time_zone == "UTC" else f"{hours.time_zone} time"
    if hours.zone_label:
        zone = f"{hours.zone_label} (counted as {zone})"
    elif hours.follows_customer:
        zone = f"your own time zone ({zone} where we do not know it)"
    if cover is Cover.weekdays:
        return f"Day and night from Monday to Friday, in {zone}"
    return f"{_week_in_words(business_hours_of(hours).week)}, in {zone}"


def _closed_in_words(hours: HoursStatement) -> list[str]:
    """Holidays, breaks, overrides, and the length of a business day."""
    read = business_hours_of(hours)
    said: list[str] = []
    if hours.holiday_country:
        place = "-".join(filter(None, (hours.holiday_country, hours.holiday_subdivision)))
        said.append(f"closed on the public holidays of {place}")
    dates = [*(day_in_words(day) for day in read.holidays)]
    dates += [f"{date(2000, *day):%d %B} of every year".lstrip("0") for day in
              read.recurring_holidays]  # fmt: skip
    if dates:
        said.append(f"closed on {joined(dates)}")
    said += [f"not open {_windows(cut)} on {day_in_words(day)}" for day, cut in read.breaks]
    said += [
        f"{'open ' + _windows(kept) if kept else 'closed'} on {day_in_words(day)}"
        for day, kept in read.overrides
    ]
    if hours.business_day is not None:
        said.append(f"a business day is {duration_in_words(_in_hours(hours.business_day))}")
    if hours.holidays_follow_customer:
        said.append("closed on the public holidays of your country")
    if hours.regions:
        said.append(f"one of the regions {joined(hours.regions, 'or')}")
    if hours.chosen_in:
        said.append(f"chosen in the {hours.chosen_in}")
    if hours.assumed:
        said.append("assumed, because the hours are not stated")
    if hours.note:
        said.append(hours.note)
    return said


def day_in_words(day: date) -> str:
    """`1 July 2026`."""
    return f"{day.day} {day:%B %Y}"


def _in_hours(duration: Duration) -> Duration:
    """Up to a day in hours: `24 hours` is plainer than `1 day` where the clock never stops."""
    if duration.days == 1:
        return Duration(0, duration.seconds + DAY_SECONDS)
    return duration


def _which(catalog: Catalog, hours: str) -> str:
    alike = [key for key, h in catalog.business_hours.items() if cover_of(h) is Cover.business]
    return f" ({hours.replace('_', ' ')})" if len(alike) > 1 else ""


def _week_in_words(week: tuple[Windows, ...]) -> str:
    """Days with the same windows together: `Monday to Friday 09:00–17:00, Saturday 10:00–12:00`."""
    runs: list[tuple[str, str, Windows]] = []
    for day, windows in zip(_DAY_NAMES.values(), week, strict=True):
        if runs and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    return ", ".join(
        f"{first if first == last else f'{first} to {last}'} {_windows(windows)}"
        for first, last, windows in runs
        if windows
    )


def _windows(windows: Windows) -> str:
    return joined([f"{_clock(w.opens)}–{_clock(w.closes)}" for w in windows])


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
