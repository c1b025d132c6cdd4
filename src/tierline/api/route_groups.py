"""Looking for the route of a request among those that begin as its path does.

A router asks each of its routes, of which there are hundreds, one after another: for a page that
stands far behind this took a tenth of the time of its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from fastapi import APIRouter
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class RouteGroups:
    """The routes of a router by what their paths begin with: `/cases`, `/v1/cases`. What begins
    with a value may be asked for with anything, and is in each group. A request that finds no route
    in its group is the router's own matter."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._all: ASGIApp = router.app
        routes = [(_beginning(route), route) for route in router.routes]
        names = {beginning for beginning, _ in routes} - {""}
        self._groups = {name: self._group(name, routes) for name in names}

    def _group(self, name: str, routes: Iterable[tuple[str, BaseRoute]]) -> APIRouter:
        own = [route for beginning, route in routes if beginning in ("", name)]
        return APIRouter(routes=own, redirect_slashes=False, default=self._all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["router"] = self._router
        is_plain = scope["type"] == "http" and not scope.get("root_path")
        group = self._groups.get(_first_words(scope["path"])) if is_plain else None
        await (self._all if group is None else group.app)(scope, receive, send)


def look_in_groups(router: APIRouter) -> None:
    """Have a router, which has all of its routes, look in groups of them."""
    router.middleware_stack = RouteGroups(router)


_VERSION = "v1"


def _first_words(path: str) -> str:
    """The first word of a path, and the second one where the first is that of the API."""
    words = path.split("/", 3)[1:3]
    return "/".join(words if words[0] == _VERSION else words[:1])


def _beginning(route: BaseRoute) -> str:
    """The first words of its path; empty where they are not the same for all that it answers."""
    if not isinstance(route, Route):
        return ""
    told = "".join(takewhile(lambda sign: sign != "{", route.path))
    is_cut = len(told) < len(route.path)
    first = _first_words(told)
    return "" if is_cut and told == f"/{first}" else first
