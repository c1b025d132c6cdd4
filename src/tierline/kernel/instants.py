"""Instants: aware UTC datetimes at the edges, integer microseconds since 1970 inside.

Microseconds as an integer order like the instants, add exactly, and are the same in Python,
NumPy and SQL.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.kernel.errors import Invalid

SECOND_US = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_US = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
_LAST_US = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
"""What can be written in UTC; an offset can carry an instant beyond either end."""


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z. A naive datetime is refused, never guessed."""
    if instant.tzinfo is None:
        raise Invalid(
            f"The time {instant.isoformat()} has no zone. Write it with one, e.g. "
            f"{instant.isoformat()}Z.",
            code="naive_instant",
        )
    micros = (instant - EPOCH) // _MICROSECOND
    if not _FIRST_US <= micros <= _LAST_US:
        raise _beyond_the_calendar(instant.isoformat())
    return micros


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of a count of microseconds since 1970."""
    return EPOCH + _MICROSECOND * int(micros)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant that states its zone; the answer is in UTC."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            f"'{text}' is not an instant. Write it as 2026-10-01T09:00:00Z.", code="bad_instant"
        ) from None
    if instant.tzinfo is None:
        raise Invalid(
            f"The time '{text}' has no zone. Write it with one, e.g. {text.strip()}Z.",
            code="naive_instant",
        )
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise _beyond_the_calendar(text) from None


def format_instant(instant: datetime) -> str:
    """ISO 8601 in UTC with `Z`, and microseconds only where there are any."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def format_micros(micros: int) -> str:
    """`format_instant` of a count of microseconds."""
    return format_instant(from_micros(micros))


def _beyond_the_calendar(text: str) -> Invalid:
    return Invalid(
        f"'{text}' lies before the year 1 or after the year 9999 in UTC.", code="bad_instant"
    )
