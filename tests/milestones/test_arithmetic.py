from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, WEEKDAYS, BusinessHours, Window, week_of
from tierline.calendars.calendar import Calendar
from tierline.kernel.errors import Invalid
from tierline.milestones.arithmetic import (
    due_at,
    due_at_across_calendars,
    elapsed_seconds,
    retargeted_due_at,
)

HOUR = 3600


def office(opens: int = 9, closes: int = 17) -> Calendar:
    windows = (Window(opens * HOUR, closes * HOUR),)
    return Calendar(BusinessHours("UTC", week_of(dict.fromkeys(WEEKDAYS[:5], windows))))


def monday(hour: float, days: int = 0) -> datetime:
    return datetime(2024, 1, 15, tzinfo=UTC) + timedelta(days=days, hours=hour)


def test_a_pause_outside_hours_moves_nothing():
    night = [(monday(17), monday(9, days=1))]
    assert due_at(monday(9), 8 * HOUR, office(), night) == monday(17)
    assert due_at(monday(9), 8 * HOUR, office(), night, boundary="far") == monday(9, days=1)


def test_pauses_that_overlap_count_once_and_in_any_order():
    pauses = [(monday(11), monday(12)), (monday(10), monday(11.5)), (monday(13), monday(13))]
    assert due_at(monday(9), 2 * HOUR, office(), pauses) == monday(13)
    assert elapsed_seconds(monday(9), monday(13), office(), pauses) == 2 * HOUR


def test_a_start_inside_a_pause_waits_for_its_end():
    assert due_at(monday(9), HOUR, office(), [(monday(8), monday(10))]) == monday(11)
    assert due_at(monday(9), 0, office(), [(monday(8), monday(10))]) == monday(10)


def test_a_pause_that_begins_when_the_time_is_up_moves_nothing():
    assert due_at(monday(9), HOUR, office(), [(monday(10), monday(12))]) == monday(10)


def test_an_end_before_the_start_has_elapsed_nothing():
    assert elapsed_seconds(monday(12), monday(9), office(), [(monday(9), monday(10))]) == 0


def test_a_retarget_from_the_original_start_keeps_used_time():
    raised = [(monday(11), 4 * HOUR)]
    assert retargeted_due_at(monday(9), 8 * HOUR, raised, office()) == monday(13)
    assert retargeted_due_at(monday(9), 8 * HOUR, raised, office(), "from_change") == monday(15)


def test_the_last_retarget_counts_whatever_their_order():
    changes = [(monday(12), 6 * HOUR), (monday(10), HOUR)]
    assert retargeted_due_at(monday(9), None, changes, office()) == monday(15)


def test_a_floor_leaves_time_after_a_change_that_would_be_late_already():
    raised = [(monday(12), HOUR)]

    def floored(seconds: int) -> datetime:
        return retargeted_due_at(
            monday(9), None, raised, office(), "from_original_start_with_floor",
            floor_seconds=seconds,
        )  # fmt: skip

    assert floored(0) == monday(12)
    assert floored(HOUR) == monday(13)
    assert retargeted_due_at(monday(9), None, raised, office()) == monday(10)


def test_without_a_change_the_first_target_counts():
    assert retargeted_due_at(monday(9), HOUR, [], office()) == monday(10)
    with pytest.raises(Invalid, match="Neither a target"):
        retargeted_due_at(monday(9), None, [], office())


def test_a_changed_calendar_keeps_used_time_or_counts_anew():
    late = [(monday(10, days=1), office(12, 20))]
    start, target = monday(15), 4 * HOUR
    assert due_at_across_calendars(start, target, office(), late) == monday(13, days=1)
    anew = due_at_across_calendars(start, target, office(), late, "recompute_from_start")
    assert anew == monday(19)


def test_a_calendar_that_changes_after_the_due_time_changes_nothing():
    late = [(monday(12), office(12, 20))]
    assert due_at_across_calendars(monday(9), 3 * HOUR, office(), late) == monday(12)


def test_unknown_rules_are_refused():
    with pytest.raises(Invalid, match="not a rule"):
        retargeted_due_at(monday(9), None, [(monday(9), 1)], office(), "sometime")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(Invalid, match="not a rule"):
        due_at_across_calendars(monday(9), 1, office(), [], "sometime")  # type: ignore[arg-type]  # that is the point


moments = st.integers(0, 10 * 24 * 60).map(lambda minutes: monday(minutes / 60))
pauses = st.lists(st.tuples(moments, moments), max_size=5)


@settings(max_examples=100, deadline=None)
@given(moments, st.integers(1, 30 * HOUR), pauses, st.sampled_from(["near", "far"]))
def test_the_unpaused_time_until_a_due_time_is_the_target(start, target, paused, boundary):
    calendar = office()
    due = due_at(start, target, calendar, paused, boundary=boundary)
    assert elapsed_seconds(start, due, calendar, paused) == target


@settings(max_examples=100, deadline=None)
@given(moments, moments, st.integers(1, 30 * HOUR), pauses)
def test_a_due_time_with_pauses_is_monotone_in_its_start(one, other, target, paused):
    earlier, later = sorted((one, other))
    calendar = office()
    assert due_at(earlier, target, calendar, paused) <= due_at(later, target, calendar, paused)


@settings(max_examples=50, deadline=None)
@given(moments, st.integers(1, 30 * HOUR), pauses)
def test_a_calendar_that_changes_into_itself_changes_nothing(start, target, paused):
    same = [(moment, office()) for moment, _ in paused]
    assert due_at_across_calendars(start, target, office(), same, pauses=paused) == due_at(
        start, target, office(), paused
    )


def test_pauses_on_a_calendar_that_is_always_open_are_left_out_to_the_second():
    pause = [(monday(1), monday(2))]
    assert due_at(monday(0), 2 * HOUR, Calendar(ALWAYS_OPEN), pause) == monday(3)
