"""What can be done with incidents: declare one, draft and publish updates, link the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tierline.actions.cases import US, CaseBooks, say
from tierline.actions.components import KnownAccountsById, reader_of, refuse_unknown_accounts
from tierline.actions.merged_cases import speaking_for_all
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import INCIDENT, UPDATE
from tierline.status.component import Component, Condition
from tierline.status.incident import (
    Incident,
    IncidentEvent,
    IncidentEventKind,
    IncidentKind,
    Phase,
    Update,
    Window,
    draft_of,
    ended_at,
    linked_cases,
    published_of,
)
from tierline.status.scope import EVERYONE, PUBLIC, Scope
from tierline.status.seen import is_seen

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.actions.occasion import Occasion

CASES_LIMIT_COUNT = 500
"""So many cases one incident is linked to: an update answers all of them in one transaction."""
UPDATES_LIMIT_COUNT = 500
WINDOW_LIMIT_DAYS = 31


class LinkedCase(NamedTuple):
    """A case that an incident causes and that has not ended, and whose it is."""

    case: str
    account: str | None


class IncidentBook(Protocol):
    """The incidents that there are."""

    def get(self, incident: str) -> Incident: ...
    def next_number(self) -> int: ...
    def add(self, incident: Incident) -> None: ...
    def append(self, incident: str, place: int, events: Iterable[IncidentEvent]) -> None: ...
    def index(
        self, incident: str, published_at: datetime | None, ended_at: datetime | None
    ) -> None: ...
    def link(self, incident: str, case: str) -> None: ...
    def unlink(self, incident: str, case: str) -> None: ...
    def open_cases(self, incident: str) -> tuple[LinkedCase, ...]: ...
    def open_at(self, instant: datetime) -> list[Incident]: ...


class KnownComponents(Protocol):
    """The components that there are, to read."""

    def all(self) -> tuple[Component, ...]: ...


class _Accounts(KnownAccountsById, Protocol):
    def get(self, account: str) -> Account: ...


class IncidentBooks(CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def incidents(self) -> IncidentBook: ...
    @property
    def components(self) -> KnownComponents: ...
    @property
    def accounts(self) -> _Accounts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOrder:
    """An incident as somebody declares it; maintenance has a window, and nothing else has."""

    kind: IncidentKind
    title: str
    scope: Scope = EVERYONE
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOrder:
    """An update as somebody writes it. Without `since` it is so from when it is written on."""

    text: str
    phase: Phase | None = None
    effects: Mapping[str, Condition]
    since: datetime | None = None


def declare_incident(books: IncidentBooks, order: IncidentOrder, occasion: Occasion) -> Incident:
    """A new incident, which nobody outside sees until its first update is published. Raises
    Invalid with every fault."""
    refuse_unknown_accounts(books.accounts, order.scope)
    _refuse_wrong_window(order, occasion.now)
    incident = Incident(
        id=occasion.new_id(INCIDENT),
        number=books.incidents.next_number(),
        kind=order.kind,
        title=order.title,
        scope=order.scope,
        window=order.window,
        events=(IncidentEvent(occasion.now, IncidentEventKind.declared, occasion.by),),
    )
    books.incidents.add(incident)
    _tell(books, incident, "IncidentDeclared", {"kind": order.kind.value}, occasion)
    return incident


def draft_update(
    books: IncidentBooks, incident_id: str, order: UpdateOrder, occasion: Occasion
) -> tuple[Incident, str]:
    """The incident with a draft, which is seen among us only, and the draft's id. Raises NotFound,
    and Invalid with every fault."""
    incident = books.incidents.get(incident_id)
    _refuse_wrong_update(books, incident, order, occasion.now)
    update = Update(
        id=occasion.new_id(UPDATE),
        text=order.text,
        since=order.since or occasion.now,
        phase=order.phase,
        effects=dict(order.effects),
    )
    event = IncidentEvent(
        _at(incident, occasion), IncidentEventKind.update_drafted, occasion.by, update.id, update
    )
    return _go_on(books, incident, event), update.id


def publish_update(
    books: IncidentBooks, incident_id: str, update_id: str, occasion: Occasion
) -> Incident:
    """The incident once an update has gone out: to the status page, and as an answer into each
    case that it causes, has not ended, and whose customer may see it. It goes out once: raises
    Conflict for one that did, and NotFound."""
    incident = books.incidents.get(incident_id)
    update = draft_of(incident, update_id)
    incident = _go_on(books, incident, _event(incident, "update_published", update_id, occasion))
    published = published_of(incident)
    books.incidents.index(incident.id, published[0].at, ended_at(incident))
    phase = "" if update.phase is None else update.phase.value
    answered = _answer_cases(books, incident, update, occasion)
    body = {"update": update_id, "phase": phase, "cases": len(answered)}
    _tell(books, incident, "IncidentUpdated", body, occasion)
    if update.phase is Phase.resolved:
        _tell(books, incident, "IncidentResolved", {"update": update_id}, occasion)
    return incident


def withdraw_update(
    books: IncidentBooks, incident_id: str, update_id: str, occasion: Occasion
) -> Incident:
    """The incident without a draft. Raises NotFound, and Conflict for what is published: that is
    corrected by another update and not unsaid."""
    incident = books.incidents.get(incident_id)
    draft_of(incident, update_id)
    return _go_on(books, incident, _event(incident, "update_withdrawn", update_id, occasion))


def link_case(books: IncidentBooks, incident_id: str, case_id: str, occasion: Occasion) -> Incident:
    """The incident as the cause of a case; a link that stands stays. Raises NotFound, and Conflict
    where the case's customer is not in the incident's scope: updates must not tell them of it."""
    incident, case = books.incidents.get(incident_id), books.cases.get(case_id)
    linked = linked_cases(incident)
    if case_id in linked:
        return incident
    reader = PUBLIC if case.account is None else reader_of(books.accounts.get(case.account))
    if not incident.scope.includes(reader):
        raise Conflict(
            "The customer of this case is not in the scope of the incident.", code="other_scope"
        )
    if len(linked) >= CASES_LIMIT_COUNT:
        raise Conflict(f"An incident has at most {CASES_LIMIT_COUNT} cases.", code="too_many")
    incident = _go_on(books, incident, _event(incident, "case_linked", case_id, occasion))
    books.incidents.link(incident.id, case_id)
    _tell(books, incident, "IncidentCaseLinked", {"case": case_id}, occasion)
    return incident


def unlink_case(
    books: IncidentBooks, incident_id: str, case_id: str, occasion: Occasion
) -> Incident:
    """The incident as one that does not cause a case. Raises NotFound."""
    incident = books.incidents.get(incident_id)
    if case_id not in linked_cases(incident):
        return incident
    incident = _go_on(books, incident, _event(incident, "case_unlinked", case_id, occasion))
    books.incidents.unlink(incident.id, case_id)
    _tell(books, incident, "IncidentCaseUnlinked", {"case": case_id}, occasion)
    return incident


def _answer_cases(
    books: IncidentBooks, incident: Incident, update: Update, occasion: Occasion
) -> list[str]:
    """Say the update in each case; which ones."""
    cases = books.incidents.open_cases(incident.id)
    accounts = books.accounts.of_ids(sorted({each.account for each in cases if each.account}))
    components = books.components.all()
    answered = []
    for each in cases:
        reader = PUBLIC if each.account is None else reader_of(accounts[each.account])
        seen = {part.id for part in components if part.scope.includes(reader)}
        if is_seen(incident, reader, seen):
            answered.append(each.case)
    for case in speaking_for_all(books.links, answered):
        say(books, case, update.text, US, occasion)
    return answered


def _go_on(books: IncidentBooks, incident: Incident, event: IncidentEvent) -> Incident:
    books.incidents.append(incident.id, len(incident.events), [event])
    return replace(incident, events=(*incident.events, event))


def _event(incident: Incident, kind: str, about: str, occasion: Occasion) -> IncidentEvent:
    at = _at(incident, occasion)
    return IncidentEvent(at, IncidentEventKind(kind), occasion.by, about)


def _at(incident: Incident, occasion: Occasion) -> datetime:
    """Now, and never before what has happened already, whatever the machine's clock does."""
    return max(occasion.now, incident.events[-1].at)


def _tell(
    books: IncidentBooks,
    incident: Incident,
    kind: str,
    body: Mapping[str, object],
    occasion: Occasion,
) -> None:
    about = {"incident": incident.id, "number": incident.number, **body}
    books.append([occasion.fact(kind, incident.id, about)])


def _refuse_wrong_window(order: IncidentOrder, now: datetime) -> None:
    window, faults = order.window, []
    if order.kind is IncidentKind.maintenance and window is None:
        faults.append(Fault("missing", "Maintenance has a planned start and end.", "start"))
    if order.kind is IncidentKind.disruption and window is not None:
        faults.append(Fault("not_planned", "Only maintenance is planned.", "start"))
    if window is not None and window.end <= max(window.start, now):
        faults.append(Fault("empty", "It ends after it starts, and not in the past.", "end"))
    if window is not None and (window.end - window.start).days >= WINDOW_LIMIT_DAYS:
        limit = f"A window is shorter than {WINDOW_LIMIT_DAYS} days."
        faults.append(Fault("too_long", limit, "end"))
    if faults:
        raise Invalid("The incident cannot be declared as stated.", faults)


def _refuse_wrong_update(
    books: IncidentBooks, incident: Incident, order: UpdateOrder, now: datetime
) -> None:
    known = {each.id for each in books.components.all() if each.retired_at is None}
    faults = [
        Fault("unknown_component", f"There is no component '{each}'.", "effects")
        for each in sorted(set(order.effects) - known)
    ]
    if order.since is not None and order.since > now:
        told = "An update says what is so; this is in the future."
        faults.append(Fault("in_the_future", told, "since"))
    is_planned = incident.kind is IncidentKind.maintenance
    if is_planned and set(order.effects.values()) - {Condition.under_maintenance}:
        told = "Maintenance has components under_maintenance; what fails is another incident."
        faults.append(Fault("not_planned", told, "effects"))
    if not is_planned and Condition.under_maintenance in order.effects.values():
        told = "Only maintenance has components under_maintenance."
        faults.append(Fault("not_maintenance", told, "effects"))
    updates = sum(event.update is not None for event in incident.events)
    if updates >= UPDATES_LIMIT_COUNT:
        raise Conflict(f"An incident has at most {UPDATES_LIMIT_COUNT} updates.", code="too_many")
    if faults:
        raise Invalid("The update cannot be kept as stated.", faults)
