"""The queue: worst first, and nobody waits for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.routing.need import CaseNeed
from tierline.routing.queue import is_turn_of_age, next_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def need(
    number: int, *, severity: int = 2, tier: int = 0, minutes: int = 0, owed_for: int | None = None
) -> CaseNeed:
    return CaseNeed(
        case=f"case_{number:05}",
        tier="t",
        severity=f"S{severity + 1}",
        severity_rank=severity,
        tier_rank=tier,
        opened_at=START + timedelta(minutes=minutes),
        is_worst=severity == 0,
        owed_for=owed_for,
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(0, 500), st.integers(1, 300))
def test_the_stated_share_of_any_run_of_picks_goes_by_age(
    percent: int, first: int, count: int
) -> None:
    turns = sum(is_turn_of_age(number, percent) for number in range(first, first + count))
    assert abs(turns - count * percent / 100) < 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(0, 200), st.integers(0, 20))
def test_a_standard_case_goes_out_after_a_bounded_number_of_picks_whatever_keeps_coming(
    percent: int, first: int, older: int
) -> None:
    standard = need(99_999, severity=3, minutes=older)
    waiting = [standard, *(need(each, tier=2, minutes=each) for each in range(older))]
    most = -(-100 * (older + 1) // percent) + 1
    for pick in range(most):
        taken = next_of(waiting, first + pick, percent)
        if taken is standard:
            return
        waiting.remove(taken)
        waiting.append(need(50_000 + pick, severity=1, tier=2, minutes=1_000 + pick))
    raise AssertionError(f"it still waits after {most} picks")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(0, 200))
def test_the_worst_severity_goes_before_the_floor(percent: int, number: int) -> None:
    waiting = [need(1, severity=3), need(2, severity=0, minutes=60), need(3, tier=2)]
    assert next_of(waiting, number, percent).case == "case_00002"


def test_severity_goes_before_tier_and_tier_before_what_is_due_first() -> None:
    waiting = [need(1, severity=2, tier=2), need(2, severity=1), need(3, severity=2)]
    order = []
    while waiting:
        taken = next_of(waiting, 0, 1)
        waiting.remove(taken)
        order.append(taken.case)
    assert order == ["case_00002", "case_00001", "case_00003"]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), st.integers(0, 200))
def test_what_is_owed_goes_before_the_floor_and_all_of_its_severity_and_after_a_worse_one(
    percent: int, number: int
) -> None:
    owed = need(1, severity=1, minutes=60, owed_for=7)
    waiting = [owed, need(2, severity=1, tier=9), need(3, severity=3)]
    assert next_of(waiting, number, percent) is owed
    worst = need(4, severity=0, minutes=90)
    assert next_of([*waiting, worst], number, percent) is worst
