"""What happened in a case since somebody looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.cases.event import EventKind
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.cases.case import Case

_WORDS = {
    EventKind.customer_message: "the customer wrote",
    EventKind.public_reply: "somebody answered",
    EventKind.private_note: "a note was written",
    EventKind.severity_set: "the severity was agreed",
    EventKind.severity_changed: "the severity was changed",
    EventKind.paused: "it began to wait",
    EventKind.paused_without_question: "it began to wait",
    EventKind.resumed: "it went on",
    EventKind.restored: "service works again",
    EventKind.resolved: "it was resolved",
    EventKind.reopened: "it was opened again",
    EventKind.closed: "it was closed",
}
"""What one would have wanted to know before one sends something."""


def refuse_unseen(case: Case, seen: int) -> None:
    """Raise Conflict, in words, where something of note happened after the first `seen` facts."""
    missed = [_WORDS[event.kind] for event in case.events[seen:] if event.kind in _WORDS]
    if missed:
        told = ", ".join(dict.fromkeys(missed))
        raise Conflict(
            f"Since you opened this case {told}. Look at what is new; what you wrote is still "
            "here, and goes when you send it again.",
            code="case_changed",
        )
