"""Which incidents a figure of uptime comes from: what of each counts, and what does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.kernel.instants import to_micros
from tierline.status.incident import spells_of
from tierline.status.stretches import cut_to, joined, without
from tierline.status.uptime import is_down

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tierline.status.component import Component
    from tierline.status.incident import Incident
    from tierline.status.stretches import Stretch
    from tierline.status.uptime import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """An incident that had a component down in a stretch, or maintenance of it. Three parts, which
    sum to its length there: what counts; what fell into planned maintenance; what an earlier
    incident counts for, because two at the same time are down once."""

    incident: Incident
    component: Component
    counted_us: int
    planned_us: int
    shared_us: int


def outages_of(
    component: Component, incidents: Sequence[Incident], record: Record, during: Stretch
) -> Iterator[Outage]:
    """Of [start, end), in the order of the incidents; what counts sums to what the record has."""
    start, end = record.seen(*during)
    taken: list[Stretch] = []
    for incident in incidents:
        places = cut_to(_places(incident, component, end), start, end)
        if not places:
            continue
        fresh = without(places, record.planned)
        counted = without(fresh, taken)
        taken = joined([*taken, *counted])
        yield Outage(
            incident=incident,
            component=component,
            counted_us=_length(counted),
            planned_us=_length(places) - _length(fresh),
            shared_us=_length(fresh) - _length(counted),
        )


def _places(incident: Incident, component: Component, end: int) -> list[Stretch]:
    return joined(
        (to_micros(spell.start), end if spell.end is None else to_micros(spell.end))
        for spell in spells_of(incident)
        if spell.component == component.id and (spell.is_planned or is_down(spell))
    )


def _length(stretches: Sequence[Stretch]) -> int:
    return sum(end - start for start, end in stretches)
