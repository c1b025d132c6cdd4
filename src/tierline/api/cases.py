"""Cases over HTTP: raised, answered, triaged, waiting, resolved, and their clocks at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.coverage import CoverageState
from tierline.actions import cases as actions
from tierline.actions.case_clocks import next_due
from tierline.actions.receipts import receipt_of_case
from tierline.actions.saved_views import seen_view
from tierline.actions.triage import agree_severity, open_answered_case
from tierline.api.answers import Id, Page, TypedDict, instant, open_form, said, word_of
from tierline.api.breach_risk import ProbabilityAnswer, probability_answer
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.triage import TriageAnswersBody
from tierline.bootstrap import signing_key
from tierline.bootstrap.cases import promise_now, seen_case
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.saved_view import CaseFilter
from tierline.cases.standing import CaseState
from tierline.cases.unseen import refuse_unseen
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Fault, Forbidden, Invalid, NotFound
from tierline.kernel.instants import SECOND_US, format_micros
from tierline.milestones.table import NEVER
from tierline.queries import cases as queries
from tierline.queries.at_risk import AtRisk, listed_cases
from tierline.queries.routing import (
    CaseView,
    both,
    condition_of,
    narrowed_to,
    reasons_of,
    states_of,
)
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.milestones.fold import Milestone
    from tierline.scorecards.breach_risk import Likelihood
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Subject = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]


class CaseRowAnswer(TypedDict):
    """A case in a list."""

    id: Id
    number: Annotated[int, said("What people call it by.")]
    account: Annotated[str | None, said("The account; null where it is not known who asks.")]
    subject: Annotated[str, said("What it is about.")]
    channel: Annotated[str, word_of(Channel, "The way in.")]
    access: Annotated[str, word_of(ChannelAccess, "How the channel stood to the plan.")]
    coverage: Annotated[str, word_of(CoverageState, "How the account stood when it was opened.")]
    tier: Annotated[str, said("The tier that it is held to; empty where nothing was promised.")]
    state: Annotated[str, word_of(CaseState, "Where it is in its life.")]
    severity: Annotated[str, said("The severity: agreed at triage, or as it was raised.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    next_due_at: Annotated[
        str | None, instant("When its next milestone is due, or was; null: nothing is due.")
    ]


class ListedCaseAnswer(CaseRowAnswer):
    """A case in the list; of the view `at-risk` with how likely it is to be late, and why."""

    breach_probability: Annotated[
        ProbabilityAnswer | None,
        said("Of its next miss; null: too few like it, something is missed already, another view."),
    ]
    at_risk_because: Annotated[
        str | None, said("What most stands in the way of being in time; null: another view.")
    ]


class MilestoneAnswer(TypedDict):
    """One promise, timed on the case."""

    milestone: Annotated[str, word_of(MilestoneKind, "What is timed.")]
    cycle: Annotated[int, said("Which round of it, from 0.")]
    promise_id: Annotated[str, said("The promise.")]
    verdict: Annotated[str, said("How it stands: met, missed, running or paused.")]
    hours: Annotated[str, said("The business hours that count.")]
    started_at: Annotated[str, instant("From when on it is timed.")]
    stopped_at: Annotated[str | None, instant("When it stopped; null while it is open.")]
    due_at: Annotated[str | None, instant("When it is due; null while it is paused.")]
    target_seconds: Annotated[int, said("The open time that is promised.")]
    used_seconds: Annotated[int, said("The open time that was used, without pauses.")]


class CaseMessageAnswer(TypedDict):
    """Something that was said."""

    id: Id
    author: Annotated[str, said("Who wrote it down: a user, a token, or `operator`.")]
    contact: Annotated[str | None, said("The contact who said it; null for us.")]
    is_public: Annotated[bool, said("Whether the customer sees it.")]
    at: Annotated[str, instant("When it was said.")]
    text: Annotated[str, said("The words.")]


class CaseEventAnswer(TypedDict):
    """Something that happened."""

    kind: Annotated[str, said("What.")]
    at: Annotated[str, instant("When.")]
    value: Annotated[str, said("The severity, tier or reason that it carries; else empty.")]
    recorded_at: Annotated[str, instant("When we came to know it.")]


class CaseAnswer(CaseRowAnswer):
    """A case with its clocks, and what was said and done."""

    contact: Annotated[str | None, said("Who raised it.")]
    tier_now: Annotated[
        str, said("The tier in force now: better, where the account was upgraded since.")
    ]
    contract: Annotated[str, said("The contract that it is held to; empty where there is none.")]
    is_triaged: Annotated[bool, said("Whether the severity was agreed.")]
    waiting_on: Annotated[str, said("The reason of its wait; empty where it waits for nobody.")]
    milestones: Annotated[list[MilestoneAnswer], said("What is promised, by kind and cycle.")]
    messages: Annotated[list[CaseMessageAnswer], said("What was said, in its order.")]
    events: Annotated[list[CaseEventAnswer], said("What happened, in its order.")]


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
    order = actions.CaseOrder(**stated)

    def work(records: Records) -> CaseAnswer:
        promise = promise_now(application, records, account, occasion)
        case = open_answered_case(records, order, answers, promise, occasion)
        response.headers["Location"] = f"/v1/cases/{case.id}"
        return answer_of(records, case, caller, occasion)

    return once.change(caller, work, isolation=Isolation.IN_TURN)


@router.get("/v1/cases", summary="Cases, by when something is due")
def list_cases(
    request: Request,
    caller: Reader,
    *,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
    state: Annotated[
        CaseState | None, Query(description="In this state; absent: all that have not ended.")
    ] = None,
    view: Annotated[CaseView | None, Query(description="Only those; for our own people.")] = None,
    saved: Annotated[
        str | None, Query(max_length=200, description="A saved view; for our own people.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ListedCaseAnswer]:
    """What is due first, or was, stands first; of the view `at-risk` what is missed already, then
    what is likeliest to be."""
    application = application_of(request)
    accounts = caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.read_cases)})
    if view is not None or saved is not None:
        caller.require(Permission.work_cases)
    narrowed = None if view is None else narrowed_to(view, caller.id, application.now())

    now, is_at_risk = application.now(), view is CaseView.at_risk
    risk = application.breach_risks.of(now) if is_at_risk and caller.accounts is None else None

    def work(reads: Reads) -> tuple[AtRisk, dict[str, str]]:
        chosen = None if saved is None else _filter_of(reads, saved, caller)
        found = listed_cases(
            reads, risk, now, accounts=accounts, state=state, states=states_of(view, chosen),
            narrowed=both(narrowed, condition_of(chosen, caller.id, now)), after=after, limit=limit,
        )  # fmt: skip
        return found, reasons_of(reads.snapshot, found.page.items, now) if is_at_risk else {}

    found, reasons = application.read(work)
    likely = found.likelihoods
    rows = [_listed(row, likely.get(row.id), reasons.get(row.id)) for row in found.page.items]
    return listed(rows, found.page.next)


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


def answer_of(
    records: Reads | Records, case: Case, caller: Caller, occasion: Occasion
) -> CaseAnswer:
    """What a caller reads of a case."""
    whole = queries.whole_case(records.cases, case, now=occasion.now)
    is_ours = caller.accounts is None
    events = whole.case.events
    return {
        "id": case.id,
        "number": case.number,
        "account": case.account,
        "contact": case.contact,
        "subject": case.subject,
        "channel": case.channel.value,
        "access": case.access.value,
        "coverage": case.coverage.value,
        "contract": case.contract,
        "tier": case.tier,
        "tier_now": whole.tier,
        "state": whole.standing.state.value,
        "severity": whole.standing.severity,
        "is_triaged": whole.standing.is_triaged,
        "waiting_on": whole.standing.waiting_on,
        "opened_at": shown(events[0].at),
        "next_due_at": shown(next_due(whole.milestones)),
        "milestones": [_milestone(each) for each in whole.milestones],
        "messages": [
            _message(each, events[each.place].at)
            for each in whole.messages
            if is_ours or each.is_public
        ],
        "events": [
            {
                "kind": each.kind.name,
                "at": shown(each.at),
                "value": each.value,
                "recorded_at": shown(each.recorded_at or each.at),
            }
            for each in case.in_time
            if is_ours or each.kind.name != "private_note"
        ],
    }


def _filter_of(reads: Reads, saved: str, caller: Caller) -> CaseFilter:
    """The filter of a saved view that the caller sees. Raises Invalid."""
    try:
        return seen_view(reads, saved, caller.id).filter
    except NotFound as error:
        fault = Fault("unknown_view", error.message, "saved", "GET /v1/case-views lists them.")
        raise Invalid("There is no such list of cases.", [fault]) from None


def _listed(
    row: queries.CaseRow, likely: Likelihood | None, because: str | None
) -> ListedCaseAnswer:
    return {
        "id": row.id,
        "number": row.number,
        "account": row.account,
        "subject": row.subject,
        "channel": row.channel,
        "access": row.access,
        "coverage": row.coverage,
        "tier": row.tier,
        "state": row.state.value,
        "severity": row.severity,
        "opened_at": shown(row.opened_at),
        "next_due_at": shown(row.next_due_at),
        "breach_probability": None if likely is None else probability_answer(likely),
        "at_risk_because": because,
    }


def _milestone(found: Milestone) -> MilestoneAnswer:
    return {
        "milestone": found.kind.value,
        "cycle": found.cycle,
        "promise_id": found.promise_id,
        "verdict": found.verdict.name,
        "hours": found.hours,
        "started_at": format_micros(found.started),
        "stopped_at": None if found.stopped == NEVER else format_micros(found.stopped),
        "due_at": None if found.due == NEVER else format_micros(found.due),
        "target_seconds": found.allowance // SECOND_US,
        "used_seconds": found.used // SECOND_US,
    }


def _message(message: CaseMessage, at: datetime) -> CaseMessageAnswer:
    return {
        "id": message.id,
        "author": message.author,
        "contact": message.contact,
        "is_public": message.is_public,
        "at": shown(at),
        "text": message.text,
    }
