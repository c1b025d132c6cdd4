"""Whether a target can be believed with the people there are, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until
from tierline.api.answers import TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.credible_targets import target_for
from tierline.catalog.statement import MilestoneKind
from tierline.queries.adherence import stretch
from tierline.staffing.question import NAMES

if TYPE_CHECKING:
    from tierline.kernel.money import Money
    from tierline.queries.credible_targets import CredibleTarget
    from tierline.staffing.credible import Credibility
    from tierline.staffing.known import Known

router = Routes(prefix="/v1/reports/credible-target", tags=["routing"])
Reader = Annotated[Caller, Depends(may(Permission.read_staffing))]
_DIGITS = 4


def _asked(description: str) -> object:
    return Query(max_length=40, description=description)


class ByTarget(TypedDict):
    """Another target with the people there are."""

    within_minutes: Annotated[float, said("Minutes of open time.")]
    share: Annotated[float, said("Begun in time.")]


class ByPeople(TypedDict):
    """The same target with other people."""

    extra: Annotated[int, said("So many more on duty at once than there are; below 0: fewer.")]
    share: Annotated[float, said("Begun in time.")]


class LearnedAnswer(TypedDict):
    """Cases, people and work of the time before."""

    since: Annotated[str, instant("Cases that were opened from then on.")]
    until: Annotated[str, instant("And before then.")]
    like: Annotated[int, said("n: cases of the tier and severity; under 8 there is no figure.")]
    cases: Annotated[
        float, said("Cases that the same people take, by their part of them; at least 30.")
    ]
    timed: Annotated[int, said("Of how many time was entered; at least 30, or it is stated.")]
    case_minutes: Annotated[float | None, said("Minutes of work on a case; null: not known.")]
    sittings: Annotated[float | None, said("In so many sittings.")]
    spread: Annotated[float | None, said("Variance of a sitting by its mean squared.")]
    people: Annotated[int, said("Recorded agents who may take such cases.")]
    most_on_duty: Annotated[int, said("At once, in an ordinary week, as known or stated.")]
    lacks: Annotated[
        list[str], said("Why there is no figure: cases, like_it, time, people; empty: there is.")
    ]


class AnswerAnswer(TypedDict):
    """The figure."""

    share: Annotated[float, said("The probability that a case is begun in time, from 0 to 1.")]
    interval: Annotated[IntervalAnswer, said("95%, by what is not known of the work that comes.")]
    is_credible: Annotated[bool, said("Whether it is at least what is wanted.")]
    extra: Annotated[
        int | None, said("More on duty at once that make it credible; null: 40 are not enough.")
    ]
    by_target: Annotated[list[ByTarget], said("Other targets.")]
    by_people: Annotated[list[ByPeople], said("Other numbers of people.")]


class CostAnswer(TypedDict):
    """What the difference costs, at a rate that was stated."""

    rate: Annotated[str, said("For an hour on duty, as it was stated.")]
    currency: Annotated[str, said("ISO 4217.")]
    hours_a_week: Annotated[str, said("Of all who are more.")]
    a_week: Annotated[str, said("Rounded once, half to even.")]
    a_year: Annotated[str, said("52 such weeks.")]


class CredibleTargetAnswer(TypedDict):
    """The question, what is known, and the answer."""

    catalog: Annotated[str, said("Whose tier it is.")]
    version: Annotated[str, said("Its newest version.")]
    tier: Annotated[str, said("The tier.")]
    severity: Annotated[str, said("The severity.")]
    milestone: Annotated[str, word_of(MilestoneKind, "The kind of milestone.")]
    hours: Annotated[str, said("The hours on which its clock runs.")]
    within_minutes: Annotated[float, said("The target, in minutes of open time.")]
    promised_minutes: Annotated[float | None, said("What the catalog promises; null: nothing.")]
    wanted_percent: Annotated[float, said("The committed attainment, or 95.")]
    learned: Annotated[LearnedAnswer, said("What it was worked out from.")]
    answer: Annotated[AnswerAnswer | None, said("null: too little is known.")]
    cost: Annotated[CostAnswer | None, said("null: no rate was stated, or people do not help.")]


@router.get(
    "",
    summary="Whether a target can be believed with the people there are",
    responses={503: {}},
)
def read_credible_target(
    request: Request,
    caller: Reader,
    *,
    tier: Annotated[str, _asked("Absent: the highest.")] = "",
    severity: Annotated[str, _asked("Absent: the worst.")] = "",
    milestone: Annotated[
        str, _asked("`acknowledge` or `first_response`. Absent: what is promised.")
    ] = "",
    within_minutes: Annotated[
        str, _asked("The target in minutes of open time. Absent: what is promised.")
    ] = "",
    agents: Annotated[
        str, _asked("So many on duty at once while the clock runs. Absent: as recorded.")
    ] = "",
    case_minutes: Annotated[
        str, _asked("Minutes of work on a case. Absent: as they were entered.")
    ] = "",
    sittings: Annotated[str, _asked("In how many sittings. Absent: as they were entered.")] = "",
    rate: Annotated[str, _asked("A loaded rate for an hour on duty: `62.50`.")] = "",
    currency: Annotated[str, _asked("Of the rate. Absent: the catalog's.")] = "",
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> CredibleTargetAnswer:
    """With the cases that were opened in that time, the hours of who may take such cases by the
    routing plan, and the newest catalog."""
    del caller  # whoever may ask sees the whole desk
    values = (tier, severity, milestone, within_minutes, agents, case_minutes, sittings, rate,
              currency)  # fmt: skip
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    stated = dict(zip(NAMES, values, strict=True))
    return credible_answer(target_for(application, during, stated))


def credible_answer(found: CredibleTarget) -> CredibleTargetAnswer:
    """It as a client gets it."""
    question = found.question
    return {
        "catalog": question.terms.catalog,
        "version": question.terms.version,
        "tier": question.tier,
        "severity": question.severity,
        "milestone": question.milestone.value,
        "hours": question.hours,
        "within_minutes": question.within_minutes,
        "promised_minutes": question.promised_minutes,
        "wanted_percent": question.wanted_percent,
        "learned": _learned(found.known),
        "answer": None if found.answer is None else _answer(found.answer),
        "cost": _cost(found),
    }


def _learned(known: Known) -> LearnedAnswer:
    effort = known.effort
    return {
        "since": shown(known.since),
        "until": shown(known.until),
        "like": known.like,
        "cases": round(known.cases, 1),
        "timed": known.timed,
        "case_minutes": None if effort is None else round(effort.case_minutes, 1),
        "sittings": None if effort is None else round(effort.sittings, 2),
        "spread": None if effort is None else round(effort.spread, 2),
        "people": known.people,
        "most_on_duty": known.most_on_duty,
        "lacks": [each.value for each in known.lacks],
    }


def _answer(answer: Credibility) -> AnswerAnswer:
    return {
        "share": round(answer.share, _DIGITS),
        "interval": {"low": round(answer.low, _DIGITS), "high": round(answer.high, _DIGITS)},
        "is_credible": answer.is_credible,
        "extra": answer.extra,
        "by_target": [
            {"within_minutes": minutes, "share": round(share, _DIGITS)}
            for minutes, share in answer.by_target
        ],
        "by_people": [
            {"extra": extra, "share": round(share, _DIGITS)} for extra, share in answer.by_extra
        ],
    }


def _cost(found: CredibleTarget) -> CostAnswer | None:
    rate, cost = found.question.rate, found.cost
    if rate is None or cost is None:
        return None
    return {
        "rate": f"{rate.an_hour:f}",
        "currency": rate.currency,
        "hours_a_week": f"{cost.hours_a_week:f}",
        "a_week": _amount(cost.a_week),
        "a_year": _amount(cost.a_year),
    }


def _amount(money: Money) -> str:
    return f"{money.amount():f}"
