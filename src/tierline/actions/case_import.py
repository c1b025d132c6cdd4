"""Importing cases of another desk: their histories become facts at their own instants.

A case is known again by its source and the id it has there. The same case again changes nothing;
one that went on there gets the facts that are new. A case that cannot be imported is rejected with
every reason, and the others are imported. Nobody is told of what became true before the import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.account_import import ExternalIds, ExternalIdsToWrite
from tierline.actions.account_rows import Imported, RowKind
from tierline.actions.case_clocks import KIND, LANE, CaseBook, KnownCases, next_due, row_of
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.imported_case import (
    CaseCounts,
    CaseFile,
    CaseImportReport,
    ImportedCase,
    ImportedPart,
    KeptCase,
)
from tierline.actions.masks import MaskBook, write_words
from tierline.actions.occasion import Journal
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.cases.mask import masked
from tierline.kernel.errors import Fault, LimitReached
from tierline.kernel.ids import ACCOUNT, CASE, MESSAGE
from tierline.kernel.instants import format_instant, from_micros, to_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.portable import terms_from_portable
from tierline.milestones.signals import SignalKey, next_after, signals_among
from tierline.scorecards.difference_rules import with_target
from tierline.scorecards.differences import Judged, compared

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contact import Contact
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent

MOST_CASES = 20_000
MOST_TEXT_CHARACTERS = 100_000
_SUBJECT_CHARACTERS = 300
_NO_SUBJECT = "(no subject)"
_KIND = "cases"
_SEVERITY_FACTS = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)
_OURS = (EventKind.public_reply, EventKind.private_note, EventKind.automatic_reply)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here: what an account (None: somebody unknown) was promised at an instant, and
    the account that an id of another system stands for; one that is nobody's is given back."""

    promised: Callable[[str | None, datetime], CasePromise]
    account_of: Callable[[str], str]


class Accounts(Protocol):
    """The accounts that there are."""

    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]: ...


class Contacts(Protocol):
    """The contacts that there are."""

    def of_ids(self, contacts: Sequence[str]) -> dict[str, Contact]: ...


class CasesToRead(KnownCases, Protocol):
    """The cases that there are, many at once."""

    def of_ids(self, cases: Sequence[str]) -> dict[str, Case]: ...


class CasesToWrite(CaseBook, CasesToRead, Protocol):
    """The same, to write."""


class KeptCases(Protocol):
    """What is kept of imported cases, to write."""

    def keep(self, cases: Iterable[KeptCase]) -> None: ...


class Queue(Protocol):
    """Who works on cases, and the queue that they are taken from."""

    def agents(self) -> tuple[Agent, ...]: ...
    def queue_unrouted(self, *, at: datetime) -> None: ...


class CaseImportReads(Protocol):
    """What looking at an export needs."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def external_ids(self) -> ExternalIds: ...
    @property
    def cases(self) -> CasesToRead: ...


class CaseImportBooks(Journal, Protocol):
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


@dataclass
class _Draft:
    """What will be written, and what was found on the way."""

    file: CaseFile
    counts: CaseCounts = field(default_factory=CaseCounts)
    faults: list[Fault] = field(default_factory=list)
    coverage: Counter[str] = field(default_factory=Counter)
    new: list[tuple[ImportedCase, Case, CasePromise]] = field(default_factory=list)
    changed: list[tuple[ImportedCase, Case, tuple[CaseEvent, ...]]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    terms: dict[int, Terms] = field(default_factory=dict)
    """By the identity of a promise's statement, which many cases share."""

    def terms_of(self, promise: CasePromise) -> Terms | None:
        """What a new case is held to; None where nothing is promised."""
        if promise.statement is None:
            return None
        if id(promise.statement) not in self.terms:
            self.terms[id(promise.statement)] = terms_from_portable(promise.statement)
        return self.terms[id(promise.statement)]


def check_cases(
    reads: CaseImportReads, file: CaseFile, here: Known, occasion: Occasion
) -> CaseImportReport:
    """What importing would do, without doing it."""
    return _report(_drafted(reads, file, here, occasion), is_dry_run=True)


def import_cases(
    books: CaseImportBooks, file: CaseFile, here: Known, occasion: Occasion
) -> CaseImportReport:
    """Import the sound cases of an export, all in one unit."""
    draft = _drafted(books, file, here, occasion)
    _write(books, draft, occasion)
    return _report(draft, is_dry_run=False)


def import_part(
    books: CaseImportBooks, file: CaseFile, here: Known, occasion: Occasion
) -> ImportedPart:
    """The same of some cases of an export, whose verdicts were compared when it was looked at."""
    draft = _drafted(books, file, here, occasion)
    _write(books, draft, occasion)
    return ImportedPart(draft.counts, tuple(draft.faults), dict(draft.coverage))


def judge_cases(file: CaseFile, terms: Terms, *, own_targets: bool = False) -> CaseImportReport:
    """The same report without an installation: every case held to these terms in the tier that the
    mapping says; with `own_targets` to the targets that the export states, where it states them."""
    judged = [
        Judged(
            CaseHistory(case.external_id, case.tier, case.events),
            kind,
            with_target(terms, kind, old.target_us) if own_targets and old.target_us else terms,
            old,
        )
        for case in file.cases
        for kind, old in case.verdicts.items()
    ]
    counts = CaseCounts(added=len(file.cases), rejected=file.rejected_cases)
    return CaseImportReport(
        is_dry_run=True,
        file=file,
        counts=counts,
        faults=file.faults,
        coverage={},
        comparison=compared(judged, file.as_of),
        notices=file.notices,
    )


# what is there, and what is sound ---------------------------------------------------------------


def _drafted(reads: CaseImportReads, file: CaseFile, here: Known, occasion: Occasion) -> _Draft:
    if len(file.cases) > MOST_CASES:
        raise LimitReached(
            f"{len(file.cases):,} cases are more than the {MOST_CASES:,} that are imported at once."
            " Export a shorter time."
        )
    draft = _Draft(file, faults=list(file.faults))
    draft.counts.rejected = file.rejected_cases
    ids = reads.external_ids
    known = ids.known(_KIND, [_name(file, case) for case in file.cases])
    accounts = ids.known(RowKind.account.value, {case.account for case in file.cases})
    contacts = ids.known(RowKind.contact.value, {case.contact for case in file.cases})
    asked = {
        name: accounts[name].record if name in accounts else here.account_of(name)
        for name in {case.account for case in file.cases}
    }
    stated = {each for each in asked.values() if each.startswith(f"{ACCOUNT.prefix}_")}
    there = reads.accounts.of_ids(sorted(stated))
    people = reads.contacts.of_ids([each.record for each in contacts.values()])
    ours = reads.cases.of_ids([each.record for each in known.values()])
    held_to = {
        digest: reads.cases.terms(digest)
        for digest in {each.terms for each in ours.values()}
        if digest
    }
    for case in file.cases:
        if _name(file, case) in known:
            found = known[_name(file, case)]
            _draft_known(draft, case, ours[found.record], found.digest, held_to)
        else:
            account = there.get(asked[case.account])
            who = people.get(contacts[case.contact].record) if case.contact in contacts else None
            _draft_new(draft, case, account, who, here, occasion)
    _count_reasons(draft)
    return draft


def _draft_known(
    draft: _Draft, case: ImportedCase, ours: Case, digest: str, held_to: Mapping[str, Terms]
) -> None:
    if ours.terms:
        _judge(draft, case, replace(ours, events=case.events), held_to[ours.terms])
    if digest == case.digest:
        draft.counts.unchanged += 1
        return
    there = Counter((event.at, event.kind, event.value) for event in ours.events)
    new = []
    for event in case.events:
        key = (event.at, event.kind, event.value)
        if there[key]:
            there[key] -= 1
        elif event.kind is not EventKind.opened:
            new.append(event)
        else:
            draft.notices.append(
                f"{case.external_id} reads as opened otherwise than when it was imported; its "
                "opening stands as it was."
            )
    draft.changed.append((case, ours, tuple(new)))
    draft.counts.changed += 1


def _draft_new(
    draft: _Draft,
    case: ImportedCase,
    account: Account | None,
    contact: Contact | None,
    here: Known,
    occasion: Occasion,
) -> None:
    if case.account and account is None:
        draft.faults.append(
            Fault(
                "unknown_account",
                f"There is no account '{case.account}'.",
                "account",
                "Import it first under this external id (tierline accounts import FILE), or leave "
                "'account' out of the mapping's attributes: then nobody is promised anything.",
                case.place,
            )
        )
        draft.counts.rejected += 1
        return
    opened_at = case.events[0].at
    promise = here.promised(None if account is None else account.id, opened_at)
    faults = [*_severity_faults(case, promise), *_future_faults(case, occasion)]
    if faults:
        draft.faults += faults
        draft.counts.rejected += 1
        return
    of_account = account is not None and contact is not None and contact.account == account.id
    made = Case(
        id=occasion.new_id(CASE),
        number=0,
        account=None if account is None else account.id,
        contact=contact.id if contact is not None and of_account else None,
        channel=_channel(case.channel),
        subject=masked((case.subject.strip() or _NO_SUBJECT)[:_SUBJECT_CHARACTERS])[0],
        coverage=promise.coverage,
        contract=promise.contract,
        tier=promise.tier,
        terms="",
        time_zone="" if account is None else account.time_zone,
        events=case.events,
    )
    draft.coverage[promise.coverage.value] += 1
    draft.new.append((case, made, promise))
    draft.counts.added += 1
    terms = draft.terms_of(promise)
    if terms is not None:
        _judge(draft, case, made, terms)


def _judge(draft: _Draft, case: ImportedCase, made: Case, terms: Terms) -> None:
    history = replace(made.history, case_id=case.external_id)
    draft.judged += [Judged(history, kind, terms, old) for kind, old in case.verdicts.items()]


def _severity_faults(case: ImportedCase, promise: CasePromise) -> list[Fault]:
    known = promise.severities
    stated = {event.value for event in case.events if event.kind in _SEVERITY_FACTS}
    return [
        Fault(
            "unknown_severity",
            f"'{severity}' is not a severity of what the account was promised.",
            "severity",
            f"Have the mapping's severity write one of: {', '.join(known)}.",
            case.place,
        )
        for severity in sorted(stated)
        if known and severity not in known
    ]


def _future_faults(case: ImportedCase, occasion: Occasion) -> list[Fault]:
    last = case.events[-1]
    if last.at <= occasion.now:
        return []
    return [
        Fault(
            "in_the_future",
            f"It is {last.kind.name} at {format_instant(last.at)}, which has not come.",
            "times",
            "Check the time zone under 'times' in the mapping.",
            case.place,
        )
    ]


def _channel(stated: str) -> Channel:
    return Channel(stated) if stated in {each.value for each in Channel} else Channel.api


def _count_reasons(draft: _Draft) -> None:
    """Waits for reasons that the promise does not name stop no clock: said once a reason."""
    unknown: Counter[str] = Counter()
    for case, made, promise in draft.new:
        terms = draft.terms_of(promise)
        if terms is None:
            continue
        pauses = terms.rules_of(made.tier).pauses
        for event in case.events:
            is_wait = event.kind in (EventKind.paused, EventKind.paused_without_question)
            if is_wait and event.value not in pauses:
                unknown[event.value] += 1
    draft.notices += [
        f"{times:,} waits for '{reason}' stop no clock: the promise names no such reason."
        for reason, times in unknown.most_common()
    ]


# writing -----------------------------------------------------------------------------------------


def _write(books: CaseImportBooks, draft: _Draft, occasion: Occasion) -> None:
    _write_new(books, draft, occasion)
    _write_changed(books, draft, occasion)
    if books.routing.agents():
        books.routing.queue_unrouted(at=occasion.now)


def _write_new(books: CaseImportBooks, draft: _Draft, occasion: Occasion) -> None:
    first = books.cases.next_number() if draft.new else 0
    ordered = sorted(draft.new, key=lambda each: (each[1].events[0].at, each[0].external_id))
    digests: dict[int, str] = {}
    for number, (told, made, promise) in enumerate(ordered, first):
        if promise.statement is not None and id(promise.statement) not in digests:
            digests[id(promise.statement)] = books.cases.keep_terms(promise.statement)
        case = replace(made, number=number, terms=digests.get(id(promise.statement), ""))
        books.cases.add(case, by=occasion.by, recorded_at=occasion.now)
        write_words(books, case, _messages(case, told, told.texts, occasion), occasion)
        settle_clocks(books, case, draft.terms_of(promise), {}, occasion)
        _note(books, draft, told, case.id, occasion)
        body = {"case": case.id, "number": number, "source": draft.file.source}
        body |= {"external_id": told.external_id, "facts": len(case.events)}
        books.append(
            [occasion.fact("CaseImported", case.account or case.id, body, at=case.events[0].at)]
        )
    books.external_ids.add(
        _KIND,
        {_name(draft.file, told): Imported(made.id, told.digest) for told, made, _ in ordered},
    )


def _write_changed(books: CaseImportBooks, draft: _Draft, occasion: Occasion) -> None:
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
            settle_clocks(books, case, terms, books.cases.signalled(case.id), occasion)
        _note(books, draft, told, ours.id, occasion)
        body = {"case": ours.id, "number": ours.number, "source": draft.file.source}
        body |= {"external_id": told.external_id, "facts": len(new)}
        books.append([occasion.fact("CaseImported", ours.account or ours.id, body)])
    books.external_ids.renew(
        _KIND,
        {
            _name(draft.file, told): Imported(ours.id, told.digest)
            for told, ours, _ in draft.changed
        },
    )


def settle_clocks(
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
    next_at = next_after(signals, now)
    if next_at is not None:
        row = DueWork(
            id=row_of(case.id),
            kind=KIND,
            lane=LANE,
            body={"case": case.id},
            run_at=from_micros(next_at),
        )
        books.due_work.add([row], now=occasion.now)


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
    books: CaseImportBooks, draft: _Draft, told: ImportedCase, case: str, occasion: Occasion
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


def _name(file: CaseFile, case: ImportedCase) -> str:
    return f"{file.source}:{case.external_id}"


def _report(draft: _Draft, *, is_dry_run: bool) -> CaseImportReport:
    return CaseImportReport(
        is_dry_run=is_dry_run,
        file=draft.file,
        counts=draft.counts,
        faults=tuple(draft.faults),
        coverage=dict(sorted(draft.coverage.items())),
        comparison=compared(draft.judged, draft.file.as_of),
        notices=(*draft.file.notices, *dict.fromkeys(draft.notices)),
    )
