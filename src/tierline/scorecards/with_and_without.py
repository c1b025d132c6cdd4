"""How long cases took with something and without it, among their like: what is compared are cases
of one stratum (a tier at a severity), because what is harder takes longer whoever helps, that were
all open at one age, because a case that lasts has more time for something to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from statistics import NormalDist

from tierline.scorecards.intervals import WEAK_BELOW, Z_95, Interval

_SURE = 0.95
_LEAST = 1_000_000
"""A microsecond length is counted as a second at least: a ratio needs something to divide."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How long one case took (microseconds), what it is like, and at which age something began, or
    None."""

    stratum: str
    length: int
    began: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithAndWithout:
    """Cases with and without, each with their median; `change` is by which part those with it took
    longer than their like without: -0.2 is a fifth shorter. It rests on `compared_with` and
    `compared_without`: cases of strata that have both at their landmark."""

    cases_with: int
    cases_without: int
    median_with: int | None
    median_without: int | None
    compared_with: int = 0
    compared_without: int = 0
    change: float | None = None
    interval: Interval | None = None
    error: float | None = None
    """The standard error of the logarithm of the ratio."""
    beside: int = 1
    """So many comparisons are looked at together, with this one."""

    @property
    def is_weak(self) -> bool:
        """Whether fewer than 8 stand on either side of the comparison."""
        return min(self.compared_with, self.compared_without) < WEAK_BELOW

    @property
    def is_clear(self) -> bool:
        """Whether there are enough of both, and the change is beyond what chance gives to any of so
        many comparisons in one of twenty looks at all of them (Bonferroni)."""
        if self.is_weak or self.change is None or self.error is None:
            return False
        beyond = NormalDist().inv_cdf(1 - (1 - _SURE) / 2 / self.beside)
        return abs(log(1 + self.change)) > beyond * self.error


def compared(taken: Sequence[Taken]) -> WithAndWithout:
    """Ratio of the geometric means, each stratum weighted by what it can tell, with the 95%
    interval of least squares on the logarithm (one spread for all strata; decision 0220)."""
    sides = {side: [each.length for each in taken if (each.began is not None) is side]
             for side in (True, False)}  # fmt: skip
    strata = [each for each in _strata(taken) if each.sizes[0] and each.sizes[1]]
    counted = WithAndWithout(
        cases_with=len(sides[True]),
        cases_without=len(sides[False]),
        median_with=_median(sides[True]),
        median_without=_median(sides[False]),
        compared_with=sum(each.sizes[0] for each in strata),
        compared_without=sum(each.sizes[1] for each in strata),
    )
    return _with_change(counted, strata) if strata else counted


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something happened to one case, what it is like, and whether it had the thing from
    its beginning."""

    stratum: str
    count: int
    is_with: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreOrFewer:
    """Cases with and without, each with their mean; `change` is by how many more those with it have
    than their like without."""

    cases_with: int
    cases_without: int
    mean_with: float | None
    mean_without: float | None
    compared_with: int = 0
    compared_without: int = 0
    change: float | None = None
    interval: Interval | None = None

    @property
    def is_weak(self) -> bool:
        """Whether fewer than 8 stand on either side of the comparison."""
        return min(self.compared_with, self.compared_without) < WEAK_BELOW

    @property
    def is_clear(self) -> bool:
        """Whether there are enough of both, and the interval leaves out that nothing differs."""
        between = self.interval
        return not self.is_weak and between is not None and not between.low <= 0 <= between.high


def counts_compared(counted: Sequence[Counted]) -> MoreOrFewer:
    """The difference of the means, each stratum weighted by what it can tell, with the 95% interval
    of least squares (one spread for all strata)."""
    sides = {side: [each.count for each in counted if each.is_with is side]
             for side in (True, False)}  # fmt: skip
    alike: dict[str, tuple[list[float], list[float]]] = {}
    for each in counted:
        alike.setdefault(each.stratum, ([], []))[0 if each.is_with else 1].append(each.count)
    strata = [_stratum(*alike[name]) for name in sorted(alike) if all(alike[name])]
    found = MoreOrFewer(
        cases_with=len(sides[True]),
        cases_without=len(sides[False]),
        mean_with=_mean(sides[True]),
        mean_without=_mean(sides[False]),
        compared_with=sum(each.sizes[0] for each in strata),
        compared_without=sum(each.sizes[1] for each in strata),
    )
    if not strata:
        return found
    shift, error = _shift(strata)
    if error is None:
        return replace(found, change=shift)
    half = Z_95 * error
    return replace(found, change=shift, interval=Interval(shift - half, shift + half))


@dataclass(frozen=True, slots=True)
class _Stratum:
    """With and without: how many, their mean, and the squares around it."""

    sizes: tuple[int, int]
    means: tuple[float, float]
    squares: float

    @property
    def weight(self) -> float:
        return self.sizes[0] * self.sizes[1] / sum(self.sizes)


def _strata(taken: Sequence[Taken]) -> list[_Stratum]:
    found: dict[str, list[Taken]] = {}
    for each in taken:
        found.setdefault(each.stratum, []).append(each)
    return [_stratum(*_at_landmark(found[name])) for name in sorted(found)]


def _at_landmark(alike: Sequence[Taken]) -> tuple[list[float], list[float]]:
    """Logarithms of the lengths of those that were open at the age at which it had begun in half of
    those in which it ever did: with it by then, and all others."""
    landmark = _median([each.began for each in alike if each.began is not None]) or 0
    sides: tuple[list[float], list[float]] = [], []
    for each in alike:
        if each.length > landmark:
            is_with = each.began is not None and each.began <= landmark
            sides[0 if is_with else 1].append(log(max(each.length, _LEAST)))
    return sides


def _stratum(*sides: list[float]) -> _Stratum:
    means = [sum(side) / len(side) if side else 0.0 for side in sides]
    squares = sum(sum((each - mean) ** 2 for each in side)
                  for side, mean in zip(sides, means, strict=True))  # fmt: skip
    return _Stratum((len(sides[0]), len(sides[1])), (means[0], means[1]), squares)


def _with_change(counted: WithAndWithout, strata: Sequence[_Stratum]) -> WithAndWithout:
    shift, error = _shift(strata)
    if error is None:
        return replace(counted, change=exp(shift) - 1)
    half = Z_95 * error
    between = Interval(exp(shift - half) - 1, exp(shift + half) - 1)
    return replace(counted, change=exp(shift) - 1, interval=between, error=error)


def _shift(strata: Sequence[_Stratum]) -> tuple[float, float | None]:
    """By how much the means differ, and the standard error of that; None where there are no more
    cases than means."""
    weight = sum(each.weight for each in strata)
    shift = sum(each.weight * (each.means[0] - each.means[1]) for each in strata) / weight
    freedom = sum(sum(each.sizes) - 2 for each in strata)
    if freedom <= 0:
        return shift, None
    return shift, sqrt(sum(each.squares for each in strata) / freedom / weight)


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _median(values: Sequence[int]) -> int | None:
    """The smallest that half of them do not exceed, as percentiles are everywhere."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
