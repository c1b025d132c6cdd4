"""Whether what was done helped: how often a failure mode came before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SPAN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Cases of a failure mode in the 90 days before an instant, and in the 90 days after it, of
    which so many are over."""

    before: int
    after: int
    days_after: int


def recurrence(opened: Iterable[datetime], closed_at: datetime, now: datetime) -> Recurrence:
    """How often cases were opened: [closed - 90 days, closed) and [closed, closed + 90 days)."""
    known = [each for each in opened if each <= now]
    before = sum(closed_at - SPAN <= each < closed_at for each in known)
    after = sum(closed_at <= each < closed_at + SPAN for each in known)
    return Recurrence(before, after, min(now - closed_at, SPAN).days)
