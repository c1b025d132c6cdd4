"""What the page of a case says of who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.bootstrap.line_budgets import budget_of
from tierline.calendars.local_time import zone_named
from tierline.cases.standing import ENDED
from tierline.queries.actors import NamedUser, users_named
from tierline.queries.routing import Holder, colleagues, holders_of
from tierline.routing.agent import LEVEL_NAMES, first_name
from tierline.routing.assignment import Assignment, How
from tierline.web.badges import Badge
from tierline.web.whose import actor_in_words, is_staff, may_with

if TYPE_CHECKING:
    from datetime import tzinfo

    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

QUEUE = "queue"
UNKNOWN_SKILL = "unknown_skill"
"""The fault of a form that is asked about once more."""
_USED_UP = Badge("warn", "!", "Our budget is used up")
_COLLEAGUES_LIMIT = 500
_HOW = {
    How.routed: "Given to",
    How.picked: "Out of the queue to",
    How.taken: "Taken by",
    How.handed_over: "Handed over to",
    How.queued: "Into the queue",
}


def assignment_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any]:
    """What the page of a case says of who has it. A customer reads a first name and what they are,
    and of why only what we owe them."""
    case = whole.case
    holder = holders_of(reads.snapshot, [case.id]).get(case.id)
    owner = holder.user if holder else None
    level = LEVEL_NAMES[holder.agent.level] if holder and holder.agent else ""
    if not is_staff(visit):
        has_ended = case.standing.state in ENDED
        name = first_name(holder.name) if holder and not has_ended else ""
        first = reads.accelerated_responses.used_for(case.id)
        owed_for = first.number if first else None
        return {"is_staff": False, "name": name, "level": level, "owner": owner,
                "owed_for": owed_for}  # fmt: skip
    owned, trail = reads.routing.ownership(case.id), reads.routing.trail(case.id)
    users = users_named(reads.snapshot, _named_in(trail))
    people = colleagues(reads.snapshot, limit=_COLLEAGUES_LIMIT)
    is_mine = holder is not None and holder.user == visit.caller.id
    may_work = may_with(visit, Permission.work_cases, case.account or "")
    last = trail[-1] if trail else None
    reason = last.reason if last else ""
    return {
        "is_staff": True,
        "owner": owner,
        "name": holder.name if holder else "",
        "is_mine": is_mine,
        "level": "" if reason.lower().startswith(level) else level,
        "reason": reason,
        "why_not": _why_not(last, users),
        "missing": owned.missing,
        "skills": ", ".join(sorted(owned.skills)),
        "handoffs": owned.handoffs,
        "trail": [_step(visit, each, users) for each in trail],
        "budget": _budget(reads, whole, holder),
        "unknown_skill": UNKNOWN_SKILL,
        "is_set_up": bool(people) or bool(trail),
        "may_work": may_work and case.standing.state not in ENDED,
        "may_lead": visit.caller.may(Permission.manage_desk),
        "is_user": visit.visitor.user is not None,
        "others": _others(people, owner, visit.caller.id),
    }


def _budget(reads: Reads, whole: WholeCase, holder: Holder | None) -> dict[str, Any] | None:
    found = budget_of(reads, whole, holder)
    if found is None:
        return None
    until = found.until
    return {
        "line": LEVEL_NAMES[found.level],
        "target": found.milestone.value.replace("_", " "),
        "percent": found.percent,
        "used": found.used_percent,
        "until": None if until is None else until.astimezone(_zone(whole)),
        "badge": _USED_UP if found.is_over else None,
    }


def _zone(whole: WholeCase) -> tzinfo:
    return zone_named(whole.case.time_zone or "UTC")


def _named_in(trail: tuple[Assignment, ...]) -> set[str]:
    named = {each.by for each in trail} | {each.user for each in trail if each.user}
    return named | {user for each in trail[-1:] for user, _ in each.why_not}


def _why_not(step: Assignment | None, users: dict[str, NamedUser]) -> list[tuple[str, str]]:
    if step is None:
        return []
    return [(users[user].name if user in users else user, words) for user, words in step.why_not]


def _step(visit: Visit, step: Assignment, users: dict[str, NamedUser]) -> dict[str, Any]:
    name = users[step.user].name if step.user in users else ""
    by = "" if step.by == step.user else actor_in_words(visit, step.by, users)
    return {"at": step.at, "words": f"{_HOW[step.how]} {name}".strip(), "by": by,
            "reason": step.reason}  # fmt: skip


def _others(people: list[tuple[str, str]], holder: str | None, own: str) -> list[tuple[str, str]]:
    listed = [(user, name) for user, name in people if user not in (holder, own)]
    first = [] if holder == own else [(own, "Myself")]
    back = [] if holder is None else [(QUEUE, "The queue: somebody else takes it")]
    return [*first, *listed, *back]
