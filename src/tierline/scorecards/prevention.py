"""Whether preventative care reduces severe cases: the rate of customers before and after their care
began, against customers of the same tier without it, over the same days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, sqrt
from typing import NamedTuple

from tierline.scorecards.intervals import Z_95, Interval

SPAN = timedelta(days=90)
MATCHES = 3
"""So many customers without care stand for one with it."""
STRETCHES = 6
"""Of 30 days: three before care began, three from then on."""
_STRETCH_US = SPAN // timedelta(microseconds=1) * 2 // STRETCHES
SPAN_US = SPAN // timedelta(microseconds=1)
_HALF = 0.5
"""Is added to each count of a ratio, so that none divides by nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer who was under contract on one tier for SPAN before an instant and SPAN after it.
    `severe` and `others` are the instants of their cases in microseconds."""

    account: str
    tier: str
    region: str
    severe: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A customer whose care began at `at`, with those of the same tier who had none from SPAN
    before it to SPAN after it."""

    customer: Customer
    at: int
    without: tuple[Customer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A customer with care, and those who stand for what would have been without."""

    begun: Begun
    matches: tuple[Customer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A change against the matched ones: -0.31 is 31% fewer than without care."""

    change: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether the whole interval is on one side of no change."""
        return self.interval.high < 0 or self.interval.low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevention:
    """What one kind of care came to. `rates` are severe cases of a customer in each stretch of 30
    days, with care and of the matched ones. `trend` is the same comparison within the time before
    care began, of its later half against its earlier: where it is clear, both were under way
    differently already, and `effect` says nothing of care."""

    feature: str
    matched: tuple[Matched, ...]
    unmatched: int
    effect: Ratio | None
    trend: Ratio | None
    rates: tuple[tuple[float, float], ...]
    after: int
    """Severe cases with care, in the SPAN after it began."""

    @property
    def avoided(self) -> Interval | None:
        """How many more would have come, by the interval of the effect."""
        if self.effect is None:
            return None
        return Interval(
            _avoided(self.after, self.effect.interval.high),
            _avoided(self.after, self.effect.interval.low),
        )

    @property
    def avoided_about(self) -> float | None:
        """The same by the effect itself."""
        return None if self.effect is None else _avoided(self.after, self.effect.change)


def prevention_of(feature: str, begun: Sequence[Begun], unmatched: int = 0) -> Prevention:
    """Compare those whose care began with their matches; `unmatched` could not be looked at for
    other reasons."""
    matched = tuple(Matched(begun=each, matches=_matches(each)) for each in begun if each.without)
    return Prevention(
        feature=feature,
        matched=matched,
        unmatched=unmatched + len(begun) - len(matched),
        effect=_ratio(matched, (-SPAN_US, 0), (0, SPAN_US)),
        trend=_ratio(matched, (-SPAN_US, -SPAN_US // 2), (-SPAN_US // 2, 0)),
        rates=tuple(_rates(matched)),
        after=sum(_count(each.begun.customer, each.begun.at, (0, SPAN_US)) for each in matched),
    )


def _matches(begun: Begun) -> tuple[Customer, ...]:
    """Those with as many other cases before: what is compared itself is no reason to be chosen, or
    whoever had a bad quarter by chance would be held against another who did."""
    before = (-SPAN_US, 0)

    def apart(each: Customer) -> tuple[float, bool, str]:
        sizes = [_within(customer.others, begun.at, before) for customer in (each, begun.customer)]
        return (
            abs(log((1 + sizes[0]) / (1 + sizes[1]))),
            each.region != begun.customer.region,
            each.account,
        )

    return tuple(sorted(begun.without, key=apart)[:MATCHES])


Span = tuple[int, int]


def _ratio(matched: Sequence[Matched], before: Span, after: Span) -> Ratio | None:
    """The ratio of the ratios after to before; its interval is that of the logarithm, from counts
    that vary as much as those of the single customers do, at least as chance counts."""
    with_care = [
        Counted(
            1.0, *(_count(each.begun.customer, each.begun.at, span) for span in (before, after))
        )
        for each in matched
    ]
    without = [
        Counted(weight, *(_count(customer, at, span) for span in (before, after)))
        for customer, at, weight in _uses(matched)
    ]
    sides = [[_total(rows, place) for place in (0, 1)] for rows in (with_care, without)]
    if not all(map(sum, sides)):
        return None
    spread = max(map(_spread, (with_care, without)))
    errors = (_error_of(rows, place) for rows in (with_care, without) for place in (0, 1))
    half = Z_95 * sqrt(spread * sum(errors))
    shifts = [log((late + _HALF) / (early + _HALF)) for early, late in sides]
    shift = shifts[0] - shifts[1]
    return Ratio(
        change=exp(shift) - 1, interval=Interval(exp(shift - half) - 1, exp(shift + half) - 1)
    )


class Counted(NamedTuple):
    """Severe cases of a customer before and after, and how much they weigh."""

    weight: float
    before: int
    after: int


def _uses(matched: Sequence[Matched]) -> list[tuple[Customer, int, float]]:
    """What each match weighs: one that stands for several at one time counts for all of them, and
    is as uncertain."""
    found: dict[tuple[str, int], tuple[Customer, int, float]] = {}
    for each in matched:
        for customer in each.matches:
            key = customer.account, each.begun.at
            weight = found[key][2] if key in found else 0.0
            found[key] = customer, each.begun.at, weight + 1 / len(each.matches)
    return list(found.values())


def _total(rows: Sequence[Counted], place: int) -> float:
    return sum(row.weight * row[1 + place] for row in rows)


def _error_of(rows: Sequence[Counted], place: int) -> float:
    """The square of the relative error of a weighted count."""
    squares: float = sum(row.weight**2 * row[1 + place] for row in rows) + _HALF
    return squares / (_total(rows, place) + _HALF) ** 2


def _spread(rows: Sequence[Counted]) -> float:
    """How much more than chance the single customers differ in their part after, at least 1
    (Pearson's chi square by degree of freedom)."""
    total = sum(before + after for _, before, after in rows)
    share = sum(after for _, _, after in rows) / total if total else 0.0
    if not 0 < share < 1:
        return 1.0
    counted = [(before + after, after) for _, before, after in rows if before + after]
    if len(counted) < 2:
        return 1.0
    squares = sum((after - n * share) ** 2 / (n * share * (1 - share)) for n, after in counted)
    return max(1.0, squares / (len(counted) - 1))


def _rates(matched: Sequence[Matched]) -> Iterator[tuple[float, float]]:
    uses = _uses(matched)
    for start in range(-SPAN_US, SPAN_US, _STRETCH_US):
        span = start, start + _STRETCH_US
        own = sum(_count(each.begun.customer, each.begun.at, span) for each in matched)
        other = sum(weight * _count(customer, at, span) for customer, at, weight in uses)
        yield own / max(1, len(matched)), other / max(1, len(matched))


def _count(customer: Customer, at: int, span: Span) -> int:
    return _within(customer.severe, at, span)


def _within(instants: Sequence[int], at: int, span: Span) -> int:
    return sum(at + span[0] <= each < at + span[1] for each in instants)


def _avoided(after: int, change: float) -> float:
    """Severe cases that would have come besides, where so many came at this change."""
    return after / (1 + change) - after
