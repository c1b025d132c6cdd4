"""Components and incidents as one reader sees them, and what both come to on each day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from tierline.calendars.local_time import local_date, resolve_local, zone_named
from tierline.calendars.months import month_after
from tierline.kernel.instants import from_micros, to_micros
from tierline.status.component import Component, Condition, worst
from tierline.status.incident import (
    Incident,
    published_of,
    spells_of,
    started_at,
    touched_by,
)
from tierline.status.outages import Outage, outages_of
from tierline.status.uptime import Record, Uptime, together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tierline.status.incident import Spell
    from tierline.status.scope import Reader
    from tierline.status.stretches import Stretch

DAYS = 90
MONTHS = 12
_FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Day:
    """`condition` is the worst of the day; None where the component was not watched yet."""

    on: date
    condition: Condition | None
    uptime: Uptime


class Seen:
    """Components and incidents as a reader sees them, for figures: retired ones as well, because
    no figure of the past changes when one is."""

    def __init__(
        self,
        components: Sequence[Component],
        incidents: Sequence[Incident],
        reader: Reader,
        now: datetime,
    ) -> None:
        self.reader, self.now = reader, now
        self.zone = zone_named(reader.time_zone)
        self.components = tuple(each for each in components if each.scope.includes(reader))
        names = {each.id for each in self.components}
        told = [each for each in incidents if is_seen(each, reader, names)]
        self.incidents = tuple(in_order(told))
        spells: dict[str, list[Spell]] = defaultdict(list)
        for spell in (spell for each in self.incidents for spell in spells_of(each)):
            spells[spell.component].append(spell)
        self.records = {each.id: record_of(each, spells[each.id], now) for each in self.components}

    @property
    def today(self) -> date:
        """The present day on the reader's clock."""
        return local_date(self.now, self.zone)

    @property
    def month(self) -> date:
        """The first day of the present month on the reader's clock."""
        return self.today.replace(day=1)

    def stretch(self, first: date, until: date) -> Stretch:
        """Days [first, until) as instants of the reader's clock."""
        return midnight(first, self.zone), midnight(until, self.zone)

    def uptime(self, during: Stretch) -> Uptime:
        """Of everything together."""
        return together(each.uptime(*during) for each in self.records.values())

    def days(self, last: date) -> tuple[Day, ...]:
        """Everything together on each of the 90 days that end with `last`."""
        return tuple(self._day(on, during) for on, during in self._days_until(last))

    @cached_property
    def recent_days(self) -> list[tuple[date, Stretch]]:
        """The 90 days that end with the present one."""
        return self._days_until(self.today)

    @cached_property
    def recent_months(self) -> list[tuple[date, Stretch]]:
        """The twelve months that end with the present one, by their first days."""
        firsts = [month_after(self.month, back) for back in range(1 - MONTHS, 1)]
        return [(first, self.stretch(first, month_after(first))) for first in firsts]

    def _days_until(self, last: date) -> list[tuple[date, Stretch]]:
        dates = [last - timedelta(days=back) for back in range(DAYS - 1, -2, -1)]
        edges = pairwise(midnight(each, self.zone) for each in dates)
        return list(zip(dates, edges, strict=False))

    def outages(self, during: Stretch) -> Iterator[Outage]:
        """What was down or maintained, by component."""
        near = [each for each in self.incidents if self._touches(each, during)]
        for each in self.components:
            yield from outages_of(each, near, self.records[each.id], during)

    def _day(self, on: date, during: Stretch) -> Day:
        watched = [each for each in self.records.values() if each.was_watched(*during)]
        condition = worst(each.worst(*during) for each in watched) if watched else None
        return Day(on, condition, self.uptime(during))

    def _touches(self, incident: Incident, during: Stretch) -> bool:
        start, end = from_micros(during[0]), from_micros(during[1])
        return any(
            spell.start < end and (spell.end is None or spell.end > start)
            for spell in spells_of(incident)
        )


def is_seen(incident: Incident, reader: Reader, components: Collection[str]) -> bool:
    """Whether a reader sees an incident: it is published, it concerns them, and so does one of the
    components that it touches, where it touches any."""
    if not incident.scope.includes(reader) or not published_of(incident):
        return False
    touched = touched_by(incident)
    return not touched or not touched.isdisjoint(components)


def in_order(incidents: Sequence[Incident]) -> list[Incident]:
    """By when they began; all of them published."""
    return sorted(incidents, key=lambda each: (start_of(each), each.number))


def start_of(incident: Incident) -> datetime:
    """When it began; it is published."""
    started = started_at(incident)
    assert started is not None  # noqa: S101 - only what is published is shown
    return started


def record_of(component: Component, spells: Iterable[Spell], now: datetime) -> Record:
    """What happened to a component, from its spells."""
    until = _FOREVER if component.retired_at is None else to_micros(component.retired_at)
    return Record(spells, watched=(to_micros(component.watched_from), until), now=to_micros(now))


def midnight(day: date, zone: ZoneInfo) -> int:
    """The instant at which a day begins."""
    return to_micros(resolve_local(day, 0, zone))
