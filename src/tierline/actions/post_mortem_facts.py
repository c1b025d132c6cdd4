"""The facts of a case for its post-mortem, joined from its history, its clocks and who had it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from tierline.calendars.calendar import calendar_for
from tierline.cases.case_facts import CaseFacts, ClockFact, Reach, ReachedFact
from tierline.cases.event import EventKind
from tierline.cases.timeline import INCIDENT_UPDATE, TimelineEntry, timeline_of
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.roles import CASE_ENDS
from tierline.milestones.table import NEVER
from tierline.routing.call_in import CallInEvent, CallInKind
from tierline.routing.notice import AT_NO_LEVEL
from tierline.status.incident import published_of

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms
    from tierline.routing.assignment import Assignment
    from tierline.routing.notice import Notice
    from tierline.status.incident import Incident

_OURS = (EventKind.public_reply, EventKind.restored, *CASE_ENDS)
_REACHED = (
    (Reach.acknowledged, MilestoneKind.acknowledge, (EventKind.acknowledged, *_OURS)),
    (Reach.answered, MilestoneKind.first_response, _OURS),
    (Reach.restored, MilestoneKind.restore, (EventKind.restored, *CASE_ENDS)),
    (Reach.resolved, MilestoneKind.resolution, (EventKind.resolved,)),
)


class _Cases(Protocol):
    def get(self, case: str) -> Case: ...
    def terms(self, digest: str) -> Terms: ...


class Trails(Protocol):
    """How cases went from hand to hand."""

    def trail(self, case: str) -> tuple[Assignment, ...]: ...


class WithIncidents(Protocol):
    """What causes cases."""

    def of_case(self, case: str) -> list[Incident]: ...


class Notices(Protocol):
    """To whom cases climbed."""

    def of_case(self, case: str) -> tuple[Notice, ...]: ...


class CallIns(Protocol):
    """Who was called in to cases."""

    def of_case(self, case: str) -> tuple[CallInEvent, ...]: ...


class FactBooks(Protocol):
    """What is read to join them."""

    @property
    def cases(self) -> _Cases: ...
    @property
    def routing(self) -> Trails: ...
    @property
    def incidents(self) -> WithIncidents: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def call_ins(self) -> CallIns: ...


def facts_of_cases(books: FactBooks, cases: Iterable[str], now: datetime) -> tuple[CaseFacts, ...]:
    """Of each case as it stands now. Raises NotFound."""
    return tuple(_facts(books, books.cases.get(case), now) for case in cases)


def _facts(books: FactBooks, case: Case, now: datetime) -> CaseFacts:
    terms = books.cases.terms(case.terms) if case.terms else None
    beside = (
        *_hands(books.routing.trail(case.id)),
        *_climbs(books.notices.of_case(case.id)),
        *_called_in(books.call_ins.of_case(case.id)),
        *_updates(case, books.incidents.of_case(case.id)),
    )
    return facts_of_case(case, terms, beside, now)


def facts_of_case(
    case: Case, terms: Terms | None, beside: Iterable[TimelineEntry], now: datetime
) -> CaseFacts:
    """The facts of a case, with what happened `beside` it."""
    at = max(now, case.in_time[-1].at)
    clocks = milestones_of(case.history, terms, at) if terms else []
    return CaseFacts(
        case=case.id,
        number=case.number,
        severity=case.standing.severity,
        tier=case.tier,
        opened_at=case.events[0].at,
        as_of=at,
        timeline=timeline_of(case, beside),
        clocks=tuple(_clock(each) for each in clocks),
        reached=tuple(_reached(case, terms)),
    )


def _hands(trail: Iterable[Assignment]) -> Iterator[TimelineEntry]:
    """Who had it; among us."""
    for step in trail:
        yield TimelineEntry(
            at=step.at,
            what="assigned" if step.user else "queued",
            value=step.how.value,
            user=step.user or "",
            is_public=False,
        )


def _climbs(notices: Iterable[Notice]) -> Iterator[TimelineEntry]:
    """To whom it climbed; among us. What was not so is left out."""
    for each in notices:
        if each.corrected_at is None and each.what not in AT_NO_LEVEL:
            yield TimelineEntry(
                at=each.true_at,
                what="escalated",
                value=each.role,
                user=each.user,
                is_public=False,
            )


_CALLED_IN = {
    CallInKind.asked: "called_in",
    CallInKind.acknowledged: "call_in_acknowledged",
    CallInKind.arrived: "call_in_arrived",
}


def _called_in(events: Iterable[CallInEvent]) -> Iterator[TimelineEntry]:
    """Who was asked to come, said so, and was there; among us."""
    for each in events:
        if each.kind in _CALLED_IN:
            yield TimelineEntry(
                at=each.at,
                what=_CALLED_IN[each.kind],
                value=each.domain,
                user=each.user or "",
                is_public=False,
            )


def _updates(case: Case, incidents: Iterable[Incident]) -> Iterator[TimelineEntry]:
    """What was published of its cause: its customer knows of it where everybody may, or where it
    was said in the case."""
    said = {event.at for event in case.events if event.kind is EventKind.public_reply}
    for incident in incidents:
        for each in published_of(incident):
            phase = each.update.phase
            yield TimelineEntry(
                at=each.at,
                what=INCIDENT_UPDATE,
                value="" if phase is None else phase.value,
                is_public=incident.scope.is_public or each.at in said,
            )


def _clock(found: Milestone) -> ClockFact:
    return ClockFact(
        milestone=found.kind.value,
        cycle=found.cycle,
        promise_id=found.promise_id,
        verdict=found.verdict.name,
        target_seconds=found.allowance // SECOND_US,
        used_seconds=-(-found.used // SECOND_US),
        started_at=from_micros(found.started),
        stopped_at=None if found.stopped == NEVER else from_micros(found.stopped),
        due_at=None if found.due == NEVER else from_micros(found.due),
    )


def _reached(case: Case, terms: Terms | None) -> Iterator[ReachedFact]:
    events = case.in_time
    for what, kind, stops in _REACHED:
        met = [event.at for event in events if event.kind in stops]
        if not met:
            continue
        at = met[-1] if what is Reach.resolved else met[0]
        yield ReachedFact(
            what=what,
            at=at,
            elapsed_seconds=int((at - events[0].at).total_seconds()),
            open_seconds=_open_seconds(case, terms, kind, at),
        )


def _open_seconds(case: Case, terms: Terms | None, kind: MilestoneKind, at: datetime) -> int | None:
    """On the hours of the milestone, else on those of any other target of its severity."""
    if terms is None:
        return None
    severity = case.standing.severity
    targets = (terms.target(case.tier, severity, each) for each in (kind, *MilestoneKind))
    hours = next((target.hours for target in targets if target is not None), None)
    if hours is None:
        return None
    calendar = calendar_for(terms.in_zone(case.time_zone).hours[hours])
    opened = to_micros(case.events[0].at)
    return calendar.open_micros(opened, to_micros(at)) // SECOND_US
