"""Waits that are noted late: they count from when they began, with evidence that they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import ClockBooks
from tierline.actions.cases import private_note, refuse_unknown_reason, with_facts
from tierline.actions.masks import write_words
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import refuse_out_of_turn, standing_of
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case, CaseMessage


class WrittenCases(Protocol):
    """What was written in cases."""

    def messages(self, case: str) -> tuple[CaseMessage, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LateWait:
    """A wait that began before anybody noted it.

    Where we asked the customer, `asked_in` is the message with the question: the wait began with
    it, and their next message ended it. Where somebody else was waited for it was from `since`
    until `until` (None: it is still waited for), and `evidence` says by what one can tell.
    """

    reason: str
    asked_in: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    evidence: str | None = None


def wait_since(
    books: ClockBooks, written: WrittenCases, case_id: str, late: LateWait, occasion: Occasion
) -> Case:
    """The case with a wait in its past: its clocks are judged anew, and what was told of them is
    corrected. Raises NotFound, Conflict where it cannot have waited then, and Invalid with every
    fault."""
    case = books.cases.get(case_id)
    needs_question = refuse_unknown_reason(books, case, late.reason)
    start, end = _asked(case, written, late) if late.asked_in else _stated(
        case, late, occasion, needs_question=needs_question
    )  # fmt: skip
    kind = EventKind.paused if late.asked_in else EventKind.paused_without_question
    new = [CaseEvent(start, kind, late.reason, occasion.now)]
    if end is not None:
        new.append(CaseEvent(end, EventKind.resumed, "", occasion.now))
    _refuse_impossible(case, new)
    changed = with_facts(books, case, new, occasion)
    if late.evidence is not None:
        note = private_note(case, len(case.events), late.evidence, occasion)
        write_words(books, changed, [note], occasion)
    return changed


def _asked(case: Case, written: WrittenCases, late: LateWait) -> tuple[datetime, datetime | None]:
    """From the question until the customer's next message."""
    asked = next((each for each in written.messages(case.id) if each.id == late.asked_in), None)
    replies = (EventKind.public_reply, EventKind.restored)
    if asked is None or not asked.is_public or case.events[asked.place].kind not in replies:
        fault = Fault(
            "no_question",
            "This is no message of ours to the customer in this case.",
            "asked_in",
            "Name the message in which we asked.",
        )
        raise Invalid("The wait has no question.", [fault])
    start = case.events[asked.place].at
    answers = (
        event.at
        for event in case.in_time
        if event.kind is EventKind.customer_message and event.at > start
    )
    return start, next(answers, None)


def _stated(
    case: Case, late: LateWait, occasion: Occasion, *, needs_question: bool
) -> tuple[datetime, datetime | None]:
    """From and until as somebody says, with what one can tell it by."""
    faults = []
    if needs_question:
        faults.append(
            Fault(
                "no_question",
                "Nobody waits for the customer without a question to them.",
                "asked_in",
                "Name the message in which we asked.",
            )
        )
    if late.evidence is None:
        faults.append(
            Fault("missing", "Say by what one can tell that it waited.", "evidence",
                  "Name the order, the mail or the call.")
        )  # fmt: skip
    opened, start, end = case.events[0].at, late.since, late.until
    if start is None or not opened <= start <= occasion.now:
        faults.append(
            Fault(
                "not_in_the_case",
                "A wait begins after the case was raised, and not in the future.",
                "since",
                f"Write an instant from {format_instant(opened)} on.",
            )
        )
    elif end is not None and not start < end <= occasion.now:
        faults.append(
            Fault("ends_wrongly", "A wait ends after it began, and not in the future.", "until")
        )
    if faults or start is None:
        raise Invalid("The wait cannot be noted.", faults)
    return start, end


def _refuse_impossible(case: Case, new: Sequence[CaseEvent]) -> None:
    """Raise Conflict where the facts cannot have come in this order."""
    first = min(event.at for event in new)
    facts = sorted((*case.events, *new), key=lambda event: event.at)
    known = [event for event in facts if event.at < first]
    for event in facts[len(known) :]:
        if known:
            refuse_out_of_turn(standing_of(known), event.kind)
        known.append(event)
