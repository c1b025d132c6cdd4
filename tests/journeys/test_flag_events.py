"""That flags have changed is heard over server-sent events, from a real server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import event_stream
import httpx
import pytest
from event_stream import listening
from postgresql_server import running_server as running_postgresql
from running_server import running_server
from served import START, token_of, world_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


class Client:
    """A program with a token."""

    def __init__(self, address: str, token: str, account: str) -> None:
        self.address, self.account = address, account
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        url = self.address + path
        return httpx.post(url, json=body, headers={**self.headers, **headers}, timeout=10)

    def flags(self, **headers: str) -> httpx.Response:
        context = {"context": {"targetingKey": self.account}}
        return self.post("/ofrep/v1/evaluate/flags", context, **headers)

    def stream(self) -> str:
        """The address of the stream that the flags name."""
        (stream,) = self.flags().json()["eventStreams"]
        assert stream["type"] == "sse"
        return self.address + str(stream["endpoint"]["requestUri"])

    def values(self) -> dict[str, Any]:
        """What each flag says now."""
        return {each["key"]: each["value"] for each in self.flags().json()["flags"]}

    def suspend(self) -> None:
        """The account pays no more."""
        url = f"{self.address}/v1/accounts/{self.account}/contracts"
        found = httpx.get(url, headers=self.headers, timeout=10).json()["items"][0]["id"]
        done = self.post(f"/v1/contracts/{found}/payment-state", {"state": "suspended"})
        assert done.status_code == 200

    def use(self, hours: str, id_: str) -> None:
        event = {
            "specversion": "1.0",
            "id": id_,
            "source": "app",
            "type": "report.made",
            "subject": self.account,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "data": {"hours": hours},
        }
        kind = {"Content-Type": "application/cloudevents+json"}
        assert self.post("/v1/usage-events", event, **kind).status_code == 200


@pytest.fixture(scope="module", params=["file", "server"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("events")
    if request.param == "file":
        yield "--data", str(folder / "data")
        return
    with running_postgresql() as server:
        yield "--database", server.fresh_database()


@pytest.fixture(scope="module")
def token(place: tuple[str, str]) -> str:
    world_of(place)
    return token_of(place, "admin")


@pytest.fixture(scope="module")
def address(
    place: tuple[str, str],
    token: str,  # noqa: ARG001 - made before somebody serves
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    with running_server(*place, log=tmp_path_factory.mktemp("served") / "log") as address:
        yield address


@pytest.fixture
def client(address: str, token: str) -> Client:
    """With an account of its own: one server is enough for all."""
    return Client(address, token, account_on_priority(address, token))


def account_on_priority(address: str, token: str) -> str:
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as asked:
        account = asked.post("/v1/accounts", json={"name": "Elm"}).json()["id"]
        order = {
            "account": account,
            "catalog": "acme",
            "tier": "priority",
            "start": START.isoformat(),
        }
        made = asked.post("/v1/contracts", json=order)
    assert made.status_code == 201, made.text
    return str(account)


def test_a_listener_hears_of_a_count_at_its_limit_and_of_a_contract(client: Client) -> None:
    with listening(client.stream()) as stream:
        first = stream.next()
        assert first is not None
        assert client.flags(**{"If-None-Match": first.data["etag"]}).status_code == 304
        client.use("10", "all")
        second = stream.next()
        assert second is not None
        assert second.data["type"] == "refetchEvaluation"
        changed = client.flags(**{"If-None-Match": first.data["etag"]})
        assert (changed.status_code, changed.headers["etag"]) == (200, second.data["etag"])
        values = client.values()
        assert (values["hours.remaining"], values["reports"]) == (0.0, True)
        client.suspend()
        assert stream.next() is not None
        assert client.values()["reports"] is False


def test_who_comes_back_hears_at_once_what_was_missed_and_only_that(client: Client) -> None:
    url = client.stream()
    with listening(url) as stream:
        first = stream.next()
    assert first is not None
    with listening(url, **{"Last-Event-ID": first.id}) as stream:
        client.suspend()
        second = stream.next()
    assert second is not None
    assert second.id != first.id
    with listening(url, **{"Last-Event-ID": first.id}) as stream:
        assert stream.next() == second


@pytest.mark.parametrize("place", ["server"], indirect=True)  # a file has one process
def test_a_change_by_another_process_is_heard(client: Client, place: tuple[str, str]) -> None:
    _, database = place
    with listening(client.stream()) as stream:
        assert stream.next() is not None
        began = time.monotonic()
        command = [sys.executable, str(Path(event_stream.__file__)), database, client.account]
        subprocess.run(command, check=True, timeout=30)
        assert stream.next() is not None
        assert time.monotonic() - began < 15
    assert client.values()["reports"] is False


def test_a_stream_opens_with_the_ticket_of_its_own_account_alone(client: Client) -> None:
    url = client.stream()
    other = url.replace(client.account, client.account[:-4] + "0000")
    for wrong in (other, url[:-1] + ("0" if url[-1] != "0" else "1"), url.partition("&")[0]):
        assert httpx.get(wrong, timeout=10).status_code == 401
    with listening(url.partition("&")[0], **client.headers) as stream:
        assert stream.next() is not None


def test_the_ticket_of_a_revoked_token_opens_nothing(client: Client) -> None:
    made = client.post("/v1/tokens", {"role": "customer_contact", "account": client.account})
    theirs = Client(client.address, made.json()["token"], client.account)
    url = theirs.stream()
    with listening(url) as stream:
        assert stream.next() is not None
    gone = f"{client.address}/v1/tokens/{made.json()['id']}"
    assert httpx.delete(gone, headers=client.headers, timeout=10).is_success
    assert httpx.get(url, timeout=10).status_code == 401


def test_a_server_with_listeners_stops_at_once(
    client: Client, token: str, place: tuple[str, str], tmp_path: Path
) -> None:
    where, account = place, client.account
    if place[0] == "--data":  # a file has one server, and that one goes on
        where = ("--data", str(tmp_path / "data"))
        account, token = world_of(where), token_of(where, "admin")
    with ExitStack() as streams:
        with running_server(*where, log=tmp_path / "log") as address:
            url = Client(address, token, account).stream()
            open_ones = [streams.enter_context(listening(url)) for _ in range(2)]
            assert all(each.next() for each in open_ones)
            began = time.monotonic()
        assert time.monotonic() - began < 5
        assert [each.next() for each in open_ones] == [None, None]
