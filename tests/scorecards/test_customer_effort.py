"""Whether the first contact was enough, and an effort that is the sum of its parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tierline.kernel.errors import Invalid
from tierline.scorecards.customer_effort import EffortCase, best_of, effort_by

DAY = 86_400_000_000
CASE = EffortCase(
    account="pine", topic="outage", channel="portal", tier="gold", opened=0, resolved=DAY,
    back_at=None, contacts=1, handoffs=0, reopens=0, score=None, minutes=0,
)  # fmt: skip
RAISED = {("pine", "outage"): [0]}


def share(*cases: EffortCase, raised: dict[tuple[str, str], list[int]], now: int) -> list[int]:
    (row,) = effort_by(cases, (), raised, now)
    return [row.first_contact.hits, row.first_contact.total]


def test_the_first_contact_was_enough_where_nobody_comes_back_on_the_topic_in_seven_days() -> None:
    assert share(CASE, raised=RAISED, now=8 * DAY) == [1, 1]
    assert share(replace(CASE, contacts=2), raised=RAISED, now=8 * DAY) == [0, 1]
    assert share(replace(CASE, back_at=8 * DAY), raised=RAISED, now=8 * DAY) == [0, 1]
    assert share(replace(CASE, back_at=8 * DAY + 1), raised=RAISED, now=9 * DAY) == [1, 1]
    again = {("pine", "outage"): [0, 5 * DAY]}
    assert share(CASE, raised=again, now=8 * DAY) == [0, 1]
    other = {("pine", "billing"): [5 * DAY], ("oak", "outage"): [5 * DAY], **RAISED}
    assert share(CASE, raised=other, now=8 * DAY) == [1, 1]


def test_before_seven_days_are_over_nothing_is_decided() -> None:
    assert share(CASE, raised=RAISED, now=8 * DAY - 1) == [0, 0]


def test_what_is_about_nothing_known_has_no_further_case() -> None:
    raised = {("pine", ""): [0, 2 * DAY]}
    assert share(replace(CASE, topic=""), raised=raised, now=9 * DAY) == [1, 1]


def test_the_index_is_the_sum_of_its_parts() -> None:
    cases = [
        CASE,
        replace(CASE, contacts=3, handoffs=1, reopens=1, score=2, resolved=40 * DAY),
        replace(CASE, score=4),
    ]
    (row,) = effort_by(cases, ("channel", "tier"), RAISED, 90 * DAY)
    assert (row.group, row.cases, row.answers) == (("portal", "gold"), 3, 2)
    parts = [row.contacts, row.handoffs, row.reopens, row.days, row.survey]
    assert parts == pytest.approx([2 / 3, 1 / 3, 2 / 3, 4, 2])
    assert row.index == pytest.approx(sum(parts))
    assert row.interval is not None
    assert row.interval.low < row.index < row.interval.high
    assert row.is_weak


def test_the_best_channel_has_the_least_minutes_times_effort_on_eight_cases() -> None:
    portal = [replace(CASE, minutes=30) for _ in range(8)]
    phone = [replace(CASE, channel="phone", minutes=20, handoffs=2) for _ in range(8)]
    few = [replace(CASE, channel="chat", minutes=1) for _ in range(7)]
    rows = effort_by([*portal, *phone, *few], ("channel",), RAISED, 90 * DAY)
    best = best_of(rows)
    assert best is not None
    assert best.group == ("portal",)
    assert best_of([row for row in rows if row.group != ("phone",)]) is None


def test_by_another_word_is_refused() -> None:
    with pytest.raises(Invalid):
        effort_by([CASE], ("weather",), RAISED, DAY)
