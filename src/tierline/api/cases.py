"""Cases over HTTP: raised, answered, triaged, waiting, resolved, and their clocks at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import cases as actions
from tierline.actions.case_opening import CaseOrder
from tierline.actions.receipts import receipt_of_case
from tierline.actions.triage import agree_severity, open_answered_case
from tierline.api.answers import TypedDict, instant, open_form, said
from tierline.api.callers import account_for, may
from tierline.api.case_answers import CaseAnswer, answer_of
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import Body, Word
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.triage import TriageAnswersBody
from tierline.bootstrap import signing_key
from tierline.bootstrap.cases import note_refusal, promise_now, seen_case
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.unseen import refuse_unseen
from tierline.kernel.errors import Conflict, Fault, Forbidden, Invalid
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Subject = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]


@open_form
class CaseReceiptAnswer(TypedDict):
    """The signed receipt of a case."""

    format: Annotated[str, said("The name and version of this form.")]
    facts: Annotated[dict[str, Any], said("The case: what happened, and when.")]
    terms: Annotated[dict[str, Any], said("The promise that it is held to.")]
    as_of: Annotated[str, instant("Until when facts are known.")]
    milestones: Annotated[list[dict[str, Any]], said("Each milestone with its steps.")]
    digest: Annotated[str, said("Of everything above.")]
    signature: Annotated[dict[str, str], said("Of everything above with its digest.")]


class CaseBody(Body):
    """A new case. Without an account nobody is promised anything until we know who asks. Answers to
    the questions of triage give the severity; else it is stated, or the mildest."""

    subject: Subject
    text: Text
    account: Word | None = None
    contact: Word | None = None
    channel: Channel = Channel.api
    severity: Word | None = None
    answers: TriageAnswersBody | None = None
    despite: Text | None = Field(
        default=None,
        description="Why it is helped by a channel that the plan does not include; for us alone.",
    )


class CaseMessageBody(Body):
    """What is said. `contact` is who says it, where it is the customer's; `is_public: false` is a
    note among us."""

    text: Text
    contact: Word | None = None
    is_public: bool = True
    seen: Annotated[int, Field(ge=0, le=10**9)] | None = Field(
        default=None,
        description="How many of its events you have seen; refused where something happened since.",
    )


class SeverityBody(Body):
    """The severity that was agreed; with the reason where triage gave another one."""

    severity: Word
    reason: Text | None = None


class WaitBody(Body):
    """What the case waits for, and what is asked of the customer."""

    reason: Word
    question: Text | None = None


class RestorationBody(Body):
    """How service works again."""

    text: Text


class ResolutionBody(Body):
    """How it was answered, for the customer; and why so, among us."""

    how: Text
    why: Text | None = None


@router.post("/v1/cases", status_code=201, summary="Raise a case")
def open_case(
    request: Request, response: Response, caller: Opener, body: CaseBody, once: Once
) -> CaseAnswer:
    """The case with what is promised for it: a severity that nobody states is the mildest. It is
    held to the account's terms of this moment, whatever is published or signed later."""
    application = application_of(request)
    account = None
    if body.account is not None:
        account = account_for(application, caller, body.account, Permission.open_cases)
    elif caller.accounts is not None:
        raise Invalid("State your account.", code="no_account")
    if body.despite is not None:
        caller.require(Permission.work_cases)
    occasion = application.occasion(caller.id)
    answers = body.answers.given() if body.answers else {}
    if answers and body.severity is not None:
        message = "Answers give the severity."
        fault = Fault("both", message, "severity", "Leave it out, or the answers.")
        raise Invalid("The case cannot be raised as stated.", [fault])
    stated = body.model_dump(exclude={"answers"}) | {"account": account}
    order = CaseOrder(**stated)

    def work(records: Records) -> CaseAnswer:
        if order.contact is not None:
            records.contacts.hold(order.contact)
        promise = promise_now(application, records, account, occasion)
        case = open_answered_case(records, order, answers, promise, occasion)
        response.headers["Location"] = f"/v1/cases/{case.id}"
        return answer_of(records, case, caller, occasion)

    try:
        return once.change(caller, work, isolation=Isolation.BY_STATEMENT)
    except Conflict as error:
        note_refusal(application, order, error, occasion)
        raise


@router.get("/v1/cases/{case}", summary="A case with its clocks")
def read_case(request: Request, caller: Reader, case: str) -> CaseAnswer:
    """As it stands at this moment."""
    application = application_of(request)
    occasion = application.occasion(caller.id)

    def work(reads: Reads) -> CaseAnswer:
        found = seen_case(reads, case, caller, Permission.read_cases)
        return answer_of(reads, found, caller, occasion)

    return application.read(work)


@router.get("/v1/cases/{case}/receipt", summary="What a case is held to, to recompute")
def read_receipt(request: Request, caller: Reader, case: str) -> CaseReceiptAnswer:
    """Signed by this installation's key: the facts, the promise, and each milestone with its steps.
    `tierline receipt verify FILE` works it out again on any machine."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> CaseReceiptAnswer:
        seen_case(reads, case, caller, Permission.read_cases)
        return cast(CaseReceiptAnswer, receipt_of_case(reads.cases, case, now, signing_key()))

    return application.read(work)


@router.post("/v1/cases/{case}/messages", status_code=201, summary="Say something in a case")
def say(caller: Opener, case: str, body: CaseMessageBody, once: Once) -> CaseAnswer:
    """The case with the message. What one of us says in public answers the customer; a customer's
    message ends the wait for it, and opens a resolved case again."""
    is_customer = caller.accounts is not None or body.contact is not None
    if is_customer and not body.is_public:
        raise Forbidden("Notes are among us. Leave is_public out.", code="not_among_us")
    if not is_customer:
        caller.require(Permission.work_cases)
    speaker = actions.Speaker(is_customer=is_customer, contact=body.contact)

    def work(records: Records, occasion: Occasion) -> Case:
        found = seen_case(records, case, caller, Permission.open_cases)
        if body.seen is not None:
            refuse_unseen(found, body.seen)
        return actions.say(records, case, body.text, speaker, occasion, is_public=body.is_public)

    return changed(once, caller, work)


@router.put("/v1/cases/{case}/severity", summary="Agree the severity of a case")
def set_severity(caller: Worker, case: str, body: SeverityBody, once: Once) -> CaseAnswer:
    """The case at this severity: the first time it is triaged. Where the table of triage gave
    another one for what was answered, it is an override, and counted."""
    return worked(
        once, caller, case,
        lambda records, at: agree_severity(records, case, body.severity, body.reason, at),
    )  # fmt: skip


@router.put("/v1/cases/{case}/wait", summary="Have a case wait")
def wait(caller: Worker, case: str, body: WaitBody, once: Once) -> CaseAnswer:
    """The case waiting: clocks that the promise lets stand still for this reason do. What is asked
    is sent to the customer."""
    return worked(
        once, caller, case,
        lambda records, at: actions.wait(records, case, body.reason, body.question, at),
    )  # fmt: skip


@router.delete("/v1/cases/{case}/wait", summary="Go on with a case")
def go_on(caller: Worker, case: str, once: Once) -> CaseAnswer:
    """The case as it waits no longer."""
    return worked(once, caller, case, lambda records, at: actions.go_on(records, case, at))


@router.post(
    "/v1/cases/{case}/restoration", status_code=201, summary="Say that service works again"
)
def restore(caller: Worker, case: str, body: RestorationBody, once: Once) -> CaseAnswer:
    """The case, restored if by a workaround; it is not resolved yet."""
    return worked(
        once, caller, case,
        lambda records, at: actions.restore(records, case, body.text, at),
    )  # fmt: skip


@router.post("/v1/cases/{case}/resolution", status_code=201, summary="Resolve a case")
def resolve(caller: Worker, case: str, body: ResolutionBody, once: Once) -> CaseAnswer:
    """The case as answered. One of the two worst severities needs the why."""
    return worked(
        once, caller, case,
        lambda records, at: actions.resolve(records, case, body.how, body.why, at),
    )  # fmt: skip


@router.delete("/v1/cases/{case}/resolution", summary="Reopen a case")
def reopen(caller: Opener, case: str, once: Once) -> CaseAnswer:
    """The case open again."""

    def work(records: Records, occasion: Occasion) -> Case:
        seen_case(records, case, caller, Permission.open_cases)
        return actions.reopen(records, case, occasion)

    return changed(once, caller, work)


@router.put("/v1/cases/{case}/closure", summary="Close a resolved case")
def close(caller: Worker, case: str, once: Once) -> CaseAnswer:
    """The case as over: nothing more is said in it."""
    return worked(once, caller, case, lambda records, at: actions.close(records, case, at))


def worked(
    once: OnceOnly, caller: Caller, case: str, act: Callable[[Records, Occasion], Case]
) -> CaseAnswer:
    """What one of us does with a case that they see, as a client gets it."""
    return once.act_on(
        case, caller, lambda records, at: answer_of(records, act(records, at), caller, at)
    )


def changed(once: OnceOnly, caller: Caller, act: Callable[[Records, Occasion], Case]) -> CaseAnswer:
    """What somebody does with a case, as a client gets it."""
    return once.act(caller, lambda records, at: answer_of(records, act(records, at), caller, at))
