"""Who holds a role at an instant, and when nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.calendar import calendar_for
from tierline.calendars.local_time import zone_named
from tierline.routing.plan import Override, Rota, Shift, hours_of_shift
from tierline.routing.stretches import stretches

IsAway = Callable[[str, datetime], bool]
"""Whether a user is absent at an instant."""


class Why(StrEnum):
    """Why somebody holds a role, or nobody does."""

    shift = auto()
    override = auto()
    owner = auto()
    nobody_planned = auto()
    overridden = auto()
    """An override says that nobody does."""
    absent = auto()
    no_rota = auto()
    no_owner = auto()


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a role. `planned` is whom the rota names where they are absent."""

    user: str | None
    why: Why
    planned: str | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A time in which nobody holds a role, though it may be called."""

    role: str
    start: datetime
    end: datetime
    why: Why


def holding(rota: Rota, at: datetime, is_away: IsAway) -> Holding:
    """Who holds a role at an instant."""
    zone = zone_named(rota.time_zone)
    local = at.astimezone(zone).replace(tzinfo=None)
    for override in reversed(rota.overrides):
        if override.start <= local < override.end:
            return _present(override.person, Why.override, at, is_away)
    for shift in rota.shifts:
        if calendar_for(hours_of_shift(rota, shift)).is_open(at):
            return _present(_on_turn(shift, local), Why.shift, at, is_away)
    return Holding(None, Why.nobody_planned)


def _present(person: str | None, why: Why, at: datetime, is_away: IsAway) -> Holding:
    if person is None:
        return Holding(None, Why.overridden)
    return Holding(None, Why.absent, person) if is_away(person, at) else Holding(person, why)


def _on_turn(shift: Shift, local: datetime) -> str:
    """Whose turn it is: they hand over at a time of day, every day or every seven."""
    if shift.since is None:
        return shift.people[0]
    begin = datetime.combine(shift.since, shift.changes_at)
    days = 7 if shift.turns == "week" else 1
    return shift.people[(local - begin) // timedelta(days) % len(shift.people)]


def vacancies(
    role: str,
    rota: Rota | None,
    needed: Sequence[BusinessHours],
    *,
    start: datetime,
    end: datetime,
    is_away: IsAway,
    returns: Sequence[datetime] = (),
) -> list[Vacancy]:
    """When nobody holds a role within hours in which it may be called. `returns` are when absent
    people are back."""
    edges = [*returns, *(edge for hours in needed for edge in edges_of_hours(hours, start, end))]
    if rota is not None:
        edges += edges_of_rota(rota, start, end)

    def look(at: datetime) -> Why | None:
        if not any(calendar_for(hours).is_open(at) for hours in needed):
            return None
        held = Holding(None, Why.no_rota) if rota is None else holding(rota, at, is_away)
        return held.why if held.user is None else None

    return [
        Vacancy(role, since, until, why)
        for since, until, why in stretches(edges, start, end, look)
        if why is not None
    ]


def edges_of_rota(rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every instant at which somebody else may come to hold the role, and maybe some more."""
    zone = zone_named(rota.time_zone)
    for override in rota.overrides:
        yield from _edges_of_override(override, zone)
    for shift in rota.shifts:
        yield from edges_of_hours(hours_of_shift(rota, shift), start, end)
        if len(shift.people) > 1:
            yield from _turns(shift, zone, start, end)


def edges_of_hours(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[datetime]:
    """When they open and close."""
    for opens, closes in calendar_for(hours).periods(start, until=end):
        yield opens
        yield closes


def _edges_of_override(override: Override, zone: ZoneInfo) -> Iterator[datetime]:
    yield override.start.replace(tzinfo=zone)
    yield override.end.replace(tzinfo=zone)


def _turns(shift: Shift, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """When people hand over, day by day: too many edges cost a look, and too few an error."""
    day = start.astimezone(zone).date() - timedelta(1)
    while day <= end.astimezone(zone).date():
        yield datetime.combine(day, shift.changes_at, zone)
        day += timedelta(1)
