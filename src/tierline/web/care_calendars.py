"""Calendars of care that programs subscribe to: made, read behind their secret, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.care import revoke_calendar
from tierline.bootstrap.care import calendar_behind, made_calendar
from tierline.kernel.errors import Invalid, NotFound
from tierline.web.care_list import PATH, shown_care
from tierline.web.forms import sent_with, told
from tierline.web.shell import HEADERS, Visit
from tierline.web.visits import application_of, go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from starlette.requests import Request

    from tierline.store.records import Records
    from tierline.web.visits import Form


@sent_with(Permission.read_contracts)
def add_calendar(visit: Visit, form: Form) -> Response:
    """A new calendar: of an account, or of what one has oneself. Its address is shown once."""
    account, stated = None, form.get("account", "")[:200]
    if stated or not is_staff(visit):
        own = sorted(visit.caller.accounts or ())
        account = visit.application.account_of(stated or (own[0] if own else ""))
        visit.caller.require(Permission.read_contracts, account)
    owner = None if account is not None else visit.caller.id
    occasion = visit.application.occasion(visit.caller.id)
    try:
        _, path = made_calendar(visit.application, account, owner, occasion)
    except Invalid as error:
        return shown_care(visit, told(error, ""))
    return shown_care(visit, (), address=str(visit.request.base_url).rstrip("/") + path)


@sent_with(Permission.read_contracts)
def revoke(visit: Visit, _: Form) -> Response:
    """Nobody reads a calendar any longer."""
    calendar = visit.path_word("calendar")
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        found = records.care.calendar(calendar)
        if found.account is not None:
            visit.caller.require(Permission.read_contracts, found.account)
        elif found.owner != visit.caller.id:
            raise NotFound(f"There is no calendar '{calendar}'.")
        revoke_calendar(records, calendar, occasion)

    visit.application.change(work)
    return go(PATH)


async def calendar(request: Request) -> Response:
    """The calendar behind a secret, for the program of whoever has its address."""
    secret = str(request.path_params["secret"])
    try:
        body = await run_in_threadpool(calendar_behind, application_of(request), secret)
    except NotFound as error:
        return PlainTextResponse(error.message, status_code=404, headers=HEADERS)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=HEADERS)


ROUTES = [
    Route(PATH + "/calendars/{secret}.ics", calendar, methods=["GET"]),
    Route(f"{PATH}/calendars", add_calendar, methods=["POST"]),
    Route(PATH + "/calendars/{calendar}/revocation", revoke, methods=["POST"]),
]
