"""Routing replayed over past cases, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import Id, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import Instant, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.routing_replay import ReplayOfPlan, replay_routing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.routing.past import Given, PastCase
    from tierline.routing.replay_counts import Counts, Missing, Row

router = Routes(tags=["routing"])
Reader = Annotated[Caller, Depends(may(Permission.work_cases))]
SHOWN_CASES = 200
EXPLANATION = """\
Each case is given out at the instant at which it was opened, by the severity that it was opened
with and the skills that it turned out to need; where nobody may have it, it waits.
The plan in force and the agents as they are recorded now decide. A case counts for the load of
whoever got it until it was resolved for the last time.
The right hands are those of an agent whose level the plan asks for and who knows each skill that
the case needs; in time is before its time to be acknowledged is over.
Misrouted is a case whose first holder was not the right one; what that lost is the time from there
to the right hands, as time passed.
What was so is read from the way of each case from hand to hand. Who is recorded as an agent no more
counts as the wrong one.
"""


class CountsAnswer(TypedDict):
    """What so many cases come to. Lengths in seconds."""

    cases: Annotated[int, said("How many cases.")]
    with_reason: Annotated[int, said("Those that say why they went where they went.")]
    reached: Annotated[int, said("Those that came into the right hands.")]
    in_time: Annotated[int, said("Of these, before their time to be acknowledged was over.")]
    in_time_percent: Annotated[float | None, said("Of all; null where there are no cases.")]
    median_seconds: Annotated[int | None, said("From the opening to the right hands.")]
    misrouted: Annotated[int, said("Those whose first holder was not the right one.")]
    misrouted_percent: Annotated[float | None, said("Of all; null where there are no cases.")]
    never_right: Annotated[int, said("Of the misrouted, those that never came to the right one.")]
    lost_seconds: Annotated[int, said("In all, from the first holder to the right one.")]
    lost_median_seconds: Annotated[int | None, said("The same of the case in the middle.")]
    too_senior: Annotated[int, said("Those that somebody had whom the plan keeps for others.")]


class SidesAnswer(TypedDict):
    """As it was, and as the plan would have it."""

    was: Annotated[CountsAnswer, said("By the way of each case from hand to hand.")]
    plan: Annotated[CountsAnswer, said("By the plan in force.")]


class RowAnswer(TypedDict):
    """A severity of a tier."""

    tier: Annotated[str, said("The tier; empty where nothing was promised.")]
    severity: Annotated[str, said("The severity that the cases were opened with.")]
    lowest: Annotated[int, said("From this level on the plan has it answered.")]
    highest: Annotated[int, said("Up to this level.")]
    was: Annotated[CountsAnswer, said("By the way of each case from hand to hand.")]
    plan: Annotated[CountsAnswer, said("By the plan in force.")]


class MissingAnswer(TypedDict):
    """What nobody had when a case was opened."""

    words: Annotated[str, said("What was looked for: the skill dns, somebody at work.")]
    cases: Annotated[int, said("For how many cases.")]
    never_given: Annotated[int, said("Of these, how many were resolved before anybody got them.")]
    median_seconds: Annotated[int | None, said("The wait in the middle of the others.")]


class LateAnswer(TypedDict):
    """A case that the plan does not bring to the right hands in time."""

    case: Id
    number: Annotated[int, said("Its number.")]
    severity: Annotated[str, said("The severity that it was opened with.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    due_at: Annotated[str | None, instant("When it should be in the right hands.")]
    given_at: Annotated[str | None, instant("When the plan gives it to somebody; null: never.")]
    reason: Annotated[str, said("Why them, or why nobody.")]


class RoutingReplayAnswer(TypedDict):
    """Routing replayed over past cases. `first` are the two worst severities of the highest tier,
    `lowest` every case of the lowest."""

    plan_number: Annotated[int, said("The number of the plan.")]
    agents: Annotated[int, said("How many people it chose among.")]
    tier: Annotated[str, said("The highest tier.")]
    severities: Annotated[list[str], said("Its severities that are asked about first.")]
    lowest_tier: Annotated[str, said("The lowest tier.")]
    all: Annotated[SidesAnswer, said("Every case.")]
    first: Annotated[SidesAnswer, said("The two worst severities of the highest tier.")]
    lowest: Annotated[SidesAnswer, said("The lowest tier.")]
    rows: Annotated[list[RowAnswer], said("By tier, the highest first, and severity.")]
    missing: Annotated[list[MissingAnswer], said("What nobody had, what is missed most first.")]
    late: Annotated[list[LateAnswer], said(f"Of `first`, at most {SHOWN_CASES}.")]
    explanation: Annotated[str, said("What was counted, and how.")]


@router.get("/v1/reports/routing-replay", summary="Replay routing over past cases")
def replay(
    request: Request,
    _: Reader,
    *,
    start: Annotated[Instant, Query(description="Cases opened from then on.")],
    end: Annotated[Instant, Query(description="And before then.")],
) -> RoutingReplayAnswer:
    """How past cases went to people, beside how the plan in force would give them out."""
    application = application_of(request)
    now = application.now()
    return _answer(
        application.read(lambda reads: replay_routing(reads, start=start, end=end, now=now))
    )


def _answer(replay: ReplayOfPlan) -> RoutingReplayAnswer:
    found = replay.found
    return {
        "plan_number": replay.number,
        "agents": replay.agents,
        "tier": found.tier,
        "severities": list(found.severities),
        "lowest_tier": found.lowest_tier,
        "all": {"was": _counts(found.was), "plan": _counts(found.plan)},
        "first": {"was": _counts(found.first_was), "plan": _counts(found.first_plan)},
        "lowest": {"was": _counts(found.lowest_was), "plan": _counts(found.lowest_plan)},
        "rows": [_row(each) for each in found.rows],
        "missing": [_missing(each) for each in found.missing],
        "late": _late(found.late[:SHOWN_CASES]),
        "explanation": EXPLANATION,
    }


def _counts(counts: Counts) -> CountsAnswer:
    return {
        "cases": counts.cases,
        "with_reason": counts.with_reason,
        "reached": counts.reached,
        "in_time": counts.in_time,
        "in_time_percent": _percent(counts.in_time, counts.cases),
        "median_seconds": counts.median_seconds,
        "misrouted": counts.misrouted,
        "misrouted_percent": _percent(counts.misrouted, counts.cases),
        "never_right": counts.never_right,
        "lost_seconds": counts.lost_seconds,
        "lost_median_seconds": counts.lost_median_seconds,
        "too_senior": counts.too_senior,
    }


def _percent(part: int, whole: int) -> float | None:
    """To a tenth, rounded down: 94.96 is not 95."""
    return part * 1_000 // whole / 10 if whole else None


def _row(row: Row) -> RowAnswer:
    return {
        "tier": row.tier,
        "severity": row.severity,
        "lowest": row.levels.lowest,
        "highest": row.levels.highest,
        "was": _counts(row.was),
        "plan": _counts(row.plan),
    }


def _missing(missing: Missing) -> MissingAnswer:
    return {
        "words": missing.words,
        "cases": missing.cases,
        "never_given": missing.never_given,
        "median_seconds": missing.median_seconds,
    }


def _late(pairs: Sequence[tuple[PastCase, Given]]) -> list[LateAnswer]:
    return [
        {
            "case": case.need.case,
            "number": case.number,
            "severity": case.need.severity,
            "opened_at": shown(case.need.opened_at),
            "due_at": shown(case.need.due_at),
            "given_at": shown(given.at),
            "reason": given.reason,
        }
        for case, given in pairs
    ]
