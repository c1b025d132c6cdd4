"""How long cases took with something and without it, among their like."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt
from statistics import mean

import pytest

from tierline.scorecards.intervals import Z_95
from tierline.scorecards.with_and_without import Counted, Taken, compared, counts_compared

MINUTE = 60_000_000


def taken(stratum: str, minutes: list[int], *, is_with: bool) -> list[Taken]:
    return [Taken(stratum, each * MINUTE, 0 if is_with else None) for each in minutes]


def test_the_change_is_the_ratio_of_geometric_means_with_the_interval_of_least_squares() -> None:
    yes, no = [10, 12, 9, 11, 10, 13, 8, 10], [20, 24, 18, 22, 20, 26, 16, 20]
    found = compared(taken("a", yes, is_with=True) + taken("a", no, is_with=False))
    logs = [[log(each) for each in side] for side in (yes, no)]
    squares = sum((each - mean(side)) ** 2 for side in logs for each in side)
    half = Z_95 * sqrt(squares / 14 * (1 / 8 + 1 / 8))
    assert found.change == pytest.approx(-0.5)
    assert found.interval is not None
    assert log(1 + found.interval.high) - log(0.5) == pytest.approx(half)
    assert found.is_clear
    assert (found.median_with, found.median_without) == (10 * MINUTE, 20 * MINUTE)


def test_what_is_clear_alone_may_be_chance_among_many() -> None:
    yes, no = [10, 14, 7, 11, 9, 13, 8, 12], [13, 18, 9, 15, 12, 17, 10, 16]
    found = compared(taken("a", yes, is_with=True) + taken("a", no, is_with=False))
    assert found.interval is not None
    assert found.interval.high < 0
    assert found.is_clear
    assert not replace(found, beside=20).is_clear


def test_cases_that_are_harder_are_compared_with_harder_ones() -> None:
    """Used on the hard ones mostly, it would look slow where all are thrown together."""
    found = compared(
        taken("hard", [100, 110, 90, 100, 105, 95, 100, 100], is_with=True)
        + taken("hard", [200, 200], is_with=False)
        + taken("easy", [5], is_with=True)
        + taken("easy", [10, 11, 9, 10, 10, 11, 9, 10], is_with=False)
    )
    assert found.median_with is not None
    assert found.median_without is not None
    assert found.median_with > found.median_without
    assert found.change is not None
    assert found.change == pytest.approx(-0.5, abs=0.03)


def test_what_has_no_like_is_counted_and_not_compared() -> None:
    found = compared(taken("a", [5] * 9, is_with=True) + taken("b", [9] * 9, is_with=False))
    assert (found.cases_with, found.cases_without) == (9, 9)
    assert (found.compared_with, found.compared_without, found.change) == (0, 0, None)
    assert found.is_weak
    assert not found.is_clear


def test_seven_of_either_are_weak_whatever_they_show() -> None:
    found = compared(
        taken("a", [1, 2, 1, 2, 1, 2, 1], is_with=True)
        + taken("a", [90, 91, 90, 92, 90, 91, 93, 90], is_with=False)
    )
    assert found.is_weak
    assert not found.is_clear


def test_one_of_each_has_no_interval_and_nothing_no_median() -> None:
    found = compared(taken("a", [5], is_with=True) + taken("a", [10], is_with=False))
    assert found.change == pytest.approx(-0.5)
    assert found.interval is None
    nothing = compared([])
    assert (nothing.median_with, nothing.change, nothing.cases_with) == (None, None, 0)


def test_that_long_cases_have_more_time_to_begin_makes_no_difference() -> None:
    """Ticked at an age of its own in whichever case is open then, it does nothing: thrown together
    it would seem to take longer by far."""
    lengths = range(1, 201)
    began = [place * 37 % 100 for place in range(200)]
    cases = [
        Taken("a", length * MINUTE, age * MINUTE if age < length and length % 2 else None)
        for length, age in zip(lengths, began, strict=True)
    ]
    found = compared(cases)
    assert found.median_with is not None
    assert found.median_without is not None
    assert found.median_with > 1.5 * found.median_without
    assert not found.is_clear
    assert found.change == pytest.approx(0, abs=0.15)


def test_what_began_after_the_landmark_counts_as_without_there() -> None:
    cases = [Taken("a", 100 * MINUTE, minutes * MINUTE) for minutes in (10, 20, 30)]
    found = compared([*cases, Taken("a", 15 * MINUTE, None), Taken("a", 50 * MINUTE, None)])
    assert (found.cases_with, found.cases_without) == (3, 2)
    assert (found.compared_with, found.compared_without) == (2, 2)


def test_counts_are_compared_by_the_difference_of_their_means_among_their_like() -> None:
    yes, no = [0, 1, 0, 0, 1, 0, 0, 0], [1, 2, 1, 1, 2, 1, 1, 1]
    found = counts_compared(
        [Counted("hard", each, is_with=True) for each in yes]
        + [Counted("hard", each, is_with=False) for each in no]
        + [Counted("easy", 9, is_with=True)]
    )
    squares = sum((each - mean(side)) ** 2 for side in (yes, no) for each in side)
    half = Z_95 * sqrt(squares / 14 * (1 / 8 + 1 / 8))
    assert found.change == pytest.approx(-1)
    assert found.interval is not None
    assert found.interval.high == pytest.approx(half - 1)
    assert found.is_clear
    assert (found.cases_with, found.compared_with, found.compared_without) == (9, 8, 8)
    assert (found.mean_with, found.mean_without) == (pytest.approx(11 / 9), 1.25)


def test_few_counts_are_weak_and_none_like_them_say_nothing() -> None:
    few = [Counted("a", 0, is_with=True), Counted("a", 3, is_with=False)]
    found = counts_compared(few)
    assert (found.change, found.interval, found.is_weak, found.is_clear) == (-3, None, True, False)
    assert counts_compared(few[:1]).change is None
    assert counts_compared([]).mean_with is None
