from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.bootstrap.resting import Resting

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def fail(resting: Resting, at: datetime, took_ms: int = 15_000) -> None:
    resting.note("slow", is_success=False, took_ms=took_ms, now=at)


def test_a_slow_failure_rests_longer_each_time_and_no_other_with_it() -> None:
    resting, at, rests = Resting(), NOW, []
    for _ in range(7):
        assert resting.until("slow", at) is None
        fail(resting, at)
        until = resting.until("slow", at)
        assert until is not None
        rests.append((until - at).total_seconds())
        assert resting.until("other", at) is None
        at = until
    assert rests == [30, 60, 120, 240, 480, 600, 600]


def test_after_its_rest_one_call_is_let_through_at_a_time() -> None:
    resting = Resting()
    fail(resting, NOW)
    assert resting.until("slow", seconds(30)) is None
    assert resting.until("slow", seconds(31)) == seconds(60)


def test_calls_that_failed_together_count_as_one() -> None:
    resting = Resting()
    for at in (0, 0.1, 0.2):
        fail(resting, seconds(at))
    assert resting.until("slow", seconds(1)) == seconds(30)


def test_a_quick_answer_of_any_kind_ends_the_rest() -> None:
    for is_success, took_ms in ((True, 14_000), (False, 20)):
        resting = Resting()
        fail(resting, NOW)
        resting.note("slow", is_success=is_success, took_ms=took_ms, now=seconds(40))
        assert resting.until("slow", seconds(41)) is None
        fail(resting, seconds(50))
        assert resting.until("slow", seconds(50)) == seconds(80)
