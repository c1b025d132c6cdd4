"""An incident as facts, and what they come to: its phase, its updates, and whom it hit how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple

from tierline.kernel.errors import Conflict, NotFound
from tierline.status.component import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tierline.status.scope import Scope


class IncidentKind(StrEnum):
    """`disruption` happens to us; `maintenance` is planned for a window."""

    disruption = auto()
    maintenance = auto()


class Phase(StrEnum):
    """Where an incident is in its life."""

    open = auto()
    identified = auto()
    monitoring = auto()
    resolved = auto()


class IncidentEventKind(StrEnum):
    """What happened to the record of an incident."""

    declared = auto()
    update_drafted = auto()
    update_published = auto()
    update_withdrawn = auto()
    case_linked = auto()
    case_unlinked = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What is said of an incident, and what has been so `since` then: its phase, and how each
    component that is named is. What is not named stays as it was."""

    id: str
    text: str
    since: datetime
    phase: Phase | None = None
    effects: Mapping[str, Condition]


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One fact. `about` is the id of the update or the case; `update` what was drafted."""

    at: datetime
    kind: IncidentEventKind
    by: str
    about: str = ""
    update: Update | None = None


class Window(NamedTuple):
    """When maintenance is planned: [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`number` is what people call it by. `window` is there for maintenance only. The first of its
    events declared it."""

    id: str
    number: int
    kind: IncidentKind
    title: str
    scope: Scope
    window: Window | None
    events: tuple[IncidentEvent, ...]


class Published(NamedTuple):
    """An update, and when it went out."""

    update: Update
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A component in a condition from `start` until `end` (None: it still is). `is_planned`: within
    maintenance that was announced before it began."""

    component: str
    start: datetime
    end: datetime | None
    condition: Condition
    is_planned: bool = False


def published_of(incident: Incident) -> tuple[Published, ...]:
    """What went out, in the order in which it did."""
    drafted = _drafted(incident)
    return tuple(
        Published(drafted[event.about], event.at, event.by)
        for event in incident.events
        if event.kind is IncidentEventKind.update_published
    )


def drafts_of(incident: Incident) -> tuple[Update, ...]:
    """What was written, and neither went out nor was withdrawn."""
    ended = {IncidentEventKind.update_published, IncidentEventKind.update_withdrawn}
    gone = {event.about for event in incident.events if event.kind in ended}
    return tuple(update for id_, update in _drafted(incident).items() if id_ not in gone)


def draft_of(incident: Incident, update: str) -> Update:
    """A draft that waits. Raises NotFound, and Conflict where it does not wait any longer."""
    for event in incident.events:
        if event.about == update and event.kind is IncidentEventKind.update_published:
            raise Conflict("This update is published already.", code="update_published")
        if event.about == update and event.kind is IncidentEventKind.update_withdrawn:
            raise Conflict("This draft was withdrawn.", code="update_withdrawn")
    found = _drafted(incident).get(update)
    if found is None:
        raise NotFound(f"There is no update '{update}'.")
    return found


def linked_cases(incident: Incident) -> tuple[str, ...]:
    """The cases that it causes, in the order in which they were linked."""
    found: dict[str, None] = {}
    for event in incident.events:
        if event.kind is IncidentEventKind.case_linked:
            found[event.about] = None
        if event.kind is IncidentEventKind.case_unlinked:
            found.pop(event.about, None)
    return tuple(found)


def phase_of(incident: Incident, now: datetime) -> Phase:
    """Where it is in its life by what was published; maintenance is over with its window."""
    phase = Phase.open
    for update in _by_since(incident):
        phase = update.phase or phase
    if incident.window is not None and now >= incident.window.end:
        return Phase.resolved
    return phase


def started_at(incident: Incident) -> datetime | None:
    """Since when it is so; None while nothing of it is published."""
    stated = _by_since(incident)
    if not stated:
        return None
    return stated[0].since if incident.window is None else incident.window.start


def ended_at(incident: Incident) -> datetime | None:
    """When it was over, or will be where it is planned; None while nobody knows."""
    ended = None
    for update in _by_since(incident):
        if update.phase is not None:
            ended = update.since if update.phase is Phase.resolved else None
    if incident.window is None:
        return ended
    return incident.window.end if ended is None else min(ended, incident.window.end)


def effects_at(incident: Incident, at: datetime) -> dict[str, Condition]:
    """How it has the components at an instant."""
    return {
        spell.component: spell.condition
        for spell in spells_of(incident)
        if spell.start <= at and (spell.end is None or at < spell.end)
    }


def touched_by(incident: Incident) -> frozenset[str]:
    """Every component that a published update names."""
    return frozenset(name for update in _by_since(incident) for name in update.effects)


def spells_of(incident: Incident) -> tuple[Spell, ...]:
    """How it had each component, from when to when."""
    found = _planned(incident) if incident.window is not None else _unplanned(incident)
    return tuple(spell for spell in found if spell.end is None or spell.start < spell.end)


def _planned(incident: Incident) -> Iterator[Spell]:
    window, end, published = incident.window, ended_at(incident), published_of(incident)
    if window is None or not published:
        return
    is_announced = published[0].at < window.start
    for component in sorted(touched_by(incident)):
        yield Spell(component, window.start, end, Condition.under_maintenance, is_announced)


def _unplanned(incident: Incident) -> Iterator[Spell]:
    running: dict[str, tuple[datetime, Condition]] = {}
    for update in _by_since(incident):
        changed = dict(update.effects)
        if update.phase is Phase.resolved:
            changed = dict.fromkeys(running, Condition.operational)
        for component, condition in changed.items():
            before = running.pop(component, None)
            if before is not None:
                yield Spell(component, before[0], update.since, before[1])
            if condition is not Condition.operational:
                running[component] = (update.since, condition)
    for component, (start, condition) in running.items():
        yield Spell(component, start, None, condition)


def _by_since(incident: Incident) -> list[Update]:
    """What went out, in the order in which it was so: late knowledge stands where it belongs."""
    return sorted((each.update for each in published_of(incident)), key=lambda each: each.since)


def _drafted(incident: Incident) -> dict[str, Update]:
    return {event.update.id: event.update for event in incident.events if event.update is not None}
