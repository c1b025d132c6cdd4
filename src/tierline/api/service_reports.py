"""What stands out in how accounts are served, over HTTP: worst cases, answers far sooner than
promised, silence, side letters, and severities that data or a regulation lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until, interval_answer
from tierline.api.answers import (
    AccountId,
    ContractId,
    Feature,
    Id,
    Page,
    TypedDict,
    instant,
    said,
    word_of,
)
from tierline.api.callers import may
from tierline.api.contract_answers import WrittenDownAnswer, written_down
from tierline.api.inputs import listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.milestones.table import NEVER
from tierline.queries.adherence import desk_adherence, stretch
from tierline.queries.lifted_severities import lifted_severities
from tierline.queries.side_letters import side_letters_kept
from tierline.scorecards.calendar_effects import EffectKind, calendar_effects
from tierline.scorecards.desk import DeskAdherence, Stretch
from tierline.scorecards.groups import Dimension
from tierline.scorecards.service import answered_sooner, fallen_silent, worst_cases

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.store.records import Reads

router = Routes(prefix="/v1/reports", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class MissedKindAnswer(TypedDict):
    """A kind of milestone that a case missed."""

    milestone: Annotated[str, said("The kind.")]
    times: Annotated[int, said("How often.")]
    used_seconds: Annotated[float, said("Open time of the longest of them.")]
    allowed_seconds: Annotated[float, said("What that was allowed.")]


class WorstCaseAnswer(TypedDict):
    """A case with three or more kinds of milestone missed."""

    case: Id
    number: Annotated[int, said("What people call it by.")]
    account: Annotated[str, said("Whose it is.")]
    severity: Annotated[str, said("Its severity.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    missed: Annotated[list[MissedKindAnswer], said("What it missed.")]


class SoonerAnswer(TypedDict):
    """An account that is answered far sooner than its plan promises."""

    account: AccountId
    tier: Annotated[str, said("Its tier.")]
    cases: Annotated[int, said("n: cases that were taken up.")]
    fast: Annotated[int, said("Within a tenth of what is allowed.")]
    median_seconds: Annotated[float, said("Open time to that, in the middle.")]
    promised_seconds: Annotated[float, said("What was allowed, in the middle.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the share.")]
    others: Annotated[IntervalAnswer | None, said("The same of all others of the tier.")]


class SilentAnswer(TypedDict):
    """An account that raised cases and raises none any more."""

    account: AccountId
    cases: Annotated[int, said("How many it raised.")]
    a_month: Annotated[float, said("At which pace, until the last.")]
    days: Annotated[int, said("Days since the last.")]
    chance: Annotated[float, said("How likely such a silence is at that pace.")]


class SideLetterAnswer(WrittenDownAnswer):
    """A target that was agreed beside the plan, and how cases came out against it."""

    account: AccountId
    contract: ContractId
    target: Feature
    within: Annotated[str, said("What was agreed.")]
    since: Annotated[str, instant("From when on.")]
    met: Annotated[int, said("Met.")]
    missed: Annotated[int, said("Missed.")]
    open: Annotated[int, said("Still open, and in time.")]
    missing: Annotated[list[Id], said("The cases with a miss.")]


class CalendarEffectAnswer(TypedDict):
    """A milestone that a holiday or a change of the clocks decided."""

    case: Id
    number: Annotated[int, said("What people call the case by.")]
    account: Annotated[str, said("Whose it is.")]
    milestone: Annotated[str, said("The kind.")]
    by: Annotated[str, word_of(EffectKind, "What it was.")]
    due_at: Annotated[str | None, instant("When it was due.")]
    verdict: Annotated[str, said("How it came out: met, missed, running or paused.")]
    due_without: Annotated[str | None, instant("When it would have been.")]
    without: Annotated[str, said("How it would have.")]


class LiftedAnswer(TypedDict):
    """A severity that one circumstance lifted."""

    case: Id
    number: Annotated[int, said("What people call the case by.")]
    account: Annotated[str, said("Whose it is.")]
    at: Annotated[str, instant("When it was triaged.")]
    by: Annotated[str, said("The circumstance: `data_sensitivity` or `regulatory_exposure`.")]
    value: Annotated[str, said("What was answered, or known of the account.")]
    severity: Annotated[str, said("What the table says.")]
    without: Annotated[str, said("What it would say without that.")]
    reason: Annotated[str, said("Why, in the words of the table.")]


@router.get("/worst-cases", summary="Cases with three or more kinds of milestone missed")
def list_worst_cases(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[WorstCaseAnswer]:
    """Of the cases opened in that time, those with the most kinds first."""
    desk = _desk(request, caller, since, until, as_of)
    kept = desk.cases
    rows: list[WorstCaseAnswer] = [
        {
            "case": kept.ids[each.case],
            "number": kept.numbers[each.case],
            "account": kept.account.text(each.case),
            "severity": kept.severity.text(each.case),
            "opened_at": shown(from_micros(int(kept.opened[each.case]))),
            "missed": [
                {
                    "milestone": kind.milestone,
                    "times": kind.times,
                    "used_seconds": kind.used / SECOND_US,
                    "allowed_seconds": kind.allowance / SECOND_US,
                }
                for kind in each.kinds
            ],
        }
        for each in worst_cases(desk.adherence.judged)
    ]
    return listed(rows, None)


@router.get("/answered-sooner", summary="Accounts that are answered far sooner than promised")
def list_answered_sooner(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[SoonerAnswer]:
    """Beyond the others of their tier by more than chance, on 8 cases or more, most of them so."""
    desk = _desk(request, caller, since, until, as_of)
    rows: list[SoonerAnswer] = [
        {
            "account": each.account,
            "tier": each.tier,
            "cases": each.cases,
            "fast": each.fast,
            "median_seconds": each.used_p50 / SECOND_US,
            "promised_seconds": each.allowed_p50 / SECOND_US,
            "interval": interval_answer(each.interval),
            "others": interval_answer(each.others),
        }
        for each in answered_sooner(desk.adherence.judged, _account(desk))
    ]
    return listed(rows, None)


@router.get("/fallen-silent", summary="Accounts that raised cases and raise none any more")
def list_fallen_silent(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[SilentAnswer]:
    """For 90 days or more, at a pace that makes this next to impossible; the least likely first."""
    during = _stretch(request, since, until, as_of)
    desk = _desk(request, caller, since, until, as_of)
    opened, start = desk.cases.opened, to_micros(during.since)
    end = min(to_micros(during.until), desk.cases.as_of)
    rows: list[SilentAnswer] = [
        {
            "account": each.account,
            "cases": each.cases,
            "a_month": each.a_month,
            "days": each.days,
            "chance": each.chance,
        }
        for each in fallen_silent(_account(desk), opened, start, end)
    ]
    return listed(rows, None)


@router.get("/side-letters", summary="Targets agreed beside the plan, and how cases came out")
def list_side_letters(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[SideLetterAnswer]:
    """Every tightened target that is in force, with the cases of that time that were opened since
    it was agreed."""
    during = _stretch(request, since, until, as_of)

    def work(reads: Reads) -> list[SideLetterAnswer]:
        desk = desk_adherence(reads.snapshot, during, accounts=caller.visible_accounts)
        return [
            {
                "account": each.account,
                "contract": each.contract,
                "target": each.target,
                "within": each.within,
                "since": shown(from_micros(each.since)),
                "met": each.met,
                "missed": each.missed,
                "open": each.open,
                "missing": list(each.missing),
                **written_down(each.document),
            }
            for each in side_letters_kept(reads, desk, to_micros(during.as_of))
        ]

    return listed(application_of(request).read(work), None)


@router.get("/calendar-effects", summary="What holidays and changes of the clocks decided")
def list_calendar_effects(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[CalendarEffectAnswer]:
    """Milestones that would have come out otherwise on hours without holidays, and those that were
    due beyond a night on which their clocks changed."""
    desk = _desk(request, caller, since, until, as_of)
    kept = desk.cases
    rows: list[CalendarEffectAnswer] = [
        {
            "case": kept.ids[each.case],
            "number": kept.numbers[each.case],
            "account": kept.account.text(each.case),
            "milestone": each.milestone,
            "by": each.by.value,
            "due_at": _when(each.due),
            "verdict": each.verdict.name,
            "due_without": _when(each.due_without),
            "without": each.without.name,
        }
        for each in calendar_effects(kept.parts)
    ]
    return listed(rows, None)


@router.get("/lifted-severities", summary="Severities that data or a regulation lifted")
def list_lifted(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None
) -> Page[LiftedAnswer]:
    """Of what was triaged then, each circumstance that made the severity worse by itself."""
    during = _stretch(request, since, until, None)
    found = application_of(request).read(
        lambda reads: lifted_severities(
            reads, since=during.since, until=during.until, accounts=caller.visible_accounts
        )
    )
    rows: list[LiftedAnswer] = [
        {
            "case": each.case,
            "number": each.number,
            "account": each.account,
            "at": shown(each.at),
            "by": each.by,
            "value": each.value,
            "severity": each.severity,
            "without": each.without,
            "reason": each.reason,
        }
        for each in found
    ]
    return listed(rows, None)


def _stretch(
    request: Request, since: datetime | None, until: datetime | None, as_of: datetime | None
) -> Stretch:
    return stretch(application_of(request).now(), since, until, as_of)


def _desk(
    request: Request,
    caller: Caller,
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
) -> DeskAdherence:
    during = _stretch(request, since, until, as_of)
    return application_of(request).read(
        lambda reads: desk_adherence(reads.snapshot, during, accounts=caller.visible_accounts)
    )


def _when(at: int) -> str | None:
    return None if at == NEVER else shown(from_micros(at))


def _account(desk: DeskAdherence) -> Dimension:
    labels = desk.cases.account
    return Dimension(labels.codes, labels.names)
