"""Signing in and out: the password, the second step, and the way through an identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.actions import sessions
from tierline.bootstrap.visits import address_of, drop_session, put_session, session_cookie
from tierline.kernel.errors import TierlineError
from tierline.languages.language import message
from tierline.web.page_errors import page, show_with
from tierline.web.visits import (
    application_of,
    go,
    own_path,
    read_form,
    visitor_of,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SECOND_STEP = "/sign-in/second-step"
_AFTER = {
    "joining": message("Your login is there. Sign in with the password that you chose."),
    "reset": message("Your password is another one now. Sign in with it."),
}
"""What has just happened, for who was led here by it."""


@page
async def sign_in_page(request: Request) -> Response:
    """The form; the set-up page while there is nobody, and onwards for who is signed in."""
    wanted = own_path(request.query_params.get("next", "/"))
    application = application_of(request)
    if await run_in_threadpool(visitor_of, request) is not None:
        return go(wanted)
    if not await run_in_threadpool(application.access.has_users):
        return go("/set-up")
    return _form(request, wanted, after=_AFTER.get(request.query_params.get("after", ""), ""))


@page
async def sign_in(request: Request) -> Response:
    """Look at the password; go on to the second step where there is one."""
    form = await read_form(request)
    wanted = own_path(form.get("next", "/"))
    access = application_of(request).access
    try:
        made = await run_in_threadpool(
            access.sign_in, form.get("email", ""), form.get("password", ""), address_of(request)
        )
    except TierlineError as error:
        return _form(request, wanted, error=error, email=form.get("email", ""))
    is_confirmed = made.session.confirmed_at is not None
    response = go(wanted if is_confirmed else f"{SECOND_STEP}?{urlencode({'next': wanted})}")
    put_session(request, response, made.cookie)
    return response


@page
async def second_step_page(request: Request) -> Response:
    """The form for a code."""
    return await _code_form(request, own_path(request.query_params.get("next", "/")))


@page
async def second_step(request: Request) -> Response:
    """Look at the code. The session gets another cookie, so that nobody can have set it before."""
    form = await read_form(request)
    wanted = own_path(form.get("next", "/"))
    cookie = session_cookie(request.headers.get("cookie")) or ""
    access = application_of(request).access
    try:
        made = await run_in_threadpool(
            access.confirm, cookie, form.get("code", ""), address_of(request)
        )
    except TierlineError as error:
        return await _code_form(request, wanted, error=error)
    response = go(wanted)
    put_session(request, response, made.cookie)
    return response


@page
async def sign_out(request: Request) -> Response:
    """End the session. Again changes nothing."""
    await read_form(request)
    response = go("/sign-in")
    visitor = await run_in_threadpool(visitor_of, request)
    if visitor is not None:
        application = application_of(request)
        occasion = application.occasion(visitor.user.id)
        await run_in_threadpool(
            application.change,
            lambda records: sessions.end_session(records, visitor.session.id, occasion),
        )
    drop_session(request, response)
    return response


def _form(request: Request, wanted: str, **values: Any) -> Response:
    access = application_of(request).access
    return show_with(
        request,
        "access/sign_in.html",
        next=wanted,
        email=values.pop("email", ""),
        after=values.pop("after", ""),
        has_provider=access.outside.provider is not None,
        has_passkeys=access.passkeys.are_offered,
        **values,
    )


async def _code_form(request: Request, wanted: str, **values: Any) -> Response:
    passkeys = application_of(request).access.passkeys
    cookie = session_cookie(request.headers.get("cookie")) or ""
    known = await run_in_threadpool(passkeys.of_awaited, cookie)
    return show_with(
        request, "access/second_step.html", next=wanted, has_passkey=bool(known), **values
    )


ROUTES = [
    Route("/sign-in", sign_in_page, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route(SECOND_STEP, second_step_page, methods=["GET"]),
    Route(SECOND_STEP, second_step, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
