"""The page of a case: its clocks, what was said and done, and what may be done now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions.case_clocks import identify_by, next_due
from tierline.bootstrap.cases import instead_of_channel, seen_case
from tierline.calendars.local_time import zone_named
from tierline.cases.case import MACHINE
from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.event import EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.languages.language import message
from tierline.milestones.table import NEVER, Verdict
from tierline.queries import cases as queries
from tierline.queries.actors import NamedUser, users_named
from tierline.web.assignment_panel import assignment_panel
from tierline.web.badges import Badge, coverage_badge
from tierline.web.call_in_panel import call_in_panel
from tierline.web.case_callers import callers_of, written_by
from tierline.web.case_views import UNASSIGNED
from tierline.web.chat_presence import chat_panel
from tierline.web.clock_lanes import case_lanes
from tierline.web.effort_panel import effort_panel
from tierline.web.escalation_tree import tree_panel
from tierline.web.forms import whole_number
from tierline.web.incidents import incidents_about
from tierline.web.macro_panel import macro_panel
from tierline.web.mails import mail_panel
from tierline.web.people_panel import people_panel
from tierline.web.plan_panel import plan_panel
from tierline.web.playbook_panel import playbook_panel
from tierline.web.post_mortem_panel import post_mortem_panel
from tierline.web.similar import may_see_alike
from tierline.web.triage_panel import triage_panel
from tierline.web.whose import is_staff, may_with

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.cases.case import Case, CaseMessage
    from tierline.cases.event import CaseEvent
    from tierline.kernel.errors import Fault
    from tierline.milestones.fold import Milestone
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

PATH = "/cases"
CASE_PATH = PATH + "/{case}"
TEXT_LIMIT_CHARACTERS = 100_000
STATES = {
    CaseState.new: Badge("warn", "○", message("New")),
    CaseState.open: Badge("ok", "●", message("Open")),
    CaseState.waiting: Badge("paused", "‖", message("Waiting")),
    CaseState.resolved: Badge("ok", "✓", message("Resolved")),
    CaseState.closed: Badge("ok", "■", message("Closed")),
}
CHANNELS = {
    Channel.portal: message("Portal"),
    Channel.email: message("E-mail"),
    Channel.api: message("API"),
    Channel.phone: message("Phone"),
    Channel.chat: message("Chat"),
    Channel.shared_channel: message("Shared channel"),
}
_VERDICTS = {
    Verdict.met: Badge("ok", "✓", message("Met")),
    Verdict.missed: Badge("breach", "×", message("Missed")),
    Verdict.running: Badge("ok", "●", message("In time")),
    Verdict.paused: Badge("paused", "‖", message("Paused")),
}
OVERDUE = Badge("breach", "×", message("Overdue"))
_HAPPENED = {
    EventKind.opened: message("Raised"),
    EventKind.severity_set: message("Severity agreed"),
    EventKind.severity_changed: message("Severity"),
    EventKind.tier_changed: message("Promised more from now on"),
    EventKind.acknowledged: message("Acknowledged"),
    EventKind.restored: message("Service works again"),
    EventKind.paused: "",
    EventKind.paused_without_question: "",
    EventKind.resumed: message("Goes on"),
    EventKind.identified: message("We found out whose case it is"),
    EventKind.resolved: message("Resolved"),
    EventKind.reopened: message("Reopened"),
    EventKind.closed: message("Closed"),
    EventKind.post_mortem_published: message("Post-mortem published"),
}
"""What stands between the messages, with its value; a wait is told by its reason alone, and a
message speaks for itself."""


_MOST_ROUNDS = 3
"""Of one kind that are listed whatever came of them."""
_WAITS = (EventKind.paused, EventKind.paused_without_question)
_THEIRS = (EventKind.opened, EventKind.customer_message)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    values: dict[str, str] = with_default(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def seen(self) -> int | None:
        """How many facts of the case its sender had seen; None where that is not known."""
        return whole_number(self.values.get("seen", ""))


def shown_case(visit: Visit, case_id: str, typed: Typed) -> Response:
    def work(
        reads: Reads,
    ) -> tuple[queries.WholeCase, str, dict[str, NamedUser], dict[str, Any]]:
        case = seen_case(reads, case_id, visit.caller, Permission.read_cases)
        whole = queries.whole_case(reads.cases, case, now=visit.now)
        name = reads.accounts.get(case.account).name if case.account else ""
        users = users_named(reads.snapshot, {each.author for each in whole.messages})
        assignment = assignment_panel(visit, reads, whole)
        playbook = playbook_panel(visit, reads, whole)
        panels = {
            "assignment": assignment
            | {"tree": tree_panel(visit, reads, whole, assignment["owner"])},
            "incidents": incidents_about(visit, reads, case),
            "mail": mail_panel(visit, reads, case),
            "chat": chat_panel(visit, reads, case),
            "triage": triage_panel(visit, reads, whole),
            "instead": instead_of_channel(reads, case),
            "people": people_panel(visit, reads, whole),
            "effort": effort_panel(visit, reads, whole),
            "macro": macro_panel(visit, reads, case, typed.values.get("macro", "")),
            "plan": plan_panel(visit, reads, whole),
            "callers": callers_of(visit, reads, whole),
            "playbook": playbook,
            "call_in": call_in_panel(visit, reads, whole, playbook),
            "post_mortem": post_mortem_panel(visit, reads, case),
        }
        return whole, name, users, panels

    whole, name, users, panels = visit.application.read(work)
    case, standing, terms = whole.case, whole.standing, whole.terms
    ended = standing.state in ENDED
    may_work = may_with(visit, Permission.work_cases, case.account or "") and is_staff(visit)
    may_say = visit.caller.may(Permission.open_cases) and standing.state is not CaseState.closed
    pauses = terms.rules_of(case.tier).pauses if terms else {}
    due = next_due(whole.milestones)
    due_at = None if due is None else local(due, case.time_zone)
    rounds = Counter(each.kind for each in whole.milestones)
    milestones = [
        _milestone(each, whole) | {"is_folded": _is_folded(each, rounds[each.kind])}
        for each in whole.milestones
    ]
    return visit.page(
        "pages/case.html",
        status=422 if typed.faults else 200,
        time_zone=case.time_zone,
        case=case,
        account=name,
        standing=standing,
        state=STATES[standing.state],
        channel=CHANNELS[case.channel],
        coverage=coverage_badge(case.coverage),
        tier=(terms.names.get(whole.tier) or whole.tier) if terms else "",
        first_tier=(terms.names.get(case.tier) or case.tier) if terms else "",
        due=due_at,
        due_of=[
            each["name"] for each in milestones if each["due"] == due_at and not each["stopped"]
        ],
        is_overdue=due is not None and due < visit.now,
        overdue=OVERDUE,
        milestones=[each for each in milestones if not each["is_folded"]],
        folded=[each for each in milestones if each["is_folded"]],
        lanes=_lanes(visit, whole),
        story=_story(visit, whole, (users, panels["callers"].names), typed.seen),
        seen=len(case.events),
        reasons=[(key, pause.name) for key, pause in pauses.items()],
        asked_in=questions(whole) if may_work else [],
        is_staff=is_staff(visit),
        may_say=may_say,
        may_work=may_work and not ended,
        may_note=may_work,
        may_acknowledge=case.heard_at is None,
        identify_by=identify_by(case) if may_work and not ended and not case.account else None,
        may_reopen=visit.caller.may(Permission.open_cases)
        and (standing.state is CaseState.resolved or (ended and may_work)),
        is_over=standing.state is CaseState.closed and not may_work,
        may_close=may_work and standing.state is CaseState.resolved,
        typed=typed,
        is_out_of_plan=case.access not in (ChannelAccess.included, ChannelAccess.no_plan),
        **panels,
        unassigned=UNASSIGNED,
        has_alike=may_see_alike(visit),
    )


def _is_folded(found: Milestone, rounds: int) -> bool:
    """One of many rounds that was met, and is not the last."""
    is_last = found.cycle + 1 == rounds
    return rounds > _MOST_ROUNDS and found.verdict is Verdict.met and not is_last


def _lanes(visit: Visit, whole: queries.WholeCase) -> dict[str, Any] | None:
    drawn = case_lanes(whole.milestones, visit.language)
    if drawn is None:
        return None
    frame, lanes = drawn
    ends = (local(from_micros(at), whole.case.time_zone) for at in (frame.start, frame.end))
    first, last = (visit.language.brief_moment(each) for each in ends)
    return {"lanes": lanes, "first": first, "last": last}


def _milestone(found: Milestone, whole: queries.WholeCase) -> dict[str, Any]:
    case, hours = whole.case, whole.terms.hours.get(found.hours) if whole.terms else None
    is_open = found.stopped == NEVER
    badge = _VERDICTS[found.verdict]
    if found.verdict is Verdict.missed and is_open:
        badge = OVERDUE
    return {
        "name": MILESTONE_NAMES[found.kind],
        "round": found.cycle + 1,
        "badge": badge,
        "promise_id": found.promise_id,
        "target": found.allowance // SECOND_US,
        "used": found.used // SECOND_US,
        "has_days": hours is not None and hours.always_open,
        "due": None if found.due == NEVER else local(from_micros(found.due), case.time_zone),
        "stopped": None if is_open else local(from_micros(found.stopped), case.time_zone),
    }


def _story(
    visit: Visit,
    whole: queries.WholeCase,
    known: tuple[dict[str, NamedUser], dict[str, str]],
    seen: int | None,
) -> list[dict[str, Any]]:
    """What was said and what happened, in one order."""
    said: dict[int, list[CaseMessage]] = {}
    for each in whole.messages:
        if each.is_public or is_staff(visit):
            said.setdefault(each.place, []).append(each)
    found: list[dict[str, Any]] = []
    places = sorted(enumerate(whole.case.events), key=lambda placed: placed[1].at)
    for place, event in places:
        at = local(event.at, whole.case.time_zone)
        is_new = seen is not None and place >= seen
        if event.kind in _HAPPENED:
            what, value = visit.language.phrase(_HAPPENED[event.kind]), _value(event, whole)
            line = f"{what}: {value}" if value and what else value.capitalize() or what
            found.append({"at": at, "what": line, "message": None, "is_new": is_new})
        found += [
            {
                "at": at,
                "is_new": is_new,
                "message": message,
                "by": written_by(visit, message, *known),
                "is_theirs": message.is_public
                and (
                    event.kind in _THEIRS
                    or (event.kind is EventKind.automatic_reply and message.author != MACHINE)
                ),
            }
            for message in said.get(place, ())
        ]
    return found


def _value(event: CaseEvent, whole: queries.WholeCase) -> str:
    terms = whole.terms
    if event.kind is EventKind.tier_changed and terms is not None:
        return terms.names.get(event.value, event.value)
    pauses = terms.rules_of(whole.case.tier).pauses if terms is not None else {}
    if event.kind in _WAITS and event.value in pauses:
        return pauses[event.value].name
    return event.value.replace("_", " ")


def local(instant: datetime, zone: str) -> datetime:
    """On the account's own clock."""
    return instant.astimezone(zone_named(zone)) if zone else instant


_SHOWN_CHARACTERS = 60
_REPLIES = (EventKind.public_reply, EventKind.restored)


def questions(whole: queries.WholeCase) -> list[tuple[str, str]]:
    """What we said to the customer, to choose the question from: the newest first."""
    case = whole.case
    ours = [
        each
        for each in whole.messages
        if each.is_public and case.events[each.place].kind in _REPLIES
    ]
    return [(each.id, _in_a_line(each, case)) for each in reversed(ours)]


def _in_a_line(message: CaseMessage, case: Case) -> str:
    at = local(case.events[message.place].at, case.time_zone)
    return f"{at:%d %b %H:%M}: {' '.join(message.text.split())[:_SHOWN_CHARACTERS]}"
