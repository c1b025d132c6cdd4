from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.webhooks.schedule import is_over, next_attempt_at

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    waits = [next_attempt_at(number, NOW, lambda _bits: 0) - NOW for number in range(1, 10)]
    assert [wait.total_seconds() for wait in waits] == _SECONDS
    assert [is_over(number) for number in (1, 9, 10)] == [False, False, True]


def test_chance_adds_less_than_a_tenth() -> None:
    latest = next_attempt_at(2, NOW, lambda bits: 2**bits - 1)
    assert timedelta(minutes=5) < latest - NOW < timedelta(minutes=5.5)
