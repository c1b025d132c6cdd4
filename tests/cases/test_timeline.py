"""The timeline of a post-mortem: every fact once, in its order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tierline.accounts.coverage import CoverageState
from tierline.cases.case import Case, Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.timeline import TimelineEntry, timeline_of, told_to_customers

START = datetime(2025, 3, 3, 8, tzinfo=UTC)
LATER = st.integers(0, 50).map(lambda minutes: START + timedelta(minutes=minutes))
FACTS = st.lists(
    st.builds(CaseEvent, LATER, st.sampled_from(EventKind), st.sampled_from(("", "S1")), LATER)
)
BESIDE = st.lists(st.builds(TimelineEntry, at=LATER, what=st.just("assigned"),
                            is_public=st.just(False)))  # fmt: skip


def case_of(facts: list[CaseEvent]) -> Case:
    return Case(
        id="case_1",
        number=1,
        account=None,
        contact=None,
        channel=Channel.portal,
        subject="It stands",
        coverage=CoverageState.covered,
        contract="",
        tier="",
        terms="",
        time_zone="",
        events=(CaseEvent(START, EventKind.opened, "S1"), *facts),
    )


@given(FACTS, BESIDE)
def test_every_public_fact_stands_in_it_once_and_in_order(
    facts: list[CaseEvent], beside: list[TimelineEntry]
) -> None:
    case = case_of(facts)
    told = [
        (each.at, each.what, each.value) for each in told_to_customers(timeline_of(case, beside))
    ]
    public = [each for each in case.in_time if each.kind is not EventKind.private_note]
    assert told == [(each.at, each.kind.name, each.value) for each in public]


@given(FACTS, BESIDE)
def test_among_us_nothing_is_lost(facts: list[CaseEvent], beside: list[TimelineEntry]) -> None:
    case = case_of(facts)
    entries = timeline_of(case, beside)
    assert [each.at for each in entries] == sorted(each.at for each in entries)
    expected = Counter(each.kind.name for each in case.events)
    assert Counter(each.what for each in entries) == expected + Counter(assigned=len(beside))


def test_what_became_known_late_says_when() -> None:
    late = CaseEvent(START, EventKind.paused, "", START + timedelta(hours=1))
    (_, entry) = timeline_of(case_of([late]))
    assert entry.known_at == late.recorded_at
