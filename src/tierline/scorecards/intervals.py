"""How sure a share is: the score interval, and words for how much a small number can carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, sqrt

Z_95 = 1.959963984540054
"""The 97.5% point of the normal distribution: intervals cover 95%."""

WEAK_BELOW = 8
"""Fewer decided milestones than this are weak evidence, whatever share they show."""

STRONG_WIDTH = 0.10
"""An interval at most this wide (10 points) is strong evidence."""


class Evidence(StrEnum):
    """What a share may be used for."""

    none = "none"
    weak = "weak"
    moderate = "moderate"
    strong = "strong"


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of a 95% interval of a share, between 0 and 1."""

    low: float
    high: float


def wilson_interval(hits: int, total: int, z: float = Z_95) -> Interval | None:
    """The score interval of a share; None where there is nothing to share.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 209-212; method 3 (no continuity
    correction) in Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872. It stays inside
    0 to 1 and does not collapse where all or none were met, as the textbook interval does.
    """
    if total == 0:
        return None
    share = hits / total
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    middle = share + z * z / (2 * total)
    scale = 1 + z * z / total
    low = 0.0 if hits == 0 else (middle - spread) / scale
    high = 1.0 if hits == total else (middle + spread) / scale
    return Interval(max(0.0, low), min(1.0, high))


def binomial_tail(hits: int, total: int, share: float) -> float:
    """How likely so many hits are where each comes with this share, between 0 and 1, or still fewer
    of them where they are few, still more where they are many."""
    term = exp(
        lgamma(total + 1)
        - lgamma(hits + 1)
        - lgamma(total - hits + 1)
        + hits * log(share)
        + (total - hits) * log(1 - share)
    )
    found, odds = term, share / (1 - share)
    if hits > total * share:
        for number in range(hits, total):
            term *= (total - number) / (number + 1) * odds
            found += term
    else:
        for number in range(hits, 0, -1):
            term *= number / (total - number + 1) / odds
            found += term
    return min(1.0, found)


def evidence(hits: int, total: int) -> Evidence:
    """Weak below 8 whatever the interval says; strong only where the interval is narrow."""
    interval = wilson_interval(hits, total)
    if interval is None:
        return Evidence.none
    if total < WEAK_BELOW:
        return Evidence.weak
    return Evidence.strong if interval.high - interval.low <= STRONG_WIDTH else Evidence.moderate
