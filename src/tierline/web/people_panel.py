"""On the page of a case: who else takes part, and which cases go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.cases.event import EventKind
from tierline.cases.standing import ENDED
from tierline.queries.actors import users_named
from tierline.queries.cases import numbers_of
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

_SHOWN_CHARACTERS = 60


def people_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any] | None:
    """For who works on cases; None for anybody else."""
    if not is_staff(visit) or not visit.caller.may(Permission.work_cases):
        return None
    case = whole.case
    followers = reads.participants.followers(case.id)
    merges, splits = reads.links.around(case.id)
    others = {case for each in merges for case in (each.case, each.into)}
    others |= {case for each in splits for case in (each.case, each.origin)}
    numbers = numbers_of(reads.snapshot, others - {case.id})
    users = users_named(reads.snapshot, {each.user for each in followers}) if followers else {}
    split_off = {each.message for each in splits}

    def linked(cases: list[str]) -> list[tuple[str, int]]:
        return [(each, numbers[each]) for each in cases if each in numbers]

    return {
        "copies": reads.participants.copies(case.id),
        "followers": [users[each.user].name for each in followers if each.user in users],
        "is_followed": visit.caller.id in {each.user for each in followers},
        "main": linked([each.into for each in merges if each.case == case.id]),
        "merged": linked([each.case for each in merges if each.into == case.id]),
        "origin": linked([each.origin for each in splits if each.case == case.id]),
        "splits": linked([each.case for each in splits if each.origin == case.id]),
        "is_open": whole.standing.state not in ENDED,
        "messages": [
            (each.id, " ".join(each.text.split())[:_SHOWN_CHARACTERS])
            for each in whole.messages
            if case.events[each.place].kind is EventKind.customer_message
            and each.id not in split_off
        ],
    }
