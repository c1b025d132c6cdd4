"""Bodies of the REST routes: bounded while they come in, and JSON that has one meaning.

In front of the framework, which would take whatever is sent into memory and read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tierline.api.bodies import BODY_LIMIT_BYTES, whole_body
from tierline.api.problems import problem_of
from tierline.api.strict_json import refuse_ambiguous
from tierline.kernel.errors import TierlineError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/v1/"
_WITHOUT_A_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_JSON = re.compile(rb"\s*application/([a-z0-9.+-]+\+)?json\s*(;|$)", re.IGNORECASE)


class RestBodies:
    """`limits` are paths that take more bytes than others."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _has_body(scope):
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], BODY_LIMIT_BYTES)
        try:
            body = await whole_body(scope["headers"], receive, limit)
            if body and _is_json(scope):
                refuse_ambiguous(body)
        except TierlineError as error:
            await problem_of(error)(scope, receive, send)
            return
        await self._app(scope, _read_already(body, receive), send)


def _has_body(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] not in _WITHOUT_A_BODY
        and scope["path"].startswith(PREFIX)
    )


def _is_json(scope: Scope) -> bool:
    return any(
        name == b"content-type" and _JSON.match(value) is not None
        for name, value in scope["headers"]
    )


def _read_already(body: bytes, receive: Receive) -> Receive:
    """Gives the body as if it came now."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
