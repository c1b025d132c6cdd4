"""What an export of another desk comes to here, before anything of it is written: which cases are
new, which went on, what is not sound and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.account_import import ExternalIds
from tierline.actions.account_rows import RowKind
from tierline.actions.case_clocks import KnownCases
from tierline.actions.imported_case import CaseCounts, CaseFile, ImportedCase
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.mask import masked
from tierline.kernel.errors import Fault, LimitReached
from tierline.kernel.ids import ACCOUNT, CASE
from tierline.kernel.instants import format_instant
from tierline.milestones.portable import terms_from_portable
from tierline.scorecards.differences import Judged

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.accounts.contact import Contact
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.milestones.terms import Terms

MOST_CASES = 20_000
KIND = "cases"
"""Of external ids: those of cases."""
_SUBJECT_CHARACTERS = 300
_NO_SUBJECT = "(no subject)"
_SEVERITY_FACTS = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)


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


@dataclass
class Draft:
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


def drafted(reads: CaseImportReads, file: CaseFile, here: Known, occasion: Occasion) -> Draft:
    if len(file.cases) > MOST_CASES:
        raise LimitReached(
            f"{len(file.cases):,} cases are more than the {MOST_CASES:,} that are imported at once."
            " Export a shorter time."
        )
    draft = Draft(file, faults=list(file.faults))
    draft.counts.rejected = file.rejected_cases
    ids = reads.external_ids
    known = ids.known(KIND, [name_of(file, case) for case in file.cases])
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
        if name_of(file, case) in known:
            found = known[name_of(file, case)]
            _draft_known(draft, case, ours[found.record], found.digest, held_to)
        else:
            account = there.get(asked[case.account])
            who = people.get(contacts[case.contact].record) if case.contact in contacts else None
            _draft_new(draft, case, account, who, here, occasion)
    _count_reasons(draft)
    return draft


def _draft_known(
    draft: Draft, case: ImportedCase, ours: Case, digest: str, held_to: Mapping[str, Terms]
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
    draft: Draft,
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


def _judge(draft: Draft, case: ImportedCase, made: Case, terms: Terms) -> None:
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


def _count_reasons(draft: Draft) -> None:
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


def name_of(file: CaseFile, case: ImportedCase) -> str:
    return f"{file.source}:{case.external_id}"
