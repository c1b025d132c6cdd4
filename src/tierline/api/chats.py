"""Chats, and messages of other tools, over HTTP: the way in for Slack, Teams and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.access.user import plain_email
from tierline.actions.chats import end_chat
from tierline.actions.outside_messages import OutsideOrder
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import account_for, may
from tierline.api.case_answers import CaseAnswer
from tierline.api.cases import Opener, Reader, Text, changed
from tierline.api.idempotency import Once
from tierline.api.inputs import NO_TOKEN, Body, Instant, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap import mails as taking
from tierline.bootstrap import slack
from tierline.bootstrap.cases import seen_case
from tierline.cases.channel import Channel
from tierline.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Receiver = Annotated[Caller, Depends(may(Permission.receive_mails))]
_KEY = 200


class ChatAnswer(TypedDict):
    """How a chat stands."""

    case: Annotated[str, said("The case that it is.")]
    is_staff_here: Annotated[bool, said("Whether one of us has it open.")]
    is_customer_here: Annotated[bool, said("Whether somebody of the customer has it open.")]
    ended_at: Annotated[str | None, instant("When it was ended; null while it goes on.")]


class OutsideMessageBody(Body):
    """A message of another tool. `thread` and `message` are its ids there."""

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    thread: Annotated[str, Field(min_length=1, max_length=_KEY)]
    message: Annotated[str, Field(min_length=1, max_length=_KEY)]
    text: Text
    account: Word | None = Field(default=None, description="Whose channel it is.")
    email: Annotated[str, Field(max_length=254)] | None = None
    is_ours: bool = Field(default=False, description="One of us wrote it there.")
    at: Instant | None = None
    despite: Text | None = Field(default=None, description="Why it is helped out of plan.")


class OutsideMessageAnswer(TypedDict):
    """A message that was taken."""

    case: Annotated[str, said("The case that its thread is.")]
    number: Annotated[int, said("What people call it by.")]
    is_new: Annotated[bool, said("False where the same message was taken before.")]


class SlackAnswer(TypedDict):
    """What Slack hears."""

    challenge: Annotated[str | None, said("The word that it asked for; null otherwise.")]
    case: Annotated[str | None, said("The case with the message; null where it is no message.")]
    reason: Annotated[str, said("Why a message was not taken; else empty.")]


@router.get("/v1/cases/{case}/chat", summary="Who is in a chat")
def read_chat(request: Request, caller: Reader, case: str) -> ChatAnswer:
    """Of a case that came by chat."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> ChatAnswer:
        found = seen_case(reads, case, caller, Permission.read_cases)
        if found.channel is not Channel.chat:
            raise NotFound("This case is no chat.")
        mark, ended = reads.chats.marks([case], now)[case], reads.chats.end_of(case)
        return {
            "case": case,
            "is_staff_here": bool(mark.ours),
            "is_customer_here": bool(mark.theirs),
            "ended_at": None if ended is None else shown(ended.at),
        }

    return application.read(work)


@router.delete("/v1/cases/{case}/chat", summary="End a chat")
def end(caller: Opener, case: str, once: Once) -> CaseAnswer:
    """The case, which goes on with all that was said."""

    def work(records: Records, occasion: Occasion) -> Case:
        seen_case(records, case, caller, Permission.open_cases)
        return end_chat(records, case, occasion)

    return changed(once, caller, work)


@router.post(
    "/v1/slack-events",
    summary="Hear of Slack",
    openapi_extra={
        **NO_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    },
)
async def hear_slack(request: Request) -> SlackAnswer:
    """For Slack's Events API, known by its signature: what a person writes in a channel is said in
    the case of its thread. Repeats change nothing. What the plan does not include is answered 200
    with `reason`, because Slack would send it again."""
    application = application_of(request)
    body = await request.body()
    names = ("x-slack-request-timestamp", "x-slack-signature")
    headers = (request.headers.get(names[0], ""), request.headers.get(names[1], ""))
    asked = await run_in_threadpool(slack.challenge, application, headers, body)
    if asked is not None:
        return {"challenge": asked, "case": None, "reason": ""}
    try:
        taken = await run_in_threadpool(slack.take, application, body)
    except Conflict as error:
        return {"challenge": None, "case": None, "reason": error.message}
    return {"challenge": None, "case": None if taken is None else taken.case.id, "reason": ""}


@router.post(
    "/v1/outside-messages",
    status_code=201,
    summary="Hand over a message of another tool",
    responses={200: {"model": OutsideMessageAnswer, "description": "It had come before"}},
)
def take_message(
    request: Request, response: Response, caller: Receiver, body: OutsideMessageBody
) -> OutsideMessageAnswer:
    """Said in the case of its thread; the first message of a thread begins one, by the channel
    `shared_channel`. The same message again changes nothing. Where the plan does not include the
    channel it is a conflict (409) that says what to take instead."""
    application = application_of(request)
    account = None
    if body.account is not None:
        account = account_for(application, caller, body.account, Permission.receive_mails)
    stated = body.model_dump(exclude={"account", "email"})
    email = plain_email(body.email) if body.email else None
    order = OutsideOrder(account=account, email=email, **stated)
    occasion = application.occasion(caller.id)
    taken = application.change(
        lambda records: taking.take_outside(application, records, order, occasion)
    )
    if not taken.is_new:
        response.status_code = 200
    return {"case": taken.case.id, "number": taken.case.number, "is_new": taken.is_new}
