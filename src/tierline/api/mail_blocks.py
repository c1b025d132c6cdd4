"""Blocked senders, mail that was held back, and mailboxes that it is fetched from, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Request
from pydantic import Field

from tierline.actions.mail_blocks import BlockOrder, block_sender, lift_block
from tierline.api.answers import Id, Page, TypedDict, instant, said
from tierline.api.cases import Text, Worker
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, listed, shown
from tierline.api.mails import MailAnswer, document
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap import mails as taking
from tierline.queries import mail_blocks as queries

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.blocked_sender import BlockedSender
    from tierline.store.records import Records

router = Routes(tags=["mails"])


class BlockAnswer(TypedDict):
    """A block of a sender."""

    id: Id
    sender: Annotated[str, said("An address, or `@domain` for the domain and all below it.")]
    reason: Annotated[str, said("Why.")]
    owner: Annotated[str, said("Who set it, and answers for it.")]
    blocked_at: Annotated[str, instant("Since when.")]
    until: Annotated[str | None, instant("Until when; null: until it is lifted.")]
    lifted_at: Annotated[str | None, instant("When it was lifted.")]
    lifted_by: Annotated[str | None, said("Who lifted it.")]
    is_in_force: Annotated[bool, said("Whether it holds mail back now.")]


class MailboxAnswer(TypedDict):
    """A mailbox that mail is fetched from."""

    name: Annotated[str, said("User, server and folder.")]
    mails: Annotated[int, said("How many mails were taken from it in all.")]
    looked_at: Annotated[str | None, instant("When it was visited last; null: not yet.")]
    problem: Annotated[str, said("What the last visit met; empty where it went well.")]
    failing_since: Annotated[str | None, instant("Since when visits meet something.")]


class BlockBody(Body):
    """A sender whose mail is held back from now on."""

    sender: Annotated[str, Field(min_length=3, max_length=254)]
    reason: Text
    until: Instant | None = None


@router.get("/v1/mailboxes", summary="Mailboxes that mail is fetched from")
def list_mailboxes(request: Request, _: Worker) -> Page[MailboxAnswer]:
    """By name, each with how the last visit went."""
    found = application_of(request).read(lambda reads: reads.mailboxes.all())
    rows: list[MailboxAnswer] = [
        {
            "name": each.name,
            "mails": each.mails,
            "looked_at": shown(each.looked_at),
            "problem": each.problem,
            "failing_since": shown(each.failing_since),
        }
        for each in found
    ]
    return listed(rows, None)


@router.get("/v1/blocked-senders", summary="Blocked senders, the newest first")
def list_blocks(
    request: Request, _: Worker, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[BlockAnswer]:
    """With those that are over."""
    application = application_of(request)
    page = application.read(
        lambda reads: queries.list_blocks(reads.snapshot, after=after, limit=limit)
    )
    now = application.now()
    return listed([_document(each, now) for each in page.items], page.next)


@router.post("/v1/blocked-senders", status_code=201, summary="Block a sender")
def block(caller: Worker, body: BlockBody, once: Once) -> BlockAnswer:
    """Its mail is held back from now on, and can be let in. A customer's contact is not blocked,
    and a block of a domain does not hold their mail."""
    order = BlockOrder(sender=body.sender, reason=body.reason, until=body.until)

    def work(records: Records, occasion: Occasion) -> BlockAnswer:
        return _document(block_sender(records, order, occasion), occasion.now)

    return once.act(caller, work)


@router.delete("/v1/blocked-senders/{block}", summary="Lift a block")
def lift(caller: Worker, block: str, once: Once) -> BlockAnswer:
    """What it held back stays held, and can be let in."""
    return once.act(
        caller,
        lambda records, at: _document(lift_block(records, block, at), at.now),
    )


@router.post("/v1/mails/{mail}/admission", status_code=201, summary="Let a mail in")
def admit(request: Request, caller: Worker, mail: str, once: Once) -> MailAnswer:
    """The mail with what became of it, as if it had not been held back: its case is as old as the
    mail, and the time for which we held it counts against us."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return once.change(
        caller, lambda records: document(taking.admit(application, records, mail, occasion))
    )


def _document(found: BlockedSender, now: datetime) -> BlockAnswer:
    return {
        "id": found.id,
        "sender": found.pattern,
        "reason": found.reason,
        "owner": found.owner,
        "blocked_at": shown(found.blocked_at),
        "until": shown(found.until),
        "lifted_at": shown(found.lifted_at),
        "lifted_by": found.lifted_by,
        "is_in_force": found.is_in_force(now),
    }
