"""What can be done with consent: give, withdraw, ask before a use, and hand out the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.accounts.consent import Basis, ConsentEvent, Purpose, may_use
from tierline.accounts.consent_receipt import consent_receipt
from tierline.actions.contacts import KnownAccounts, refuse_future
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import CONSENT
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from tierline.accounts.consent import Verdict
    from tierline.accounts.contact import Contact
    from tierline.accounts.prompts import Prompt
    from tierline.actions.occasion import Occasion
    from tierline.kernel.signing import SigningKey

EVIDENCE_LIMIT_CHARACTERS = 2_000
NOTICE_LIMIT_CHARACTERS = 100


class Consents(Protocol):
    """The ledger."""

    def get(self, event: str) -> ConsentEvent: ...
    def of_account(self, account: str) -> tuple[ConsentEvent, ...]: ...
    def evidence(self, events: Sequence[str]) -> dict[str, str]: ...


class ConsentLedger(Consents, Protocol):
    """The ledger, to append to."""

    def add(self, event: ConsentEvent, evidence: str) -> None: ...


class KnownContacts(Protocol):
    """The contacts that there are."""

    def get(self, contact: str) -> Contact: ...


class ReceiptBooks(Protocol):
    """What a receipt is made from."""

    @property
    def consents(self) -> Consents: ...


class ConsentBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def contacts(self) -> KnownContacts: ...

    @property
    def consents(self) -> ConsentLedger: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an account says, or one `contact` of it: with effect from `at` (now)."""

    account: str
    purpose: Purpose
    notice_version: str
    evidence: str
    contact: str | None = None
    basis: Basis = Basis.consent
    at: datetime | None = None


def give_consent(books: ConsentBooks, statement: Statement, occasion: Occasion) -> ConsentEvent:
    """Data may be used for the purpose from now on. Raises NotFound, Conflict, or Invalid with
    every fault."""
    return _recorded(books, statement, occasion, is_given=True)


def withdraw_consent(books: ConsentBooks, statement: Statement, occasion: Occasion) -> ConsentEvent:
    """Data may not be used for the purpose from now on. What nobody had agreed to can be withdrawn
    all the same: it says no for good."""
    return _recorded(books, statement, occasion, is_given=False)


def permit(
    books: ConsentBooks,
    prompt: Prompt,
    occasion: Occasion,
    *,
    account: str,
    contact: str | None = None,
) -> Verdict:
    """Whether a prompt may be shown or sent now. One that may not is noted in the journal with the
    purpose that blocked it."""
    events = books.consents.of_account(account)
    at = to_micros(occasion.now)
    verdict = may_use(events, prompt.purpose, at, account=account, contact=contact)
    if not verdict.is_allowed:
        body = {
            "prompt": prompt.value,
            "contact": contact,
            "purpose": verdict.purpose.value,
            "ground": verdict.ground.value,
            "statement": verdict.event and verdict.event.id,
        }
        books.append([occasion.fact("PromptSuppressed", account, body)])
    return verdict


def receipt_of_consent(books: ReceiptBooks, event: str, key: SigningKey) -> dict[str, Any]:
    """The signed receipt of a statement. Raises NotFound."""
    found = books.consents.get(event)
    events = books.consents.of_account(found.account)
    evidence = books.consents.evidence([event]).get(event)
    return consent_receipt(found, events, evidence=evidence, key=key)


def _recorded(
    books: ConsentBooks, statement: Statement, occasion: Occasion, *, is_given: bool
) -> ConsentEvent:
    account = books.accounts.get(statement.account).id
    at = to_micros(statement.at or occasion.now)
    refuse_future(at, occasion)
    _refuse_wrong(books, statement)
    event = ConsentEvent(
        id=occasion.new_id(CONSENT),
        account=account,
        subject=statement.contact or account,
        purpose=statement.purpose,
        is_given=is_given,
        basis=statement.basis,
        notice_version=statement.notice_version.strip(),
        at=at,
        recorded_at=to_micros(occasion.now),
        actor=occasion.by,
    )
    books.consents.add(event, statement.evidence.strip())
    body = {
        "statement": event.id,
        "subject": event.subject,
        "purpose": event.purpose.value,
        "basis": event.basis.value,
        "notice_version": event.notice_version,
    }
    kind = "ConsentGiven" if is_given else "ConsentWithdrawn"
    books.append([occasion.fact(kind, account, body, at=from_micros(at))])
    return event


def _refuse_wrong(books: ConsentBooks, statement: Statement) -> None:
    if statement.purpose is Purpose.service:
        raise Conflict(
            "The service rests on the contract and needs nobody's consent. End the contract, or "
            "erase the person.",
            code="service_needs_no_consent",
        )
    faults = []
    if not 1 <= len(statement.notice_version.strip()) <= NOTICE_LIMIT_CHARACTERS:
        faults.append(
            Fault(
                "no_notice",
                "It is not said which notice was shown.",
                "notice_version",
                f"Write its version, 1 to {NOTICE_LIMIT_CHARACTERS} characters.",
            )
        )
    if not 1 <= len(statement.evidence.strip()) <= EVIDENCE_LIMIT_CHARACTERS:
        faults.append(
            Fault(
                "no_evidence",
                "It is not said how we know.",
                "evidence",
                "Write where it was said: a form, a letter, a call.",
            )
        )
    if faults:
        raise Invalid("The statement cannot be kept.", faults)
    if statement.contact is not None:
        _refuse_stranger(books, statement.account, statement.contact)


def _refuse_stranger(books: ConsentBooks, account: str, contact: str) -> None:
    found = books.contacts.get(contact)
    if found.account != account or found.person is None:
        raise Invalid(
            f"Contact {contact} does not speak for this account.", code="not_their_contact"
        )
