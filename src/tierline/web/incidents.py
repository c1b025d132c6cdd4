"""Incidents as agents work on them: declare, write and publish updates, link cases; components."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import components as component_actions
from tierline.actions import incidents as actions
from tierline.bootstrap.cases import seen_case
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.kernel.instants import parse_instant
from tierline.queries.actors import users_named
from tierline.queries.cases import cases_of_ids
from tierline.queries.status import list_incidents
from tierline.status.component import Condition
from tierline.status.incident import (
    IncidentKind,
    Phase,
    Window,
    drafts_of,
    effects_at,
    ended_at,
    linked_cases,
    phase_of,
    published_of,
    started_at,
)
from tierline.status.scope import Scope
from tierline.web.badges import Badge
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import Visit, shown_to
from tierline.web.status_pages import CONDITIONS, PHASES
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.status.component import Component
    from tierline.status.incident import Incident, Update
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH, COMPONENTS_PATH = "/incidents", "/components"
TEXT_LIMIT_CHARACTERS = 10_000
TITLE_LIMIT_CHARACTERS = 200
_OPEN_LISTED = 50
_UNSEEN = Badge("paused", "○", "Not published")
_KINDS = [
    (IncidentKind.disruption.value, "A disruption"),
    (IncidentKind.maintenance.value, "Planned maintenance"),
]
_AS_IT_IS = ("", "As it is")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form as it was sent."""

    values: dict[str, str] = with_default(default_factory=dict)
    faults: tuple[Fault, ...] = ()


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
    return _new(visit, _Typed({"case": visit.asked("case")}))


@sent_with(Permission.work_incidents)
def declare(visit: Visit, form: Form) -> Response:
    """A new incident, and its page."""
    names = ("title", "kind", "start", "end", "accounts", "regions", "case")
    typed = {name: form.get(name, "").strip()[:TEXT_LIMIT_CHARACTERS] for name in names}
    typed["is_private"] = form.get("is_private", "")
    occasion = visit.application.occasion(visit.caller.id)
    try:
        order = _order(visit, typed)

        def work(records: Records) -> Incident:
            made = actions.declare_incident(records, order, occasion)
            if typed["case"]:
                seen_case(records, typed["case"], visit.caller, Permission.work_incidents)
                actions.link_case(records, made.id, typed["case"], occasion)
            return made

        made = visit.application.change(work)
    except TierlineError as error:
        return _new(visit, _Typed(typed, told(error, "title")))
    return go(f"{PATH}/{made.id}")


@shown_to(Permission.work_incidents)
def incident_page(visit: Visit) -> Response:
    """One, with its drafts and its cases."""
    return _shown(visit, _Typed())


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
        order = _update_order(values)

        def work(records: Records, occasion: Occasion) -> None:
            _, made = actions.draft_update(records, incident, order, occasion)
            if is_published:
                actions.publish_update(records, incident, made, occasion)

        _change(visit, work)
    except TierlineError as error:
        return _shown(visit, _Typed(values, told(error, "text")))
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

    _change(visit, work)
    return go(f"/cases/{case}")


@shown_to(Permission.work_incidents)
def components_page(visit: Visit) -> Response:
    """Which components there are, and whom they concern."""
    return _components(visit, _Typed())


@sent_with(Permission.publish_incidents)
def add_component(visit: Visit, form: Form) -> Response:
    """A new component."""
    return _component_done(visit, form, component_actions.add_component)


@sent_with(Permission.publish_incidents)
def change_component(visit: Visit, form: Form) -> Response:
    """A component as it is to be."""
    component = visit.path_word("component")
    return _component_done(
        visit, form,
        lambda records, order, at: component_actions.change_component(
            records, component, order, at
        ),
    )  # fmt: skip


@sent_with(Permission.publish_incidents)
def retire_component(visit: Visit, _: Form) -> Response:
    """A component leaves the page."""
    component = visit.path_word("component")
    _change(visit, lambda records, at: component_actions.retire_component(records, component, at))
    return go(COMPONENTS_PATH)


def incidents_about(visit: Visit, reads: Reads, case: str) -> dict[str, Any]:
    """What the page of a case shows of incidents: to us those that cause it, and those that could;
    to its customer nothing but the words, which stand in the case itself."""
    if not visit.caller.may(Permission.work_incidents):
        return {"linked": (), "others": (), "may_declare": False}
    linked = reads.incidents.of_case(case)
    open_ones = list_incidents(
        reads.incidents, now=visit.now, is_over=False, limit=_OPEN_LISTED
    ).items
    known = {each.id for each in linked}
    return {
        "may_declare": not linked,
        "linked": [_row(each, visit.now) for each in linked],
        "others": [
            (each.id, f"{each.number}: {each.title}") for each in open_ones if each.id not in known
        ],
    }


def _change(visit: Visit, work: Callable[[Records, Occasion], object]) -> None:
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: work(records, occasion))


def _done(visit: Visit, act: Callable[[Records, str, Occasion], Incident]) -> Response:
    incident = visit.path_word("incident")
    _change(visit, lambda records, at: act(records, incident, at))
    return go(f"{PATH}/{incident}")


def _component_done(
    visit: Visit,
    form: Form,
    act: Callable[[Records, component_actions.ComponentOrder, Occasion], Component],
) -> Response:
    names = ("name", "about", "place", "accounts", "regions", "is_private", "of")
    typed = {name: form.get(name, "").strip()[:1_000] for name in names}
    try:
        place = typed["place"] or "0"
        if not place.isdecimal() or len(place) > 4:
            fault = Fault("not_whole", "Write a whole number up to 9999.", "place")
            raise Invalid("The component cannot be kept.", [fault])
        order = component_actions.ComponentOrder(
            name=_needed(typed, "name"),
            about=typed["about"],
            place=int(place),
            scope=_scope(visit, typed),
        )
        _change(visit, lambda records, at: act(records, order, at))
    except TierlineError as error:
        return _components(visit, _Typed(typed, told(error, "name")))
    return go(COMPONENTS_PATH)


def _order(visit: Visit, typed: Mapping[str, str]) -> actions.IncidentOrder:
    kinds = set(IncidentKind)
    kind = IncidentKind(typed["kind"]) if typed["kind"] in kinds else IncidentKind.disruption
    start, end = (_instant(typed, name) for name in ("start", "end"))
    if (start is None) is not (end is None):
        missing = "start" if start is None else "end"
        fault = Fault("missing", "A window has a start and an end.", missing)
        raise Invalid("The incident cannot be declared.", [fault])
    window = None if start is None or end is None else Window(start, end)
    return actions.IncidentOrder(
        kind=kind, title=_needed(typed, "title"), scope=_scope(visit, typed), window=window
    )


def _update_order(typed: Mapping[str, str]) -> actions.UpdateOrder:
    phase, conditions = typed.get("phase", ""), set(Condition)
    effects = {
        name.removeprefix("effect."): Condition(value)
        for name, value in typed.items()
        if name.startswith("effect.") and value in conditions
    }
    return actions.UpdateOrder(
        text=_needed(typed, "text"),
        phase=Phase(phase) if phase in set(Phase) else None,
        effects=effects,
        since=_instant(typed, "since"),
    )


def _scope(visit: Visit, typed: Mapping[str, str]) -> Scope:
    """Accounts and regions as they are typed: one or several, with commas between them."""
    accounts = frozenset(visit.application.account_of(each) for each in _listed(typed["accounts"]))
    return Scope(not typed["is_private"], accounts, frozenset(_listed(typed["regions"])))


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _needed(typed: Mapping[str, str], name: str) -> str:
    if not typed[name]:
        fault = Fault("missing", "Nothing is written here.", name)
        raise Invalid("The form is not filled in.", [fault])
    if name in ("title", "name") and len(typed[name]) > TITLE_LIMIT_CHARACTERS:
        fault = Fault("too_long", f"At most {TITLE_LIMIT_CHARACTERS} characters.", name)
        raise Invalid("The form cannot be kept.", [fault])
    return typed[name]


def _instant(typed: Mapping[str, str], name: str) -> datetime | None:
    """An instant of a field that a browser fills in: a wall time, which is meant in UTC."""
    text = typed.get(name, "")
    if not text:
        return None
    seconds = text if text.count(":") > 1 else f"{text}:00"
    try:
        return parse_instant(f"{seconds}Z")
    except Invalid:
        fault = Fault("no_instant", "Write it as 2026-10-01T22:00, in UTC.", name)
        raise Invalid("The form cannot be kept.", [fault]) from None


def _row(incident: Incident, now: datetime) -> dict[str, Any]:
    published = published_of(incident)
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title,
        "is_planned": incident.window is not None,
        "badge": PHASES[phase_of(incident, now)] if published else _UNSEEN,
        "since": started_at(incident) or incident.events[0].at,
        "ended_at": ended_at(incident),
        "cases": len(linked_cases(incident)),
    }


def _new(visit: Visit, typed: _Typed) -> Response:
    return visit.page(
        "pages/incident_new.html", status=422 if typed.faults else 200, typed=typed, kinds=_KINDS
    )


def _shown(visit: Visit, typed: _Typed) -> Response:
    def work(reads: Reads) -> dict[str, Any]:
        found = reads.incidents.get(visit.path_word("incident"))
        components = reads.components.all()
        accounts = reads.accounts.of_ids(sorted(found.scope.accounts))
        users = users_named(reads.snapshot, {event.by for event in found.events})
        return {
            "incident": found,
            "row": _row(found, visit.now),
            "whom": _whom(found.scope, [account.name for account in accounts.values()]),
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


def _components(visit: Visit, typed: _Typed) -> Response:
    def work(reads: Reads) -> list[dict[str, Any]]:
        found = reads.components.all()
        named = sorted({account for each in found for account in each.scope.accounts})
        accounts = reads.accounts.of_ids(named)
        return [
            {
                "component": each,
                "whom": _whom(each.scope, [accounts[a].name for a in sorted(each.scope.accounts)]),
                "accounts": ", ".join(sorted(each.scope.accounts)),
                "regions": ", ".join(sorted(each.scope.regions)),
            }
            for each in found
        ]

    return visit.page(
        "pages/components.html",
        status=422 if typed.faults else 200,
        typed=typed,
        rows=visit.application.read(work),
        may_publish=visit.caller.may(Permission.publish_incidents),
    )


def _whom(scope: Scope, accounts: Sequence[str]) -> str:
    """Whom a scope concerns, in words."""
    named = [*sorted(accounts), *(f"region {each}" for each in sorted(scope.regions))]
    whom = ", ".join(named) if named else "Every account"
    return whom if scope.is_public else f"{whom}; not on the public page"


_INCIDENT, _COMPONENT = PATH + "/{incident}", COMPONENTS_PATH + "/{component}"
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
    Route(COMPONENTS_PATH, components_page, methods=["GET"]),
    Route(COMPONENTS_PATH, add_component, methods=["POST"]),
    Route(_COMPONENT, change_component, methods=["POST"]),
    Route(f"{_COMPONENT}/retirement", retire_component, methods=["POST"]),
]
