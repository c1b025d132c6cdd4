"""At every hour on which a target counts, somebody holds a level of its escalation."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tierline.catalog.lint.escalation import merged, without

SHOP = """
severities: {S1: {name: Critical}}
business_hours:
  always: {always_open: true}
  day: {time_zone: America/Chicago, week: {mon-sun: "08:00-20:00"}}
  night: {time_zone: America/Chicago, week: {mon-sun: "20:00-07:00"}}
  wide: {time_zone: America/Chicago, week: {mon-sun: "00:00-24:00"}}
escalation:
  tree:
    name: Tree
    levels:
      - {role: Day shift, after_percent: 50, hours: day}
      - {role: Night shift, after_percent: 75, hours: night}
tiers:
  gold:
    name: Gold
    hours: wide
    targets: [{severity: S1, milestone: restore, within: PT4H}]
    escalation: {any: tree}
"""


def test_the_first_uncovered_local_hour_and_the_hours_of_a_year_are_named(lint_shop) -> None:
    report = lint_shop(SHOP)
    [found] = [f for f in report.findings if f.rule == "escalation-hour-uncovered"]
    assert "Tuesday 2025-07-01 at 07:00 America/Chicago" in found.message
    assert found.amounts[0].value == Decimal(365)


def test_hours_that_close_the_gap_are_enough(lint_shop) -> None:
    report = lint_shop(SHOP.replace("20:00-07:00", "20:00-08:00"))
    assert "escalation-hour-uncovered" not in {finding.rule for finding in report.findings}


WINDOWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=6).map(
    lambda pairs: merged([(start, start + length) for start, length in pairs])
)


@given(counted=WINDOWS, held=WINDOWS)
def test_what_is_left_is_just_the_moments_that_nobody_holds(
    counted: list[tuple[int, int]], held: list[tuple[int, int]]
) -> None:
    def moments(windows: list[tuple[int, int]]) -> set[int]:
        return {moment for start, end in windows for moment in range(start, end)}

    assert moments(without(counted, held)) == moments(counted) - moments(held)
