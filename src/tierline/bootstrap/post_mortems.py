"""What each way to a post-mortem shares: how it begins, its facts at a moment, and the customer's
version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.actions.post_mortem_drafts import draft_of
from tierline.actions.post_mortem_facts import facts_of_cases
from tierline.actions.post_mortems import (
    CASES_LIMIT_COUNT,
    begin_incident_post_mortem,
    begin_post_mortem,
)
from tierline.bootstrap.cases import seen_case
from tierline.cases.customer_version import CustomerVersion, customer_version
from tierline.cases.post_mortem_draft import PostMortemDraft
from tierline.kernel.errors import NotFound
from tierline.status.incident import linked_cases

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.caller import Caller
    from tierline.actions.occasion import Occasion
    from tierline.cases.case_facts import CaseFacts
    from tierline.cases.post_mortem import PostMortem
    from tierline.store.records import Reads, Records


def begun_of_case(records: Records, case: str, occasion: Occasion) -> PostMortem:
    """A post-mortem of a case with what the record knows. Raises NotFound and Conflict."""
    draft = draft_of(records, [case], occasion.now)
    return begin_post_mortem(records, case, occasion, draft=draft)


def begun_of_incident(records: Records, incident: str, occasion: Occasion) -> PostMortem:
    """A post-mortem of an incident's cases with what the record knows. Raises NotFound and
    Conflict."""
    cases = linked_cases(records.incidents.get(incident))[:CASES_LIMIT_COUNT]
    draft = draft_of(records, cases, occasion.now) if cases else PostMortemDraft()
    return begin_incident_post_mortem(records, incident, occasion, draft=draft)


def facts_known(
    records: Reads | Records, found: PostMortem, now: datetime
) -> tuple[CaseFacts, ...]:
    """The facts of its cases: as its latest version took them down, or as they are now."""
    publication = found.latest.publication
    return publication.facts if publication else facts_of_cases(records, found.cases, now)


def told_of_case(records: Reads | Records, case_id: str, caller: Caller) -> CustomerVersion:
    """What the customer of a case reads, where the caller may see the case. Raises Forbidden, and
    NotFound where nothing is published."""
    case = seen_case(records, case_id, caller, Permission.read_cases)
    debt = records.post_mortems.debt(case_id)
    missing = NotFound(f"There is no post-mortem of case '{case_id}'.")
    if debt is None or debt.post_mortem is None or debt.published_at is None:
        raise missing
    found = records.post_mortems.get(debt.post_mortem)
    if found.published is None:
        raise missing
    return customer_version(found, found.published, case, ())


def preview(records: Reads | Records, found: PostMortem, now: datetime) -> CustomerVersion:
    """What the customer of its first case would read of its latest version."""
    case = records.cases.get(found.cases[0])
    return customer_version(found, found.latest, case, facts_known(records, found, now))
