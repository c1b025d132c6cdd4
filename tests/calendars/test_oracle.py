"""The calendar beside a clock walked second by second; see benchmarks/calendar_oracle.py."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("first_seed", range(1_000, 1_060, 10))
def test_the_calendar_agrees_with_a_clock_walked_second_by_second(oracle, first_seed):
    for seed in range(first_seed, first_seed + 10):
        cases, compared, differences = oracle.run_week(seed)
        assert differences == []
        assert compared > cases


def test_the_oracle_would_see_a_wrong_daylight_saving_rule(oracle, monkeypatch):
    from datetime import UTC

    from tierline.calendars import edges

    def second_of_two(day, second, zone):
        first = resolve_local(day, second, zone).astimezone(zone)
        return first.replace(fold=1).astimezone(UTC)

    resolve_local = edges.resolve_local
    monkeypatch.setattr(edges, "resolve_local", second_of_two)
    differences = [each for seed in range(6) for each in oracle.run_week(seed)[2]]
    assert differences
