"""Months by their first day: the one that somebody states, and those around it."""

from __future__ import annotations

from datetime import date

from tierline.kernel.errors import Invalid
from tierline.kernel.sentences import sentence

_EARLIEST = date(1990, 1, 1)


def month_after(first: date, months: int = 1) -> date:
    """The first day of a month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def month_stated(text: str) -> date | None:
    """The first day of a month that is written `2025-12`; None where nothing is. Raises Invalid."""
    if not text:
        return None
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.min
    if len(text) != len("2025-12") or found < _EARLIEST:
        words = sentence("'%(month)s' is no month. Write it as in 2025-12.", month=text)
        raise Invalid(words, code="no_month")
    return found
