"""Writing the cases of an export: their facts and words at their own instants, and their clocks as
they stand now. Nobody is told of what became true before the import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.account_import import ExternalIdsToWrite
from tierline.actions.account_rows import Imported
from tierline.actions.case_clocks import CaseBook, next_due, row_of, watch_clocks
from tierline.actions.case_import_draft import KIND, Accounts, CasesToRead, Contacts, name_of
from tierline.actions.due_work import DueWorkBook
from tierline.actions.escalations import ChainReads, PlanReads, next_climb, sooner
from tierline.actions.imported_case import ImportedCase, KeptCase
from tierline.actions.imported_climbs import known_since
from tierline.actions.masks import MaskBook, write_words
from tierline.actions.occasion import Journal
from tierline.cases.case import Case, CaseMessage
from tierline.cases.event import EventKind
from tierline.cases.mask import masked
from tierline.kernel.ids import MESSAGE
from tierline.kernel.instants import from_micros, to_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.signals import SignalKey, next_after, signals_among

if TYPE_CHECKING:
    from tierline.actions.case_import_draft import Draft
    from tierline.actions.occasion import Occasion
    from tierline.milestones.terms import Terms

MOST_TEXT_CHARACTERS = 100_000
_OURS = (EventKind.public_reply, EventKind.private_note, EventKind.automatic_reply)


class CasesToWrite(CaseBook, CasesToRead, Protocol):
    """The same, to write."""

    def next_numbers(self, count: int) -> Sequence[int]: ...


class KeptCases(Protocol):
    """What is kept of imported cases, to write."""

    def keep(self, cases: Iterable[KeptCase]) -> None: ...


class Queue(PlanReads, Protocol):
    """Who works on cases, and the queue that they are taken from."""

    def queue_unrouted(self, *, at: datetime) -> None: ...


class CaseImportBooks(ChainReads, Journal, Protocol):
    """What importing needs."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def external_ids(self) -> ExternalIdsToWrite: ...
    @property
    def cases(self) -> CasesToWrite: ...
    @property
    def imported_cases(self) -> KeptCases: ...
    @property
    def masks(self) -> MaskBook: ...
    @property
    def due_work(self) -> DueWorkBook: ...
    @property
    def routing(self) -> Queue: ...


def write(books: CaseImportBooks, draft: Draft, occasion: Occasion) -> None:
    """Write what is new and what went on; what is open waits in the queue, if anybody works on
    cases."""
    _write_new(books, draft, occasion)
    _write_changed(books, draft, occasion)
    if books.routing.agents():
        books.routing.queue_unrouted(at=occasion.now)


def _write_new(books: CaseImportBooks, draft: Draft, occasion: Occasion) -> None:
    numbers = books.cases.next_numbers(len(draft.new))
    ordered = sorted(draft.new, key=lambda each: (each[1].events[0].at, each[0].external_id))
    digests: dict[int, str] = {}
    for number, (told, made, promise) in zip(numbers, ordered, strict=True):
        if promise.statement is not None and id(promise.statement) not in digests:
            digests[id(promise.statement)] = books.cases.keep_terms(promise.statement)
        case = replace(made, number=number, terms=digests.get(id(promise.statement), ""))
        books.cases.add(case, by=occasion.by, recorded_at=occasion.now)
        write_words(books, case, _messages(case, told, told.texts, occasion), occasion)
        _settle_clocks(books, case, draft.terms_of(promise), {}, occasion)
        _note(books, draft, told, case.id, occasion)
        body = {"case": case.id, "number": number, "source": draft.file.source}
        body |= {"external_id": told.external_id, "facts": len(case.events)}
        books.append(
            [occasion.fact("CaseImported", case.account or case.id, body, at=case.events[0].at)]
        )
    books.external_ids.add(
        KIND,
        {name_of(draft.file, told): Imported(made.id, told.digest) for told, made, _ in ordered},
    )


def _write_changed(books: CaseImportBooks, draft: Draft, occasion: Occasion) -> None:
    for told, ours, new in draft.changed:
        place = len(ours.events)
        case = replace(ours, events=(*ours.events, *new))
        if new:
            books.cases.append(ours.id, place, new, by=occasion.by, recorded_at=occasion.now)
            by_event = {id(event): at for at, event in enumerate(told.events)}
            places = {by_event[id(event)]: place + at for at, event in enumerate(new)}
            texts = [(places[at], text) for at, text in told.texts if at in places]
            write_words(books, case, _messages(case, told, texts, occasion), occasion)
            terms = books.cases.terms(case.terms) if case.terms else None
            books.due_work.remove([row_of(case.id)])
            _settle_clocks(books, case, terms, books.cases.signalled(case.id), occasion)
        _note(books, draft, told, ours.id, occasion)
        body = {"case": ours.id, "number": ours.number, "source": draft.file.source}
        body |= {"external_id": told.external_id, "facts": len(new)}
        books.append([occasion.fact("CaseImported", ours.account or ours.id, body)])
    books.external_ids.renew(
        KIND,
        {
            name_of(draft.file, told): Imported(ours.id, told.digest)
            for told, ours, _ in draft.changed
        },
    )


def _settle_clocks(
    books: CaseImportBooks,
    case: Case,
    terms: Terms | None,
    told: Mapping[SignalKey, datetime],
    occasion: Occasion,
) -> None:
    """Bring the index of an imported case up to its facts. What has become true of it is noted as
    told, in place of what was, and somebody looks again when the next thing does."""
    standing = case.standing
    if terms is None:
        books.cases.index(case.id, standing.state, standing.severity, None)
        return
    found = milestones_of(case.history, terms, occasion.now)
    signals = signals_among(found, case.history, terms)
    now = to_micros(occasion.now)
    books.cases.forget_signals(case.id, told)
    true_now = [signal for signal in signals if signal.at <= now]
    books.cases.note_signals(case.id, true_now, now=occasion.now)
    books.cases.index(case.id, standing.state, standing.severity, next_due(found))
    signal_at = next_after(signals, now)
    since = known_since(case) or occasion.now  # what it climbed to here is told, if late
    climbs_at = next_climb(books, case, found, terms, since)
    next_at = sooner(None if signal_at is None else from_micros(signal_at), climbs_at)
    watch_clocks(books.due_work, case.id, next_at, occasion.now)


def _messages(
    case: Case, told: ImportedCase, texts: Sequence[tuple[int, str]], occasion: Occasion
) -> list[CaseMessage]:
    """What was written, without the secrets in it; what was taken out of the subject is told with
    the opening."""
    found = []
    for place, text in texts:
        kind = case.events[place].kind
        safe, masks = masked(text[:MOST_TEXT_CHARACTERS])
        _, of_subject = masked(told.subject, "subject") if place == 0 else ("", ())
        found.append(
            CaseMessage(
                id=occasion.new_id(MESSAGE),
                case=case.id,
                place=place,
                author=occasion.by,
                contact=None if kind in _OURS else case.contact,
                is_public=kind is not EventKind.private_note,
                text=safe,
                masks=(*of_subject, *masks),
            )
        )
    return found


def _safe(value: Any) -> Any:
    """A kept value without the secrets in its texts."""
    if isinstance(value, str):
        return masked(value)[0]
    if isinstance(value, Mapping):
        return {key: _safe(each) for key, each in value.items()}
    return [_safe(each) for each in value] if isinstance(value, (list, tuple)) else value


def _note(
    books: CaseImportBooks, draft: Draft, told: ImportedCase, case: str, occasion: Occasion
) -> None:
    verdicts = {
        kind.value: {"is_met": old.is_met, "target_us": old.target_us}
        for kind, old in told.verdicts.items()
    }
    kept = KeptCase(
        case=case,
        source=draft.file.source,
        external_id=told.external_id,
        address=told.address,
        kept=_safe(told.kept),
        verdicts=verdicts,
        imported_at=occasion.now,
    )
    books.imported_cases.keep([kept])
