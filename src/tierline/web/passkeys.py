"""Passkeys: adding and removing one's own, and signing in with one.

A form poses the question to the browser, a script of ours asks its device, and the same form brings
the answer back. Without scripts a password and a code remain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.bootstrap.visits import address_of, put_session
from tierline.kernel.errors import NotFound, TierlineError
from tierline.languages.language import message
from tierline.web.page_errors import faults_of, own_form, page, status_of
from tierline.web.security import PATH as SECURITY
from tierline.web.security import security_page_with
from tierline.web.sign_in import SECOND_STEP
from tierline.web.visits import (
    application_of,
    cookie_of,
    go,
    go_to_sign_in,
    own_path,
    read_form,
    show,
    visitor_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.bootstrap.callers import Visitor
    from tierline.bootstrap.passkeys import PasskeyAccess
    from tierline.web.visits import Form

_SIGN_IN = "/sign-in/passkey"
_SECOND = f"{SECOND_STEP}/passkey"
_OWN = "/me/passkeys"


@own_form
async def begin_registration(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask the device for a new passkey, for who shows the password once more."""
    access, user, name = application_of(request).access, visitor.user, form.get("name", "")

    def work() -> str:
        access.show_password(user, form.get("shown", ""), address_of(request))
        return access.passkeys.begin_registration(cookie_of(request), user, name)

    try:
        options = await run_in_threadpool(work)
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="shown", passkey_name=name)
    return _asked(request, "add", f"{_OWN}/registration", options, fields={"name": name})


@own_form
async def finish_registration(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep the new passkey."""
    try:
        await run_in_threadpool(
            _passkeys(request).finish_registration,
            cookie_of(request),
            visitor.user,
            form.get("name", ""),
            form.get("answer", ""),
        )
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="shown")
    return go(SECURITY)


@page
async def removal_page(request: Request) -> Response:
    """What taking one of one's own away means, and whether to."""
    visitor = await run_in_threadpool(visitor_of, request)
    if visitor is None:
        return go_to_sign_in(request)
    own = await run_in_threadpool(_passkeys(request).of_user, visitor.user.id)
    passkey = next((each for each in own if each.id == request.path_params["passkey"]), None)
    if passkey is None:
        raise NotFound(message("You have no such passkey. It may have been removed already."))
    return show(
        request,
        "access/passkey_removal.html",
        passkey=passkey,
        others=len(own) - 1,
        has_second_factor=visitor.user.has_second_factor,
    )


@own_form
async def remove(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Take one of one's own away."""
    user = visitor.user.id
    await run_in_threadpool(
        _passkeys(request).remove, user, request.path_params["passkey"], by=user
    )
    return go(SECURITY)


@page
async def begin_sign_in(request: Request) -> Response:
    """Ask the device for whichever passkey of ours it holds."""
    form = await read_form(request)
    wanted = own_path(form.get("next", "/"))
    return await _sign_in_page(request, wanted)


@page
async def finish_sign_in(request: Request) -> Response:
    """A session for who has answered."""
    form = await read_form(request)
    wanted = own_path(form.get("next", "/"))
    try:
        made = await run_in_threadpool(
            _passkeys(request).finish_sign_in,
            cookie_of(request),
            form.get("answer", ""),
            address_of(request),
        )
    except TierlineError as error:
        return await _sign_in_page(request, wanted, error)
    response = go(wanted)
    put_session(request, response, made.cookie)
    return response


@page
async def begin_second_step(request: Request) -> Response:
    """Ask the device for a passkey of whose password was right."""
    form = await read_form(request)
    return await _second_page(request, own_path(form.get("next", "/")))


@page
async def finish_second_step(request: Request) -> Response:
    """The confirmed session."""
    form = await read_form(request)
    wanted = own_path(form.get("next", "/"))
    try:
        made = await run_in_threadpool(
            _passkeys(request).finish_second_step, cookie_of(request), form.get("answer", "")
        )
    except TierlineError as error:
        return await _second_page(request, wanted, error)
    response = go(wanted)
    put_session(request, response, made.cookie)
    return response


async def _sign_in_page(
    request: Request, wanted: str, error: TierlineError | None = None
) -> Response:
    def begin() -> str:
        return _passkeys(request).begin_sign_in(cookie_of(request), address_of(request))

    back = f"/sign-in?{urlencode({'next': wanted})}"
    return await _use_page(request, f"{_SIGN_IN}/completion", begin, wanted, back, error)


async def _second_page(
    request: Request, wanted: str, error: TierlineError | None = None
) -> Response:
    def begin() -> str:
        return _passkeys(request).begin_second_step(cookie_of(request))

    back = f"{SECOND_STEP}?{urlencode({'next': wanted})}"
    return await _use_page(request, f"{_SECOND}/completion", begin, wanted, back, error)


async def _use_page(
    request: Request,
    action: str,
    begin: Callable[[], str],
    wanted: str,
    back: str,
    error: TierlineError | None,
) -> Response:
    options = await run_in_threadpool(begin)
    return _asked(request, "use", action, options, fields={"next": wanted}, back=back, error=error)


def _asked(
    request: Request,
    what: str,
    action: str,
    options: str,
    *,
    fields: dict[str, str],
    back: str = SECURITY,
    error: TierlineError | None = None,
) -> Response:
    values: dict[str, Any] = {
        "what": what,
        "action": action,
        "options": options,
        "fields_kept": fields,
        "back": back,
        "faults": () if error is None else faults_of(error),
    }
    status = 200 if error is None else status_of(error)
    return show(request, "access/passkey.html", status=status, scripts=("passkeys",), **values)


def _passkeys(request: Request) -> PasskeyAccess:
    return application_of(request).access.passkeys


ROUTES = [
    Route(_OWN, begin_registration, methods=["POST"]),
    Route(f"{_OWN}/registration", finish_registration, methods=["POST"]),
    Route(f"{_OWN}/{{passkey}}/removal", removal_page, methods=["GET"]),
    Route(f"{_OWN}/{{passkey}}/removal", remove, methods=["POST"]),
    Route(_SIGN_IN, begin_sign_in, methods=["POST"]),
    Route(f"{_SIGN_IN}/completion", finish_sign_in, methods=["POST"]),
    Route(_SECOND, begin_second_step, methods=["POST"]),
    Route(f"{_SECOND}/completion", finish_second_step, methods=["POST"]),
]
