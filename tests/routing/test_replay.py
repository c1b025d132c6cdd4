"""Past cases, given out anew: who was the right one, what the wrong one cost, what waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.calendars.business_hours import BusinessHours, Window, week_of
from tierline.routing.agent import Agent
from tierline.routing.assignment import Assignment, How
from tierline.routing.need import CaseNeed
from tierline.routing.past import PastCase
from tierline.routing.plan import Levels, Plan
from tierline.routing.replay import replayed
from tierline.routing.replay_counts import routing_replay

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
NINE_TO_FIVE = BusinessHours(
    week=week_of({day: (Window(9 * 3600, 17 * 3600),) for day in ("mon", "tue", "wed")})
)
ANN = Agent(user="ann", level=1, capacity=1, hours=NINE_TO_FIVE)
SAM = Agent(user="sam", level=3, capacity=5, skills=frozenset({"dns"}))
PLAN = Plan(
    answered_by={
        "enterprise": {"any": Levels(lowest=3)},
        "standard": {"any": Levels(lowest=1, highest=2)},
    }
)
LATER = MONDAY + timedelta(days=30)


def case(
    number: int,
    hour: float,
    tier: str = "standard",
    *,
    skills: frozenset[str] = frozenset(),
    ended: float | None = None,
    trail: tuple[tuple[str | None, float], ...] = (),
    is_worst: bool = False,
) -> PastCase:
    opened_at = MONDAY + hour * HOUR
    steps = tuple(
        Assignment(
            case=f"case_{number}",
            place=place,
            user=user,
            how=How.routed,
            reason="So it was.",
            at=MONDAY + at * HOUR,
            by="machine",
        )
        for place, (user, at) in enumerate(trail)
    )
    need = CaseNeed(
        case=f"case_{number}",
        tier=tier,
        severity="S1" if is_worst else "S2",
        severity_rank=0 if is_worst else 1,
        tier_rank=("standard", "enterprise").index(tier),
        opened_at=opened_at,
        due_at=opened_at + HOUR,
        is_worst=is_worst,
        skills=skills,
    )
    ended_at = None if ended is None else MONDAY + ended * HOUR
    return PastCase(need=need, number=number, ended_at=ended_at, trail=steps)


def test_a_case_waits_until_somebody_begins_to_work() -> None:
    given = replayed([case(1, 3, ended=30)], [ANN], PLAN, until=LATER)["case_1"]
    assert given.at == MONDAY + 9 * HOUR
    assert given.missing == ("somebody at work",)
    assert not given.is_misrouted


def test_whoever_is_full_gets_the_next_case_when_the_one_before_has_ended() -> None:
    cases = [case(1, 10, ended=12), case(2, 11, ended=16)]
    given = replayed(cases, [ANN], PLAN, until=LATER)
    assert given["case_1"].at == MONDAY + 10 * HOUR
    assert given["case_2"].at == MONDAY + 12 * HOUR
    assert given["case_2"].missing == ("somebody with room for another case",)


def test_what_ended_before_anybody_came_is_given_to_nobody() -> None:
    given = replayed([case(1, 3, ended=4)], [ANN], PLAN, until=LATER)["case_1"]
    assert (given.user, given.right_at) == (None, None)
    told = "Nobody may have it now. Missing: somebody at work. For standard S2."
    assert given.reason == told


def test_nothing_happens_after_the_end() -> None:
    given = replayed([case(1, 3)], [ANN], PLAN, until=MONDAY + 8 * HOUR)["case_1"]
    assert given.at is None


def test_who_lacks_skill_or_level_was_the_wrong_one_and_the_time_to_the_right_one_is_lost() -> None:
    cases = [
        case(1, 10, "enterprise", skills=frozenset({"dns"}), trail=(("ann", 10), ("sam", 13))),
        case(2, 11, "enterprise", trail=(("sam", 11.5),)),
        case(3, 12, "enterprise", trail=(("ann", 12), ("gone", 13))),
    ]
    found = routing_replay(cases, [ANN, SAM], PLAN, until=LATER)
    assert (found.tier, found.severities) == ("enterprise", ("S2",))
    was, plan = found.first_was, found.first_plan
    assert (was.misrouted, was.never_right, was.lost_seconds) == (2, 1, 3 * 3600)
    assert (was.reached, was.in_time) == (2, 1)
    assert (plan.misrouted, plan.reached, plan.in_time, plan.median_seconds) == (0, 3, 3, 0)
    assert was.with_reason == plan.with_reason == 3


def test_a_senior_who_is_kept_for_others_touched_it_against_the_plan() -> None:
    cases = [case(1, 10, trail=(("ann", 10), ("sam", 11))), case(2, 10, "enterprise")]
    found = routing_replay(cases, [ANN, SAM], PLAN, until=LATER)
    assert found.lowest_tier == "standard"
    assert (found.lowest_was.too_senior, found.lowest_plan.too_senior) == (1, 0)


def test_a_skill_that_nobody_has_is_named_with_its_cases() -> None:
    cases = [case(number, 10, skills=frozenset({"opc ua"})) for number in (1, 2)]
    (missing,) = routing_replay(cases, [ANN, SAM], PLAN, until=LATER).missing
    assert (missing.words, missing.cases, missing.never_given) == ("the skill opc ua", 2, 2)


def test_for_the_worst_severity_somebody_is_found_and_counts_as_the_wrong_one() -> None:
    cases = [case(1, 3, "enterprise", skills=frozenset({"opc ua"}), is_worst=True)]
    found = routing_replay(cases, [ANN, SAM], PLAN, until=LATER)
    assert (found.first_plan.misrouted, found.first_plan.in_time) == (1, 0)
    ((_, given),) = found.late
    assert given.user == "sam"
    assert "lacks opc ua" in given.reason


def test_no_cases_are_a_replay_of_nothing() -> None:
    found = routing_replay([], [ANN], PLAN, until=LATER)
    assert (found.tier, found.was.cases, found.rows) == ("", 0, ())
