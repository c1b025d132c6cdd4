"""Adherence of the live desk and promises of a share of a month's cases, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, After, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import SECOND_US
from tierline.queries.adherence import desk_adherence, milestone_page, place_of, stretch
from tierline.scorecards.adherence import BY, OPEN, OUTSIDE, refuse_unknown
from tierline.scorecards.commitments import CommitmentMonth, Kept
from tierline.scorecards.desk import DeskAdherence, MilestoneRow, Stretch
from tierline.scorecards.intervals import Evidence, Interval
from tierline.scorecards.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tierline.scorecards.attainment import Attainment

router = Routes(prefix="/v1/reports", tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Since = Annotated[Instant | None, Query(description="Absent: a year before `until`.")]
Until = Annotated[Instant | None, Query(description="Before then. Absent: `as_of`.")]
AsOf = Annotated[Instant | None, Query(description="What was known then. Absent: now.")]
By = Annotated[
    list[Word] | None, Query(max_length=len(BY), description=f"Up to three of: {', '.join(BY)}.")
]
One = Annotated[Word | None, Query(description="Only of this one; `not stated`: of none.")]


class IntervalAnswer(TypedDict):
    """The 95% interval of a share."""

    low: Annotated[float, said("Its lower end, from 0 to 1.")]
    high: Annotated[float, said("Its upper end.")]


class AdherenceAnswer(TypedDict):
    """How the milestones of a group came out."""

    group: Annotated[dict[str, str], said("What the group is called, by what it was counted by.")]
    met: Annotated[int, said("Stopped in time.")]
    missed: Annotated[int, said("Used more than was allowed, stopped or not.")]
    running: Annotated[int, said("Still running, and in time.")]
    paused: Annotated[int, said("Standing still, and in time.")]
    excluded: Annotated[int, said("In no share; `excluded` of the whole says why.")]
    share: Annotated[float | None, said("Met of met and missed; null: nothing is decided.")]
    interval: Annotated[IntervalAnswer | None, said("Of the share.")]
    evidence: Annotated[str, word_of(Evidence, "How much the share can carry; weak under 8.")]
    stopped: Annotated[int | None, said("n of the lengths; null: of several kinds, or none.")]
    p50_seconds: Annotated[float | None, said("Half took no more open time than this.")]
    p90_seconds: Annotated[float | None, said("Nine of ten took no more than this.")]


class ReasonAnswer(TypedDict):
    """Why outcomes are in no share."""

    reason: Annotated[str, said("In words.")]
    outcomes: Annotated[int, said("How many.")]


class AdherenceReport(TypedDict):
    """The report."""

    since: Annotated[str, instant("Cases that were opened from then on.")]
    until: Annotated[str, instant("And before then.")]
    as_of: Annotated[str, instant("As of when.")]
    cases: Annotated[int, said("All cases that were opened then; every one is in the counts.")]
    overall: Annotated[AdherenceAnswer, said("Everything together.")]
    groups: Annotated[list[AdherenceAnswer], said("By what was asked for; else by tier.")]
    excluded: Annotated[list[ReasonAnswer], said("Why outcomes are in no share.")]


class MilestoneAnswer(TypedDict):
    """A milestone, or a case and a kind of milestone that has none."""

    case: Id
    number: Annotated[int, said("What people call the case by.")]
    account: Annotated[str, said("Whose it is; empty: of somebody unknown.")]
    channel: Annotated[str, said("The way in.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    milestone: Annotated[str, said("The kind; empty: nothing was promised to who asks.")]
    cycle: Annotated[int | None, said("Which round of this kind, from 0.")]
    tier: Annotated[str, said("The tier whose target was judged.")]
    severity: Annotated[str, said("The severity.")]
    outcome: Annotated[str, said("One of: " + ", ".join(each.name for each in Outcome) + ".")]
    reason: Annotated[str, said("Why it is in no share; empty: it is in one.")]
    started_at: Annotated[str | None, instant("When its clock started.")]
    due_at: Annotated[str | None, instant("When it was due.")]
    stopped_at: Annotated[str | None, instant("When it stopped; null: it has not.")]
    breached_at: Annotated[str | None, instant("When it was missed; null: it was not.")]
    used_seconds: Annotated[float | None, said("Open time that it used.")]
    allowed_seconds: Annotated[float | None, said("Open time that it was allowed.")]


class CommitmentAnswer(TypedDict):
    """A promise of a share of a month's cases, and what came of it."""

    account: AccountId
    tier: Annotated[str, said("The tier.")]
    severity: Annotated[str, said("The severity.")]
    milestone: Annotated[str, word_of(MilestoneKind, "The kind of milestone.")]
    month: Annotated[str, said("The month of the account's own calendar: 2026-03.")]
    committed_percent: Annotated[str, said("The share that was promised.")]
    met: Annotated[int, said("Met.")]
    missed: Annotated[int, said("Missed.")]
    open: Annotated[int, said("Still open, and in time.")]
    share: Annotated[float | None, said("Met of met and missed; null: nothing is decided.")]
    interval: Annotated[IntervalAnswer | None, said("Of the share.")]
    evidence: Annotated[str, word_of(Evidence, "How much the share says of the next month.")]
    kept: Annotated[str, word_of(Kept, "Whether the promise was kept.")]
    missing: Annotated[list[Id], said("The cases with a miss.")]


@router.get(
    "/adherence", summary="How milestones came out, by tier, severity, kind, channel, month"
)
def read_adherence(
    request: Request,
    caller: Reader,
    *,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    by: By = None,
) -> AdherenceReport:
    """Of the cases that were opened in that time. A customer reads its own."""
    names = by or ["tier"]
    refuse_unknown(names)
    during, desk = _read(request, caller, since, until, as_of)
    found = desk.adherence
    return {
        "since": shown(during.since),
        "until": shown(during.until),
        "as_of": shown(during.as_of),
        "cases": found.cases,
        "overall": _attainment({}, found.overall),
        "groups": [
            _attainment(dict(zip(names, each.group, strict=True)), each) for each in found.by(names)
        ],
        "excluded": [{"reason": why, "outcomes": count} for why, count in found.reasons()],
    }


@router.get("/adherence/milestones", summary="The milestones behind a figure of adherence")
def list_milestones(
    request: Request,
    caller: Reader,
    *,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    tier: One = None,
    severity: One = None,
    milestone: One = None,
    channel: One = None,
    month: One = None,
    segment: One = None,
    account: One = None,
    outcome: Annotated[list[Word] | None, Query(max_length=len(Outcome))] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MilestoneAnswer]:
    """Those that used the largest share of what was allowed first. `outcome` may be stated several
    times."""
    asked = dict(
        zip(BY, (tier, severity, milestone, channel, month, segment, account), strict=True)
    )
    wanted = _outcomes(outcome or ())
    pinned = as_of if after is None else place_of(after)[0]
    _, desk = _read(request, caller, since, until, pinned)
    among = {name: value for name, value in asked.items() if value is not None}
    rows = desk.adherence.where(among, wanted).tolist()
    page = milestone_page(desk, rows, after, limit)
    return listed([_milestone(each) for each in page.items], page.next)


@router.get("/attainment", summary="Promises of a share of a month's cases, and what came of them")
def list_commitments(
    request: Request,
    caller: Reader,
    *,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[CommitmentAnswer]:
    """Every promise of so many percent of the cases of a month, by account and month, the newest
    month first. A customer reads its own. A month without a case is not named."""
    _, desk = _read(request, caller, since, until, as_of)
    return listed([_commitment(each, desk) for each in desk.commitments], None)


def _outcomes(stated: Sequence[str]) -> list[Outcome]:
    known = ", ".join(Outcome.__members__)
    faults = [
        Fault("unknown_outcome", f"'{each}' is no outcome.", "outcome", f"Write some of: {known}.")
        for each in stated
        if each not in Outcome.__members__
    ]
    if faults:
        raise Invalid("Milestones cannot be chosen so.", faults)
    return [Outcome[each] for each in stated]


def _read(
    request: Request,
    caller: Caller,
    since: Instant | None,
    until: Instant | None,
    as_of: Instant | None,
) -> tuple[Stretch, DeskAdherence]:
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    return during, application.read(
        lambda reads: desk_adherence(reads.snapshot, during, accounts=caller.visible_accounts)
    )


def _attainment(group: Mapping[str, str], row: Attainment) -> AdherenceAnswer:
    lengths = row.lengths
    return {
        "group": dict(group),
        "met": row.met,
        "missed": row.missed,
        "running": row.counts[OPEN[0]],
        "paused": row.counts[OPEN[1]],
        "excluded": sum(row.counts[each] for each in OUTSIDE),
        "share": row.share,
        "interval": interval_answer(row.interval),
        "evidence": row.evidence.value,
        "stopped": None if lengths is None else lengths.count,
        "p50_seconds": None if lengths is None else lengths.used_p50 / SECOND_US,
        "p90_seconds": None if lengths is None else lengths.used_p90 / SECOND_US,
    }


def interval_answer(found: Interval | None) -> IntervalAnswer | None:
    """The interval of a share, where there is one."""
    return None if found is None else {"low": found.low, "high": found.high}


def _milestone(row: MilestoneRow) -> MilestoneAnswer:
    return {
        "case": row.case,
        "number": row.number,
        "account": row.account,
        "channel": row.channel,
        "opened_at": shown(row.opened_at),
        "milestone": row.milestone,
        "cycle": row.cycle,
        "tier": row.tier,
        "severity": row.severity,
        "outcome": row.outcome.name,
        "reason": row.reason,
        "started_at": shown(row.started_at),
        "due_at": shown(row.due_at),
        "stopped_at": shown(row.stopped_at),
        "breached_at": shown(row.breached_at),
        "used_seconds": None if row.used is None else row.used / SECOND_US,
        "allowed_seconds": None if row.allowance is None else row.allowance / SECOND_US,
    }


def _commitment(row: CommitmentMonth, desk: DeskAdherence) -> CommitmentAnswer:
    return {
        "account": row.account,
        "tier": row.tier,
        "severity": row.severity,
        "milestone": row.milestone,
        "month": row.month,
        "committed_percent": f"{row.percent:f}",
        "met": row.met,
        "missed": row.missed,
        "open": row.open,
        "share": row.share,
        "interval": interval_answer(row.interval),
        "evidence": row.evidence.value,
        "kept": row.kept.value,
        "missing": [desk.cases.ids[each] for each in row.missing],
    }
