"""A browser's visit, the same for the API and the pages: its cookies, and where it comes from."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.requests import Request
from starlette.responses import Response

from tierline.access.session import LONGEST_SESSION

SESSION_COOKIES = ("__Host-tierline", "tierline")
"""A session's cookie over HTTPS (where no other host can set it), and without."""
VISIT_COOKIES = ("__Host-tierline-visit", "tierline-visit")
"""The cookie of who is not signed in, to which the words in their forms belong."""
_VISIT_BYTES = 32
_VISIT_SECONDS = 3600


def session_cookie(header: str | None) -> str | None:
    """The session among the cookies of a request."""
    return _first(header, SESSION_COOKIES)


def visit_cookie(request: Request) -> str | None:
    """The visit among the cookies of a request."""
    return _first(request.headers.get("cookie"), VISIT_COOKIES)


def new_visit() -> str:
    """A cookie for a visit that has none yet."""
    return secrets.token_urlsafe(_VISIT_BYTES)


def put_session(request: Request, response: Response, cookie: str) -> None:
    """Let the browser keep a session, and forget the visit before it."""
    _put(request, response, SESSION_COOKIES, cookie, int(LONGEST_SESSION.total_seconds()))
    _drop(request, response, VISIT_COOKIES)
    response.headers["Cache-Control"] = "no-store"


def put_visit(request: Request, response: Response, cookie: str) -> None:
    """Let the browser keep a visit."""
    _put(request, response, VISIT_COOKIES, cookie, _VISIT_SECONDS)


def drop_session(request: Request, response: Response) -> None:
    """Let the browser forget its session."""
    _drop(request, response, SESSION_COOKIES)


def address_of(request: Request) -> str:
    """Where a request comes from, for counting tries."""
    return request.client.host if request.client else "unknown"


def _first(header: str | None, names: tuple[str, str]) -> str | None:
    if not header:
        return None
    try:
        found = SimpleCookie(header)
    except CookieError:
        return None
    values = (found[name].value for name in names if name in found)
    return next((value for value in values if value), None)


def _put(
    request: Request, response: Response, names: tuple[str, str], value: str, seconds: int
) -> None:
    """Unreadable for scripts, not sent along with what other sites post."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        names[0 if is_secure else 1],
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )


def _drop(request: Request, response: Response, names: tuple[str, str]) -> None:
    is_secure = request.url.scheme == "https"
    response.delete_cookie(
        names[0 if is_secure else 1], path="/", httponly=True, samesite="lax", secure=is_secure
    )
