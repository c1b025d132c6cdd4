"""Routes are made when somebody asks for them, and answer as FastAPI's."""

from __future__ import annotations

from fastapi import FastAPI
from served import Client

from tierline.api.routes import DeclaredRoute, Routes, made_routes


def app_of(routes: Routes) -> Client:
    app = FastAPI()
    app.router.routes.extend(routes.routes)
    return Client(app)


def test_a_route_is_made_when_it_is_asked_for_and_no_other() -> None:
    router = Routes(prefix="/v1", tags=["things"])

    @router.get("/things/{thing}")
    def read(thing: int) -> dict[str, int]:
        return {"thing": thing}

    @router.post("/things")
    def make(thing: int) -> int:
        return thing

    asked, other = router.routes
    assert isinstance(asked, DeclaredRoute)
    assert isinstance(other, DeclaredRoute)
    client = app_of(router)
    assert client.get("/v1/nothing").status_code == 404
    assert "made" not in vars(asked)
    assert client.get("/v1/things/7").json() == {"thing": 7}
    assert client.get("/v1/things/seven").status_code == 422
    assert client.post("/v1/things/7").status_code == 405
    assert "made" in vars(asked)
    assert "made" not in vars(other)


def test_all_are_made_for_the_document() -> None:
    router = Routes(tags=["things"])

    @router.get("/things", summary="All of them")
    def read() -> list[str]:
        return []

    (made,) = made_routes(router.routes)
    assert made.tags == ["things"]  # type: ignore[attr-defined]  # of FastAPI
    assert made.summary == "All of them"  # type: ignore[attr-defined]  # of FastAPI
