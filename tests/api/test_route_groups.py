"""A request is looked for among the routes that begin as its path does, and finds the same one."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from served import Client
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from tierline.api.route_groups import look_in_groups
from tierline.web.routes import ROUTES

ASKED = (
    "/", "/things", "/things/", "/things/new", "/things/7", "/things/7/parts", "/other/parts",
    "/v1/things", "/v1/other", "/v1", "/things.csv", "/nothing", "//things", "/things%2F7",
)  # fmt: skip


def routes() -> list[BaseRoute]:
    def answer(name: str) -> Route:
        methods = ["POST"] if name.endswith("parts") else ["GET"]
        return Route(name, lambda request: told(request, name), methods=methods)

    def told(request: Request, name: str) -> PlainTextResponse:
        return PlainTextResponse(f"{name} {sorted(request.path_params.items())}")

    return [
        answer("/things"), answer("/things.csv"), answer("/{kind}/parts"), answer("/things/new"),
        answer("/things/{thing}"), answer("/v1/things"), answer("/v1/{kind}"),
        answer("/things/{thing}/parts"),
    ]  # fmt: skip


def client_of(*, in_groups: bool, catches_all: bool) -> Client:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(routes())
    if catches_all:
        app.router.routes.append(Route("/{rest:path}", lambda _: PlainTextResponse("no page", 404)))
    if in_groups:
        look_in_groups(app.router)
    return Client(app)


@pytest.mark.parametrize("catches_all", [False, True])
def test_each_path_is_answered_as_by_the_router_itself(*, catches_all: bool) -> None:
    whole = client_of(in_groups=False, catches_all=catches_all)
    grouped = client_of(in_groups=True, catches_all=catches_all)
    for path in ASKED:
        for method in ("GET", "POST", "HEAD"):
            expected, found = whole.request(method, path), grouped.request(method, path)
            assert (found.status_code, found.text) == (expected.status_code, expected.text), path
            assert found.headers.get("location") == expected.headers.get("location")
            assert found.headers.get("allow") == expected.headers.get("allow")


def test_no_page_is_hidden_behind_the_first_words_of_its_path() -> None:
    """Only the first page and the last one, which catches what is none, begin with anything."""
    free = [route.path for route in ROUTES if isinstance(route, Route) and "{" in route.path[:2]]
    assert free == ["/{rest:path}"]
