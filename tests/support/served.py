"""An application over a fresh file with the small offer, and requests to it as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from new_data import new_data
from one_loop import answered
from small_offer import offer
from starlette.types import ASGIApp

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.usage import define_meter
from tierline.api.application import application
from tierline.api.server import AlwaysOperator
from tierline.bootstrap.application import Application, open_application
from tierline.metering.meter import Aggregation, Meter
from tierline.store.records import Records

START = datetime(2025, 1, 1, tzinfo=UTC)


class Client:
    """Requests to an application in this process, with or without a token."""

    def __init__(self, app: ASGIApp, headers: dict[str, str] | None = None) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._headers = headers or {}

    def request(self, method: str, path: str, **stated: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://tierline.test", headers=self._headers
            ) as client:
                return await client.request(method, path, **stated)

        return answered(send)

    def get(self, path: str, **stated: Any) -> httpx.Response:
        return self.request("GET", path, **stated)

    def post(self, path: str, **stated: Any) -> httpx.Response:
        return self.request("POST", path, **stated)

    def put(self, path: str, **stated: Any) -> httpx.Response:
        return self.request("PUT", path, **stated)

    def delete(self, path: str, **stated: Any) -> httpx.Response:
        return self.request("DELETE", path, **stated)


class Served:
    """`pine` is on Priority, `oak` on Standard."""

    def __init__(self, opened: Application, pine: str, oak: str) -> None:
        self.opened = opened
        self.app = application(opened)
        self.pine = pine
        self.oak = oak
        self.operator = Client(AlwaysOperator(self.app))
        self.nobody = Client(self.app)

    def as_(self, role: str, **stated: Any) -> Client:
        """A client with a token of a role."""
        made = self.operator.post("/v1/tokens", json={"role": role, **stated})
        assert made.status_code == 201, made.text
        headers = {"Authorization": f"Bearer {made.json()['token']}"}
        return Client(self.app, headers)


@contextmanager
def serve_small_world(folder: Path) -> Iterator[Served]:
    with open_application(data=new_data(folder)) as opened:
        yield Served(opened, *make_small_world(opened))


def make_small_world(opened: Application) -> tuple[str, str]:
    """Pine on Priority and Oak on Standard: their ids."""
    occasion = opened.occasion()

    def work(records: Records) -> tuple[str, str]:
        publish_catalog(records, offer(), occasion)
        found = []
        for name, tier in (("Pine", "priority"), ("Oak", "standard")):
            account = open_account(records, AccountDetails(name=name), occasion).id
            order = ContractOrder(account=account, catalog="acme", tier=tier, start=START)
            sign_contract(records, order, occasion)
            found.append(account)
        return found[0], found[1]

    return opened.change(work)


def world_of(where: tuple[str, str]) -> str:
    """Make the small world in an installation (`--data DIR`, `--database URL`), with a meter of
    hours; the account on Priority."""
    with _opened(where) as opened:
        pine, _ = make_small_world(opened)
        meter = Meter(
            key="hours",
            event_type="report.made",
            aggregation=Aggregation.sum,
            value="hours",
            feature="hours",
        )
        opened.change(lambda records: define_meter(records, meter, opened.occasion()))
        return pine


def token_of(where: tuple[str, str], role: str = "product") -> str:
    """A token for an installation that nobody serves."""
    with _opened(where) as opened:
        operator = Client(AlwaysOperator(application(opened)))
        return str(operator.post("/v1/tokens", json={"role": role}).json()["token"])


def _opened(where: tuple[str, str]) -> Application:
    option, place = where
    if option == "--data":
        return open_application(data=place)
    return open_application(database=place)


def made(client: Client, path: str, **body: Any) -> dict[str, Any]:
    """What was made of a body."""
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def problem(response: httpx.Response) -> dict[str, Any]:
    """The problem that a response tells."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return dict(response.json())


def used_of(folder: str, account: str, at: str) -> str:
    """Engineering hours that an account has used in the month of an instant."""
    with open_application(data=folder) as opened:
        operator = Client(AlwaysOperator(application(opened)))
        question = {"account": account, "feature": "hours", "quantity": 0, "at": at}
        return str(operator.post("/v1/checks", json=question).json()["used"])
