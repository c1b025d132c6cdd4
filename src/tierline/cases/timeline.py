"""What happened in a case and when, without a word that somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind

if TYPE_CHECKING:
    from tierline.cases.case import Case

AMONG_US = frozenset({EventKind.private_note})
"""Facts of which a customer is told nothing."""
INCIDENT_UPDATE = "incident_update"
"""What was published of the incident that causes the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """`what` is the kind of a fact of the case, or a word for something beside it; `value` the
    severity, tier, reason or phase that it carries; `user` whom of us it names; `known_at` when we
    came to know it, where that was later."""

    at: datetime
    what: str
    value: str = ""
    user: str = ""
    is_public: bool = True
    known_at: datetime | None = None


def timeline_of(case: Case, beside: Iterable[TimelineEntry] = ()) -> tuple[TimelineEntry, ...]:
    """Every fact of a case once, and what happened beside it, in the order in which it happened. An
    answer that is an update of its incident is told as that alone."""
    beside = tuple(beside)
    updates = {each.at for each in beside if each.what == INCIDENT_UPDATE}
    facts = (
        TimelineEntry(
            at=event.at,
            what=event.kind.name,
            value=event.value,
            is_public=event.kind not in AMONG_US,
            known_at=event.recorded_at
            if event.recorded_at is not None and event.recorded_at > event.at
            else None,
        )
        for event in case.in_time
        if event.kind is not EventKind.public_reply or event.at not in updates
    )
    return tuple(sorted((*facts, *beside), key=_instant))


def told_to_customers(timeline: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """What of it a customer reads."""
    return tuple(each for each in timeline if each.is_public)


_instant = attrgetter("at")
