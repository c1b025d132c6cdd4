"""What the page of a case says of its post-mortem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.calendars.local_time import zone_named
from tierline.cases.post_mortem import DebtState
from tierline.web.badges import Badge
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.cases.post_mortem import PostMortemDebt
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

OVERDUE = Badge("breach", "×", "Overdue")
STATES = {
    DebtState.owed: Badge("warn", "○", "Owed"),
    DebtState.drafted: Badge("warn", "○", "Being written"),
    DebtState.published: Badge("ok", "✓", "Published"),
    DebtState.settled: Badge("ok", "–", "Not needed"),
}


def post_mortem_panel(visit: Visit, reads: Reads, case: Case) -> dict[str, Any]:
    """Its state and where it stands; a customer sees a published one alone."""
    debt = reads.post_mortems.debt(case.id)
    is_out = debt is not None and debt.published_at is not None
    ours = is_staff(visit) and visit.caller.may(Permission.work_cases)
    return {
        "told": f"/cases/{case.id}/post-mortem" if is_out else "",
        "page": f"/post-mortems/{debt.post_mortem}" if ours and debt and debt.post_mortem else "",
        "badge": badge_of(debt, visit.now) if ours and debt else None,
        "due_at": zoned(debt.due_at, case.time_zone) if ours and debt and not is_out else None,
        "may_begin": ours and (debt is None or debt.post_mortem is None),
        "is_owed": debt is not None and debt.state is DebtState.owed,
    }


def zoned(instant: datetime | None, zone: str) -> datetime | None:
    """On the account's own clock."""
    return instant.astimezone(zone_named(zone)) if instant and zone else instant


def badge_of(debt: PostMortemDebt, now: datetime) -> Badge:
    """Its state, or that its time is over."""
    is_late = debt.due_at is not None and debt.due_at < now
    if is_late and debt.published_at is None:
        return OVERDUE
    is_begun = debt.state is DebtState.owed and debt.post_mortem is not None
    return STATES[DebtState.drafted if is_begun else debt.state]
