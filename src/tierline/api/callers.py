"""Who asks: the one place where a request becomes a caller.

A program shows `Authorization: Bearer tl_...`; a browser shows its session's cookie, and with every
request that changes something also the word that only its own pages know (`X-CSRF-Token`).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Scope

from tierline.access.caller import Caller, Unauthenticated, operator
from tierline.access.permission import Permission
from tierline.access.secret import is_form_word
from tierline.api.of import application_of
from tierline.bootstrap.application import Application
from tierline.bootstrap.callers import Visitor
from tierline.bootstrap.visits import session_cookie
from tierline.kernel.errors import Forbidden, NotFound

_OPERATOR_KEY = "tierline.operator"
_OPERATOR = operator()
_BEARER = "bearer"
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOBODY = (
    "Say who you are: send 'Authorization: Bearer <token>'. `tierline token create` makes a token."
)


def caller_of_scope(scope: Scope, application: Application) -> Caller:
    """The caller of a request. Raises Unauthenticated; may wait for the database."""
    if scope.get(_OPERATOR_KEY) is True:
        return _OPERATOR
    stated = _header(scope, b"authorization")
    if stated is not None:
        return application.callers.of_token(_bearer(stated))
    return visitor_of_scope(scope, application).caller


def visitor_of_scope(scope: Scope, application: Application) -> Visitor:
    """The signed-in user behind a request's cookie. Raises Unauthenticated, and Forbidden where
    the request would change something and may come from another site."""
    cookie = session_cookie(_header(scope, b"cookie"))
    if cookie is None:
        raise Unauthenticated(_NOBODY)
    visitor = application.callers.of_session(cookie)
    word = _header(scope, b"x-csrf-token") or ""
    if scope["method"] not in _HARMLESS and not is_form_word(cookie, word):
        raise Forbidden(
            "A browser's request that changes something needs the header X-CSRF-Token.",
            code="forged",
        )
    return visitor


def caller_of(request: Request) -> Caller:
    """The caller of a request. Raises Unauthenticated; may wait for the database."""
    return caller_of_scope(request.scope, application_of(request))


def known_caller_of_scope(scope: Scope, application: Application) -> Caller | None:
    """The caller, where memory alone tells; never waits."""
    if scope.get(_OPERATOR_KEY) is True:
        return _OPERATOR
    stated = _header(scope, b"authorization")
    return None if stated is None else application.callers.known_token(_bearer(stated))


def may(permission: Permission) -> Callable[[Request], Coroutine[Any, Any, Caller]]:
    """A dependency: the caller, who has this permission. With whose data is asked afterwards, of
    `caller.require(permission, account)`."""

    async def caller_who_may(request: Request) -> Caller:
        caller = known_caller_of_scope(request.scope, application_of(request))
        if caller is None:
            caller = await run_in_threadpool(caller_of, request)
        caller.require(permission)
        return caller

    return caller_who_may


def account_for(application: Application, caller: Caller, key: str, permission: Permission) -> str:
    """The id of the account that a key stands for (its id, or an alias of it), with whose data the
    caller may do this. Raises Forbidden, and NotFound in words of the key: an alias of an account
    that the caller does not see must not tell its id."""
    account = application.account_of(key)
    try:
        caller.require(permission, account)
    except NotFound:
        raise NotFound(f"There is no account '{key}'.") from None
    return account


def _bearer(header: str) -> str:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != _BEARER:
        raise Unauthenticated(_NOBODY)
    return secret.strip()


def _header(scope: Scope, name: bytes) -> str | None:
    for its_name, value in scope["headers"]:
        if its_name == name:
            return str(value.decode("latin-1"))
    return None
