"""Criticality over HTTP: the profile, what somebody found, and what is due for review."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.criticality import Part
from tierline.actions.criticality import Finding, record_findings
from tierline.api.answers import AccountId, Page, TypedDict, said, word_of
from tierline.api.callers import may
from tierline.api.contacts import require_staff
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries import criticality as queries

if TYPE_CHECKING:
    from tierline.accounts.criticality import Assessment, Due, Profile
    from tierline.store.records import Reads, Records

router = Routes(tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_accounts))]
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]
FIRST_DAY = date(1970, 1, 2)
Day = Annotated[date, Query(ge=FIRST_DAY, le=date(9998, 12, 31))]


class AssessmentAnswer(TypedDict):
    """One part of a profile, as somebody found it."""

    value: Annotated[str, said("A level, minutes, an amount, or names of rules.")]
    evidence: Annotated[str, said("Where it is known from.")]
    reviewer: Annotated[str, said("Who found it.")]
    reviewed_on: Annotated[str, said("The day, as 2026-10-01.")]


class DueAnswer(TypedDict):
    """A part that is missing, or older than twelve months."""

    part: Annotated[str, word_of(Part, "The part.")]
    last_on: Annotated[str | None, said("The day of its last review; null: never.")]


class ProfileAnswer(TypedDict):
    """How much depends on us at an account."""

    account: AccountId
    on: Annotated[str, said("The day that is told, as 2026-10-01.")]
    parts: Annotated[dict[str, AssessmentAnswer], said("What was found, by part.")]
    due: Annotated[list[DueAnswer], said("What is due for review.")]


class ReviewDueAnswer(TypedDict):
    """An account whose profile is due for review."""

    account: AccountId
    name: Annotated[str, said("The account's name.")]
    due: Annotated[list[DueAnswer], said("What is due.")]


class FindingBody(Body):
    """What somebody found: `value` is a level (low, moderate, high, critical), minutes, an amount
    (`12000 USD`), or the names of rules (`GxP, DORA`), as the part needs it."""

    part: Part
    value: Annotated[str, Field(min_length=1, max_length=200)]
    evidence: Annotated[str, Field(min_length=1, max_length=2_000)]
    reviewed_on: Annotated[date, Field(ge=FIRST_DAY)] | None = None
    reviewer: Word | None = None


class FindingsBody(Body):
    """Findings of one review."""

    findings: Annotated[tuple[FindingBody, ...], Field(min_length=1, max_length=len(Part))]


@router.get("/v1/accounts/{account}/criticality", summary="How much depends on us at an account")
def read_profile(
    request: Request, caller: Reader, account: str, on: Day | None = None
) -> ProfileAnswer:
    """The profile of a day (today), with evidence, and what of it is missing or too old."""
    require_staff(caller)
    application = application_of(request)
    id_ = application.account_of(account)
    day = on or application.now().date()

    def work(reads: Reads) -> ProfileAnswer:
        reads.accounts.get(id_)
        return document(queries.profile_of(reads.snapshot, id_, on=day), day)

    return application.read(work)


@router.post(
    "/v1/accounts/{account}/criticality-findings", status_code=201, summary="Record a review"
)
def record(
    request: Request, caller: Writer, account: str, body: FindingsBody, once: Once
) -> ProfileAnswer:
    """The profile with what was found. Earlier findings stay on record."""
    require_staff(caller)
    application = application_of(request)
    id_ = application.account_of(account)
    occasion = application.occasion(caller.id)
    findings = [Finding(**each.model_dump()) for each in body.findings]
    today = occasion.now.date()

    def work(records: Records) -> ProfileAnswer:
        record_findings(records, id_, findings, occasion)
        return document(queries.profile_of(records.unit, id_, on=today), today)

    return once.change(caller, work)


@router.get("/v1/criticality-reviews", summary="Profiles that are due for review")
def list_reviews(
    request: Request,
    caller: Reader,
    *,
    on: Day | None = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ReviewDueAnswer]:
    """Accounts by name of which a part is missing or older than twelve months."""
    require_staff(caller)
    application = application_of(request)
    day = on or application.now().date()
    page = application.read(
        lambda reads: queries.reviews_due(reads.snapshot, on=day, after=after, limit=limit)
    )
    items: list[ReviewDueAnswer] = [
        {"account": each.account, "name": each.name, "due": [_due(due) for due in each.due]}
        for each in page.items
    ]
    return listed(items, page.next)


def document(profile: Profile, on: date) -> ProfileAnswer:
    """A profile as a client gets it."""
    return {
        "account": profile.account,
        "on": on.isoformat(),
        "parts": {part.value: _part(each) for part, each in profile.parts.items()},
        "due": [_due(due) for due in profile.due(on)],
    }


def _part(found: Assessment) -> AssessmentAnswer:
    return {
        "value": found.value,
        "evidence": found.evidence,
        "reviewer": found.reviewer,
        "reviewed_on": found.reviewed_on.isoformat(),
    }


def _due(due: Due) -> DueAnswer:
    return {"part": due.part.value, "last_on": due.last_on.isoformat() if due.last_on else None}
