"""CloudEvents' own library, in every mode, against a server that is killed in the middle."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Semaphore

import httpx
import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from postgresql_server import running_server as running_postgresql
from running_server import killed_server, running_server
from served import token_of, world_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
NOW = datetime.now(UTC).replace(microsecond=0)
EVENTS, SENDERS, KILLED_AFTER = 96, 8, 40


@pytest.fixture(params=["file", "server"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """How a command names an empty installation, on each database."""
    if request.param == "file":
        yield "--data", str(tmp_path / "data")
        return
    with running_postgresql() as postgresql:
        yield "--database", postgresql.fresh_database()


def cloud_event(number: int, account: str) -> CloudEvent:
    attributes = {
        "id": f"event-{number}",
        "source": "gateway",
        "type": "report.made",
        "subject": account,
        "time": NOW - timedelta(minutes=number % 50),
        "specversion": "1.0",
        "datacontenttype": "application/json",
    }
    return CloudEvent(attributes, {"hours": 0.25})


def messages(number: int, account: str) -> tuple[dict[str, str], bytes]:
    """The event in one of the three modes, in turn."""
    event = cloud_event(number, account)
    if number % 3 == 0:
        message = to_binary_event(event)
        return message.headers, message.body
    structured = to_structured_event(event)
    if number % 3 == 1:
        return structured.headers, structured.body
    batch = {"content-type": "application/cloudevents-batch+json"}
    return batch, b"[" + structured.body + b"," + structured.body + b"]"


def send(client: httpx.Client, number: int, account: str) -> bool:
    """Whether the server acknowledged it."""
    headers, body = messages(number, account)
    try:
        answer = client.post("/v1/usage-events", headers=headers, content=body)
    except httpx.HTTPError:
        return False
    assert answer.status_code == 200, answer.text
    assert {each["result"] for each in answer.json()["results"]} <= {"accepted", "duplicate"}
    return True


def send_all(
    address: str, token: str, account: str, *, kill: Callable[[], None] | None = None
) -> list[bool]:
    """What 8 senders had acknowledged, each sending every event in an order of its own. With
    `kill` the server is killed while they send, once some have been."""
    killing = Semaphore(KILLED_AFTER if kill else EVENTS * SENDERS + 1)
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:

        def sender(first: int) -> list[bool]:
            numbers = [(first * 12 + number) % EVENTS for number in range(EVENTS)]
            done = {}
            for number in numbers:
                done[number] = send(client, number, account)
                if done[number] and not killing.acquire(blocking=False) and kill is not None:
                    kill()
            return [done[number] for number in range(EVENTS)]

        with ThreadPoolExecutor(SENDERS) as pool:
            found = list(pool.map(sender, range(SENDERS)))
    return [any(acknowledged) for acknowledged in zip(*found, strict=True)]


def used(address: str, token: str, account: str) -> str:
    question = {"account": account, "feature": "hours", "quantity": 0}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{address}/v1/checks", json=question, headers=headers)
    return str(answer.json()["used"])


def test_what_was_acknowledged_counts_once_after_kill_9(
    where: tuple[str, str], tmp_path: Path
) -> None:
    account = world_of(where)
    token = token_of(where)
    with killed_server(*where, log=tmp_path / "first") as (address, kill):
        acknowledged = send_all(address, token, account, kill=kill)
    assert any(acknowledged)
    assert not all(acknowledged)
    with running_server(*where, log=tmp_path / "second") as address:
        before = float(used(address, token, account))
        assert before >= sum(acknowledged) * 0.25
        assert all(send_all(address, token, account))
        assert float(used(address, token, account)) == EVENTS * 0.25


def test_another_body_under_the_same_id_is_a_conflict(
    where: tuple[str, str], tmp_path: Path
) -> None:
    account = world_of(where)
    headers = {"Authorization": f"Bearer {token_of(where)}"}
    with running_server(*where, log=tmp_path / "log") as address:
        event = to_structured_event(cloud_event(1, account))
        url, sent = f"{address}/v1/usage-events", {**headers, **event.headers}
        assert httpx.post(url, headers=sent, content=event.body).status_code == 200
        other = json.dumps({**json.loads(event.body), "data": {"hours": 9}})
        assert httpx.post(url, headers=sent, content=other).status_code == 409
        assert used(address, headers["Authorization"].split()[1], account) == "0.25"
