"""What is learned of past cases for a target, on both databases."""

from __future__ import annotations

from datetime import timedelta

from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.effort import Worked, enter_time, remove_time
from tierline.cases.channel import Channel
from tierline.milestones.portable import portable_terms
from tierline.queries.credible_targets import credible_target
from tierline.scorecards.desk import Stretch
from tierline.staffing.known import Lack

SMALL = terms()
CASES = 30


def test_time_that_was_entered_is_summed_by_case_and_what_was_wrong_is_not(people: People) -> None:
    promise = CasePromise(
        CoverageState.covered,
        "contract_1",
        "priority",
        SMALL.severities,
        portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
    )
    order = CaseOrder(
        channel=Channel.portal,
        subject="Slow",
        text="It is slow.",
        account=people.lattice,
        severity="S1",
    )
    for _ in range(CASES):
        case = people.do(open_case, order, promise)
        for minutes in (20, 40):
            people.do(enter_time, case.id, Worked(minutes=minutes, what="Read logs"))
        wrong = people.do(enter_time, case.id, Worked(minutes=600, what="Slept"))
        people.do(remove_time, case.id, wrong.id)
    during = Stretch(NOW - timedelta(days=7), NOW + timedelta(days=1), NOW + timedelta(days=1))
    found = people.read(lambda reads: credible_target(reads, during, {"tier": "priority"}))
    known = found.known
    assert (known.like, known.cases, known.timed) == (CASES, CASES, CASES)
    assert known.effort is not None
    assert (known.effort.case_minutes, known.effort.sittings) == (60, 2)
    assert round(known.effort.spread, 3) == 0.111
    assert known.lacks == (Lack.people,)
