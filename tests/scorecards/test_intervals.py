"""Shares and how sure they are."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.scorecards.intervals import Evidence, binomial_tail, evidence, wilson_interval


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_one_of_newcombe_1998_table_1(
    hits: int, total: int, low: float, high: float
) -> None:
    interval = wilson_interval(hits, total)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(
    counts: tuple[int, int],
) -> None:
    hits, total = counts
    interval = wilson_interval(hits, total)
    assert interval is not None
    assert 0 <= interval.low <= hits / total <= interval.high <= 1
    assert interval.low < interval.high


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_fewer_than_eight_are_weak_evidence_whatever_they_show(counts: tuple[int, int]) -> None:
    assert evidence(*counts) is Evidence.weak


def test_only_a_narrow_interval_is_strong_evidence() -> None:
    assert evidence(0, 0) is Evidence.none
    assert evidence(8, 8) is Evidence.moderate
    assert evidence(950, 1_000) is Evidence.strong


def test_there_is_no_interval_of_nothing() -> None:
    assert wilson_interval(0, 0) is None


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.floats(0.01, 0.99))  # fmt: skip
def test_the_tail_of_a_share_is_the_sum_of_its_chances(
    counts: tuple[int, int], share: float
) -> None:
    hits, total = counts
    tail = range(hits, total + 1) if hits > total * share else range(hits + 1)
    chances = (comb(total, each) * share**each * (1 - share) ** (total - each) for each in tail)
    assert binomial_tail(hits, total, share) == pytest.approx(min(1.0, sum(chances)))
