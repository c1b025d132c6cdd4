"""Case audits over HTTP: every clock folded anew and replayed as columns, some cases at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.case_audit import audit_cases
from tierline.api.answers import Id, TypedDict, said
from tierline.api.callers import may
from tierline.api.inputs import After, Instant
from tierline.api.of import application_of
from tierline.api.routes import Routes

SHOWN_DISAGREEMENTS = 1_000
router = Routes(prefix="/v1/case-audits", tags=["cases"])
Auditor = Annotated[Caller, Depends(may(Permission.read_audit))]


class DisagreementAnswer(TypedDict):
    """Where two ways to the same answer differ. Instants and lengths in microseconds."""

    case: Id
    milestone: Annotated[str, said("The kind of milestone; empty for the index of a case.")]
    cycle: Annotated[int, said("Which round of this kind, from 0.")]
    field: Annotated[str, said("What differs: a field of the milestone, `told` or `index`.")]
    live: Annotated[str | int | None, said("By the fold of the case alone, or as it was told.")]
    replayed: Annotated[str | int | None, said("By the replay as columns.")]


class CaseAuditAnswer(TypedDict):
    """Some cases, compared."""

    cases: Annotated[int, said("How many cases were read.")]
    milestones: Annotated[int, said("How many milestones of theirs were compared.")]
    breaches: Annotated[int, said("How many breaches that were told were compared.")]
    different: Annotated[int, said("How many differences there are.")]
    disagreements: Annotated[
        list[DisagreementAnswer], said(f"The first {SHOWN_DISAGREEMENTS:,} of them.")
    ]
    next: Annotated[str | None, said("What `after` is for the next cases; null: all are done.")]


@router.get("", summary="Fold cases anew, replay them as columns, and compare")
def audit(
    request: Request, _caller: Auditor, after: After = None, as_of: Instant | None = None
) -> CaseAuditAnswer:
    """The next cases in the order of their ids: every milestone with its verdict, its due instant
    and the instant of its breach, every breach that was told, and the index of every case."""
    application = application_of(request)
    at = as_of or application.now()
    found = application.read(lambda reads: audit_cases(reads.cases, after or "", at))
    return {
        "cases": found.cases,
        "milestones": found.milestones,
        "breaches": found.breaches,
        "different": len(found.disagreements),
        "disagreements": [
            {
                "case": each.case,
                "milestone": each.milestone,
                "cycle": each.cycle,
                "field": each.field,
                "live": each.live,
                "replayed": each.replayed,
            }
            for each in found.disagreements[:SHOWN_DISAGREEMENTS]
        ],
        "next": found.next,
    }
