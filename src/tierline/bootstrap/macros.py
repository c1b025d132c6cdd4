"""What the places of a macro are filled in with on a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.case_clocks import next_due
from tierline.calendars.local_time import zone_named
from tierline.queries.actors import users_named
from tierline.queries.cases import whole_case
from tierline.routing.agent import first_name

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.store.records import Reads, Records


def places_of(reads: Reads | Records, case: Case, user: str, now: datetime) -> dict[str, str]:
    """By name; what nobody knows is empty."""
    account = reads.accounts.get(case.account).name if case.account else ""
    person = reads.contacts.get(case.contact).person if case.contact else None
    contact = "" if person is None else person.name
    agent = users_named(reads.snapshot, {user}).get(user)
    name = "" if agent is None else agent.name
    due = next_due(whole_case(reads.cases, case, now=now).milestones)
    return {
        "case.number": str(case.number),
        "case.subject": case.subject,
        "account.name": account,
        "contact.name": contact,
        "contact.first_name": first_name(contact) if contact else "",
        "agent.name": name,
        "agent.first_name": first_name(name) if name else "",
        "due": "" if due is None else _in_words(due, case.time_zone),
    }


def _in_words(instant: datetime, zone: str) -> str:
    """On the account's own clock: `3 March, 10:00 (Europe/Berlin)`."""
    local = instant.astimezone(zone_named(zone or "UTC"))
    return f"{local.day} {local:%B, %H:%M} ({zone or 'UTC'})"
