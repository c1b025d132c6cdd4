"""What sounds like a promise in free words and is none of a contract, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import promise_mentions as actions
from tierline.api.adherence import AsOf, Since, Until
from tierline.api.answers import AccountId, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import stretch
from tierline.queries.promise_mentions import PromiseMention, promise_mentions

if TYPE_CHECKING:
    from tierline.accounts.promise_mentions import DismissedMention
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = Routes(prefix="/v1", tags=["contracts"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
Record = Annotated[str, Field(min_length=1, max_length=400)]


class DismissalAnswer(TypedDict):
    """What somebody said of a mention."""

    record: Annotated[str, said("The text that it stands in.")]
    reason: Annotated[str, said("Why it needs no row.")]
    made_into: Annotated[str | None, said("The override or uplift that it became.")]
    at: Annotated[str, instant("When.")]
    by: Annotated[str, said("Who.")]


class MentionAnswer(TypedDict):
    """Something in free words that sounds like a promise."""

    record: Annotated[str, said("The text that it stands in: a message, or a row of a contract.")]
    account: AccountId
    at: Annotated[str, instant("When it was written; of a contract, from when on its row holds.")]
    said: Annotated[str, said("What sounds like a promise.")]
    words: Annotated[str, said("The words around it.")]
    case: Annotated[str | None, said("The case, of a message.")]
    number: Annotated[int | None, said("What people call that case by.")]
    contract: Annotated[str | None, said("The contract, of the reason of one of its rows.")]
    is_customers: Annotated[bool, said("Whether the customer wrote it.")]
    is_public: Annotated[bool, said("Whether the customer could read it.")]
    dismissed: Annotated[DismissalAnswer | None, said("What somebody said of it; null: open.")]


class DismissalBody(Body):
    """Why a mention needs no row; or the override or uplift of a target that it became."""

    record: Record
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    made_into: Word | None = None


@router.get("/reports/promise-mentions", summary="Promises in free words, without a row")
def list_mentions(
    request: Request,
    caller: Lead,
    *,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    is_dismissed: Annotated[bool, Query(description="Those that somebody dismissed.")] = False,
) -> Page[MentionAnswer]:
    """Notes, messages and reasons of contracts that speak of an SLA, a guarantee, or a time within
    which something comes, of accounts that had no target beside their plan then; newest first."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    found = application.read(
        lambda reads: promise_mentions(reads, during, accounts=caller.visible_accounts)
    )
    rows = [_mention(each) for each in found if (each.dismissed is not None) == is_dismissed]
    return listed(rows, None)


@router.post("/promise-mentions/dismissals", status_code=201, summary="Dismiss a mention")
def dismiss(caller: Lead, body: DismissalBody, once: Once) -> DismissalAnswer:
    """It is no promise, or it stands as a row by now. Other words in its place are listed again."""

    def work(records: Records, occasion: Occasion) -> DismissalAnswer:
        return _dismissal(
            actions.dismiss_mention(
                records, body.record, body.reason, occasion, made_into=body.made_into
            )
        )

    return once.act(caller, work)


@router.delete("/promise-mentions/dismissals", summary="List a mention again")
def restore(
    caller: Lead, record: Annotated[str, Query(min_length=1, max_length=400)], once: Once
) -> DismissalAnswer:
    """It was dismissed by mistake. What was said of it."""
    return once.act(
        caller,
        lambda records, at: _dismissal(actions.restore_mention(records, record, at)),
    )


def _mention(each: PromiseMention) -> MentionAnswer:
    return {
        "record": each.record,
        "account": each.account,
        "at": shown(each.at),
        "said": each.said,
        "words": each.words,
        "case": each.case,
        "number": each.number,
        "contract": each.contract,
        "is_customers": each.is_customers,
        "is_public": each.is_public,
        "dismissed": None if each.dismissed is None else _dismissal(each.dismissed),
    }


def _dismissal(found: DismissedMention) -> DismissalAnswer:
    return {
        "record": found.record,
        "reason": found.reason,
        "made_into": found.made_into,
        "at": shown(found.at),
        "by": found.by,
    }
