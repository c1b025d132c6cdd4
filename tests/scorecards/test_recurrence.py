"""Whether an action helped: counts around its day, and how sure the change is."""

from datetime import UTC, datetime, timedelta
from math import exp, inf, lgamma, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.scorecards.recurrence import SPAN, Recurrence, recurrence

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def around(before: int, after: int, days_after: int = 90) -> list[datetime]:
    """So many cases before, and so many in the days after."""
    first = [NOW - SPAN * (place + 1) / (before + 1) for place in range(before)]
    return first + [NOW + days_after * DAY * (place + 1) / (after + 1) for place in range(after)]


def test_cases_before_and_after_are_counted_by_half_open_stretches() -> None:
    opened = [NOW - SPAN - DAY, NOW - SPAN, NOW - DAY, NOW, NOW + 5 * DAY, NOW + SPAN]
    counted = recurrence(opened, NOW, NOW + 10 * DAY)
    assert (counted.before, counted.after, counted.days_after) == (2, 2, 10)
    assert counted.by_stretch == (1, 0, 1, 2, 0, 0)
    assert recurrence(opened, NOW, NOW + 2 * SPAN).after == 2


def test_the_change_is_one_of_rates_whatever_the_lengths() -> None:
    whole = recurrence(around(45, 9), NOW, NOW + SPAN)
    assert whole.change == pytest.approx(-0.8)
    short = recurrence(around(45, 3, 30), NOW, NOW + 30 * DAY)
    assert (short.days_after, short.change) == (30, pytest.approx(-0.8))


def test_the_interval_holds_the_change_and_narrows_with_more_cases() -> None:
    few, many = (recurrence(around(n, n // 5), NOW, NOW + SPAN) for n in (10, 200))
    widths = []
    for counted in (few, many):
        interval, change = counted.interval, counted.change
        assert interval is not None
        assert change is not None
        assert -1 <= interval.low < change < interval.high
        widths.append(interval.high - interval.low)
    assert widths[1] < widths[0] / 3


def test_the_interval_holds_what_is_true_about_as_often_as_it_says() -> None:
    drawn = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        counted = recurrence(
            around(int(drawn.poisson(40)), int(drawn.poisson(4)), 45), NOW, NOW + 45 * DAY
        )
        interval = counted.interval
        assert interval is not None
        held += interval.low <= 4 / 45 / (40 / 90) - 1 <= interval.high
    assert 0.93 <= held / 600 <= 0.98


def test_it_is_clear_where_enough_came_and_the_interval_leaves_no_doubt() -> None:
    assert recurrence(around(45, 9), NOW, NOW + SPAN).is_clear
    assert recurrence(around(9, 45), NOW, NOW + SPAN).is_clear
    assert not recurrence(around(25, 20), NOW, NOW + SPAN).is_clear
    few = recurrence(around(18, 1), NOW, NOW + SPAN)
    assert few.interval is not None
    assert few.interval.high < 0
    assert not few.is_clear


@given(minutes=st.integers(30, 2 * 24 * 60), hours=st.integers(0, 91 * 24))
def test_cases_that_come_as_steadily_as_before_are_never_clearly_more_or_fewer(
    minutes: int, hours: int
) -> None:
    gap, now = timedelta(minutes=minutes), NOW + timedelta(hours=hours)
    opened = [NOW - SPAN + number * gap for number in range((now - NOW + SPAN) // gap + 1)]
    counted = recurrence(opened, NOW, now)
    assert not counted.is_clear, counted


def test_of_the_day_that_is_not_over_nothing_is_counted() -> None:
    opened = [NOW - SPAN + timedelta(hours=2) * number for number in range(12 * 180)]
    counted = recurrence(opened, NOW, NOW + timedelta(hours=40))
    assert (counted.before, counted.after, counted.days_after, counted.change) == (1080, 12, 1, 0)


def poisson(expected: float, count: int) -> float:
    return exp(count * log(expected) - expected - lgamma(count + 1))


@pytest.mark.parametrize("days", [1, 2, 7, 30, 90])
@pytest.mark.parametrize("a_day", [0.2, 0.5, 2.0])
def test_a_steady_rate_is_called_clear_no_more_often_than_stated(days: int, a_day: float) -> None:
    before, after = a_day * SPAN.days, a_day * days
    wrong = sum(
        poisson(before, first) * poisson(after, then)
        for first in range(max(0, int(before - 50)), int(before + 60))
        for then in range(max(0, int(after - 50)), int(after + 60))
        if Recurrence((first, 0, 0, then, 0, 0), days).is_clear
    )
    assert wrong <= 0.05


def test_where_nothing_can_be_said_nothing_is() -> None:
    assert recurrence([], NOW, NOW + SPAN).interval is None
    assert recurrence(around(3, 0), NOW, NOW).change is None
    new = recurrence(around(0, 4), NOW, NOW + SPAN)
    assert new.change is None
    assert new.interval is not None
    assert new.interval.high == inf
