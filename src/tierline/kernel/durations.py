"""Durations as promises state them: whole days apart from seconds.

A day on business hours is one business day of those hours; on hours that never close it is 24
hours. So a duration keeps days and seconds apart until a calendar is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierline.kernel.errors import Invalid

DAY_SECONDS = 86_400

_ISO = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_SHORT = re.compile(
    r"(?:(?P<weeks>\d+)w)?\s*(?:(?P<days>\d+)d)?\s*(?:(?P<hours>\d+)h)?\s*"
    r"(?:(?P<minutes>\d+)m)?\s*(?:(?P<seconds>\d+)s)?"
)
_LONGEST_DAYS = 3_660


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """`days` whole days and `seconds` more; both at least 0."""

    days: int = 0
    seconds: int = 0

    def elapsed_seconds(self) -> int:
        """Seconds where a day has 24 hours."""
        return self.days * DAY_SECONDS + self.seconds

    def open_seconds(self, day_seconds: int) -> int:
        """Seconds of open time where a business day has `day_seconds` of it."""
        return self.days * day_seconds + self.seconds

    def __str__(self) -> str:
        """ISO 8601, the shortest form without weeks: `P2D`, `PT4H`, `PT1H30M`."""
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        clock = "".join(
            f"{count}{unit}"
            for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S"))
            if count
        )
        text = "P" + (f"{self.days}D" if self.days else "") + (f"T{clock}" if clock else "")
        return text if text != "P" else "PT0S"


def parse_duration(text: str) -> Duration:
    """Read ISO 8601 (`PT4H`, `P2D`, `PT1H30M`) or the short form of it (`4h`, `2d`, `1h30m`).

    Weeks become seven days. Months, years and fractions are refused: they have no fixed length.
    """
    stripped = text.strip()
    match = _ISO.fullmatch(stripped.upper()) if stripped[:1] in "Pp" else None
    match = match or _SHORT.fullmatch(stripped.lower())
    found = match.groupdict() if match else {}
    parts = {unit: int(count) for unit, count in found.items() if count}
    if not parts:
        raise Invalid(
            f"'{text}' is not a duration. Write PT15M, PT4H or P2D (a day on business hours is a "
            "business day); 15m, 4h and 2d are read as well.",
            code="bad_duration",
        )
    days = parts.get("weeks", 0) * 7 + parts.get("days", 0)
    seconds = parts.get("hours", 0) * 3600 + parts.get("minutes", 0) * 60 + parts.get("seconds", 0)
    if days + seconds // DAY_SECONDS > _LONGEST_DAYS:
        raise Invalid(f"'{text}' is longer than {_LONGEST_DAYS} days.", code="bad_duration")
    return Duration(days, seconds)


def in_words(seconds: int) -> str:
    """An elapsed length for people: `3 h 10 min`, `45 s`, `2 d 4 h`; at most two units."""
    sign = "−" if seconds < 0 else ""
    return sign + " ".join(f"{count}\u202f{unit}" for count, unit in parts_of(abs(seconds)))


def parts_of(seconds: int) -> list[tuple[int, str]]:
    """An elapsed length in its largest units, at most two: `d`, `h`, `min` and `s`."""
    parts: list[tuple[int, str]] = []
    rest = seconds
    for size, unit in ((DAY_SECONDS, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, rest = divmod(rest, size)
        if count:
            parts.append((count, unit))
        elif parts:
            break
        if len(parts) == 2:
            break
    return parts or [(0, "s")]
