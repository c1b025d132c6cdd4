"""Who leads which subject for which tier, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import subject_leads as actions
from tierline.api.answers import TypedDict, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.catalog.document import parse_document

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.routing.subject_leads import SubjectLeads
    from tierline.store.records import Reads, Records

router = Routes(tags=["routing"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
SOURCE = "The body"


class LeadsGapAnswer(TypedDict):
    """A domain that lacks somebody for a tier."""

    domain: Annotated[str, said("The domain's key.")]
    tier: Annotated[str, said("The tier's key.")]
    missing: Annotated[list[str], said("`lead`, `deputy` or both: not named, or gone.")]


class SubjectLeadsAnswer(TypedDict):
    """A version of who leads what."""

    number: Annotated[int, said("Its version; 0: none was published.")]
    tiers: Annotated[list[str], said("The tiers of the newest catalogs.")]
    leads: Annotated[dict[str, Any], said("The domains, with ids in the place of addresses.")]
    gaps: Annotated[
        list[LeadsGapAnswer], said("Of the version in force: where nobody leads or stands in.")
    ]


@router.get("/v1/subject-leads", summary="Who leads which subject for which tier")
def read_subject_leads(
    request: Request,
    _: Worker,
    *,
    number: Annotated[
        int | None, Query(ge=1, le=2**62, description="That version; else the one in force.")
    ] = None,
) -> SubjectLeadsAnswer:
    """Each domain with its topics and skills, and for each tier its lead, deputy and hours."""

    def work(reads: Reads) -> SubjectLeadsAnswer:
        if number is None:
            return _answer(reads, reads.subject_leads.newest())
        return _answer(reads, (number, reads.subject_leads.get(number)))

    return application_of(request).read(work)


@router.put("/v1/subject-leads", summary="Say who leads which subject")
def publish_subject_leads(
    caller: Lead,
    body: dict[str, Any],
    once: Once,
    *,
    dry_run: Annotated[bool, Query(description="Only check it.")] = False,
) -> SubjectLeadsAnswer:
    """The next version, in force at once; every fault of it is told. People are named by address or
    id. The same again changes nothing; an earlier version sent again is in force again."""
    document = parse_document(json.dumps(body), SOURCE)

    def work(records: Records, occasion: Occasion) -> SubjectLeadsAnswer:
        if dry_run:
            number = records.subject_leads.newest()[0]
            return _answer(records, (number, actions.checked_leads(records, document)))
        return _answer(records, actions.publish_leads(records, document, occasion))

    return once.act(caller, work)


def _answer(reads: Reads | Records, found: tuple[int, SubjectLeads]) -> SubjectLeadsAnswer:
    number, leads = found
    return {
        "number": number,
        "tiers": list(actions.tiers_there_are(reads)),
        "leads": leads.model_dump(mode="json"),
        "gaps": [
            {"domain": each.domain, "tier": each.tier, "missing": list(each.missing)}
            for each in actions.gaps_of(reads)
        ],
    }
