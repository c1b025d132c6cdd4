"""What a case from another desk had climbed to when it came: nobody here is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.escalations import EscalationBooks, chain_of, climbs_of
from tierline.milestones.fold import milestones_of

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms


class Imports(Protocol):
    """When cases came from another desk."""

    def imported_at(self, case: str) -> datetime | None: ...


class ImportedBooks(EscalationBooks, Protocol):
    """What asking for it needs."""

    @property
    def imported_cases(self) -> Imports: ...


def climbed_before(books: ImportedBooks, case: Case, terms: Terms) -> frozenset[str]:
    """Every climb that was true when the case came first, by what its other desk has told of it up
    to the last time: since then it is ours, and what nobody here saw in time is told late. What
    somebody here decides afterwards may make others true of an instant before: those are told.
    Worked out and not kept, so that a routing plan which is published later tells none of it
    either."""
    came_at = books.imported_cases.imported_at(case.id)
    if came_at is None:
        return frozenset()
    events = tuple(each for each in case.events if (each.recorded_at or each.at) <= came_at)
    known = replace(case, events=events)
    chain = chain_of(books, terms, known.tier, known.standing.severity)
    found = milestones_of(known.history, terms, came_at)
    climbs = climbs_of(chain, known, found, terms)
    first_at = known_since(case) or came_at
    return frozenset(climb.about for climb in climbs if climb.at <= first_at)


def known_since(case: Case) -> datetime | None:
    """When the case became known here; None where it comes only now."""
    return case.events[0].recorded_at
