"""Deflection is solved, and no case by the same account on the topic in seven days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tierline.knowledge.deflection import WINDOW, Outcome, Raised, Solved, outcome_of, rates

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
SOLVED = Solved(account="a", article="kb", topics=("edge sync",), tier="gold", at=NOON)
CASES = st.lists(
    st.builds(
        Raised,
        st.sampled_from(["a", "b"]),
        st.timedeltas(timedelta(days=-10), timedelta(days=10)).map(lambda after: NOON + after),
        st.frozensets(st.sampled_from(["edge", "sync", "slow", "tls"])),
    ),
    max_size=6,
)


def returns(
    *, account: str = "a", after: timedelta = timedelta(), words: str = "edge sync"
) -> bool:
    case = Raised(account, NOON + after, frozenset(words.split()))
    return outcome_of(SOLVED, [case], LATER) is Outcome.returned


def test_coming_back_is_the_same_account_on_the_topic_within_seven_days() -> None:
    assert returns()
    assert returns(after=WINDOW - timedelta(microseconds=1), words="the sync of the edge stands")
    assert not returns(after=WINDOW)
    assert not returns(after=-timedelta(microseconds=1))
    assert not returns(account="b")
    assert not returns(words="edge stands")


def test_nothing_is_decided_before_the_seven_days_are_over() -> None:
    assert outcome_of(SOLVED, [], NOON + WINDOW - timedelta(seconds=1)) is Outcome.too_early
    assert outcome_of(SOLVED, [], NOON + WINDOW) is Outcome.held


@given(CASES, CASES)
def test_a_further_case_never_makes_a_deflection(some: list[Raised], more: list[Raised]) -> None:
    if outcome_of(SOLVED, some, LATER) is Outcome.returned:
        assert outcome_of(SOLVED, more + some, LATER) is Outcome.returned
    if outcome_of(SOLVED, some + more, LATER) is Outcome.held:
        assert outcome_of(SOLVED, some, LATER) is Outcome.held


@given(CASES, st.integers(0, 5))
def test_rates_count_each_solved_once_for_each_topic(cases: list[Raised], count: int) -> None:
    solved = [replace(SOLVED, topics=("edge sync", "tls"))] * count
    for (tier, topic), rate in rates(solved, cases, LATER).items():
        assert (tier, topic) in {("gold", "edge sync"), ("gold", "tls")}
        assert rate.held + rate.returned == count
        assert rate.share in (0.0, 1.0)
