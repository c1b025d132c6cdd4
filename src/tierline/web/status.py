"""The status page on the server: for everybody without sign-in, for a customer their own scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.performance import is_performance_public
from tierline.bootstrap.status import seen_status
from tierline.kernel.errors import NotFound, TierlineError
from tierline.languages.language import message
from tierline.settings import address
from tierline.web.pages import policy
from tierline.web.shell import HEADERS, Visit, error_page, failed_page
from tierline.web.status_feeds import (
    JSON_FEED_TYPE,
    RSS_TYPE,
    Addresses,
    json_feed,
    rss,
    status_json,
)
from tierline.web.status_pages import (
    SERVED,
    STYLES,
    incident_html,
    incident_values,
    incidents_of,
    status_html,
    status_values,
)
from tierline.web.visits import application_of, language_of, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from tierline.bootstrap.callers import Visitor
    from tierline.web.shell import Endpoint
    from tierline.web.status_pages import Document

PUBLIC_VIEW = "public"
PERFORMANCE = "/performance"


def _page(request: Request, visitor: Visitor | None) -> Response:
    """What works, what goes on, what is planned, and how it was."""
    document = _seen(request, visitor)
    is_told = application_of(request).read(is_performance_public)
    performance = PERFORMANCE if is_told else ""
    if visitor is None:
        language = language_of(request, None)
        return file_answer(status_html(document, SERVED, language, performance=performance))
    may_work = visitor.caller.may(Permission.work_incidents)
    values = status_values(document, SERVED, language_of(request, visitor))
    values |= {"may_work": may_work, "performance": performance}
    return Visit(request, visitor).page("pages/status.html", **values)


def _incident(request: Request, visitor: Visitor | None) -> Response:
    """One incident with all that was published of it."""
    document, wanted = _seen(request, visitor), request.path_params["incident"]
    found = next((each for each in incidents_of(document) if each["id"] == wanted), None)
    if found is None:
        raise NotFound(message("There is no such incident, or it ended more than 90 days ago."))
    if visitor is None:
        return file_answer(incident_html(document, found, SERVED, language_of(request, None)))
    values = incident_values(document, found, SERVED)
    return Visit(request, visitor).page("pages/status_incident.html", **values)


def _document(request: Request, visitor: Visitor | None) -> Response:
    """The same for programs."""
    body = status_json(_seen(request, visitor))
    return Response(body, media_type="application/json", headers=HEADERS)


def _rss(request: Request, _: Visitor | None) -> Response:
    """What was published for everybody: a feed reader is nobody in particular."""
    document = seen_status(application_of(request))
    headers = HEADERS | {"Content-Type": RSS_TYPE}
    return Response(rss(document, _addresses(request)), headers=headers)


def _json_feed(request: Request, _: Visitor | None) -> Response:
    """The same as JSON Feed."""
    document = seen_status(application_of(request))
    headers = HEADERS | {"Content-Type": JSON_FEED_TYPE}
    return Response(json_feed(document, _addresses(request)), headers=headers)


def shown_to_everybody(view: Callable[[Request, Visitor | None], Response]) -> Endpoint:
    """A page that needs no sign-in, and asks for no permission of who is."""

    def answer(request: Request) -> Response:
        visitor = visitor_of(request)
        try:
            return view(request, visitor)
        except TierlineError as error:
            return error_page(request, error, visitor)
        except Exception as error:  # noqa: BLE001 - the page that says so is all that a browser sees
            return failed_page(request, error)

    async def answered(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return answered


def _seen(request: Request, visitor: Visitor | None) -> Document:
    """What the visitor sees; with `?view=public` what everybody does."""
    if visitor is None or request.query_params.get("view") == PUBLIC_VIEW:
        return seen_status(application_of(request))
    account = request.query_params.get("account", "")[:200]
    return seen_status(application_of(request), visitor.caller, account)


def file_answer(body: bytes) -> Response:
    """A page that loads nothing, to whoever is not signed in."""
    rules = f"{policy(*STYLES)}; frame-ancestors 'none'"
    headers: dict[str, Any] = HEADERS | {"Content-Security-Policy": rules}
    return HTMLResponse(body, headers=headers)


def _addresses(request: Request) -> Addresses:
    base = address() or str(request.base_url).rstrip("/")
    return Addresses(
        base + SERVED.home,
        base + SERVED.rss,
        base + SERVED.json_feed,
        lambda incident: base + SERVED.incident(incident),
    )


ROUTES = [
    Route(path, shown_to_everybody(view), methods=["GET"])
    for path, view in (
        ("/status", _page),
        ("/status.json", _document),
        ("/status/feed.rss", _rss),
        ("/status/feed.json", _json_feed),
        ("/status/incidents/{incident}", _incident),
    )
]
