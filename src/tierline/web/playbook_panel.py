"""On the page of a case: the right playbook with its steps, and what the plan includes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions import playbooks as actions
from tierline.calendars.local_time import zone_named
from tierline.cases.standing import ENDED
from tierline.queries.actors import users_named
from tierline.web.article_links import article_links
from tierline.web.similar import likely_words
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def playbook_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any] | None:
    """The playbook and the script of a case, for who works on cases; None where there is no
    guide."""
    if not is_staff(visit) or not visit.caller.may(Permission.work_cases):
        return None
    found = actions.guided(reads, whole.case, messages=whole.messages, terms=whole.terms)
    if not found.number:
        return None
    zone, has_ended = whole.case.time_zone, whole.standing.state in ENDED
    users = users_named(reads.snapshot, {each.done_by for each in found.steps if each.done_by})
    linked = article_links(reads, [each.step.do for each in found.steps])
    steps = [
        {
            "key": each.step.key,
            "do": each.step.do,
            "linked": linked(each.step.do),
            "due": _on_wall(each.due_at, zone),
            "done": _on_wall(each.done_at, zone),
            "by": actor_in_words(visit, each.done_by, users) if each.done_by else "",
            "is_late": each.is_late(visit.now) and not (has_ended and each.done_at is None),
        }
        for each in found.steps
    ]
    return {
        "found": found,
        "likely": likely_words(found.likely),
        "topic": found.guide.topics[found.topic].name if found.topic else "",
        "topics": [
            ("", "Not known"),
            *((key, each.name) for key, each in found.guide.topics.items()),
        ],
        "steps": steps,
        "step_choices": [(each["key"], each["do"]) for each in steps],
        "done": sum(each["done"] is not None for each in steps),
        "late": sum(each["is_late"] and each["done"] is None for each in steps),
        "may_tick": not has_ended,
    }


def _on_wall(at: datetime | None, zone: str) -> datetime | None:
    """An instant on the clock of the case's account."""
    return at.astimezone(zone_named(zone)) if at is not None and zone else at
