"""What every request passes: it gets an id, is counted and timed, and leaves a line in the log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from tierline.api.hot import ROUTE_KEY
from tierline.api.traffic import OTHER, Traffic
from tierline.bootstrap.logs import FIELDS, request_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
STREAM_KEY = "tierline.stream"
"""True in the scope of a request whose answer stays open: it is timed until it begins."""
SLOW_SECONDS = 1.0
_STATED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LOG = logging.getLogger("tierline.requests")


class Observed:
    """`hot` are paths of which only the slow and the failed are logged: there are thousands a
    second of them."""

    def __init__(self, app: ASGIApp, traffic: Traffic, hot: Collection[str] = ()) -> None:
        self._app = app
        self._traffic = traffic
        self._hot = frozenset(hot)
        self._process = secrets.token_hex(4)
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        identifier = self._id_of(scope)
        header = (HEADER, identifier.encode())
        request_id.set(identifier)
        status = 500
        answered: float | None = None

        async def noted(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                if STREAM_KEY in scope:
                    answered = time.perf_counter()
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._note(scope, status, (answered or time.perf_counter()) - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = template_of(scope), scope["method"]
        self._traffic.add(route, method, status, seconds)
        is_trouble = status >= 500 or seconds >= SLOW_SECONDS
        if not is_trouble and route in self._hot:
            return
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        level = logging.WARNING if is_trouble else logging.INFO
        _LOG.log(level, "%s %s %s", method, route, status, extra={FIELDS: fields})

    def _id_of(self, scope: Scope) -> str:
        """The id that the caller gave the request, if it is one; else a new one."""
        for name, value in scope["headers"]:
            if name == HEADER and _STATED.fullmatch(value):
                return str(value.decode())
        return f"{self._process}-{next(self._numbers):x}"


def template_of(scope: Scope) -> str:
    """The declared path of the route that answered (`/v1/accounts/{account}`), and never the
    path that was asked, which holds ids and secrets and has no end."""
    route: Any = scope.get(ROUTE_KEY) or getattr(scope.get("route"), "path", None)
    return route if isinstance(route, str) else OTHER
