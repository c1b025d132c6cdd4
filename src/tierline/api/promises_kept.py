"""Promises kept over HTTP: of all that was promised, by account and tier, and by promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Page, TypedDict, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.inputs import DEFAULT_LIMIT, After, Instant, LastMonth, Limit, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.errors import Invalid
from tierline.queries.adherence import desk_adherence, stretch
from tierline.queries.attainment import months_until
from tierline.queries.desk_promises import desk_promises
from tierline.queries.pages import key_of, page_of
from tierline.queries.promises_kept import Window, promise_fields, promises_kept, score_fields
from tierline.scorecards.desk import Stretch
from tierline.scorecards.promises_kept import Area

if TYPE_CHECKING:
    from tierline.queries.promises_kept import PromisesKept
    from tierline.store.records import Reads

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]


class ScoreAnswer(TypedDict):
    """How much of what was promised was kept."""

    due: Annotated[int, said("What fell due: kept and missed.")]
    kept: Annotated[int, said("Kept.")]
    missed: Annotated[int, said("Missed.")]
    over: Annotated[int, said("Given beyond the promise; it makes up for nothing.")]
    open: Annotated[int, said("It may still go either way, and is in no share.")]
    share: Annotated[float | None, said("Kept of what was due; null: nothing was.")]


class AccountKeptAnswer(ScoreAnswer):
    """What came of all that was promised to an account on a tier."""

    account: AccountId
    name: Annotated[str, said("The account's name.")]
    tier: Annotated[str, said("The tier.")]


class PromiseKeptAnswer(ScoreAnswer):
    """What came of one promise."""

    tier: Annotated[str, said("The tier.")]
    area: Annotated[str, word_of(Area, "What of the plan it is.")]
    promise_id: Annotated[str | None, said("The promise; null: given beside the plan.")]
    what: Annotated[str, said("Severity and kind of a milestone, a channel, or what is due.")]


@router.get("/v1/reports/promises-kept", summary="Promises kept, by account and tier")
def list_accounts_kept(
    request: Request,
    caller: Reader,
    *,
    month: LastMonth = "",
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[AccountKeptAnswer]:
    """Twelve months of each account's own calendar; the smallest share kept first. Milestones,
    channels, named people, care and health reports are in it. A customer reads its own."""
    application = application_of(request)
    now = application.now()
    found = application.read(
        lambda reads: desk_promises(reads, now, month, caller.visible_accounts)
    ).accounts
    start = 0 if after is None else _shown(after)
    rows = list(enumerate(found, start=1))[start : start + limit + 1]
    page = page_of(rows, limit, lambda each: (str(each[0]),))
    return listed(
        [
            {
                "account": each.account,
                "name": each.name,
                "tier": each.tier,
                **score_fields(each.score),
            }
            for _, each in page.items
        ],
        page.next,
    )


@router.get("/v1/accounts/{account}/promises-kept", summary="Promises kept, by promise")
def list_promises_kept(
    request: Request,
    caller: Reader,
    account: str,
    *,
    month: LastMonth = "",
    since: Annotated[Instant | None, Query(description="Instead of months: from here on.")] = None,
    until: Annotated[Instant | None, Query(description="Until here; else until now.")] = None,
) -> Page[PromiseKeptAnswer]:
    """Of cases those that were raised in [since, until); of what has a date what ran out after
    `since` and up to `until`."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_cases)
    now = application.now()

    def work(reads: Reads) -> PromisesKept:
        if since is None and until is None:
            window = months_until(reads.accounts.get(id_).time_zone, now, month)[2]
        else:
            during = stretch(now, since, until, None)
            window = Window(during.since, during.until)
        during = Stretch(window.since, window.until, now)
        desk = desk_adherence(reads.snapshot, during, accounts=[id_])
        return promises_kept(reads, desk, {id_: window}, now)

    found = application.read(work)
    return listed([promise_fields(row) for row in found.rows], None)


def _shown(cursor: str) -> int:
    """How many rows were shown before. Raises Invalid."""
    (shown,) = key_of(cursor, 1)
    if not shown.isdecimal():
        raise Invalid("This is not a cursor of this list.", code="bad_cursor")
    return int(shown)
