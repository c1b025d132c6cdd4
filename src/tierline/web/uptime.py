"""Uptime on the server: for everybody without sign-in, for a customer against what is promised to
them, and for us by region and account."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.status import seen_uptime
from tierline.calendars.months import month_after
from tierline.queries.uptime import uptime_of_all, uptime_of_all_document
from tierline.status.budget import BudgetState
from tierline.web.forms import csv_file, json_file
from tierline.web.shell import Visit, shown_to
from tierline.web.status import PUBLIC_VIEW, file_answer, shown_to_everybody
from tierline.web.status_pages import SERVED
from tierline.web.uptime_pages import (
    FIELDS,
    uptime_html,
    uptime_rows,
    uptime_values,
)
from tierline.web.visits import application_of, language_of
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from tierline.accounts.account import Account
    from tierline.bootstrap.callers import Visitor
    from tierline.web.status_pages import Document

PROMISES = "/status/promises"
MISSED_SHOWN = 200


def _page(request: Request, visitor: Visitor | None) -> Response:
    """Whether it was up, by day and month, and what each figure comes from."""
    document = _seen(request, visitor)
    language, asked = language_of(request, visitor), _asked(request)
    if visitor is None:
        return file_answer(uptime_html(document, SERVED, language, asked))
    values, visit = uptime_values(document, SERVED, language), Visit(request, visitor)
    return visit.page("pages/uptime.html", asked=asked, whose=_whose(visit), **values)


def _whose(visit: Visit) -> Account | None:
    """The account that one of our people looks at; None for who reads of their own."""
    stated = visit.asked("account")
    if not stated or not is_staff(visit) or visit.asked("view") == PUBLIC_VIEW:
        return None
    account = visit.application.account_of(stated)
    return visit.application.read(lambda reads: reads.accounts.get(account))


def _document(request: Request, visitor: Visitor | None) -> Response:
    """The same for programs."""
    document = _seen(request, visitor)
    return json_file(f"uptime-{document['until']}.json", document)


def _table(request: Request, visitor: Visitor | None) -> Response:
    """The same for a spreadsheet."""
    document = _seen(request, visitor)
    return csv_file(f"uptime-{document['until']}.csv", FIELDS, uptime_rows(document))


@shown_to(Permission.manage_desk)
def promises_page(visit: Visit) -> Response:
    """By region, and which commitments were missed, in `?month=2025-12`, or the present one."""
    month, now = visit.asked("month", 20), visit.now
    found = visit.application.read(
        lambda reads: uptime_of_all_document(uptime_of_all(reads, now, month))
    )
    first = date.fromisoformat(f"{found['month']}-01")
    missed = list(_missed_by_account(found["commitments"]))
    return visit.page(
        "pages/uptime_promises.html",
        month=first,
        public=found["public"],
        regions=found["regions"],
        states=found["states"],
        missed=missed[:MISSED_SHOWN],
        more=max(0, len(missed) - MISSED_SHOWN),
        earlier=f"{month_after(first, -1):%Y-%m}",
        later=f"{month_after(first):%Y-%m}" if first < now.date().replace(day=1) else "",
    )


def _missed_by_account(commitments: list[Document]) -> Iterator[Document]:
    """Accounts with what was missed, the furthest first, as the commitments are."""
    missed = [each for each in commitments if each["state"] == BudgetState.missed]
    for account in dict.fromkeys(each["account"] for each in missed):
        rows = [each for each in missed if each["account"] == account]
        others = dict.fromkeys(each["component"] for each in rows[1:])
        yield {**rows[0], "others": [each for each in others if each != rows[0]["component"]]}


def _seen(request: Request, visitor: Visitor | None) -> Document:
    """What the visitor sees; with `?view=public` what everybody does."""
    application = application_of(request)
    until = request.query_params.get("until", "")[:20]
    if visitor is None or request.query_params.get("view") == PUBLIC_VIEW:
        return seen_uptime(application, until=until)
    account = request.query_params.get("account", "")[:200]
    return seen_uptime(application, visitor.caller, account, until)


def _asked(request: Request) -> str:
    """The beginning of a query that asks for the same reader's figures."""
    asked = request.query_params
    kept = {name: asked[name][:200] for name in ("account", "view") if asked.get(name)}
    return f"{urlencode(kept)}&" if kept else ""


ROUTES = [
    *(
        Route(path, shown_to_everybody(view), methods=["GET"])
        for path, view in (
            (SERVED.uptime, _page),
            (SERVED.uptime_document, _document),
            (SERVED.uptime_table, _table),
        )
    ),
    Route(PROMISES, promises_page, methods=["GET"]),
]
