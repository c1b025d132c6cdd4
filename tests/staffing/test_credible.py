"""Whether a target is credible, what it takes, and what can never be so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.kernel.errors import Invalid
from tierline.kernel.money import Money
from tierline.staffing import queue, wait
from tierline.staffing.cost import StatedRate, cost_delta
from tierline.staffing.credible import MOST_ON_DUTY, Situation, credibility_of
from tierline.staffing.desk import SLOTS, Askers, Desk
from tierline.staffing.queue import line_of
from tierline.staffing.wait import in_time

ALWAYS = np.ones(SLOTS)
DAY = np.tile(np.repeat([0.0, 1.0, 0.0], 32), 7)
"""From 08:00 until 16:00."""
HAIR = 0.002
"""What following a week in steps leaves unsaid."""


def situation(
    work: float, people: int, *, unsure: float = 0.0, cover: np.ndarray = ALWAYS
) -> Situation:
    return Situation(
        desk=Desk(
            before=0.2 * work * ALWAYS,
            same=0.3 * work * ALWAYS,
            after=0.5 * work * ALWAYS,
            piece_hours=0.5,
        ),
        staff=(people * cover).astype(np.int64),
        cover=cover > 0,
        askers=(Askers(come=ALWAYS, open=cover),),
        unsure=unsure,
    )


def test_below_what_is_wanted_it_is_not_credible_and_says_how_many_more_it_takes() -> None:
    found = credibility_of(situation(2.0, 3, unsure=0.1), 15)
    assert found.share < 0.95
    assert not found.is_credible
    assert found.extra == 1
    shares = dict(found.by_extra)
    assert shares[0] == found.share
    assert shares[0] < 0.95 <= shares[1]
    assert found.low < found.share < found.high
    assert dict(found.by_target)[15] == found.share


def test_a_share_that_is_committed_to_is_what_is_wanted() -> None:
    lenient = credibility_of(situation(2.0, 3), 15, 60)
    assert lenient.is_credible
    assert lenient.extra == 0


def test_many_more_are_found_too() -> None:
    found = credibility_of(situation(6.0, 1), 30)
    shares = dict(found.by_extra)
    assert found.extra is not None
    assert found.extra > 4
    assert shares[found.extra] >= 0.95 > shares[found.extra - 1]


def test_nobody_on_duty_begins_nothing() -> None:
    found = credibility_of(situation(1.0, 0), 60)
    assert found.share == 0
    assert found.extra == 2


def test_more_to_do_before_it_than_can_be_done_leaves_no_hope() -> None:
    assert credibility_of(situation(6.0, 2), 60).share == 0


def test_a_desk_too_large_to_be_followed_is_refused() -> None:
    with pytest.raises(Invalid) as raised:
        credibility_of(situation(1.0, MOST_ON_DUTY + 1), 60)
    assert raised.value.code == "too_many_on_duty"


def test_pieces_too_short_to_be_followed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_STEPS", 20)
    with pytest.raises(Invalid) as raised:
        credibility_of(situation(2.0, 3), 60)
    assert raised.value.code == "too_many_pieces"


def test_where_too_many_come_before_it_to_count_each_the_figure_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = situation(0.0, 7, cover=DAY)
    some = replace(asked.desk, before=1.9 * ALWAYS, same=0.3 * ALWAYS, piece_hours=0.25)
    staff, one = asked.staff[None], np.ones(1)
    line = line_of(some, staff, one)
    shares = []
    for most in (np.inf, wait.COUNTED, 20):
        monkeypatch.setattr(wait, "COUNTED", most)
        askers = (Askers(come=ALWAYS, open=ALWAYS),)
        shares.append(float(in_time(some, staff, one, line, askers, 16)[0]))
    counted, as_it_is, rarely = shares
    assert 0.2 < counted < 0.8
    assert as_it_is == pytest.approx(counted, abs=0.0005)
    assert rarely == pytest.approx(counted, abs=0.005)


def share(work: float, people: int, within_hours: float, *, cover: np.ndarray) -> float:
    asked = situation(work, people, cover=cover)
    staff, one = asked.staff[None], np.ones(1)
    line = line_of(asked.desk, staff, one)
    return float(in_time(asked.desk, staff, one, line, asked.askers, within_hours)[0])


WORKS = st.floats(0.05, 1.2)
COVERS = st.sampled_from([ALWAYS, DAY])


@settings(max_examples=5, deadline=None)
@given(work=WORKS, people=st.integers(0, 5), minutes=st.integers(1, 240), cover=COVERS)
def test_more_people_never_lower_it(
    work: float, people: int, minutes: int, cover: np.ndarray
) -> None:
    fewer, more = (share(work, each, minutes / 60, cover=cover) for each in (people, people + 1))
    assert more >= fewer - HAIR


@settings(max_examples=5, deadline=None)
@given(work=WORKS, minutes=st.integers(1, 240), longer=st.integers(1, 240), cover=COVERS)
def test_a_longer_target_never_lowers_it(
    work: float, minutes: int, longer: int, cover: np.ndarray
) -> None:
    short, long = (share(work, 2, each / 60, cover=cover) for each in (minutes, minutes + longer))
    assert long >= short - HAIR


def test_the_difference_costs_exactly_what_its_hours_cost() -> None:
    found = cost_delta(3, Decimal("168.25"), StatedRate(Decimal("62.505"), "BHD"))
    assert found.hours_a_week == Decimal("504.75")
    assert found.a_week == Money(31_549_399, "BHD")  # 31,549.39875 to the fils, half to even
    assert found.a_year == Money(31_549_399 * 52, "BHD")
    assert cost_delta(0, Decimal(40), StatedRate(Decimal(50), "EUR")).a_year == Money(0, "EUR")
