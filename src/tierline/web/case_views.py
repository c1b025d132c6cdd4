"""Views of the list of cases: mine, what nobody has, and what is at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.kernel.errors import NotFound
from tierline.queries.routing import CaseView, holders_of, reason_of
from tierline.web.badges import Badge
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.queries.cases import CaseRow
    from tierline.scorecards.breach_risk import Likelihood
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

UNASSIGNED = Badge("warn", "!", "Nobody has it")
MERGED = Badge("info", "→", "Goes with another")
_VIEWS = [
    ("", "All"),
    (CaseView.mine.value, "Mine"),
    (CaseView.unassigned.value, "Nobody has them"),
    (CaseView.at_risk.value, "At risk"),
    (CaseView.follow_up.value, "Come back"),
]
NOTHING = {
    CaseView.mine: "You have no case here.",
    CaseView.unassigned: "Somebody has every case.",
    CaseView.at_risk: "Nothing is due in any case.",
    CaseView.follow_up: "No case has come back to be looked at.",
}


def view_asked(visit: Visit) -> CaseView | None:
    """The view that `?view=` names; None for all. Raises NotFound for one that is not there, or is
    not for customers."""
    stated = visit.asked("view", 20)
    if not stated:
        return None
    if stated not in set(CaseView) or not views_for(visit):
        raise NotFound(f"There is no view '{stated}' of cases.")
    return CaseView(stated)


def views_for(visit: Visit) -> list[tuple[str, str]]:
    """The views that a visitor has."""
    return _VIEWS if is_staff(visit) and visit.caller.may(Permission.work_cases) else []


def hands_of(
    visit: Visit, reads: Reads, rows: Sequence[CaseRow], likely: Mapping[str, Likelihood]
) -> dict[str, dict[str, Any]]:
    """For our own people: who has each case, how much time is left, how likely a miss is, and why
    it is at risk."""
    if not is_staff(visit):
        return {}
    holders = holders_of(reads.snapshot, [row.id for row in rows])
    merged = reads.links.merges_among([row.id for row in rows])
    return {
        row.id: _hands(visit, row, holders.get(row.id), likely.get(row.id))
        | {"is_merged": row.id in merged, "likely": likely.get(row.id)}
        for row in rows
    }


def _hands(visit: Visit, row: CaseRow, holder: Any, likely: Likelihood | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": holder.name if holder else ""}
    if row.next_due_at is not None:
        found["left"] = abs(row.next_due_at - visit.now).total_seconds()
        found["risk"] = reason_of(row, holder, likely, visit.now)
    return found
