"""How playbooks are used, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, Since, Until
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.experience import ShareAnswer, share_answer
from tierline.api.inputs import shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.with_and_without import WithAndWithoutAnswer, seconds, with_and_without_answer
from tierline.queries.adherence import stretch
from tierline.queries.playbook_use import playbook_report
from tierline.scorecards.playbook_use import without_playbook

if TYPE_CHECKING:
    from tierline.scorecards.playbook_use import PlaybookUse, StepUse

router = Routes(prefix="/v1/reports/playbooks", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class StepUseAnswer(TypedDict):
    """A step of a playbook."""

    step: Annotated[str, said("Its key.")]
    do: Annotated[str, said("What is to be done.")]
    within: Annotated[str, said("In which open time; empty: it has no time.")]
    ticked: Annotated[ShareAnswer, said("Ticked, of the cases that used the playbook.")]
    median_seconds: Annotated[float | None, said("Open time until the tick, in the middle.")]
    in_time: Annotated[ShareAnswer, said("In time, of the ticks of a step that has a time.")]


class PlaybookUseAnswer(TypedDict):
    """One playbook."""

    playbook: Annotated[str, said("Its key.")]
    name: Annotated[str, said("Its name.")]
    used: Annotated[ShareAnswer, said("Cases with a tick, of those in which it applied.")]
    steps: Annotated[list[StepUseAnswer], said("Its steps.")]
    restored: Annotated[
        WithAndWithoutAnswer,
        said("Until service worked again; n 0: never before."),
    ]
    resolved: Annotated[WithAndWithoutAnswer, said("Until it was resolved first.")]


class FailureModeAnswer(TypedDict):
    """A topic of the period."""

    topic: Annotated[str, said("Its key; empty: nobody said, and no word suggests one.")]
    name: Annotated[str, said("Its name.")]
    guided: Annotated[ShareAnswer, said("Cases with a playbook, of all cases of it.")]


class PlaybookReportAnswer(TypedDict):
    """The report."""

    since: Annotated[str, instant("Cases that were opened from then on.")]
    until: Annotated[str, instant("And before then.")]
    as_of: Annotated[str, instant("As of when.")]
    number: Annotated[int, said("The version of the playbooks; 0: there are none.")]
    cases: Annotated[int, said("All cases that were opened then.")]
    playbooks: Annotated[list[PlaybookUseAnswer], said("In their order.")]
    failure_modes: Annotated[list[FailureModeAnswer], said("The most frequent first.")]
    without_playbook: Annotated[list[str], said("Of the 20 most frequent: those without one.")]


@router.get("", summary="How playbooks are used, and what has none")
def read_playbook_use(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> PlaybookReportAnswer:
    """Of the cases opened in that time, by the playbooks in force. What cases took with a playbook
    stands beside their like of tier and severity without; it was not drawn by lot who used one."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    report = application.read(
        lambda reads: playbook_report(reads, during, accounts=caller.visible_accounts)
    )
    return {
        "since": shown(during.since),
        "until": shown(during.until),
        "as_of": shown(during.as_of),
        "number": report.number,
        "cases": report.cases,
        "playbooks": [_playbook(each) for each in report.playbooks],
        "failure_modes": [
            {"topic": each.topic, "name": each.name, "guided": share_answer(each.guided)}
            for each in report.modes
        ],
        "without_playbook": [each.topic for each in without_playbook(report.modes)],
    }


def _playbook(row: PlaybookUse) -> PlaybookUseAnswer:
    return {
        "playbook": row.playbook,
        "name": row.name,
        "used": share_answer(row.used),
        "steps": [_step(each) for each in row.steps],
        "restored": with_and_without_answer(row.restored),
        "resolved": with_and_without_answer(row.resolved),
    }


def _step(row: StepUse) -> StepUseAnswer:
    return {
        "step": row.step,
        "do": row.do,
        "within": "" if row.within is None else str(row.within),
        "ticked": share_answer(row.ticked),
        "median_seconds": seconds(row.median),
        "in_time": share_answer(row.in_time),
    }
