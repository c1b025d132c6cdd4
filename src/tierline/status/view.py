"""The status page of one reader: what works, what does not, what is planned, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tierline.calendars.months import month_after
from tierline.languages.language import message
from tierline.status.component import Component, Condition, worst
from tierline.status.incident import (
    Incident,
    IncidentKind,
    Phase,
    Published,
    effects_at,
    ended_at,
    phase_of,
    published_of,
    spells_of,
    touched_by,
)
from tierline.status.seen import DAYS, Day, Seen, in_order, is_seen, start_of
from tierline.status.uptime import Uptime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from tierline.status.incident import Spell
    from tierline.status.scope import Reader
    from tierline.status.stretches import Stretch
    from tierline.status.uptime import Record


@dataclass(frozen=True, slots=True)
class Month:
    """`first` is its first day; the present one goes as far as now."""

    first: date
    uptime: Uptime


@dataclass(frozen=True, slots=True)
class ShownComponent:
    """A component as a reader sees it; days and months in the order of time."""

    component: Component
    condition: Condition
    days: tuple[Day, ...]
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIncident:
    """An incident as a reader sees it: `effects` are those on components that they see, now or
    when it was planned; `touched` are all such components by name. Updates are the newest first."""

    incident: Incident
    phase: Phase
    started_at: datetime
    ended_at: datetime | None
    effects: Mapping[str, Condition]
    touched: tuple[str, ...]
    updates: tuple[Published, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """`open` are disruptions that are not resolved, and maintenance that is going on; `planned`
    is maintenance to come; `past` what was over within the last 90 days, the newest first."""

    reader: Reader
    now: datetime
    condition: Condition
    components: tuple[ShownComponent, ...]
    together: tuple[Day, ...]
    """All components on each day."""
    month: Month
    """All of them in the present month."""
    open: tuple[ShownIncident, ...]
    planned: tuple[ShownIncident, ...]
    past: tuple[ShownIncident, ...]
    last_ended_at: datetime | None
    """When the newest incident before those ended; None where there is none."""

    @property
    def sentence(self) -> str:
        """How everything is, in one sentence."""
        if not self.components and not self.open:
            return message("Nothing is watched here yet")
        if self.condition is Condition.operational and self.open:
            return message("All components are operational; an incident is open")
        return _SENTENCES[self.condition]


_SENTENCES = {
    Condition.operational: message("All components are operational"),
    Condition.under_maintenance: message("Planned maintenance is going on"),
    Condition.degraded_performance: message("Some components are slower than they should be"),
    Condition.partial_outage: message("Some components are partly out of service"),
    Condition.major_outage: message("Some components are out of service"),
}


def view_of(
    components: Sequence[Component], incidents: Sequence[Incident], reader: Reader, now: datetime
) -> StatusView:
    """What a reader sees. Nothing of another's scope is in it, be it a name."""
    seen = [each for each in components if each.scope.includes(reader) and not _is_gone(each, now)]
    names = {each.id: each.name for each in seen}
    told = [each for each in incidents if is_seen(each, reader, names)]
    shown = [_incident(each, names, now) for each in reversed(in_order(told))]
    known = Seen(components, incidents, reader, now)
    this_month = known.stretch(known.month, month_after(known.month))
    spells = [spell for incident in told for spell in spells_of(incident)]
    rows = tuple(_component(each, spells, known) for each in seen)
    to_come = [each for each in shown if each.started_at > now and not _over(each, now)]
    return StatusView(
        reader=reader,
        now=now,
        condition=worst(row.condition for row in rows),
        components=rows,
        together=known.days(known.today),
        month=Month(known.month, known.uptime(this_month)),
        open=tuple(each for each in shown if _is_open(each, now)),
        planned=tuple(reversed(to_come)),
        past=tuple(each for each in shown if _over(each, now) and _is_recent(each, now)),
        last_ended_at=max(
            (
                each.ended_at
                for each in shown
                if each.ended_at and _over(each, now) and not _is_recent(each, now)
            ),
            default=None,
        ),
    )


def seen_between(
    components: Sequence[Component],
    incidents: Sequence[Incident],
    reader: Reader,
    during: tuple[datetime, datetime],
    now: datetime,
) -> tuple[ShownIncident, ...]:
    """What a reader sees of the incidents that went on in [start, end), the newest first."""
    names = {each.id: each.name for each in components if each.scope.includes(reader)}
    told = [each for each in incidents if is_seen(each, reader, names)]
    shown = [_incident(each, names, now) for each in reversed(in_order(told))]
    start, end = during
    return tuple(
        each
        for each in shown
        if each.started_at < end and (each.ended_at is None or each.ended_at > start)
    )


def _incident(incident: Incident, names: Mapping[str, str], now: datetime) -> ShownIncident:
    started = start_of(incident)
    at = max(now, started) if incident.kind is IncidentKind.maintenance else now
    return ShownIncident(
        incident=incident,
        phase=phase_of(incident, now),
        started_at=started,
        ended_at=ended_at(incident),
        effects={
            name: condition for name, condition in effects_at(incident, at).items() if name in names
        },
        touched=tuple(names[each] for each in names if each in touched_by(incident)),
        updates=tuple(reversed(published_of(incident))),
    )


def _component(component: Component, spells: Iterable[Spell], known: Seen) -> ShownComponent:
    record, now = known.records[component.id], known.now
    present = [
        spell.condition
        for spell in spells
        if spell.component == component.id
        and spell.start <= now
        and (spell.end is None or now < spell.end)
    ]
    months = (Month(first, record.uptime(*during)) for first, during in known.recent_months)
    return ShownComponent(
        component,
        worst(present),
        tuple(_day(on, record, during) for on, during in known.recent_days),
        tuple(month for month in months if month.uptime.watched_us),
    )


def _day(on: date, record: Record, during: Stretch) -> Day:
    condition = record.worst(*during) if record.was_watched(*during) else None
    return Day(on, condition, record.uptime(*during))


def _is_gone(component: Component, now: datetime) -> bool:
    return component.retired_at is not None and component.retired_at <= now


def _over(shown: ShownIncident, now: datetime) -> bool:
    return shown.ended_at is not None and shown.ended_at <= now


def _is_open(shown: ShownIncident, now: datetime) -> bool:
    return shown.started_at <= now and not _over(shown, now)


def _is_recent(shown: ShownIncident, now: datetime) -> bool:
    return shown.ended_at is not None and shown.ended_at > now - timedelta(days=DAYS)
