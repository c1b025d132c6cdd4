"""Errors of pages: a sentence and its faults on a page, never a trace."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Unauthenticated
from tierline.kernel.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    TierlineError,
)
from tierline.web.visits import go_to_sign_in, read_form, show, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.bootstrap.callers import Visitor
    from tierline.web.visits import Form

    Page = Callable[[Request], Awaitable[Response]]
    OwnForm = Callable[[Request, Visitor, Form], Awaitable[Response]]

_STATUS: tuple[tuple[type[TierlineError], int], ...] = (
    (Unauthenticated, 422),
    (Invalid, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Forbidden, 403),
    (LimitReached, 413),
)
_STATUS_OF_CODE = {
    "too_many_requests": 429,
    "unsupported_media_type": 415,
    "malformed_form": 400,
    "store_busy": 503,
    "out_of_turn": 503,
    "store_unavailable": 503,
    "store_closed": 503,
    "outcome_unknown": 503,
    "busy_with_others": 503,
}


def status_of(error: TierlineError) -> int:
    """The status of an error on a page; a form that was not right is 422."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return _STATUS_OF_CODE.get(error.code, status)
    return _STATUS_OF_CODE.get(error.code, 500)


def faults_of(error: TierlineError) -> tuple[Fault, ...]:
    """Every fault, or the error as the one that there is."""
    faults = error.faults if isinstance(error, Invalid) else ()
    return faults or (Fault(error.code, error.message),)


def show_with(
    request: Request, template: str, error: TierlineError | None = None, **values: Any
) -> Response:
    """A page with what went wrong on it, if anything did."""
    return show(
        request,
        template,
        status=200 if error is None else status_of(error),
        faults=() if error is None else faults_of(error),
        **values,
    )


def page(handler: Page) -> Page:
    """A page that tells an error of ours as a page."""

    @functools.wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except TierlineError as error:
            return show(
                request,
                "access/error.html",
                status=status_of(error),
                message=error.message,
                faults=faults_of(error),
            )

    return answered


def own_form(handler: OwnForm) -> Page:
    """What somebody who is signed in sends about themselves: the form is one of ours, and whoever
    is not signed in is led there."""

    @page
    @functools.wraps(handler)
    async def answered(request: Request) -> Response:
        form = await read_form(request)
        visitor = await run_in_threadpool(visitor_of, request)
        if visitor is None:
            return go_to_sign_in(request)
        return await handler(request, visitor, form)

    return answered
