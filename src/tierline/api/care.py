"""Care over HTTP: what is due by the calendar, what came of it, and calendars to read it in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller, CallerKind
from tierline.access.permission import Permission
from tierline.actions import care as actions
from tierline.api.answers import (
    Id,
    Page,
    TypedDict,
    instant,
    said,
)
from tierline.api.callers import account_for, may
from tierline.api.care_answers import (
    CareItemAnswer,
    Findings,
    item_answer,
    one_of_us,
    stated_findings,
)
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.briefings import briefing_of
from tierline.bootstrap.care import made_calendar, seen_contract
from tierline.care.item import CareEventKind, CareState
from tierline.care.schedule import Key
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.queries.care import list_care as read_list
from tierline.queries.care import question
from tierline.scorecards.briefing import Briefing

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = Routes(tags=["care"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Text = Annotated[str, Field(max_length=10_000)]
ITEM = "/v1/contracts/{contract}/care/{feature}/{due_on}"


class CareCalendarAnswer(TypedDict):
    """A calendar that other programs read."""

    id: Id
    account: Annotated[str | None, said("Of this account's items.")]
    owner: Annotated[str | None, said("Of the items that this user has.")]
    made_at: Annotated[str, instant("When it was made.")]
    revoked_at: Annotated[str | None, instant("From when on nobody reads it.")]


class NewCareCalendarAnswer(CareCalendarAnswer):
    """A new calendar with its address."""

    path: Annotated[str, said("Where it is read, below this installation: told once.")]


class CompletionBody(Body):
    """That it was done, when (now), what came of it, and what was found."""

    at: Instant | None = None
    text: Text = ""
    findings: Findings = ()


class ExcuseBody(Body):
    """Why it is not done: it counts neither as kept nor as missed."""

    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class CareOwnerBody(Body):
    """Who has it, and those that follow: the id of a user; null for nobody."""

    owner: Word | None


class CareCalendarBody(Body):
    """Of an account; without one of the items that the caller has."""

    account: Word | None = None


@router.get("/v1/care", summary="Dated promises, by date")
def list_care(
    request: Request,
    caller: Reader,
    *,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
    owner: Annotated[str | None, Query(max_length=200, description="That this user has.")] = None,
    state: Annotated[CareState | None, Query(description="In this state.")] = None,
    since: Annotated[Instant | None, Query(description="Due from here; else 92 days ago.")] = None,
    until: Annotated[Instant | None, Query(description="Due before; else in 183 days.")] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[CareItemAnswer]:
    """Health checks, reviews, calls and briefings as the terms in force promise them."""
    application = application_of(request)
    now, accounts = application.now(), caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.read_contracts)})
    asked = question(now, since, until, accounts=accounts, owner=owner, state=state)
    found = application.read(
        lambda reads: read_list(reads, asked, now=now, after=after, limit=limit)
    )
    return listed([item_answer(each) for each in found.page.items], found.page.next)


@router.get(f"{ITEM}/briefing", summary="The pack for a dated promise")
def read_briefing(
    request: Request, caller: Reader, contract: str, feature: str, due_on: str
) -> Briefing:
    """What is told in a call or briefing, as it is known now: from 31 days before its day on, until
    it was held. How promises were kept month by month, cases, breaches, uptime, care, open risks
    and actions, and what is next."""
    key = key_of(contract, feature, due_on)
    return briefing_of(application_of(request), key, caller)


@router.put(f"{ITEM}/completion", summary="Note that a dated promise was kept")
def complete(
    request: Request,
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    body: CompletionBody,
    once: Once,
) -> CareItemAnswer:
    """Done by its date it is kept; done after it, it is late."""
    report = actions.CareReport(
        kind=CareEventKind.done, text=body.text, at=body.at,
        findings=stated_findings(request, caller, contract, body.findings),
    )  # fmt: skip
    return reported(once, caller, (contract, feature, due_on), report)


@router.delete(f"{ITEM}/completion", summary="Take back that it was done or excused")
def take_back(
    caller: Worker, contract: str, feature: str, due_on: str, once: Once
) -> CareItemAnswer:
    """As if it had not been noted; that it was stays told."""
    report = actions.CareReport(kind=CareEventKind.undone)
    return reported(once, caller, (contract, feature, due_on), report)


@router.put(f"{ITEM}/excuse", summary="Note that a dated promise is not wanted")
def excuse(
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    body: ExcuseBody,
    once: Once,
) -> CareItemAnswer:
    """The customer did not want it, with their words: it counts for nothing."""
    report = actions.CareReport(kind=CareEventKind.excused, text=body.text)
    return reported(once, caller, (contract, feature, due_on), report)


@router.put(f"{ITEM}/owner", summary="Say who has a dated promise")
def assign(
    request: Request,
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    body: CareOwnerBody,
    once: Once,
) -> CareItemAnswer:
    """They have it, and those of the same promise that follow."""
    if body.owner is not None:
        one_of_us(request, caller, contract, body.owner)
    report = actions.CareReport(kind=CareEventKind.assigned, about=body.owner or "")
    return reported(once, caller, (contract, feature, due_on), report)


@router.get("/v1/care-calendars", summary="Calendars that are read")
def list_calendars(
    request: Request,
    caller: Reader,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
) -> Page[CareCalendarAnswer]:
    """Of an account, or without one the caller's own; at most 20 of each."""
    application = application_of(request)
    whose = None
    if account is not None:
        whose = account_for(application, caller, account, Permission.read_contracts)
    found = application.read(lambda reads: reads.care.calendars_of(account=whose, owner=caller.id))
    return listed([_calendar(each) for each in found], None)


@router.post("/v1/care-calendars", status_code=201, summary="Make a calendar to read care in")
def make_calendar(
    request: Request, response: Response, caller: Reader, body: CareCalendarBody
) -> NewCareCalendarAnswer:
    """With the path at which any calendar program reads it: whoever has it reads it, until it is
    revoked. It is told once."""
    application = application_of(request)
    if body.account is not None:
        account = account_for(application, caller, body.account, Permission.read_contracts)
    elif caller.accounts is not None or caller.kind is not CallerKind.user:
        raise Invalid("State an account.", [Fault("missing", "State an account.", "account")])
    else:
        account = None
    owner = None if account is not None else caller.id
    made, path = made_calendar(application, account, owner, application.occasion(caller.id))
    response.headers["Location"] = f"/v1/care-calendars/{made.id}"
    return {**_calendar(made), "path": path}


@router.delete("/v1/care-calendars/{calendar}", summary="Revoke a calendar")
def revoke_calendar(caller: Reader, calendar: str, once: Once) -> CareCalendarAnswer:
    """Nobody reads it any longer."""

    def work(records: Records, occasion: Occasion) -> CareCalendarAnswer:
        found, missing = None, NotFound(f"There is no calendar '{calendar}'.")
        try:
            found = records.care.calendar(calendar)
            if found.account is not None:
                caller.require(Permission.read_contracts, found.account)
        except NotFound:
            raise missing from None
        if found.owner is not None and found.owner != caller.id and caller.accounts is not None:
            raise missing
        return _calendar(actions.revoke_calendar(records, calendar, occasion))

    return once.act(caller, work)


def reported(
    once: OnceOnly, caller: Caller, named: tuple[str, str, str], report: actions.CareReport
) -> CareItemAnswer:
    """What is said of an item, written down once."""

    def work(records: Records, occasion: Occasion) -> CareItemAnswer:
        seen_contract(records, named[0], caller, Permission.work_cases)
        return item_answer(actions.report_care(records, key_of(*named), report, occasion))

    return once.act(caller, work)


def key_of(contract: str, feature: str, due_on: str) -> Key:
    """The key of an item in a path. Raises NotFound for what is no date."""
    try:
        return Key(contract, feature, date.fromisoformat(due_on))
    except ValueError:
        raise NotFound(f"'{due_on}' is not a date.") from None


def _calendar(calendar: actions.CareCalendar) -> CareCalendarAnswer:
    return {
        "id": calendar.id,
        "account": calendar.account,
        "owner": calendar.owner,
        "made_at": shown(calendar.made_at),
        "revoked_at": shown(calendar.revoked_at),
    }
