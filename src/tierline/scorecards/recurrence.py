"""Whether what was done helped: how often a failure mode came before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.scorecards.intervals import Interval, binomial_tail, wilson_interval

SPAN = timedelta(days=90)
STRETCH = timedelta(days=30)
STRETCHES = 2 * SPAN // STRETCH
UNLIKELY = 0.025
ENOUGH_CASES = 20
"""Fewer cases before and after together say little, whatever their interval."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Cases of a failure mode around an instant: in the 90 days before it, and in those of the 90
    days after it that are over. `by_stretch` are the six stretches of 30 days, in their order."""

    by_stretch: tuple[int, ...]
    days_after: int

    @property
    def before(self) -> int:
        """How many came in the 90 days before."""
        return sum(self.by_stretch[: STRETCHES // 2])

    @property
    def after(self) -> int:
        """How many came since, in the days that are over, at most 90."""
        return sum(self.by_stretch[STRETCHES // 2 :])

    @property
    def is_clear(self) -> bool:
        """Whether enough cases came, the whole interval is on one side of no change, and so uneven
        a parting of them would come at a steady rate in at most one of 20 such cases: few days
        after are few for the interval, whose 95% are a little less there."""
        interval = self.interval
        if interval is None or self.before + self.after < ENOUGH_CASES:
            return False
        return (interval.high < 0 or interval.low > 0) and self._chance <= UNLIKELY

    @property
    def change(self) -> float | None:
        """By which part the rate of a day has changed: -0.8 is 80% fewer. None where none came
        before, or no day is over."""
        if not self.before or not self.days_after:
            return None
        return self.after * SPAN.days / (self.before * self.days_after) - 1

    @property
    def interval(self) -> Interval | None:
        """95% interval of the change; its upper end is infinite where all may have come after.

        Of cases that come at two steady rates, the part that came after is a binomial share whose
        odds are the ratio of the rates times that of the lengths: the interval of the share is one
        of the ratio (Przyborowski and Wilenski 1940, Biometrika 31, 313-323; the score interval of
        the share in place of the exact one).
        """
        share = wilson_interval(self.after, self.before + self.after)
        if share is None or not self.days_after:
            return None
        return Interval(self._change_at(share.low), self._change_at(share.high))

    @property
    def _chance(self) -> float:
        """How likely the parting is at a steady rate, or one that is as uneven to the same side."""
        share = self.days_after / (SPAN.days + self.days_after)
        return binomial_tail(self.after, self.before + self.after, share)

    def _change_at(self, share: float) -> float:
        odds = share / (1 - share) if share < 1 else float("inf")
        return odds * SPAN.days / self.days_after - 1


def recurrence(opened: Iterable[datetime], closed_at: datetime, now: datetime) -> Recurrence:
    """How often cases were opened: [closed - 90 days, closed) and [closed, closed + 90 days). Of
    the day that is not over yet nothing is counted, neither its cases nor its length."""
    days_after = max(0, min(now - closed_at, SPAN).days)
    start, end = closed_at - SPAN, closed_at + timedelta(days=days_after)
    counts = [0] * STRETCHES
    for each in opened:
        if start <= each < end:
            counts[(each - start) // STRETCH] += 1
    return Recurrence(tuple(counts), days_after)
