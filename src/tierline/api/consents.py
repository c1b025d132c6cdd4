"""Consent over HTTP: what holds, giving and withdrawing, receipts, and asking before a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.consent import Basis, Ground, Purpose, state_of
from tierline.accounts.consent_receipt import event_form
from tierline.accounts.prompts import Prompt
from tierline.actions import consents as actions
from tierline.api.answers import AccountId, ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap import signing_key
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_micros, to_micros
from tierline.queries import consents as queries

if TYPE_CHECKING:
    from tierline.accounts.consent import ConsentEvent, Verdict
    from tierline.store.records import Reads, Records

router = Routes(tags=["people"])
Reader = Annotated[Caller, Depends(may(Permission.read_consents))]
Writer = Annotated[Caller, Depends(may(Permission.write_consents))]
Evidence = Annotated[str, Field(min_length=1, max_length=actions.EVIDENCE_LIMIT_CHARACTERS)]
Notice = Annotated[str, Field(min_length=1, max_length=actions.NOTICE_LIMIT_CHARACTERS)]
Contact = Annotated[str | None, Query(max_length=200, description="One contact of the account.")]
UNSTATED_NOTICE = "none"
"""The notice version of a withdrawal that names none: nobody must read a text to say no."""


class VerdictAnswer(TypedDict):
    """Whether data may be used for a purpose."""

    purpose: Annotated[str, word_of(Purpose, "What it is used for.")]
    is_allowed: Annotated[bool, said("Whether it may be.")]
    ground: Annotated[str, word_of(Ground, "Why.")]
    since: Annotated[str | None, instant("From when on the statement holds that decides.")]
    statement: Annotated[str | None, said("The id of the statement that decides.")]
    sentence: Annotated[str, said("The same in a sentence.")]


class ConsentsAnswer(TypedDict):
    """Every purpose at an instant."""

    account: AccountId
    contact: Annotated[str | None, said("The contact that was asked for.")]
    at: Annotated[str, instant("The instant that is told.")]
    purposes: Annotated[dict[str, VerdictAnswer], said("By purpose.")]


class StatementAnswer(TypedDict):
    """One statement of consent."""

    id: Id
    account: AccountId
    subject: Annotated[str, said("Who says it: the account, or a contact of it.")]
    purpose: Annotated[str, word_of(Purpose, "What data is used for.")]
    state: Annotated[str, said("`given` or `withdrawn`.")]
    basis: Annotated[str, word_of(Basis, "Why the use is lawful.")]
    notice_version: Annotated[str, said("The version of the notice that was shown.")]
    effective_at: Annotated[str, instant("From when on it holds.")]
    recorded_at: Annotated[str, instant("When we came to know it.")]
    actor: ActorId


class SignatureAnswer(TypedDict):
    """The signature of this installation (Ed25519)."""

    public_key: Annotated[str, said("The key to check it with.")]
    value: Annotated[str, said("The signature of the canonical JSON.")]


class ConsentReceiptAnswer(TypedDict):
    """The signed receipt of one statement."""

    format: Annotated[str, said("The name and version of this form.")]
    statement: Annotated[StatementAnswer, said("What was said.")]
    evidence: Annotated[str | None, said("Where it was said; null where it was erased.")]
    before: Annotated[dict[str, bool], said("By purpose: what was allowed before it.")]
    after: Annotated[dict[str, bool], said("By purpose: what is allowed after it.")]
    digest: Annotated[str, said("Of everything above.")]
    signature: Annotated[SignatureAnswer, said("Of everything above with its digest.")]


class PromptAnswer(VerdictAnswer):
    """Whether a message may go to somebody."""

    prompt: Annotated[str, word_of(Prompt, "The kind of message.")]


class ConsentBody(Body):
    """Consent that is given: by the account, or by one `contact` of it."""

    notice_version: Notice
    evidence: Evidence
    basis: Basis = Basis.consent
    contact: Word | None = None
    at: Instant | None = None


class PromptBody(Body):
    """A message that somebody is about to show or send."""

    prompt: Prompt
    contact: Word | None = None


@router.get("/v1/accounts/{account}/consents", summary="What data may be used for, and why")
def read_consents(
    request: Request,
    caller: Reader,
    account: str,
    *,
    contact: Contact = None,
    at: Instant | None = None,
    known_at: Instant | None = None,
) -> ConsentsAnswer:
    """Every purpose at an instant (now); with `known_at` as far as it was known then."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_consents)
    instant = to_micros(at or application.now())
    known = None if known_at is None else to_micros(known_at)

    def work(reads: Reads) -> ConsentsAnswer:
        reads.accounts.get(id_)
        _refuse_stranger(reads, id_, contact)
        events = reads.consents.of_account(id_)
        found = state_of(events, instant, account=id_, contact=contact, known_at=known)
        return {
            "account": id_,
            "contact": contact,
            "at": format_micros(instant),
            "purposes": {purpose.value: verdict_form(each) for purpose, each in found.items()},
        }

    return application.read(work)


@router.put("/v1/accounts/{account}/consents/{purpose}", summary="Give consent")
def give_consent(
    request: Request, caller: Writer, account: str, purpose: Purpose, body: ConsentBody
) -> ConsentReceiptAnswer:
    """The signed receipt."""
    statement = actions.Statement(
        account=account_for(application_of(request), caller, account, Permission.write_consents),
        purpose=purpose,
        notice_version=body.notice_version,
        evidence=body.evidence,
        contact=body.contact,
        basis=body.basis,
        at=body.at,
    )
    return _recorded(request, caller, statement, is_given=True)


@router.delete("/v1/accounts/{account}/consents/{purpose}", summary="Withdraw consent")
def withdraw_consent(
    request: Request,
    caller: Writer,
    account: str,
    purpose: Purpose,
    *,
    contact: Contact = None,
    evidence: Annotated[str | None, Query(min_length=1, max_length=2_000)] = None,
    at: Instant | None = None,
) -> ConsentReceiptAnswer:
    """The signed receipt, with the instant from which data is no longer used. One request, nothing
    to fill in."""
    statement = actions.Statement(
        account=account_for(application_of(request), caller, account, Permission.write_consents),
        purpose=purpose,
        notice_version=UNSTATED_NOTICE,
        evidence=evidence or f"withdrawn by {caller.id}",
        contact=contact,
        at=at,
    )
    return _recorded(request, caller, statement, is_given=False)


@router.get("/v1/accounts/{account}/consent-statements", summary="The ledger of an account")
def list_statements(
    request: Request,
    caller: Reader,
    account: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[StatementAnswer]:
    """Every statement of the account and of its contacts, in the order of recording."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_consents)

    def work(reads: Reads) -> Page[StatementAnswer]:
        reads.accounts.get(id_)
        page = queries.statements_of_account(reads.snapshot, id_, after=after, limit=limit)
        return listed([cast(StatementAnswer, event_form(event)) for event in page.items], page.next)

    return application.read(work)


@router.get("/v1/consent-statements/{statement}/receipt", summary="The receipt of a statement")
def read_receipt(request: Request, caller: Reader, statement: str) -> ConsentReceiptAnswer:
    """Signed by this installation's key: what was said, and what held before and after it."""

    def work(reads: Reads) -> ConsentReceiptAnswer:
        found = reads.consents.get(statement)
        if not caller.sees(found.account):
            raise NotFound(f"There is no statement of consent '{statement}'.")
        caller.require(Permission.read_consents, found.account)
        return _receipt(reads, statement)

    return application_of(request).read(work)


@router.post("/v1/accounts/{account}/prompt-decisions", summary="May this prompt go to them?")
def decide_prompt(
    request: Request, caller: Writer, account: str, body: PromptBody, once: Once
) -> PromptAnswer:
    """An operational notice always may. What may not is noted with the purpose that blocked it."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_consents)
    occasion = application.occasion(caller.id)

    def work(records: Records) -> PromptAnswer:
        records.accounts.get(id_)
        _refuse_stranger(records, id_, body.contact)
        verdict = actions.permit(records, body.prompt, occasion, account=id_, contact=body.contact)
        return {"prompt": body.prompt.value, **verdict_form(verdict)}

    return once.change(caller, work)


def verdict_form(verdict: Verdict) -> VerdictAnswer:
    """A verdict as a client gets it."""
    return {
        "purpose": verdict.purpose.value,
        "is_allowed": verdict.is_allowed,
        "ground": verdict.ground.value,
        "since": format_micros(verdict.event.at) if verdict.event else None,
        "statement": verdict.event.id if verdict.event else None,
        "sentence": verdict.sentence,
    }


def _recorded(
    request: Request, caller: Caller, statement: actions.Statement, *, is_given: bool
) -> ConsentReceiptAnswer:
    application = application_of(request)
    occasion = application.occasion(caller.id)
    record = actions.give_consent if is_given else actions.withdraw_consent
    event: ConsentEvent = application.change(lambda records: record(records, statement, occasion))
    return application.read(lambda reads: _receipt(reads, event.id))


def _receipt(reads: Reads, statement: str) -> ConsentReceiptAnswer:
    found = actions.receipt_of_consent(reads, statement, signing_key())
    return cast(ConsentReceiptAnswer, found)


def _refuse_stranger(reads: Reads | Records, account: str, contact: str | None) -> None:
    if contact is not None and reads.contacts.get(contact).account != account:
        raise NotFound(f"There is no contact '{contact}'.")
