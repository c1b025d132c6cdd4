"""On the page of a case of the worst severity: who leads its subject, called in with one button,
and how it stands with those who were."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions.call_ins import domains_of_case, reached_now, tier_of
from tierline.cases.standing import ENDED
from tierline.queries.actors import users_named
from tierline.routing.call_in import CallIn, Part, call_ins_of, next_asked
from tierline.web.badges import Badge
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.queries.actors import NamedUser
    from tierline.queries.cases import WholeCase
    from tierline.routing.subject_leads import Domain, SubjectLeads
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

PARTS = {Part.lead: "lead", Part.deputy: "deputy", Part.desk: "leads the desk"}
_WAITS = Badge("warn", "○", "Waits for an answer")
_COMES = Badge("ok", "●", "Comes")
_IS_THERE = Badge("ok", "✓", "Is there")
_CALLED_OFF = Badge("paused", "–", "Called off")
_MINUTE = timedelta(minutes=1)


def call_in_panel(
    visit: Visit, reads: Reads, whole: WholeCase, playbook: dict[str, Any] | None
) -> dict[str, Any] | None:
    """For who works on cases; None for anybody else, where no domain is named, and for a case of
    another severity to which nobody was called."""
    if not is_staff(visit) or not visit.caller.may(Permission.work_cases):
        return None
    leads = reads.subject_leads.newest()[1]
    if not leads.domains:
        return None
    case, terms = whole.case, whole.terms
    severities = terms.severities if terms else ()
    is_worst = severities[:1] == (whole.standing.severity,)
    may_call = is_worst and whole.standing.state not in ENDED
    calls = call_ins_of(reads.call_ins.of_case(case.id))
    if not may_call and not calls:
        return None
    topic = playbook["found"].topic if playbook else ""
    of_case = domains_of_case(reads, case, topic)
    waited = {each.domain for each in calls if not each.is_over}
    ordered = {each.key: each for each in (*of_case, *leads.domains)}
    first = next((each for each in of_case if each.key not in waited), None)
    chosen = None
    if may_call and first is not None:
        chosen = _reached(visit, reads, case, first, tier_of(case, terms))
    people = _people(leads, calls) | ({chosen[0]} if chosen else set())
    users = users_named(reads.snapshot, people | {each.by for each in calls})
    return {
        "may_call": may_call,
        "first": first,
        "asked": _name(users, chosen[0]) if chosen else "",
        "part": PARTS[chosen[1]] if chosen else "",
        "others": [
            (key, each.name)
            for key, each in ordered.items()
            if key not in waited and each is not first
        ],
        "calls": [_call(visit, each, leads, users) for each in calls],
    }


def _reached(
    visit: Visit, reads: Reads, case: Case, domain: Domain, tier: str
) -> tuple[str, Part] | None:
    return next_asked(reached_now(reads, case, domain.of_tier(tier), visit.now, visit.caller.id))


def _people(leads: SubjectLeads, calls: tuple[CallIn, ...]) -> set[str]:
    return {user for each in calls for user in _who_may_come(leads, each)}


def _who_may_come(leads: SubjectLeads, call: CallIn) -> list[str]:
    """Whoever leads the domain or stands in, and whoever was asked."""
    domain = leads.domain(call.domain)
    cell = domain.of_tier(call.tier) if domain else None
    named = (cell.lead, cell.deputy) if cell else ()
    asked = (each.user for each in call.asked if each.part is not Part.desk)
    return list(dict.fromkeys(user for user in (*named, *asked) if user is not None))


def _call(
    visit: Visit, call: CallIn, leads: SubjectLeads, users: dict[str, NamedUser]
) -> dict[str, Any]:
    domain = leads.domain(call.domain)
    asked = [
        {"name": _name(users, each.user), "part": PARTS[each.part or Part.lead], "at": each.at}
        for each in call.asked
    ]
    steps = [
        {"words": words, "name": _name(users, step.user), "at": step.at,
         "after": _minutes(step.at - call.called_at)}
        for words, step in (("comes", call.acknowledged), ("is there", call.arrived))
        if step is not None
    ]  # fmt: skip
    may_come = _who_may_come(leads, call)
    return {
        "call": call,
        "domain": domain.name if domain else call.domain,
        "by": actor_in_words(visit, call.by, users),
        "badge": _badge(call),
        "asked": asked,
        "steps": steps,
        "is_mine": visit.caller.id in may_come,
        "others": [(user, _name(users, user)) for user in may_come if user != visit.caller.id],
    }


def _badge(call: CallIn) -> Badge:
    if call.called_off_at is not None:
        return _CALLED_OFF
    if call.arrived is not None:
        return _IS_THERE
    return _WAITS if call.acknowledged_at is None else _COMES


def _name(users: dict[str, NamedUser], user: str | None) -> str:
    return users[user].name if user is not None and user in users else user or ""


def _minutes(length: timedelta) -> int:
    """Whole minutes; one that has begun counts."""
    return -(-length // _MINUTE)
