"""Incidents as agents work on them: declare, write and publish updates, link cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import incidents as actions
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import TierlineError
from tierline.queries.actors import users_named
from tierline.queries.cases import cases_of_ids
from tierline.queries.status import list_incidents
from tierline.status.component import Condition
from tierline.status.incident import (
    IncidentKind,
    drafts_of,
    effects_at,
    ended_at,
    linked_cases,
    phase_of,
    published_of,
    started_at,
)
from tierline.web.badges import Badge
from tierline.web.case_incidents import told_incidents
from tierline.web.forms import TEXT_LIMIT_CHARACTERS, field, sent_with, told, typed_in
from tierline.web.incident_forms import (
    Typed,
    change_so,
    incident_order,
    update_order,
    whom_in_words,
)
from tierline.web.shell import Visit, shown_to
from tierline.web.status_pages import CONDITIONS, PHASES, maintenance_badge
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.status.component import Component
    from tierline.status.incident import Incident, Update
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/incidents"
_OPEN_LISTED = 50
_UNSEEN = Badge("paused", "○", "Not published")
_KINDS = [
    (IncidentKind.disruption.value, "A disruption"),
    (IncidentKind.maintenance.value, "Planned maintenance"),
]
_AS_IT_IS = ("", "As it is")


@shown_to(Permission.work_incidents)
def incidents_page(visit: Visit) -> Response:
    """The newest first: those that are not over, or with `?state=all` every one."""
    after, is_all = visit.asked("after", 2_000), visit.asked("state") == "all"
    page = visit.application.read(
        lambda reads: list_incidents(
            reads.incidents, now=visit.now, is_over=None if is_all else False, after=after or None
        )
    )
    return visit.page(
        "pages/incidents.html",
        rows=[_row(each, visit.now) for each in page.items],
        next=page.next,
        is_first=not after,
        is_all=is_all,
    )


@shown_to(Permission.work_incidents)
def new_page(visit: Visit) -> Response:
    """The form that declares one: of `?case=`, as what causes it."""
    return _new(visit, Typed({"case": visit.asked("case")}))


@sent_with(Permission.work_incidents)
def declare(visit: Visit, form: Form) -> Response:
    """A new incident, and its page."""
    names = ("title", "kind", "start", "end", "accounts", "regions", "case")
    typed = typed_in(form, *names)
    typed["is_private"] = form.get("is_private", "")
    occasion = visit.application.occasion(visit.caller.id)
    try:
        order = incident_order(visit, typed)

        def work(records: Records) -> Incident:
            made = actions.declare_incident(records, order, occasion)
            if typed["case"]:
                seen_case(records, typed["case"], visit.caller, Permission.work_incidents)
                actions.link_case(records, made.id, typed["case"], occasion)
            return made

        made = visit.application.change(work)
    except TierlineError as error:
        return _new(visit, Typed(typed, told(error, "title")))
    return go(f"{PATH}/{made.id}")


@shown_to(Permission.work_incidents)
def incident_page(visit: Visit) -> Response:
    """One, with its drafts and its cases."""
    return _shown(visit, Typed())


@sent_with(Permission.work_incidents)
def draft(visit: Visit, form: Form) -> Response:
    """An update that somebody wrote: a draft, or out at once."""
    values = {name: value for name, value in form.items() if name != "text"}
    is_published = bool(form.get("publish"))
    if is_published:
        visit.caller.require(Permission.publish_incidents)
    incident = visit.path_word("incident")
    try:
        values["text"] = field(form, "text", TEXT_LIMIT_CHARACTERS)
        order = update_order(values)

        def work(records: Records, occasion: Occasion) -> None:
            _, made = actions.draft_update(records, incident, order, occasion)
            if is_published:
                actions.publish_update(records, incident, made, occasion)

        change_so(visit, work)
    except TierlineError as error:
        return _shown(visit, Typed(values, told(error, "text")))
    return go(f"{PATH}/{incident}")


@sent_with(Permission.publish_incidents)
def publish(visit: Visit, _: Form) -> Response:
    """A draft goes out."""
    return _done(visit, lambda records, incident, at: actions.publish_update(
        records, incident, visit.path_word("update"), at))  # fmt: skip


@sent_with(Permission.work_incidents)
def withdraw(visit: Visit, _: Form) -> Response:
    """A draft is taken away."""
    return _done(visit, lambda records, incident, at: actions.withdraw_update(
        records, incident, visit.path_word("update"), at))  # fmt: skip


@sent_with(Permission.work_incidents)
def unlink(visit: Visit, _: Form) -> Response:
    """A case is taken away from an incident."""
    return _done(visit, lambda records, incident, at: actions.unlink_case(
        records, incident, visit.path_word("case"), at))  # fmt: skip


@sent_with(Permission.work_incidents)
def link(visit: Visit, form: Form) -> Response:
    """A case is linked to the incident that causes it, from the page of the case."""
    case, incident = visit.path_word("case"), form.get("incident", "")

    def work(records: Records, occasion: Occasion) -> None:
        seen_case(records, case, visit.caller, Permission.work_incidents)
        actions.link_case(records, incident, case, occasion)

    change_so(visit, work)
    return go(f"/cases/{case}")


def incidents_about(visit: Visit, reads: Reads, case: Case) -> dict[str, Any]:
    """What the page of a case shows of incidents: to us those that cause it, and those that could;
    to its customer those that cause it, where the status page has them."""
    if not visit.caller.may(Permission.work_incidents):
        told = told_incidents(visit, reads, case)
        return {"linked": (), "others": (), "may_declare": False, "told": told}
    linked = reads.incidents.of_case(case.id)
    open_ones = list_incidents(
        reads.incidents, now=visit.now, is_over=False, limit=_OPEN_LISTED
    ).items
    known = {each.id for each in linked}
    return {
        "told": (),
        "may_declare": not linked,
        "linked": [_row(each, visit.now) for each in linked],
        "others": [
            (each.id, f"{each.number}: {each.title}") for each in open_ones if each.id not in known
        ],
    }


def _done(visit: Visit, act: Callable[[Records, str, Occasion], Incident]) -> Response:
    incident = visit.path_word("incident")
    change_so(visit, lambda records, at: act(records, incident, at))
    return go(f"{PATH}/{incident}")


def _row(incident: Incident, now: datetime) -> dict[str, Any]:
    published = published_of(incident)
    started, ended = started_at(incident), ended_at(incident)
    if not published or started is None:
        badge = _UNSEEN
    elif incident.window is not None:
        badge = maintenance_badge(started, ended, now)
    else:
        badge = PHASES[phase_of(incident, now)]
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title,
        "is_planned": incident.window is not None,
        "badge": badge,
        "since": started or incident.events[0].at,
        "ended_at": ended,
        "is_over": ended is not None and ended <= now,
        "cases": len(linked_cases(incident)),
    }


def _new(visit: Visit, typed: Typed) -> Response:
    return visit.page(
        "pages/incident_new.html", status=422 if typed.faults else 200, typed=typed, kinds=_KINDS
    )


def _shown(visit: Visit, typed: Typed) -> Response:
    def work(reads: Reads) -> dict[str, Any]:
        found = reads.incidents.get(visit.path_word("incident"))
        components = reads.components.all()
        accounts = reads.accounts.of_ids(sorted(found.scope.accounts))
        users = users_named(reads.snapshot, {event.by for event in found.events})
        return {
            "incident": found,
            "row": _row(found, visit.now),
            "whom": whom_in_words(found.scope, [account.name for account in accounts.values()]),
            "components": _choices(found, components, visit.now),
            "published": [
                _update(each.update, components)
                | {"at": each.at, "by": actor_in_words(visit, each.by, users)}
                for each in reversed(published_of(found))
            ],
            "drafts": [_update(each, components) for each in drafts_of(found)],
            "cases": cases_of_ids(reads.snapshot, linked_cases(found)),
        }

    return visit.page(
        "pages/incident.html",
        status=422 if typed.faults else 200,
        typed=typed,
        phases=[_AS_IT_IS, *((each.value, badge.words) for each, badge in PHASES.items())],
        may_publish=visit.caller.may(Permission.publish_incidents),
        **visit.application.read(work),
    )


def _choices(
    incident: Incident, components: Sequence[Component], now: datetime
) -> list[dict[str, Any]]:
    """Components with what they can be said to be in this incident."""
    if incident.kind is IncidentKind.maintenance:
        conditions = [Condition.under_maintenance]
    else:
        conditions = [each for each in Condition if each is not Condition.under_maintenance]
    options = [_AS_IT_IS, *((each.value, CONDITIONS[each].words) for each in conditions)]
    present = effects_at(incident, now)
    return [
        {
            "id": each.id,
            "name": each.name,
            "now": CONDITIONS[present.get(each.id, Condition.operational)],
            "options": options,
        }
        for each in components
        if each.retired_at is None
    ]


def _update(update: Update, components: Sequence[Component]) -> dict[str, Any]:
    names = {each.id: each.name for each in components}
    return {
        "id": update.id,
        "text": update.text,
        "since": update.since,
        "phase": "" if update.phase is None else PHASES[update.phase].words,
        "effects": [
            f"{names.get(name, name)}: {CONDITIONS[each].words}"
            for name, each in update.effects.items()
        ],
    }


_INCIDENT = PATH + "/{incident}"
ROUTES = [
    Route(PATH, incidents_page, methods=["GET"]),
    Route(PATH, declare, methods=["POST"]),
    Route(f"{PATH}/new", new_page, methods=["GET"]),
    Route(_INCIDENT, incident_page, methods=["GET"]),
    Route(f"{_INCIDENT}/updates", draft, methods=["POST"]),
    Route(_INCIDENT + "/updates/{update}/publication", publish, methods=["POST"]),
    Route(_INCIDENT + "/updates/{update}/withdrawal", withdraw, methods=["POST"]),
    Route(_INCIDENT + "/cases/{case}/removal", unlink, methods=["POST"]),
    Route("/cases/{case}/incident", link, methods=["POST"]),
]
