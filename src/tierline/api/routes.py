"""Routes that cost nothing until somebody asks for them.

FastAPI reads the types of a route, and makes what validates them, as soon as it is declared. For
some two hundred routes that takes longer than most commands at a terminal, which ask one or two of
them. Here a route is made of its declaration when it is first asked for, or documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from tierline.api.problems import problem_of
from tierline.kernel.errors import Fault, Invalid

_STRICT = "/v1/"
"""OpenFeature's own paths stand elsewhere: what its providers ask beside is theirs."""
_TOLD = "A query parameter is not known."
_SHOWN_CHARACTERS, _MOST_FAULTS = 60, 10


class Routes(APIRouter):
    """The routes of a module: declared as FastAPI's, made one by one when they are asked for."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **stated: Any) -> None:
        """Declare a route."""
        self.routes.append(DeclaredRoute(self, path, endpoint, stated))


class DeclaredRoute(Route):
    """A route that is not made yet; what it is asked for by is known."""

    def __init__(
        self, of: Routes, path: str, endpoint: Callable[..., Any], stated: dict[str, Any]
    ) -> None:
        super().__init__(of.prefix + path, endpoint, methods=stated.get("methods"))
        self._declared = path, endpoint, stated
        self._prefix, self._tags = of.prefix, list(of.tags)
        self._begins = (of.prefix + path).partition("{")[0]

    @cached_property
    def made(self) -> BaseRoute:
        """The route itself."""
        path, endpoint, stated = self._declared
        router = APIRouter(prefix=self._prefix, tags=self._tags)
        router.add_api_route(path, endpoint, **stated)
        (made,) = router.routes
        return made

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for this route, which is made then."""
        if not scope.get("root_path") and not scope["path"].startswith(self._begins):
            return Match.NONE, {}  # most of two hundred are passed over without their patterns
        match, _ = super().matches(scope)
        return (match, {}) if match is Match.NONE else self.made.matches(scope)

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """The names of the query parameters that it knows."""
        made = self.made
        assert isinstance(made, APIRoute)  # noqa: S101 - what was declared is one
        return frozenset(_asked_for(made.dependant))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that asks for what is not known is refused, because what is passed
        over would be answered as if nothing had been asked."""
        if scope["query_string"] and scope["path"].startswith(_STRICT):
            faults = _unknown(scope["query_string"], self.asked_for)
            if faults:
                await problem_of(Invalid(_TOLD, faults))(scope, receive, send)
                return
        await self.made.handle(scope, receive, send)


def _asked_for(dependant: Dependant) -> Iterator[str]:
    yield from (each.alias for each in dependant.query_params)
    for beneath in dependant.dependencies:
        yield from _asked_for(beneath)


def _unknown(query: bytes, known: frozenset[str]) -> list[Fault]:
    asked = (name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    names = ", ".join(sorted(known))
    hint = f"Known are: {names}." if known else "There are none here."
    return [
        Fault("unknown_parameter", f"'{name[:_SHOWN_CHARACTERS]}' is not known here.", "", hint)
        for name in dict.fromkeys(asked)
        if name not in known
    ][:_MOST_FAULTS]


def made_routes(routes: Sequence[BaseRoute]) -> list[BaseRoute]:
    """All of some routes, made: what a document is written from."""
    return [each.made if isinstance(each, DeclaredRoute) else each for each in routes]
