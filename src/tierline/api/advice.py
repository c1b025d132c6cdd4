"""Advice over HTTP: what we recommend against a risk, what was decided, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.advice import AdviceOrder, AdviceWord
from tierline.api.advice_answers import (
    AdviceAnswer,
    AdviceRowAnswer,
    row_answer,
    whole_answer,
)
from tierline.api.answers import Page
from tierline.api.callers import account_for, may
from tierline.api.care import Reader, Worker
from tierline.api.care_answers import CareItemAnswer, item_answer
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.advice import given_advice, said_of_advice, seen_advice
from tierline.care.advice import AdviceEventKind, AdviceState
from tierline.care.schedule import Key
from tierline.queries.advice import AdviceQuestion, reviews_without_advice
from tierline.queries.advice import list_advice as read_list

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.api.idempotency import OnceOnly
    from tierline.store.records import Records

router = Routes(tags=["care"])
Said = Annotated[Caller, Depends(may(Permission.open_cases))]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]
_ADVICE = "/v1/advice/{advice}"


class CareItemBody(Body):
    """The item of care that advice came out of, which was held."""

    contract: Word
    feature: Word
    due_on: date


class AdviceBody(Body):
    """A risk, what it costs to take it away, and what we recommend."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    risk: Text
    trade_off: Text
    recommendation: Text
    owner: Word
    follow_up_on: date
    topic: Annotated[str, Field(max_length=200)] = ""
    care: CareItemBody | None = None


class AdviceDecisionBody(Body):
    """What the customer decided; a reason is needed where they decline."""

    decision: Literal["accepted", "declined"]
    reason: Annotated[str, Field(max_length=10_000)] = ""


class AdviceWordsBody(Body):
    """A question, an answer, or what came of it."""

    text: Text


class AdvicePlanBody(Body):
    """Who sees to it, and the day on which they look again."""

    owner: Word
    follow_up_on: date


@router.get("/v1/advice", summary="Advice, the newest first")
def list_advice(
    request: Request,
    caller: Reader,
    *,
    account: Annotated[str | None, Query(max_length=200, description="To this account.")] = None,
    state: Annotated[AdviceState | None, Query(description="In this state.")] = None,
    owner: Annotated[
        str | None, Query(max_length=200, description="That this user sees to.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[AdviceRowAnswer]:
    """What we recommended against which risk, and what was decided."""
    application = application_of(request)
    accounts = caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.read_contracts)})
    asked = AdviceQuestion(accounts=accounts, state=state, owner=owner)
    found = application.read(lambda reads: read_list(reads, asked, after=after, limit=limit))
    now = application.now()
    return listed([row_answer(each, now) for each in found.page.items], found.page.next)


@router.post("/v1/accounts/{account}/advice", status_code=201, summary="Give advice")
def give(
    request: Request,
    response: Response,
    caller: Worker,
    account: str,
    body: AdviceBody,
    once: Once,
) -> AdviceAnswer:
    """The account's executives and admins are written to."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.work_cases)
    care = body.care
    order = AdviceOrder(
        title=body.title,
        risk=body.risk,
        trade_off=body.trade_off,
        recommendation=body.recommendation,
        owner=body.owner,
        follow_up_on=body.follow_up_on,
        topic=body.topic,
        key=None if care is None else Key(care.contract, care.feature, care.due_on),
    )

    def work(records: Records, occasion: Occasion) -> AdviceAnswer:
        made = given_advice(application, records, id_, order, occasion)
        response.headers["Location"] = f"/v1/advice/{made.given.id}"
        return whole_answer(records, made, occasion.now)

    return once.act(caller, work)


@router.get(_ADVICE, summary="One piece of advice")
def read(request: Request, caller: Reader, advice: str) -> AdviceAnswer:
    """With all that was said of it, and the cases of its topic that came after the decision."""
    application = application_of(request)
    now = application.now()
    return application.read(
        lambda reads: whole_answer(reads, seen_advice(reads, advice, caller), now)
    )


@router.put(f"{_ADVICE}/decision", summary="Accept or decline advice")
def decide(
    request: Request, caller: Said, advice: str, body: AdviceDecisionBody, once: Once
) -> AdviceAnswer:
    """The customer decides, or one of us notes what they said. Another decision may follow."""
    word = AdviceWord(kind=AdviceEventKind(body.decision), text=body.reason.strip())
    return _said(request, caller, advice, word, once)


@router.post(f"{_ADVICE}/questions", status_code=201, summary="Ask about advice")
def ask(
    request: Request, caller: Said, advice: str, body: AdviceWordsBody, once: Once
) -> AdviceAnswer:
    """Whoever sees to it is written to."""
    word = AdviceWord(kind=AdviceEventKind.asked, text=body.text.strip())
    return _said(request, caller, advice, word, once)


@router.post(f"{_ADVICE}/answers", status_code=201, summary="Answer a question about advice")
def answer(
    request: Request, caller: Worker, advice: str, body: AdviceWordsBody, once: Once
) -> AdviceAnswer:
    """Whoever asked is written to."""
    word = AdviceWord(kind=AdviceEventKind.answered, text=body.text.strip())
    return _said(request, caller, advice, word, once)


@router.put(f"{_ADVICE}/plan", summary="Say who sees to advice, and when")
def plan(
    request: Request, caller: Worker, advice: str, body: AdvicePlanBody, once: Once
) -> AdviceAnswer:
    """One of us, and the day on which they look again."""
    word = AdviceWord(
        kind=AdviceEventKind.planned, owner=body.owner, follow_up_on=body.follow_up_on
    )
    return _said(request, caller, advice, word, once)


@router.put(f"{_ADVICE}/outcome", summary="Say what came of advice")
def close(
    request: Request, caller: Worker, advice: str, body: AdviceWordsBody, once: Once
) -> AdviceAnswer:
    """Its risk is open no longer."""
    word = AdviceWord(kind=AdviceEventKind.closed, text=body.text.strip())
    return _said(request, caller, advice, word, once)


@router.get("/v1/reviews-without-advice", summary="Reviews that yielded no advice")
def list_reviews(
    request: Request,
    caller: Worker,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
) -> Page[CareItemAnswer]:
    """Architecture reviews that were held, by date, of the last 800 days."""
    application = application_of(request)
    now, accounts = application.now(), caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.work_cases)})
    found = application.read(lambda reads: reviews_without_advice(reads, accounts, now))
    return listed([item_answer(each) for each in found], None)


def _said(
    request: Request, caller: Caller, advice: str, word: AdviceWord, once: OnceOnly
) -> AdviceAnswer:
    application = application_of(request)

    def work(records: Records, occasion: Occasion) -> AdviceAnswer:
        found = said_of_advice(application, records, advice, word, caller, occasion)
        return whole_answer(records, found, occasion.now)

    return once.act(caller, work)
