"""Routes that are asked thousands of times a second, answered in front of the framework.

A hot route is a plain function of the application, the caller and the bytes; it is documented in
`/openapi.json` like every other route, from the types that it reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from tierline.access.caller import Caller
from tierline.api.bodies import BODY_LIMIT_BYTES, Answer, answer_as, whole_body
from tierline.api.callers import caller_of_scope, known_caller_of_scope
from tierline.api.observed import ROUTE_KEY, Observer
from tierline.api.one_write import send_whole
from tierline.api.problems import problem, problem_of, unforeseen
from tierline.bootstrap.application import Application
from tierline.kernel.errors import TierlineError

_KEY = "{key}"


class Call(NamedTuple):
    """One request to a hot route."""

    application: Application
    caller: Caller
    body: bytes
    headers: Sequence[tuple[bytes, bytes]]
    key: str
    """What stands in the path for `{key}`."""

    def header(self, name: bytes) -> str | None:
        """The value of a header (its name in lower case)."""
        for its_name, value in self.headers:
            if its_name == name:
                return value.decode("latin-1")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotRoute:
    """`path` may hold one `{key}`. `waits` where the function waits for the database, and so runs
    on a thread of its own."""

    path: str
    summary: str
    tag: str
    answer: Callable[[Call], Answer]
    reads: Any
    """The type of the body, for the documentation."""
    writes: Any
    statuses: tuple[int, ...] = (400, 401, 403, 404, 413, 422)
    good: int = 200
    waits: bool = False
    limit_bytes: int = BODY_LIMIT_BYTES
    media_types: tuple[str, ...] = ("application/json",)
    refuses: Any = None
    """The type of what is answered with `own_errors`, where that is no problem+json."""
    own_errors: tuple[int, ...] = ()
    is_keyed: bool = False
    """Whether it takes an idempotency key."""

    @property
    def types(self) -> list[Any]:
        """All that stand in the document."""
        return [kind for kind in (self.reads, self.writes, self.refuses) if kind]


class HotRoutes:
    """The ASGI application that knows the hot routes, and gives all others to the next one."""

    def __init__(
        self,
        app: ASGIApp,
        application: Application,
        routes: Sequence[HotRoute],
        observer: Observer,
    ) -> None:
        self._app = app
        self._application = application
        self._observer = observer
        self._exact = {route.path: route for route in routes if _KEY not in route.path}
        self._keyed = [
            (route.path.partition(_KEY)[0], route.path.partition(_KEY)[2], route)
            for route in routes
            if _KEY in route.path
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._found(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        route, key = found
        began = time.perf_counter()
        scope[ROUTE_KEY] = route.path
        request = self._observer.begin(scope["headers"])
        status = 500
        try:
            answer = await self._answer(route, key, scope, receive)
            status = answer.status
            length = (b"content-length", b"%d" % len(answer.body))
            await send_whole(send, status, (*answer.headers, length, request), answer.body)
        finally:
            seconds = time.perf_counter() - began
            self._observer.end(route.path, scope["method"], status, seconds, is_hot=True)

    def _found(self, path: str) -> tuple[HotRoute, str] | None:
        exact = self._exact.get(path)
        if exact is not None:
            return exact, ""
        for before, after, route in self._keyed:
            if path.startswith(before) and path.endswith(after):
                key = path[len(before) : len(path) - len(after)]
                if key and "/" not in key:
                    return route, key
        return None

    async def _answer(self, route: HotRoute, key: str, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return _POST_ALONE
        headers = scope["headers"]
        try:
            caller = known_caller_of_scope(scope, self._application)
            if caller is None:
                caller = await run_in_threadpool(caller_of_scope, scope, self._application)
            body = await whole_body(headers, receive, route.limit_bytes)
            call = Call(self._application, caller, body, headers, key)
            if route.waits:
                return await run_in_threadpool(route.answer, call)
            return route.answer(call)
        except TierlineError as error:
            return answer_as(problem_of(error))
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is told as every other error
            return answer_as(unforeseen(scope["method"], route.path, error))


_POST_ALONE = answer_as(
    problem(
        405,
        "Method not allowed",
        "This route answers POST.",
        code="method_not_allowed",
        headers={"Allow": "POST"},
    )
)
