"""Chat channels and pagers are told through the outbox, as programs are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from desk import HOUR, opened
from hook_server import Hook, hook_server
from moved_clock import Hands
from served import Client, Served, problem

from tierline.worker.kinds import worker_of


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")
    monkeypatch.setenv("TIERLINE_ADDRESS", "https://desk.example/")
    with hook_server() as running:
        yield running


def added(client: Client, url: str, **body: object) -> dict[str, Any]:
    made = client.post("/v1/webhooks", json={"url": url, **body})
    assert made.status_code == 201, made.text
    return dict(made.json())


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_breach_reaches_a_channel_and_a_pager(
    served: Served, desk: str, hands: Hands, hook: Hook
) -> None:
    kinds = ["MilestoneBreached"]
    slack = added(served.operator, hook.address, format="slack", kinds=kinds)
    assert (slack["format"], slack["secret"]) == ("slack", None)
    added(served.operator, hook.address, format="pager", kinds=kinds, routing_key="R1")
    case = opened(served.operator, desk, severity="S1")
    hands.now += 2 * HOUR
    worker = worker_of(served.opened)
    worker.start()
    hook.wait_for(2)
    worker.stop()
    told = {("text" in body): body for body in (json.loads(content) for _, content in hook.got)}
    assert told[True]["text"] == "Case 1: the acknowledgement was missed"
    assert f"https://desk.example/cases/{case['id']}" in json.dumps(told[True])
    assert (told[False]["routing_key"], told[False]["event_action"]) == ("R1", "trigger")
    assert told[False]["payload"]["custom_details"]["Account"] == "Elm"
    assert all("webhook-signature" not in headers for headers, _ in hook.got)


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_test_message_has_the_form_of_the_webhook(served: Served, hook: Hook) -> None:
    made = added(served.operator, hook.address, format="teams", kinds=["CaseOpened"])
    tried = served.operator.post(f"/v1/webhooks/{made['id']}/test-messages").json()
    assert tried["is_success"] is True
    ((_, content),) = hook.got
    assert json.loads(content)["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_a_pager_needs_its_key_and_nobody_else_has_one(served: Served) -> None:
    stated = {"url": "https://p.example/", "kinds": ["CaseOpened"]}
    for body in ({"format": "pager"}, {"format": "slack", "routing_key": "R1"}):
        refused = served.operator.post("/v1/webhooks", json={**stated, **body})
        assert [fault["path"] for fault in problem(refused)["faults"]] == ["routing_key"]


def test_the_format_of_a_webhook_stays(served: Served) -> None:
    stated = {"url": "https://p.example/", "kinds": ["CaseOpened"]}
    path = f"/v1/webhooks/{added(served.operator, **stated, format='slack')['id']}"
    refused = served.operator.put(path, json={**stated, "format": "teams"})
    assert refused.status_code == 422
    assert served.operator.put(path, json={**stated, "format": "slack"}).status_code == 200
    assert served.operator.put(f"{path}/secret").status_code == 409
