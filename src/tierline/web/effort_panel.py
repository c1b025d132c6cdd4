"""On the page of a case: what it took, when it comes back, and how its customer found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.bootstrap.feedback import feedback_path
from tierline.cases.effort import BEST_SCORE
from tierline.cases.standing import ENDED
from tierline.queries.actors import users_named
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def effort_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any]:
    """A customer reads only how they found it, or where to say so."""
    case, has_ended = whole.case, whole.standing.state in ENDED
    rating = reads.effort.rating(case.id) if has_ended else None
    if not is_staff(visit):
        may_say = has_ended and rating is None and visit.caller.may(Permission.open_cases)
        return {"is_staff": False, "rating": rating, "best": BEST_SCORE,
                "path": feedback_path(case.id) if may_say else ""}  # fmt: skip
    if not visit.caller.may(Permission.work_cases):
        return {"is_staff": False, "rating": rating, "best": BEST_SCORE, "path": ""}
    entries = [each for each in reads.effort.entries(case.id) if each.removed_at is None]
    users = users_named(reads.snapshot, {each.user for each in entries}) if entries else {}
    follow_up = reads.effort.follow_up(case.id)
    may_lead = visit.caller.may(Permission.manage_desk)
    return {
        "is_staff": True,
        "rating": rating,
        "best": BEST_SCORE,
        "path": "",
        "follow_up": follow_up,
        "has_come": follow_up is not None and follow_up.at <= visit.now,
        "minutes": sum(each.minutes for each in entries),
        "billable": sum(each.minutes for each in entries if each.is_billable),
        "entries": [
            {
                "entry": each,
                "by": actor_in_words(visit, each.user, users),
                "may_remove": may_lead or each.user == visit.caller.id,
            }
            for each in entries
        ],
        "today": visit.now.date().isoformat(),
    }
