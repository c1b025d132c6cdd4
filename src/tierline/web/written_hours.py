"""Hours of a week as people write them into a form: `mon-fri 09:00-17:00; sat 10:00-14:00`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import WEEKDAYS

if TYPE_CHECKING:
    from tierline.calendars.business_hours import BusinessHours, Window


def stated_hours(zone: str, text: str) -> dict[str, object] | None:
    """What was written as a statement of hours; None where nothing was."""
    if not text:
        return None
    week: dict[str, str] = {}
    for part in text.split(";"):
        days, _, windows = part.strip().partition(" ")
        week[days] = windows
    return {"time_zone": zone, "week": week}


def hours_text(hours: BusinessHours) -> str:
    """Hours as they are written; empty where they never close."""
    if hours.always_open:
        return ""
    parts = []
    for windows, alike in groupby(zip(WEEKDAYS, hours.week, strict=True), key=lambda each: each[1]):
        days = [day for day, _ in alike]
        named = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
        if windows:
            parts.append(f"{named} {', '.join(window_text(window) for window in windows)}")
    return "; ".join(parts)


def window_text(window: Window) -> str:
    """`09:00-17:00`."""
    return f"{_clock(window.opens)}-{_clock(window.closes)}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
