"""Where a case stands: what its facts come to, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.cases.event import CaseEvent


class CaseState(StrEnum):
    """Where a case is in its life."""

    new = auto()
    """Nobody of ours has answered or decided anything."""
    open = auto()
    waiting = auto()
    """Somebody else has to do something first."""
    resolved = auto()
    """Answered; a message of the customer's opens it again."""
    closed = auto()


ENDED = frozenset({CaseState.resolved, CaseState.closed})
_OURS = frozenset(
    {
        EventKind.severity_set,
        EventKind.acknowledged,
        EventKind.public_reply,
        EventKind.restored,
    }
)
"""A severity that is changed before it was agreed is none of these: the customer called it so, or
it came with who they are."""
_PAUSES = frozenset({EventKind.paused, EventKind.paused_without_question})
_OF_AN_OPEN_CASE = _PAUSES | {
    EventKind.severity_set,
    EventKind.severity_changed,
    EventKind.tier_changed,
    EventKind.acknowledged,
    EventKind.restored,
    EventKind.resolved,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_triaged` is whether one of us has agreed the severity; `waiting_on` is the reason of the
    wait, empty where nobody is waited for; `was_asked` is whether the wait is for an answer to a
    question; `since` is when the state began."""

    state: CaseState
    severity: str
    is_triaged: bool
    waiting_on: str
    was_asked: bool
    since: datetime


def standing_of(events: Sequence[CaseEvent]) -> Standing:
    """Where a case stands after these facts, of which the first opened it."""
    state, since = CaseState.new, events[0].at
    severity, is_triaged, waiting_on, was_asked = events[0].value, False, "", False
    for event in events:
        if event.kind in (EventKind.severity_set, EventKind.severity_changed):
            severity = event.value
            is_triaged = is_triaged or event.kind is EventKind.severity_set
        if event.kind in _PAUSES:
            waiting_on, was_asked = event.value, event.kind is EventKind.paused
        after = _after(state, event.kind)
        if after is not CaseState.waiting:
            waiting_on, was_asked = "", False
        if after is not state:
            state, since = after, event.at
    return Standing(state, severity, is_triaged, waiting_on, was_asked, since)


def _after(state: CaseState, kind: EventKind) -> CaseState:
    """The state once this has happened."""
    if kind is EventKind.closed:
        return CaseState.closed
    if kind is EventKind.resolved:
        return CaseState.resolved
    if kind in _PAUSES:
        return CaseState.waiting
    if kind in (EventKind.resumed, EventKind.reopened):
        return CaseState.open
    return CaseState.open if state is CaseState.new and kind in _OURS else state


def refuse_out_of_turn(standing: Standing, kind: EventKind) -> None:
    """Raise Conflict, in a sentence, where a fact cannot follow on what a case has come to."""
    state = standing.state
    if state in ENDED and kind in _OF_AN_OPEN_CASE:
        raise Conflict(f"The case is {state}. Reopen it first.", code="case_ended")
    if state not in ENDED and kind in (EventKind.reopened, EventKind.closed):
        what = "reopened" if kind is EventKind.reopened else "closed"
        raise Conflict(
            f"Only a resolved case can be {what}; this one is {state}.", code="case_open"
        )
    if state is CaseState.closed and kind is EventKind.closed:
        raise Conflict("The case is closed already.", code="case_ended")
    if state is CaseState.waiting and kind in _PAUSES:
        raise Conflict(
            f"The case waits already ({standing.waiting_on}). End that wait first.",
            code="case_waits",
        )
    if state is not CaseState.waiting and kind is EventKind.resumed:
        raise Conflict("The case waits for nobody.", code="case_waits_not")
