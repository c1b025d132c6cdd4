"""Edits of playbooks over HTTP: suggested from a case, listed, and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import playbook_edits as actions
from tierline.api.answers import Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.playbook_edits import SuggestedEdit, suggested_edits

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = Routes(tags=["cases"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
Place = Annotated[int, Path(ge=0, le=2**31, description="The place of a suggestion in its case.")]
Words = Annotated[str, Field(min_length=1, max_length=10_000)]


class EditBody(Body):
    """Which step of the playbook of a case should be otherwise, and how."""

    step: Word
    words: Words


class EditDecisionBody(Body):
    """Whether a suggestion is taken up, and why."""

    is_accepted: bool
    reason: Words


class EditDecisionAnswer(TypedDict):
    """What came of a suggestion."""

    is_accepted: Annotated[bool, said("Whether it was accepted.")]
    by: Annotated[str, said("Who decided.")]
    at: Annotated[str, instant("When.")]
    reason: Annotated[str, said("Why.")]


class SuggestedEditAnswer(TypedDict):
    """A suggestion."""

    case: Id
    number: Annotated[int, said("What people call the case by.")]
    place: Annotated[int, said("Where it stands among what was done by the guide on that case.")]
    guide: Annotated[int, said("The version that was read.")]
    playbook: Annotated[str, said("The playbook.")]
    step: Annotated[str, said("The step.")]
    words: Annotated[str, said("How it should be otherwise.")]
    by: Annotated[str, said("Who suggests it.")]
    at: Annotated[str, instant("When.")]
    decision: Annotated[EditDecisionAnswer | None, said("What came of it; null: nothing yet.")]


@router.get("/v1/playbook-edits", summary="Suggested edits of playbooks")
def list_edits(request: Request, _: Worker) -> Page[SuggestedEditAnswer]:
    """Those that wait for a decision first, of both the newest first."""
    found = application_of(request).read(lambda reads: suggested_edits(reads.snapshot))
    return listed([_answer(each) for each in found], None)


@router.post("/v1/cases/{case}/playbook-edits", status_code=201, summary="Suggest an edit")
def suggest(caller: Worker, case: str, body: EditBody, once: Once) -> SuggestedEditAnswer:
    """A suggestion for a step of the playbook of a case, which stays among us."""

    def work(records: Records, occasion: Occasion) -> SuggestedEditAnswer:
        actions.suggest_edit(records, case, body.step, body.words, occasion)
        place = len(records.guides.of_case(case)) - 1
        return _of_case(records, case, place)

    return once.act_on(case, caller, work)


@router.put("/v1/cases/{case}/playbook-edits/{place}/decision", summary="Accept or decline an edit")
def decide(
    caller: Lead, case: str, place: Place, body: EditDecisionBody, once: Once
) -> SuggestedEditAnswer:
    """Once, with a reason. What is accepted is made in the next version of the playbooks."""

    def work(records: Records, occasion: Occasion) -> SuggestedEditAnswer:
        actions.decide_edit(
            records, case, place, body.reason, occasion, is_accepted=body.is_accepted
        )
        return _of_case(records, case, place)

    return once.act_on(case, caller, work)


def _of_case(records: Records, case: str, place: int) -> SuggestedEditAnswer:
    found = suggested_edits(records.snapshot, case=case)
    return next(_answer(each) for each in found if each.place == place)


def _answer(row: SuggestedEdit) -> SuggestedEditAnswer:
    decision = row.decision
    return {
        "case": row.case,
        "number": row.number,
        "place": row.place,
        "guide": row.guide,
        "playbook": row.playbook,
        "step": row.step,
        "words": row.words,
        "by": row.by,
        "at": shown(row.at),
        "decision": None if decision is None else {
            "is_accepted": decision.is_accepted,
            "by": decision.by,
            "at": shown(decision.at),
            "reason": decision.reason,
        },
    }  # fmt: skip
