"""Public figures of how promises are kept: for everybody once the team publishes them, and for the
team before that, as they would be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.performance import publish_performance, withdraw_performance
from tierline.bootstrap.performance import next_performance, public_performance
from tierline.calendars.months import month_after
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.errors import NotFound, TierlineError
from tierline.kernel.instants import parse_instant
from tierline.languages.language import message
from tierline.scorecards.performance import ATTAINMENT, SETTLES_FOR, TIMED, UPTIME
from tierline.scorecards.performance_document import VALUE_FIELDS
from tierline.web.forms import csv_file, field, json_file, sent_with, told
from tierline.web.shell import Visit
from tierline.web.status import file_answer, shown_to_everybody
from tierline.web.status_pages import file_of
from tierline.web.visits import application_of, go, language_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from tierline.bootstrap.callers import Visitor
    from tierline.kernel.errors import Fault
    from tierline.web.visits import Form

Document = dict[str, Any]
PATH = "/performance"
_TEMPLATE = "pages/performance.html"
_WHAT = {
    ATTAINMENT: message("Promised times met"),
    UPTIME: message("Uptime"),
    **{kind.value: MILESTONE_NAMES[kind] for kind in TIMED},
}
_HEAD = (
    "month", "edition", "told_at", "is_now", "what", "tier", "name", *VALUE_FIELDS,
)  # fmt: skip
_ROOM = 5
"""So many points of a percentage stand below the lowest share of the picture."""


def _page(request: Request, visitor: Visitor | None) -> Response:
    """Twelve months, the last of them `?until=`. Who leads the desk publishes them here, and sees
    before what would be told."""
    if visitor is not None and visitor.caller.may(Permission.manage_desk):
        return _page_of_lead(Visit(request, visitor))
    values = performance_values(public_performance(application_of(request), _until(request)))
    if visitor is not None:
        return Visit(request, visitor).page(_TEMPLATE, **values)
    return file_answer(file_of(_TEMPLATE, language_of(request, None), values))


def _page_of_lead(visit: Visit, typed: str = "", faults: tuple[Fault, ...] = ()) -> Response:
    is_public = True
    try:
        document = public_performance(visit.application, _until(visit.request))
    except NotFound:
        is_public, document = False, next_performance(visit.application)
    values = performance_values(document) | {
        "may_publish": True,
        "is_public": is_public,
        "typed": typed or document["until"],
        "faults": faults,
    }
    return visit.page(_TEMPLATE, status=422 if faults else 200, **values)


@sent_with(Permission.manage_desk)
def _publish(visit: Visit, form: Form) -> Response:
    """The team says that it is published, and from which month on."""
    occasion = visit.application.occasion(visit.caller.id)
    typed = ""
    try:
        typed = field(form, "since", 20)
        visit.application.change(lambda records: publish_performance(records, typed, occasion))
    except TierlineError as error:
        return _page_of_lead(visit, typed, told(error, "since"))
    return go(PATH)


@sent_with(Permission.manage_desk)
def _withdraw(visit: Visit, _: Form) -> Response:
    """Or that it is not any more."""
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: withdraw_performance(records, occasion))
    return go(PATH)


def _document(request: Request, _: Visitor | None) -> Response:
    """The same for programs."""
    document = public_performance(application_of(request), _until(request))
    return json_file(f"performance-{document['until']}.json", document)


def _table(request: Request, _: Visitor | None) -> Response:
    """The same for a spreadsheet: what was corrected stands in rows of its own."""
    document = public_performance(application_of(request), _until(request))
    return csv_file(f"performance-{document['until']}.csv", _HEAD, _rows(document))


def performance_values(document: Document) -> dict[str, Any]:
    """What the template shows of a document."""
    months = [_month(each) for each in document["months"]]
    until = _first(document["until"])
    tiers = {each["tier"]: each["name"] for month in reversed(months) for each in month["tiers"]}
    return {
        "may_publish": False,
        "is_public": True,
        "company": document["company"],
        "rules": document["rules"],
        "months": months,
        "tiers": tiers,
        "kinds": [(kind.value, _WHAT[kind.value]) for kind in TIMED],
        "picture": _picture(months, tiers),
        "until": until,
        "since": _first(document["since"]),
        "earlier": f"{month_after(until, -12):%Y-%m}",
        "later": f"{month_after(until, 12):%Y-%m}",
        "has_earlier": month_after(until, -11) > _first(document["since"]),
        "is_newest": parse_instant(document["as_of"]) < _told_at(month_after(until, 1)),
    }


def _told_at(month: date) -> datetime:
    """From when on a month is told: its days are over, and what was late is in."""
    return datetime.combine(month_after(month, 1), time(), UTC) + SETTLES_FOR


def _month(month: Document) -> dict[str, Any]:
    """A month with its figures by what they are of."""
    values = {(each["what"], each["tier"]): each["value"] for each in month["figures"]}
    names = {each["tier"]: each["name"] for each in month["figures"] if each["tier"]}
    return {
        "first": _first(month["month"]),
        "told_at": parse_instant(month["published_at"]),
        "together": values.get((ATTAINMENT, None)),
        "uptime": values.get((UPTIME, None)),
        "tiers": [
            {
                "tier": tier,
                "name": name,
                "met": values.get((ATTAINMENT, tier)),
                "times": {kind.value: values.get((kind.value, tier)) for kind in TIMED},
                "timed": {kind.value for kind in TIMED if (kind.value, tier) in values},
            }
            for tier, name in names.items()
        ],
        "shares": {tier: (values.get((ATTAINMENT, tier)) or {}).get("share") for tier in names},
        "corrections": [
            {**each, "at": parse_instant(each["at"]), "words": _WHAT[each["what"]]}
            for each in month["corrections"]
        ],
    }


def _picture(months: list[dict[str, Any]], tiers: dict[str, str]) -> dict[str, Any] | None:
    """The shares of the tiers by month as lines, in percent; None for fewer than two months."""
    ordered = months[::-1]
    lines: list[dict[str, Any]] = []
    for tier, name in tiers.items():
        shares = [each["shares"].get(tier) for each in ordered]
        values = [None if share is None else share * 100 for share in shares]
        if any(value is not None for value in values):
            last = next(share for share in reversed(shares) if share is not None)
            lines.append({"name": name, "values": values, "last": last})
    if len(ordered) < 2 or not lines:
        return None
    lowest = min(value for line in lines for value in line["values"] if value is not None)
    return {
        "labels": [f"{each['first']:%Y-%m}" for each in ordered],
        "series": lines,
        "low": max(0, int(lowest) // _ROOM * _ROOM - _ROOM),
    }


def _rows(document: Document) -> Iterator[list[object]]:
    """Every figure as it is told now, and as it was told before each correction."""
    for month in document["months"]:
        for each in month["figures"]:
            own = [one for one in month["corrections"] if _key(one) == _key(each)]
            told_at = own[0]["at"] if own else month["published_at"]
            yield _row(month, told_at, each, each["value"], is_now=True)
            for place, one in enumerate(own):
                before = own[place + 1]["at"] if place + 1 < len(own) else month["published_at"]
                yield _row(month, before, one, one["was"], is_now=False)


def _row(
    month: Document, told_at: str, each: Document, value: Document | None, *, is_now: bool
) -> list[object]:
    known = value or dict.fromkeys(VALUE_FIELDS)
    return [
        month["month"], month["edition"], told_at, is_now, each["what"], each["tier"], each["name"],
        *(known[name] for name in VALUE_FIELDS),
    ]  # fmt: skip


def _key(each: Document) -> tuple[str, str]:
    return each["what"], each["tier"]


def _until(request: Request) -> str:
    return request.query_params.get("until", "")[:20]


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


ROUTES = [
    *(
        Route(path, shown_to_everybody(view), methods=["GET"])
        for path, view in (
            (PATH, _page),
            (f"{PATH}.json", _document),
            (f"{PATH}.csv", _table),
        )
    ),
    Route(f"{PATH}/publication", _publish, methods=["POST"]),
    Route(f"{PATH}/withdrawal", _withdraw, methods=["POST"]),
]
