"""What the journal is told of what happens in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.cases.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Journal, Occasion
    from tierline.cases.case import Case
    from tierline.cases.event import CaseEvent

FACTS = {
    EventKind.opened: "CaseOpened",
    EventKind.severity_set: "CaseTriaged",
    EventKind.severity_changed: "CaseTriaged",
    EventKind.tier_changed: "CaseTierChanged",
    EventKind.acknowledged: "CaseAcknowledged",
    EventKind.public_reply: "CaseAnswered",
    EventKind.private_note: "CaseNoted",
    EventKind.automatic_reply: "CaseAnsweredByMachine",
    EventKind.customer_message: "CaseMessageReceived",
    EventKind.paused: "CasePaused",
    EventKind.paused_without_question: "CasePaused",
    EventKind.resumed: "CaseResumed",
    EventKind.restored: "CaseRestored",
    EventKind.resolved: "CaseResolved",
    EventKind.reopened: "CaseReopened",
    EventKind.closed: "CaseClosed",
    EventKind.identified: "CaseIdentified",
    EventKind.post_mortem_published: "CasePostMortemPublished",
}
"""What the journal calls the events of a case."""


def tell_facts(books: Journal, case: Case, events: Sequence[CaseEvent], occasion: Occasion) -> None:
    """A fact for each event of a case; none of a severity that nobody has agreed yet, of which
    whatever brought it tells (`CaseCalledCritical`, `CaseIdentified`)."""
    is_triaged = case.standing.is_triaged
    books.append(
        [
            occasion.fact(
                FACTS[event.kind],
                case.account or case.id,
                {"case": case.id, "number": case.number, "value": event.value},
                at=event.at,
            )
            for event in events
            if is_triaged or event.kind is not EventKind.severity_changed
        ]
    )
