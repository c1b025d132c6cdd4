"""What was promised beside how it was found: adherence, ratings, cases that came back, and updates
without news, by tier; and where they point in opposite directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from tierline.scorecards.intervals import WEAK_BELOW, Z_95, Interval, wilson_interval

GREEN_FROM = 0.9
"""From this share of milestones met on a tier looks well."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """Hits of the total."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the share."""
        return wilson_interval(self.hits, self.total)

    @property
    def is_weak(self) -> bool:
        """Whether it rests on too few."""
        return self.total < WEAK_BELOW


@dataclass(frozen=True, slots=True)
class Scores:
    """Ratings from 1 to 5: how many of each, the worst first."""

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """n of the mean."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """None where nobody rated."""
        total = sum(score * count for score, count in enumerate(self.counts, start=1))
        return total / self.total if self.total else None

    @property
    def interval(self) -> Interval | None:
        """95% interval of the mean (normal); None for fewer than two."""
        mean = self.mean
        if mean is None or self.total <= 1:
            return None
        squares = sum(count * (score - mean) ** 2 for score, count in enumerate(self.counts, 1))
        half = Z_95 * sqrt(squares / (self.total - 1) / self.total)
        return Interval(max(1.0, mean - half), min(float(len(self.counts)), mean + half))

    @property
    def is_weak(self) -> bool:
        """Whether it rests on too few."""
        return self.total < WEAK_BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class TierExperience:
    """One tier: milestones met, ratings, cases that were reopened of those that were resolved, and
    updates without news of all updates."""

    tier: str
    met: Share
    scores: Scores
    reopened: Share
    empty: Share


def opposing(rows: Sequence[TierExperience]) -> Mapping[str, tuple[str, ...]]:
    """The tiers that look well by their promises and are found worse than all others together by
    more than chance: with what is worse. Nothing is said on fewer than 8."""
    found = {}
    for row in rows:
        others = [each for each in rows if each is not row]
        worse = _worse(row, others)
        share = row.met.share
        if share is not None and share >= GREEN_FROM and not row.met.is_weak and len(worse) > 1:
            found[row.tier] = worse
    return found


def _worse(row: TierExperience, others: Sequence[TierExperience]) -> tuple[str, ...]:
    worse = []
    scores = _summed_scores([each.scores for each in others])
    own, theirs = row.scores.interval, scores.interval
    if own and theirs and not row.scores.is_weak and own.high < theirs.low:
        worse.append("satisfaction")
    for name in ("reopened", "empty"):
        share: Share = getattr(row, name)
        rest = _summed([getattr(each, name) for each in others])
        own, theirs = share.interval, rest.interval
        if own and theirs and not share.is_weak and own.low > theirs.high:
            worse.append(name)
    return tuple(worse)


def _summed(shares: Sequence[Share]) -> Share:
    return Share(sum(each.hits for each in shares), sum(each.total for each in shares))


def _summed_scores(scores: Sequence[Scores]) -> Scores:
    return Scores(tuple(map(sum, zip(*(each.counts for each in scores), strict=True))))
