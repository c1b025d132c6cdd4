"""What customers do before they move up: how many of those who did it rose soon after, beside those
who did not. An association, with its interval; it says nothing of causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt

from tierline.scorecards.intervals import Evidence, Interval, evidence, wilson_interval

WITHIN_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One account of a cohort. `signs` are the days on which it first did each thing; None for a
    thing that it never did."""

    account: str
    signs: tuple[date | None, ...]
    rose_on: date | None = None

    @property
    def complete_on(self) -> date | None:
        """The day from which on it had done all of them."""
        days = [day for day in self.signs if day is not None]
        return max(days) if days and len(days) == len(self.signs) else None

    @property
    def is_activated(self) -> bool:
        """Showed all signs, and did not rise before it had."""
        since = self.complete_on
        return since is not None and (self.rose_on is None or self.rose_on >= since)

    @property
    def has_risen_after(self) -> bool:
        """Rose within 90 days of the day that completed the signs."""
        since = self.complete_on
        if since is None or self.rose_on is None:
            return False
        return 0 <= (self.rose_on - since).days <= WITHIN_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeTrigger:
    """Two groups of one cohort: those who showed all signs, and the others."""

    with_signs: int
    rose_with: int
    without_signs: int
    rose_without: int

    @property
    def evidence(self) -> Evidence:
        """What the group with the signs can carry."""
        return evidence(self.rose_with, self.with_signs)

    @property
    def difference(self) -> Interval | None:
        """The 95% interval of the difference of the two shares; None where a group is empty.

        Newcombe, R. G. (1998), Interval estimation for the difference between independent
        proportions, Statistics in Medicine 17, 873-890; method 10 (from two score intervals).
        """
        one = wilson_interval(self.rose_with, self.with_signs)
        other = wilson_interval(self.rose_without, self.without_signs)
        if one is None or other is None:
            return None
        share = self.rose_with / self.with_signs
        base = self.rose_without / self.without_signs
        low = sqrt((share - one.low) ** 2 + (other.high - base) ** 2)
        high = sqrt((one.high - share) ** 2 + (base - other.low) ** 2)
        return Interval(share - base - low, share - base + high)

    @property
    def is_trigger(self) -> bool:
        """Whether those with the signs rose more often by more than chance explains."""
        return self.difference is not None and self.difference.low > 0


def upgrade_trigger(cohort: Iterable[Followed]) -> UpgradeTrigger:
    """The two groups. Whoever rose before it had shown all signs counts among those without."""
    with_signs = rose_with = without_signs = rose_without = 0
    for each in cohort:
        has_signs = each.is_activated
        with_signs += has_signs
        without_signs += not has_signs
        rose_with += has_signs and each.has_risen_after
        rose_without += not has_signs and each.rose_on is not None
    return UpgradeTrigger(
        with_signs=with_signs,
        rose_with=rose_with,
        without_signs=without_signs,
        rose_without=rose_without,
    )
