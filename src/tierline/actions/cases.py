"""What can be done with a case: say something, triage, wait, resolve, reopen, close."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_access import AccessBooks
from tierline.actions.case_clocks import ClockBooks, keep_clocks
from tierline.actions.case_facts import tell_facts
from tierline.actions.case_mails import PostBooks, post
from tierline.actions.case_notices import tell_holder
from tierline.actions.contacts import KnownAccounts, KnownContacts
from tierline.actions.masks import courtesy, write_words
from tierline.actions.merged_cases import CaseLinks, in_main, in_merged
from tierline.actions.participants import Participants, tell_followers
from tierline.actions.reader_languages import KnownChoices, language_of_case
from tierline.actions.rerouting import route_case
from tierline.actions.routing import Routing
from tierline.cases.case import MACHINE, Case, CaseMessage
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.mask import masked
from tierline.cases.news import may_be_question
from tierline.cases.standing import CaseState, refuse_out_of_turn, standing_of
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.kernel.ids import MESSAGE
from tierline.languages.language import message
from tierline.routing.notice import REOPENED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.milestones.terms import Terms

_CLOSED = message("The case is closed. Open a new one.")
_ASIDE = frozenset({EventKind.private_note, EventKind.automatic_reply})
"""After these every clock and the state of a case are as they were."""
_AS_THERE = "As in the case that it goes with."
_WHY_NEEDED = 2
"""So many of the worst severities are resolved only with the reason why."""


class CaseBooks(ClockBooks, PostBooks, AccessBooks, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...
    @property
    def contacts(self) -> KnownContacts: ...
    @property
    def links(self) -> CaseLinks: ...
    @property
    def participants(self) -> Participants: ...
    @property
    def reader_languages(self) -> KnownChoices: ...
    @property
    def routing(self) -> Routing: ...


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes: a contact (where `contact` is their id), the customer's side without one, or one
    of us."""

    is_customer: bool
    contact: str | None = None


US = Speaker(is_customer=False)


def say(
    books: CaseBooks,
    case_id: str,
    text: str,
    speaker: Speaker,
    occasion: Occasion,
    *,
    is_public: bool = True,
    at: datetime | None = None,
    tells: bool = True,
) -> Case:
    """The case with what was said, `at` the time at which it reached us. A customer's message ends
    the wait for an answer to a question, and opens a resolved case again; a closed one is over.
    Out of whose words a secret was taken is told so, where it `tells`. Raises NotFound and
    Conflict."""
    case = books.cases.get(case_id)
    refuse_stranger(books, speaker.contact, case.account)
    standing = case.standing
    if standing.state is CaseState.closed:
        raise Conflict(_CLOSED, code="case_ended")
    said = EventKind.public_reply if is_public else EventKind.private_note
    kinds = [EventKind.customer_message if speaker.is_customer else said]
    if speaker.is_customer and standing.state is CaseState.resolved:
        kinds.insert(0, EventKind.reopened)
    if speaker.is_customer and standing.was_asked:
        kinds.append(EventKind.resumed)
    place = len(case.events) + (kinds[0] is EventKind.reopened)
    case = _go_on(books, case, [(kind, "") for kind in kinds], occasion, at=at)
    message = message_of(case, place, speaker, text, occasion, is_public=is_public)
    _write(books, case, [message], occasion, speaker=speaker)
    if kinds[0] is EventKind.reopened:
        tell_holder(books, case, REOPENED, occasion)
    words = message.text
    if speaker.is_customer:
        in_main(
            books, case,
            lambda main: say(books, main, words, speaker, occasion, at=at, tells=False),
        )  # fmt: skip
    elif is_public:
        in_merged(books, case, lambda other: say(books, other, words, speaker, occasion, at=at))
    return tell_author(books, case, message, occasion) if tells and speaker.is_customer else case


def tell_author(books: CaseBooks, case: Case, message: CaseMessage, occasion: Occasion) -> Case:
    """A machine says what was taken out of a customer's message, if anything was."""
    if not message.masks:
        return case
    words = courtesy(message, language_of_case(books, case, occasion))
    return add_aside(books, case.id, words, US, replace(occasion, by=MACHINE))


def add_aside(
    books: CaseBooks,
    case_id: str,
    text: str,
    speaker: Speaker,
    occasion: Occasion,
    *,
    at: datetime | None = None,
    is_public: bool = True,
    is_automatic: bool = True,
) -> Case:
    """The case, whatever its state, with something that stops no clock and ends no wait: in public
    what a machine said, on their side or ours, else a note. Its mail is `is_automatic` unless one
    of us had it said. Raises NotFound."""
    case = books.cases.get(case_id)
    kind = EventKind.automatic_reply if is_public else EventKind.private_note
    place = len(case.events)
    case = _go_on(books, case, [(kind, "")], occasion, at=at)
    message = message_of(case, place, speaker, text, occasion, is_public=is_public)
    _write(books, case, [message], occasion, speaker=speaker, is_automatic=is_automatic)
    return case


def set_severity(
    books: CaseBooks, case_id: str, severity: str, occasion: Occasion, *, is_agreed: bool = True
) -> Case:
    """The case at the severity that we agreed: the first time triage, later a change. One that is
    not agreed moves the clocks all the same, and the case waits to be triaged as before. Raises
    NotFound, Conflict, and Invalid for a severity that the promise does not name."""
    case = books.cases.get(case_id)
    known = _terms_of(books, case)
    refuse_unknown_severity(severity, known.severities if known else ())
    is_first = is_agreed and not case.standing.is_triaged
    kind = EventKind.severity_set if is_first else EventKind.severity_changed
    changed = _go_on(books, case, [(kind, severity)], occasion)
    return route_case(books, changed, occasion, was=case)


def wait(
    books: CaseBooks, case_id: str, reason: str, question: str | None, occasion: Occasion
) -> Case:
    """The case waiting. A reason that needs a question is refused without one, which is sent to the
    customer as a reply; one that asks nothing is none. Raises NotFound, Conflict, and Invalid."""
    case = books.cases.get(case_id)
    if refuse_unknown_reason(books, case, reason) and question is None:
        fault = Fault(
            "no_question",
            f"Nobody waits for this ({reason.replace('_', ' ')}) without a question to them.",
            "question",
            "Write what you ask; it is sent to the customer.",
        )
        raise Invalid("The case cannot wait without a question.", [fault])
    if question is not None and not may_be_question(question):
        fault = Fault(
            "asks_nothing",
            "This asks nothing: the customer would not know what they are waited for.",
            "question",
            "Write in a few words what you need of them.",
        )
        raise Invalid("The case cannot wait without a question.", [fault])
    asked = [] if question is None else [(EventKind.public_reply, "")]
    kind = EventKind.paused_without_question if question is None else EventKind.paused
    place = len(case.events)
    case = _go_on(books, case, [*asked, (kind, reason)], occasion)
    if question is not None:
        _write(books, case, [message_of(case, place, US, question, occasion)], occasion)
    in_merged(books, case, lambda other: wait(books, other, reason, question, occasion))
    return case


def refuse_unknown_reason(books: ClockBooks, case: Case, reason: str) -> bool:
    """Whether waiting for this needs a question to the customer. Raises Invalid for a reason that
    the promise does not name, where it names any."""
    terms = _terms_of(books, case)
    pauses = terms.rules_of(case.tier).pauses if terms else {}
    if pauses and reason not in pauses:
        fault = Fault(
            "unknown_reason",
            f"'{reason}' is not a reason of this promise.",
            "reason",
            f"Write one of: {', '.join(sorted(pauses))}.",
        )
        raise Invalid("The case cannot wait for that.", [fault])
    return reason in pauses and pauses[reason].needs_question


def go_on(books: CaseBooks, case_id: str, occasion: Occasion) -> Case:
    """The case as it waits no longer. Raises NotFound and Conflict."""
    case = _go_on(books, books.cases.get(case_id), [(EventKind.resumed, "")], occasion)
    in_merged(books, case, lambda other: go_on(books, other, occasion))
    return case


def restore(books: CaseBooks, case_id: str, text: str, occasion: Occasion) -> Case:
    """The case once service works again, if by a workaround: the customer is told how, which is a
    reply like any other. Raises NotFound and Conflict."""
    case = books.cases.get(case_id)
    place = len(case.events)
    told = [(EventKind.public_reply, ""), (EventKind.restored, "")]
    case = _go_on(books, case, told, occasion)
    _write(books, case, [message_of(case, place, US, text, occasion)], occasion)
    in_merged(books, case, lambda other: restore(books, other, text, occasion))
    return case


def resolve(books: CaseBooks, case_id: str, how: str, why: str | None, occasion: Occasion) -> Case:
    """The case as answered: the customer is told how, and why it was done so stays among us. The
    two worst severities need the why. Raises NotFound, Conflict and Invalid."""
    case = books.cases.get(case_id)
    terms = _terms_of(books, case)
    worst = terms.severities[:_WHY_NEEDED] if terms else ()
    if why is None and case.standing.severity in worst:
        fault = Fault(
            "no_why",
            "A case this severe is resolved with the reason: the risk, and what was traded off.",
            "why",
            "Write why it was done so.",
        )
        raise Invalid("The resolution is not whole.", [fault])
    place = len(case.events)
    case = _go_on(books, case, [(EventKind.resolved, "")], occasion)
    messages = [message_of(case, place, US, how, occasion)]
    if why is not None:
        messages.append(message_of(case, place, US, why, occasion, is_public=False))
    _write(books, case, messages, occasion)
    in_merged(books, case, lambda other: resolve(books, other, how, why or _AS_THERE, occasion))
    return case


def reopen(books: CaseBooks, case_id: str, occasion: Occasion) -> Case:
    """The case open again. Raises NotFound and Conflict."""
    case = _go_on(books, books.cases.get(case_id), [(EventKind.reopened, "")], occasion)
    tell_holder(books, case, REOPENED, occasion)
    in_merged(books, case, lambda other: reopen(books, other, occasion))
    return case


def close(books: CaseBooks, case_id: str, occasion: Occasion) -> Case:
    """The resolved case as over: nothing more is said in it. Raises NotFound and Conflict."""
    case = _go_on(books, books.cases.get(case_id), [(EventKind.closed, "")], occasion)
    in_merged(books, case, lambda other: close(books, other, occasion))
    return case


def _go_on(
    books: CaseBooks,
    case: Case,
    kinds: Sequence[tuple[EventKind, str]],
    occasion: Occasion,
    *,
    at: datetime | None = None,
) -> Case:
    """The case with further facts, each of which follows on what came before. They happened `at` a
    time or now, never later, and never before what has happened already, whatever the machine's
    clock does."""
    before = case.in_time
    at = max(min(at or occasion.now, occasion.now), before[-1].at)
    new: list[CaseEvent] = []
    for kind, value in kinds:
        refuse_out_of_turn(standing_of((*before, *new)), kind)
        new.append(CaseEvent(at, kind, value, occasion.now))
    return with_facts(books, case, new, occasion)


def with_facts(books: ClockBooks, case: Case, new: Sequence[CaseEvent], occasion: Occasion) -> Case:
    """The case with facts that may follow on what is known; its clocks are kept up with them."""
    books.cases.append(case.id, len(case.events), new, by=occasion.by, recorded_at=occasion.now)
    changed = replace(case, events=(*case.events, *new))
    tell_facts(books, changed, new, occasion)
    tell_followers(books, changed, new, occasion)
    if not _ASIDE.issuperset(event.kind for event in new):
        keep_clocks(books, changed, occasion)
    return changed


def _write(
    books: CaseBooks,
    case: Case,
    messages: Sequence[CaseMessage],
    occasion: Occasion,
    *,
    speaker: Speaker = US,
    is_automatic: bool = False,
) -> None:
    """Write what was said; what we say to a customer who wrote by mail goes to them by mail."""
    write_words(books, case, messages, occasion)
    if not speaker.is_customer:
        post(books, case, messages, occasion, is_automatic=is_automatic)


def private_note(case: Case, place: int, text: str, occasion: Occasion) -> CaseMessage:
    """What stands among us beside a fact of the case."""
    return message_of(case, place, US, text, occasion, is_public=False)


def message_of(
    case: Case,
    place: int,
    speaker: Speaker,
    text: str,
    occasion: Occasion,
    *,
    is_public: bool = True,
) -> CaseMessage:
    """What somebody said at a place of the case, without the secrets that stood in it."""
    safe, masks = masked(text)
    return CaseMessage(
        id=occasion.new_id(MESSAGE),
        case=case.id,
        place=place,
        author=occasion.by,
        contact=speaker.contact,
        is_public=is_public or speaker.is_customer,
        text=safe,
        masks=masks,
    )


def refuse_stranger(books: CaseBooks, contact: str | None, account: str | None) -> None:
    """Raise NotFound for a contact who is not of this account: another's is told like one that is
    not there."""
    if contact is not None and books.contacts.get(contact).account != account:
        raise NotFound(f"There is no contact '{contact}'.")


def refuse_unknown_severity(severity: str, known: Sequence[str]) -> None:
    """Raise Invalid for a severity that a promise does not name, where it names any."""
    if known and severity not in known:
        fault = Fault(
            "unknown_severity",
            f"'{severity}' is not a severity of this promise.",
            "severity",
            f"Write one of: {', '.join(known)}.",
        )
        raise Invalid("There is no such severity.", [fault])


def _terms_of(books: ClockBooks, case: Case) -> Terms | None:
    return books.cases.terms(case.terms) if case.terms else None
