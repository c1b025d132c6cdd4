"""Who has which case, over HTTP: taken, handed over, picked from the queue, and the trail of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller, CallerKind
from tierline.access.permission import Permission
from tierline.actions import routing as actions
from tierline.actions.handoffs import SUMMARY_LIMIT_CHARACTERS, hand_over
from tierline.actions.rerouting import need_case_skills
from tierline.api.answers import Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.line_budgets import budget_of
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Fault, Invalid
from tierline.queries.cases import whole_case
from tierline.queries.handoffs import handoffs_by_tier
from tierline.queries.routing import Holder, holders_of
from tierline.routing.agent import LEVEL_NAMES, first_name, plain_words
from tierline.routing.assignment import Assignment, How
from tierline.routing.handover import unknown_skills, unknown_words

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["routing"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]


class WhyNotAnswer(TypedDict):
    """Why somebody did not get a case."""

    user: Annotated[str, said("Who.")]
    why: Annotated[str, said("In words.")]


class StepAnswer(TypedDict):
    """One step of a case's ownership."""

    user: Annotated[str | None, said("Who got it; null: it waits in the queue.")]
    how: Annotated[str, word_of(How, "How it came to them.")]
    reason: Annotated[str, said("Why them.")]
    at: Annotated[str, instant("When.")]
    by: Annotated[str, said("Who did it.")]
    why_not: Annotated[list[WhyNotAnswer], said("Of the others, why not they.")]


class LineBudgetAnswer(TypedDict):
    """What the line that has a case may use of the customer's target: ours alone."""

    level: Annotated[str, said("The line: first line, second line, senior.")]
    milestone: Annotated[str, word_of(MilestoneKind, "The target.")]
    percent: Annotated[str, said("Its share of the target.")]
    until: Annotated[
        str | None, instant("When it is used up; null: the clock stands still, or it has ended.")
    ]
    used_percent: Annotated[int, said("How much of the whole target is used.")]
    is_over: Annotated[bool, said("Whether it is used up.")]


class AssignmentAnswer(TypedDict):
    """Who has a case. A customer reads a first name and what they are, and no more."""

    user: Annotated[str | None, said("Who has it; null: nobody, or you are a customer.")]
    name: Annotated[str | None, said("Their name; to a customer their first name.")]
    level: Annotated[str | None, said("What they are: first line, second line, senior.")]
    skills: Annotated[list[str], said("The skills that the case needs.")]
    missing: Annotated[
        list[str], said("What is missing for somebody to have it who has all that it needs.")
    ]
    warnings: Annotated[
        list[str], said("Skills that it needs and no agent has, with those that are known.")
    ]
    handoffs: Annotated[int, said("How often it went from one to another.")]
    steps: Annotated[list[StepAnswer], said("Its way from hand to hand, the first step first.")]
    budget: Annotated[
        LineBudgetAnswer | None,
        said("By when its line hands it on; null: nothing says so, or you are a customer."),
    ]


class PickAnswer(TypedDict):
    """What came out of the queue."""

    case: Annotated[str | None, said("The case; null where nothing waits that one may have.")]


class TierHandoffsAnswer(TypedDict):
    """Handoffs of a tier's cases."""

    tier: Annotated[str, said("The tier; empty where nothing was promised.")]
    cases: Annotated[int, said("Cases that somebody has had.")]
    handoffs: Annotated[int, said("Handoffs of them in all.")]
    median: Annotated[int, said("Handoffs of the case in the middle.")]
    most: Annotated[int, said("Handoffs of the case with the most.")]


class AssignmentBody(Body):
    """Who is to have it (absent: oneself), with what they have to know where somebody has it now.
    `to_queue`: nobody, it waits again."""

    user: Word | None = None
    summary: str = Field(default="", max_length=SUMMARY_LIMIT_CHARACTERS)
    to_queue: bool = False


class SkillsBody(Body):
    """The skills that a case needs."""

    skills: Annotated[list[Word], Field(max_length=20)]


@router.get("/v1/cases/{case}/assignment", summary="Who has a case, and why")
def read_assignment(request: Request, caller: Reader, case: str) -> AssignmentAnswer:
    """With every step of its way, the reason of each, and why the others did not get it."""

    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> AssignmentAnswer:
        seen_case(reads, case, caller, Permission.read_cases)
        return _answer(reads, case, caller, now)

    return application.read(work)


@router.put("/v1/cases/{case}/assignment", summary="Take a case, or hand it over")
def assign(caller: Worker, case: str, body: AssignmentBody, once: Once) -> AssignmentAnswer:
    """A case that nobody has is taken; one that somebody has is handed over, with a summary that
    stays in the case as a note."""

    def work(records: Records, occasion: Occasion) -> AssignmentAnswer:
        to = None if body.to_queue else body.user or own_user(caller)
        hand_over(records, case, to, body.summary, occasion)
        return _answer(records, case, caller, occasion.now)

    return once.act_on(case, caller, work)


@router.put("/v1/cases/{case}/skills", summary="Say which skills a case needs")
def set_skills(caller: Worker, case: str, body: SkillsBody, once: Once) -> AssignmentAnswer:
    """It goes to somebody else where its holder lacks one of them and somebody else lacks less;
    else whoever has it keeps it. A skill that no agent has is kept too: `warnings` says so, and the
    leads are written to, once."""
    skills = plain_words(body.skills, "skills")

    def work(records: Records, occasion: Occasion) -> AssignmentAnswer:
        need_case_skills(records, case, skills, occasion)
        return _answer(records, case, caller, occasion.now)

    return once.act_on(case, caller, work)


@router.post("/v1/case-picks", status_code=201, summary="Take the next case of the queue")
def pick(request: Request, caller: Worker, once: Once) -> PickAnswer:
    """The worst and most promised first; a stated share goes by age alone, so that no tier waits
    for ever."""
    user, occasion = own_user(caller), application_of(request).occasion(caller.id)

    def work(records: Records) -> PickAnswer:
        return {"case": actions.pick_next(records, user, occasion)}

    return once.change(caller, work)


@router.get("/v1/reports/handoffs", summary="Handoffs per case, by tier")
def report_handoffs(
    request: Request,
    _: Worker,
    *,
    start: Annotated[Instant, Query(description="Cases opened from then on.")],
    end: Annotated[Instant, Query(description="And before then.")],
) -> Page[TierHandoffsAnswer]:
    """How often a case goes from one to another; the first assignment is none."""
    found = application_of(request).read(
        lambda reads: handoffs_by_tier(reads.snapshot, start=start, end=end)
    )
    rows: list[TierHandoffsAnswer] = [
        {
            "tier": each.tier,
            "cases": each.cases,
            "handoffs": each.handoffs,
            "median": each.median,
            "most": each.most,
        }
        for each in found
    ]
    return listed(rows, None)


def own_user(caller: Caller) -> str:
    """The user who asks. Raises Invalid for a program."""
    if caller.kind is not CallerKind.user:
        fault = Fault("no_user", "A program has no cases of its own.", "user", "State a user.")
        raise Invalid("Say who is to have it.", [fault])
    return caller.id


def _answer(reads: Reads | Records, case: str, caller: Caller, now: datetime) -> AssignmentAnswer:
    owned, is_ours = reads.routing.ownership(case), caller.accounts is None
    holder = holders_of(reads.snapshot, [case]).get(case)
    name = None if holder is None else holder.name if is_ours else first_name(holder.name)
    agent = None if holder is None else holder.agent
    return {
        "user": owned.user if is_ours else None,
        "name": name,
        "level": None if agent is None else LEVEL_NAMES[agent.level],
        "skills": sorted(owned.skills) if is_ours else [],
        "missing": list(owned.missing) if is_ours else [],
        "warnings": _warnings(reads, owned.skills) if is_ours else [],
        "handoffs": owned.handoffs,
        "steps": [_step(each) for each in reads.routing.trail(case)] if is_ours else [],
        "budget": _budget(reads, case, holder, now) if is_ours else None,
    }


def _warnings(reads: Reads | Records, skills: frozenset[str]) -> list[str]:
    people = reads.routing.agents() if skills else ()
    unknown = unknown_skills(skills, people)
    return [unknown_words(unknown, people)] if unknown else []


def _budget(
    reads: Reads | Records, case: str, holder: Holder | None, now: datetime
) -> LineBudgetAnswer | None:
    if holder is None:
        return None
    found = budget_of(reads, whole_case(reads.cases, reads.cases.get(case), now=now), holder)
    if found is None:
        return None
    return {
        "level": LEVEL_NAMES[found.level],
        "milestone": found.milestone.value,
        "percent": f"{found.percent:f}",
        "until": None if found.until is None else shown(found.until),
        "used_percent": found.used_percent,
        "is_over": found.is_over,
    }


def _step(step: Assignment) -> StepAnswer:
    return {
        "user": step.user,
        "how": step.how.value,
        "reason": step.reason,
        "at": shown(step.at),
        "by": step.by,
        "why_not": [{"user": user, "why": words} for user, words in step.why_not],
    }
