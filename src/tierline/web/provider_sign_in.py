"""Signing in through an identity provider: there with a link, back with a code.

What must come back the same is kept by the browser in a cookie that only we can open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.bootstrap.visits import put_session
from tierline.kernel.errors import NotFound
from tierline.languages.language import message
from tierline.web.page_errors import page
from tierline.web.visits import application_of, go, own_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_BEGIN, _RETURN = "/sign-in/provider", "/sign-in/provider/return"
_COOKIE = "tierline-provider"
_COOKIE_SECONDS = 600


@page
async def begin(request: Request) -> Response:
    """Off to the provider."""
    access = application_of(request).access
    if access.outside.provider is None:
        raise NotFound(message("No identity provider is set up here."))
    wanted = own_path(request.query_params.get("next", "/"))
    address, kept = await run_in_threadpool(access.outside.begin, wanted, _return_to(request))
    response = go(address)
    response.set_cookie(
        _COOKIE,
        kept,
        max_age=_COOKIE_SECONDS,
        path=_BEGIN,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@page
async def come_back(request: Request) -> Response:
    """Back from the provider, with a code or with an error."""
    access = application_of(request).access
    opened, wanted = await run_in_threadpool(
        access.outside.finish,
        request.cookies.get(_COOKIE, ""),
        str(request.url),
        _return_to(request),
    )
    response = go(own_path(wanted))
    put_session(request, response, opened.cookie)
    response.delete_cookie(_COOKIE, path=_BEGIN)
    return response


def _return_to(request: Request) -> str:
    """Our own address, as the provider knows it."""
    return application_of(request).access.stated_address(str(request.base_url)) + _RETURN


ROUTES = [
    Route(_BEGIN, begin, methods=["GET"]),
    Route(_RETURN, come_back, methods=["GET"]),
]
