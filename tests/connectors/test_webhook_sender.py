from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hook_server import Hook, hook_server

from tierline.connectors.webhook_sender import WebhookSender
from tierline.webhooks.attempt import Attempt

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as running:
        yield running


def send(sender: WebhookSender, url: str) -> Attempt:
    return sender.send(url, {"webhook-id": "message_1"}, b'{"a":1}', at=AT)


def test_the_message_arrives_as_it_was_signed(hook: Hook) -> None:
    attempt = send(WebhookSender(allows_private=True), hook.address)
    assert attempt.is_success
    ((headers, content),) = hook.got
    assert (headers["webhook-id"], content) == ("message_1", b'{"a":1}')


def test_the_judged_address_is_called_by_the_name_of_the_url(hook: Hook) -> None:
    port = hook.address.split(":")[2].split("/")[0]
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = WebhookSender(allows_private=True, resolve=resolve)
    attempt = send(sender, f"http://partner.example:{port}/hook")
    assert attempt.status == 204
    assert asked == ["partner.example"]
    assert hook.got[0][0]["host"] == f"partner.example:{port}"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "[::1]", "0x7f.1"])
def test_our_own_network_is_blocked_by_default(hook: Hook, name: str) -> None:
    url = hook.address.replace("127.0.0.1", name)
    attempt = send(WebhookSender(allows_private=False), url)
    assert attempt.status is None
    assert hook.got == []


def test_a_redirect_is_an_answer_and_is_not_followed(hook: Hook) -> None:
    hook.answers, hook.location = [302], hook.address
    attempt = send(WebhookSender(allows_private=True), hook.address)
    assert (attempt.status, attempt.is_success) == (302, False)
    assert len(hook.got) == 1


def test_an_answer_without_end_is_not_read_to_its_end(hook: Hook) -> None:
    hook.answers, hook.body = [200], b"x" * 20_000_000
    attempt = send(WebhookSender(allows_private=True), hook.address)
    assert attempt.status == 200


def test_who_answers_too_slowly_is_not_waited_for(hook: Hook) -> None:
    hook.slow_seconds = 2
    began = time.monotonic()
    attempt = send(WebhookSender(allows_private=True, seconds=0.2), hook.address)
    assert time.monotonic() - began < 1.5
    assert attempt.error == "No answer within 0.2 seconds."


def test_nobody_there_is_an_error_in_words_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    attempt = send(WebhookSender(allows_private=True), f"http://127.0.0.1:{port}/secret")
    assert attempt.error == "The connection failed (ConnectError)."
