"""What stands out in how accounts are served, and what does not."""

from __future__ import annotations

import numpy as np
import pytest
from small_world import HOUR, MONDAY, REPLY, RESOLVED, case, log, terms

from tierline.cases.history import CaseHistory
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import to_micros
from tierline.milestones.terms import PromisedTarget, Terms
from tierline.scorecards.groups import Dimension
from tierline.scorecards.service import answered_sooner, fallen_silent, worst_cases
from tierline.scorecards.together import Judged, judged_together

DAY = 24 * HOUR
NOW = to_micros(MONDAY) + 365 * DAY


def promised() -> Terms:
    """And four hours, at any time, to somebody taking it up."""
    taken = {
        ("silver", severity, MilestoneKind.acknowledge): PromisedTarget("x", 4 * HOUR, "always")
        for severity in ("S1", "S2")
    }
    known = terms()
    return Terms(
        **{name: getattr(known, name) for name in ("catalog", "version", "digest", "tiers",
                                                   "severities", "rules", "hours")},
        targets=dict(known.targets) | taken,
    )  # fmt: skip


def judged(*cases: CaseHistory) -> Judged:
    return judged_together([(0, log(*cases), promised())], np.zeros(len(cases), dtype=np.int64))


def answered(after: float) -> CaseHistory:
    return case("x", "silver", "S2", (after, REPLY), (after + 1, RESOLVED))


def accounts(*codes: int) -> Dimension:
    return Dimension(np.array(codes), ("Acme", "Birch")[: max(codes) + 1])


def test_an_account_that_is_answered_at_once_stands_out_among_its_tier() -> None:
    table = judged(*[answered(0.2)] * 10, *[answered(2)] * 10)
    (found,) = answered_sooner(table, accounts(*[0] * 10, *[1] * 10))
    assert (found.account, found.cases, found.fast) == ("Acme", 10, 10)
    assert (found.used_p50, found.allowed_p50) == (HOUR // 5, 4 * HOUR)


def test_seven_answers_at_once_are_too_few() -> None:
    table = judged(*[answered(0.2)] * 7, *[answered(2)] * 10)
    assert answered_sooner(table, accounts(*[0] * 7, *[1] * 10)) == ()


def test_who_is_answered_like_everybody_does_not_stand_out() -> None:
    table = judged(*[answered(0.2)] * 20)
    assert answered_sooner(table, accounts(*[0] * 10, *[1] * 10)) == ()


def test_three_kinds_missed_make_a_worst_case() -> None:
    bad = case("bad", "silver", "S1", (9, REPLY), (40, RESOLVED))
    (found,) = worst_cases(judged(answered(2), bad))
    assert found.case == 1
    assert {(each.milestone, each.times) for each in found.kinds} == {
        ("acknowledge", 1),
        ("first_response", 1),
        ("resolution", 1),
    }


def test_silence_is_told_where_the_pace_of_before_makes_it_next_to_impossible() -> None:
    since = NOW - 300 * DAY
    weekly = [since + week * 7 * DAY for week in range(27)]  # until 118 days ago
    seldom = [since + month * 60 * DAY for month in range(4)]
    opened = np.array([*weekly, *seldom])
    codes = accounts(*[0] * len(weekly), *[1] * len(seldom))
    (found,) = fallen_silent(codes, opened, since, NOW)
    assert (found.account, found.cases, found.days) == ("Acme", 27, 118)
    assert 4 < found.a_month < 5


def test_a_short_silence_is_none() -> None:
    since = NOW - 300 * DAY
    weekly = np.array([since + week * 7 * DAY for week in range(31)])  # until 90 days ago
    assert fallen_silent(accounts(*[0] * 31), weekly[:31] + DAY, since, NOW) == ()


def test_a_pace_that_few_cases_tell_of_makes_no_silence_next_to_impossible() -> None:
    since = NOW - 365 * DAY
    few = np.array([since + day * DAY for day in range(15, 196, 18)])
    assert len(few) == 11
    assert fallen_silent(accounts(*[0] * 11), few, since, NOW) == ()
    twice = np.repeat(few, 2)
    (found,) = fallen_silent(accounts(*[0] * 22), twice, since, NOW)
    assert found.chance == pytest.approx((195 / 365) ** 22)
