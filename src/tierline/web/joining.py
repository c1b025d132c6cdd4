"""Becoming a user: the set-up of an installation, an invitation, and a forgotten password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.bootstrap.visits import address_of
from tierline.kernel.errors import TierlineError
from tierline.web.page_errors import page, show_with
from tierline.web.visits import application_of, go, read_form, show

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.web.visits import Form


@page
async def set_up_page(request: Request) -> Response:
    """The first page of a new installation; nobody's, once there is a user."""
    if await run_in_threadpool(application_of(request).access.has_users):
        return go("/sign-in")
    return show_with(request, "access/set_up.html", form={})


@page
async def set_up(request: Request) -> Response:
    """Make the first admin, for who has the code from the server's terminal."""
    form = await read_form(request)
    return await _join(request, form, "access/set_up.html", email=form.get("email", ""))


@page
async def invitation_page(request: Request) -> Response:
    """Who is invited, and the form for a name and a password."""
    code = request.query_params.get("code", "")
    invited = await run_in_threadpool(application_of(request).access.invitation, code)
    return show_with(
        request, "access/invitation.html", form={"code": code}, email=invited.email or ""
    )


@page
async def accept_invitation(request: Request) -> Response:
    """Make the user."""
    form = await read_form(request)
    access = application_of(request).access
    invited = await run_in_threadpool(access.invitation, form.get("code", ""))
    return await _join(
        request, form, "access/invitation.html", email=None, shown_email=invited.email or ""
    )


@page
async def reset_page(request: Request) -> Response:
    """The form for an address; with the code of a link, that for another password."""
    code = request.query_params.get("code")
    if code is None:
        return show_with(request, "access/forgotten.html", form={})
    user = await run_in_threadpool(application_of(request).access.user_of_reset, code)
    return show_with(request, "access/new_password.html", form={"code": code}, email=user.email)


@page
async def request_reset(request: Request) -> Response:
    """Write to a user, if there is one; the page is the same if there is none."""
    form = await read_form(request)
    access = application_of(request).access
    try:
        await run_in_threadpool(access.request_reset, form.get("email", ""), address_of(request))
    except TierlineError as error:
        return show_with(request, "access/forgotten.html", error, form=form)
    return go("/password-reset/sent")


@page
async def reset_sent(request: Request) -> Response:
    """What happens next."""
    return show(request, "access/sent.html")


@page
async def complete_reset(request: Request) -> Response:
    """Take another password from who has the link."""
    form = await read_form(request)
    access = application_of(request).access
    user = await run_in_threadpool(access.user_of_reset, form.get("code", ""))
    try:
        await run_in_threadpool(
            access.reset_password,
            form.get("code", ""),
            form.get("password", ""),
            again=form.get("again", ""),
        )
    except TierlineError as error:
        return show_with(request, "access/new_password.html", error, form=form, email=user.email)
    return go("/sign-in?after=reset")


async def _join(
    request: Request, form: Form, template: str, *, email: str | None, shown_email: str = ""
) -> Response:
    access = application_of(request).access
    try:
        await run_in_threadpool(
            access.accept,
            form.get("code", ""),
            form.get("name", ""),
            email,
            form.get("password", ""),
            again=form.get("again", ""),
        )
    except TierlineError as error:
        return show_with(request, template, error, form=form, email=shown_email)
    return go("/sign-in?after=joining")


ROUTES = [
    Route("/set-up", set_up_page, methods=["GET"]),
    Route("/set-up", set_up, methods=["POST"]),
    Route("/invitation", invitation_page, methods=["GET"]),
    Route("/invitation", accept_invitation, methods=["POST"]),
    Route("/password-reset", reset_page, methods=["GET"]),
    Route("/password-reset", request_reset, methods=["POST"]),
    Route("/password-reset/sent", reset_sent, methods=["GET"]),
    Route("/password-reset/completion", complete_reset, methods=["POST"]),
]
