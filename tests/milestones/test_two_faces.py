"""The law that holds the product together: the live fold and the columnar replay are one rule."""

from __future__ import annotations

from datetime import timedelta

from drawn_cases import START, histories, terms
from hypothesis import given, settings
from hypothesis import strategies as st
from milestone_rows import column_rows, live_rows

from tierline.cases.history import CaseHistory
from tierline.cases.log import CaseLog
from tierline.milestones.columns import judge
from tierline.milestones.fold import milestones_of
from tierline.milestones.terms import Terms


@settings(max_examples=250, deadline=None)
@given(histories(), terms(), st.integers(0, 3_000_000))
def test_the_columnar_replay_equals_the_live_fold(
    cases: list[CaseHistory], promised: Terms, seconds: int
) -> None:
    now = START + timedelta(seconds=seconds)
    assert column_rows(judge(CaseLog.of(cases, now), promised)) == live_rows(cases, promised, now)


@settings(max_examples=100, deadline=None)
@given(histories(), terms())
def test_the_spans_of_a_milestone_add_up_to_its_used_time(
    cases: list[CaseHistory], promised: Terms
) -> None:
    for history in cases:
        for milestone in milestones_of(history, promised, START + timedelta(days=60)):
            assert sum(span.used for span in milestone.spans) == milestone.used


@settings(max_examples=100, deadline=None)
@given(histories())
def test_a_log_gives_back_the_histories_that_it_was_made_of(cases: list[CaseHistory]) -> None:
    log = CaseLog.of(cases, START + timedelta(days=60))
    assert [log.history(place) for place in range(len(log))] == cases
