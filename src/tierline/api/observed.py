"""What every request passes: it gets an id, is counted and timed, and leaves a line in the log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from tierline.api.traffic import OTHER, Traffic
from tierline.bootstrap.logs import FIELDS, request_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
ROUTE_KEY = "tierline.route"
"""The declared path of the route that answers, in the scope of its request."""
STREAM_KEY = "tierline.stream"
"""True in the scope of a request whose answer stays open: it is timed until it begins."""
SLOW_SECONDS = 1.0
_STATED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LOG = logging.getLogger("tierline.requests")


class Observer:
    """What is noted of every request. `traffic` counts and times them."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._process = secrets.token_hex(4)
        self._numbers = count(1)

    def begin(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        """The header that its answer carries: the id that the caller gave the request, if it is
        one; else a new one. What is logged meanwhile names it."""
        for header in headers:
            if header[0] == HEADER and _STATED.fullmatch(header[1]):
                request_id.set(header[1].decode())
                return HEADER, header[1]
        identifier = f"{self._process}-{next(self._numbers):x}"
        request_id.set(identifier)
        return HEADER, identifier.encode()

    def end(
        self, route: str, method: str, status: int, seconds: float, *, is_hot: bool = False
    ) -> None:
        """One request was answered. Of the hot routes only the slow and the failed are logged:
        there are thousands a second of them."""
        self._traffic.add(route, method, status, seconds)
        is_trouble = status >= 500 or seconds >= SLOW_SECONDS
        if is_hot and not is_trouble:
            return
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        level = logging.WARNING if is_trouble else logging.INFO
        _LOG.log(level, "%s %s %s", method, route, status, extra={FIELDS: fields})


class Observed:
    """An application each of whose requests is noted."""

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self._app = app
        self._observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        header = self._observer.begin(scope["headers"])
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
            seconds = (answered or time.perf_counter()) - began
            self._observer.end(template_of(scope), scope["method"], status, seconds)


def template_of(scope: Scope) -> str:
    """The declared path of the route that answered (`/v1/accounts/{account}`), and never the
    path that was asked, which holds ids and secrets and has no end."""
    route: Any = scope.get(ROUTE_KEY) or getattr(scope.get("route"), "path", None)
    return route if isinstance(route, str) else OTHER
