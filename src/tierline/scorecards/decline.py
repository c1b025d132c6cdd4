"""Accounts that use us less and less: people who worked with us then and now, by working day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

WINDOW_DAYS = 28
OVER_DAYS = 90
LEAST_PERCENT = 50
"""A fall of less than this is not told apart from a quiet month."""
_LEAST_DAYS = 10
"""Working days with a number that a window must have, so that a gap is not taken for a fall."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Means of a working day in the window of now and in the one that ended 90 days earlier."""

    account: str
    before: Decimal
    now: Decimal

    @property
    def percent(self) -> Decimal:
        """How much less, in whole percent of what it was."""
        fall = (self.before - self.now) * 100 / self.before
        return fall.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)


def declines(
    daily: Mapping[str, Mapping[date, int]], on: date, *, least_percent: int = LEAST_PERCENT
) -> tuple[Decline, ...]:
    """Accounts that fell by at least so much, the deepest fall first. `daily` are people a day, by
    account; days without a number are left out and never count as nought."""
    found = []
    for account, numbers in daily.items():
        before = _mean(numbers, on - timedelta(OVER_DAYS))
        now = _mean(numbers, on)
        if before and now is not None:
            decline = Decline(account=account, before=before, now=now)
            if decline.percent >= least_percent:
                found.append(decline)
    return tuple(sorted(found, key=lambda each: (-each.percent, each.account)))


def _mean(numbers: Mapping[date, int], end: date) -> Decimal | None:
    days = (end - timedelta(back) for back in range(1, WINDOW_DAYS + 1))
    known = [numbers[day] for day in days if day.weekday() < _SATURDAY and day in numbers]
    return Decimal(sum(known)) / len(known) if len(known) >= _LEAST_DAYS else None
