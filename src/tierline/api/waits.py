"""Waits that began shortly before a breach and asked nothing, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until, interval_answer
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import desk_adherence, stretch
from tierline.queries.waits import WaitsReport, waits_report
from tierline.scorecards.intervals import Evidence
from tierline.scorecards.waits import AgentWaits

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(prefix="/v1/reports/waits", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class KeptAnswer(TypedDict):
    """Milestones that were decided."""

    met: Annotated[int, said("Met.")]
    missed: Annotated[int, said("Missed.")]


class AgentWaitsAnswer(TypedDict):
    """The waits of one of us that stopped a clock."""

    agent: Annotated[str, said("The user's id; empty: nobody of ours.")]
    name: Annotated[str, said("Their name.")]
    waits: Annotated[int, said("n: all of them.")]
    late: Annotated[int, said("Begun within ten minutes of a breach.")]
    quiet: Annotated[int, said("Late, and without the question that their reason needs.")]
    share: Annotated[float | None, said("Quiet of all.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the share.")]
    others: Annotated[IntervalAnswer | None, said("The same of all others together.")]
    evidence: Annotated[str, word_of(Evidence, "How much the share can carry; weak under 8.")]
    is_conspicuous: Annotated[bool, said("Beyond the others by more than chance, on 8 or more.")]
    reported: Annotated[KeptAnswer, said("In the cases that they set waiting, as it stands.")]
    restated: Annotated[KeptAnswer, said("The same as if no quiet wait had been set.")]
    cases: Annotated[list[Id], said("The cases with quiet waits.")]


class WaitsAnswer(TypedDict):
    """The report."""

    since: Annotated[str, instant("Cases that were opened from then on.")]
    until: Annotated[str, instant("And before then.")]
    as_of: Annotated[str, instant("As of when.")]
    reported: Annotated[KeptAnswer, said("Of all cases, as it stands.")]
    restated: Annotated[KeptAnswer, said("The same as if no quiet wait had been set.")]
    agents: Annotated[list[AgentWaitsAnswer], said("The most conspicuous first.")]


@router.get("", summary="Waits that began shortly before a breach without a question, by agent")
def read_waits(
    request: Request,
    caller: Lead,
    *,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> WaitsAnswer:
    """A signal to look at, and no verdict about a person: the cases stand beside it."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)

    def work(reads: Reads) -> tuple[WaitsReport, tuple[str, ...]]:
        desk = desk_adherence(reads.snapshot, during, accounts=caller.visible_accounts)
        return waits_report(reads.snapshot, desk), desk.cases.ids

    report, ids = application.read(work)
    return {
        "since": shown(during.since),
        "until": shown(during.until),
        "as_of": shown(during.as_of),
        "reported": _kept(report.reported.met, report.reported.missed),
        "restated": _kept(report.restated.met, report.restated.missed),
        "agents": [_agent(each, report, ids) for each in report.agents],
    }


def _kept(met: int, missed: int) -> KeptAnswer:
    return {"met": met, "missed": missed}


def _agent(row: AgentWaits, report: WaitsReport, ids: tuple[str, ...]) -> AgentWaitsAnswer:
    return {
        "agent": row.agent,
        "name": report.names.get(row.agent, row.agent),
        "waits": row.waits,
        "late": row.late,
        "quiet": row.quiet,
        "share": row.share,
        "interval": interval_answer(row.interval),
        "others": interval_answer(row.others),
        "evidence": row.evidence.value,
        "is_conspicuous": row.is_conspicuous,
        "reported": _kept(*row.reported),
        "restated": _kept(*row.restated),
        "cases": [ids[each] for each in row.cases],
    }
