"""Time, follow-ups and ratings, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import reopen, resolve
from tierline.actions.effort import (
    Worked,
    enter_time,
    follow_up_at,
    followed_up,
    rate_case,
    remove_time,
)
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.milestones.portable import portable_terms
from tierline.queries.cases import list_cases
from tierline.queries.effort import TierEffort, effort_by_tier, satisfaction_by_tier
from tierline.queries.routing import CaseView, narrowed_to, states_of

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)
DAY = timedelta(days=1)


def opened(people: People) -> Case:
    order = CaseOrder(
        channel=Channel.portal, subject="Slow", text="It is slow.", account=people.lattice
    )
    made: Case = people.do(open_case, order, PROMISE)
    return made


def test_what_was_wrong_counts_no_more_and_stays_known(people: People) -> None:
    case = opened(people)
    people.do(enter_time, case.id, Worked(minutes=30, what="Read logs"), by="user_a")
    wrong = people.do(enter_time, case.id, Worked(minutes=90, what="Called", is_billable=True))
    with pytest.raises(NotFound):
        people.do(remove_time, case.id, wrong.id, by="user_a")  # another's
    people.do(remove_time, case.id, wrong.id)
    entries = people.read(lambda reads: reads.effort.entries(case.id))
    assert {each.minutes: each.removed_at for each in entries} == {30: None, 90: NOW}
    found = people.read(lambda reads: effort_by_tier(reads.snapshot, start=NOW, end=NOW + DAY))
    assert found == (TierEffort(tier="bronze", cases=1, in_plan_minutes=30, billable_minutes=0),)
    for odd in (Worked(minutes=0, what="x"), Worked(minutes=1_441, what="x"),
                Worked(minutes=1, what="x", on=(NOW + DAY).date())):  # fmt: skip
        with pytest.raises(Invalid):
            people.do(enter_time, case.id, odd)


def test_a_case_comes_back_at_the_last_time_that_was_set(people: People) -> None:
    case = opened(people)
    for days in (1, 2):
        people.do(follow_up_at, case.id, NOW + days * DAY, "Ask")
    found = people.read(lambda reads: reads.effort.follow_up(case.id))
    assert (found.at, found.what) == (NOW + 2 * DAY, "Ask")
    people.do(resolve, case.id, "Restarted.", "A rollback costs a shift.")

    def back(days: int) -> list[str]:
        back = narrowed_to(CaseView.follow_up, "user_a", NOW + days * DAY)
        states = states_of(CaseView.follow_up, None)
        page = people.read(lambda reads: list_cases(reads.snapshot, narrowed=back, states=states))
        return [row.id for row in page.items]

    assert (back(1), back(2)) == ([], [case.id])  # whatever its state
    with pytest.raises(Invalid):
        people.do(follow_up_at, case.id, NOW, "Too late")
    people.do(followed_up, case.id)
    with pytest.raises(Conflict):
        people.do(followed_up, case.id)


def test_a_case_is_rated_once_and_only_once_it_is_resolved(people: People) -> None:
    case = opened(people)
    with pytest.raises(Conflict) as caught:
        people.do(rate_case, case.id, 5, "")
    assert caught.value.code == "case_open"
    people.do(resolve, case.id, "Restarted.", "A rollback costs a shift.")
    with pytest.raises(Invalid):
        people.do(rate_case, case.id, 6, "")
    people.do(rate_case, case.id, 4, "Nadia was quick.")
    people.do(reopen, case.id)
    with pytest.raises(Conflict) as caught:
        people.do(rate_case, case.id, 1, "")
    assert caught.value.code == "rated"
    (found,) = people.read(
        lambda reads: satisfaction_by_tier(reads.snapshot, start=NOW, end=NOW + DAY)
    )
    assert (found.tier, found.answers, found.content, found.total) == ("bronze", 1, 1, 4)
    people.do(lambda records: records.effort.erase_people(people.lattice, (), ["Nadia"], "erased"))
    assert people.read(lambda reads: reads.effort.rating(case.id)).comment == "erased"
