"""What becomes true by time alone: the same instant, whenever somebody looks."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from drawn_cases import START, histories, terms
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.cases.history import CaseHistory
from tierline.kernel.instants import to_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.signals import BREACH, next_after, signals_of
from tierline.milestones.table import Verdict
from tierline.milestones.terms import Terms

MOMENTS = st.integers(0, 3_000_000)


@settings(max_examples=200, deadline=None)
@given(histories(), terms(), MOMENTS)
def test_there_is_a_breach_where_the_fold_says_missed_and_nowhere_else(
    cases: list[CaseHistory], promised: Terms, seconds: int
) -> None:
    for history in cases:
        now = max(START + timedelta(seconds=seconds), history.events[-1].at)
        missed = {
            (each.kind, each.cycle)
            for each in milestones_of(history, promised, now)
            if each.verdict is Verdict.missed
        }
        told = {
            (each.kind, each.cycle)
            for each in signals_of(history, promised, now)
            if each.what == BREACH and each.at <= to_micros(now)
        }
        assert told == missed


@settings(max_examples=100, deadline=None)
@given(histories(), terms(), MOMENTS, MOMENTS)
def test_what_is_foretold_comes_true_at_its_instant_if_nothing_else_happens(
    cases: list[CaseHistory], promised: Terms, first: int, second: int
) -> None:
    for history in cases:
        sooner, later = (
            max(START + timedelta(seconds=seconds), history.events[-1].at)
            for seconds in sorted((first, second))
        )
        foretold = {each.key: each.at for each in signals_of(history, promised, sooner)}
        known = {each.key: each.at for each in signals_of(history, promised, later)}
        assert foretold == known


@settings(max_examples=100, deadline=None)
@given(histories(), terms(), MOMENTS)
def test_signals_come_in_the_order_of_their_instants_and_each_once(
    cases: list[CaseHistory], promised: Terms, seconds: int
) -> None:
    for history in cases:
        now = max(START + timedelta(seconds=seconds), history.events[-1].at)
        signals = signals_of(history, promised, now)
        assert all(before.at <= after.at for before, after in pairwise(signals))
        assert len({each.key for each in signals}) == len(signals)
        found = next_after(signals, to_micros(now))
        assert found is None or found > to_micros(now)
