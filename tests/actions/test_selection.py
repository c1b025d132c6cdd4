"""A part of a log, and what was left out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import MONDAY, PAUSED, REPLY, RESOLVED, RESUMED, WAIT, case, log, week

from tierline.actions.selection import known_at, opened_between
from tierline.cases.log import CaseLog
from tierline.kernel.instants import from_micros, to_micros

HOUR = timedelta(hours=1)


def test_later_facts_are_not_known_yet() -> None:
    steps = ((1, REPLY), (2, PAUSED, WAIT), (3, RESUMED), (4, RESOLVED))
    known, listed = known_at(log(case("c", "bronze", "S1", *steps)), to_micros(MONDAY + 2 * HOUR))
    assert [event.kind for event in known.history(0).events[1:]] == [REPLY, PAUSED]
    assert from_micros(known.as_of) == MONDAY + 2 * HOUR
    assert listed == ()


def test_cases_opened_later_are_listed() -> None:
    known, listed = known_at(week(), to_micros(MONDAY + HOUR))
    assert [each.case_id for each in listed] == ["open"]
    assert "open" not in known.case_ids
    assert len(known) == 6


def test_a_log_may_be_taken_as_complete_up_to_a_later_instant() -> None:
    later = to_micros(MONDAY + timedelta(days=60))
    known, listed = known_at(week(), later)
    assert (known.as_of, listed) == (later, ())
    assert known.at.tolist() == week().at.tolist()


def test_a_period_holds_its_first_instant_and_not_its_last() -> None:
    start = to_micros(MONDAY)
    assert len(opened_between(week(), start, start + 1)[0]) == 6
    assert len(opened_between(week(), start + 1, None)[0]) == 1
    chosen, listed = opened_between(week(), None, start)
    assert (len(chosen), len(listed)) == (0, 7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 31 * 24))
def test_what_is_known_is_each_history_cut_at_the_instant(hours: int) -> None:
    at = MONDAY + hours * HOUR
    known, listed = known_at(week(), to_micros(at))
    assert len(known) + len(listed) == len(week())
    for place in range(len(known)):
        whole = week().history(week().place_of(known.case_ids[place]))
        cut = tuple(event for event in whole.events if event.at <= at)
        assert known.history(place).events == cut
        assert known.history(place).attributes == whole.attributes
        assert known.history(place).tier == whole.tier


@pytest.mark.parametrize("bounds", [(None, None), (0, None)])
def test_a_period_without_an_end_keeps_the_log_itself(bounds: tuple[int | None, None]) -> None:
    whole: CaseLog = week()
    assert opened_between(whole, *bounds)[0] is whole
