"""The way in for Slack, Teams and their like: a thread there is a case here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Client, Served, serve_small_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_small_world(Path(tmp_path_factory.mktemp("outside"))) as made:
        yield made


def hand(client: Client, thread: str, message: str, text: str, **stated: Any) -> Any:
    body = {"source": "slack", "thread": thread, "message": message, "text": text, **stated}
    return client.post("/v1/outside-messages", json=body)


def case_of(world: Served, answer: Any) -> dict[str, Any]:
    assert answer.is_success, answer.text
    return dict(world.operator.get(f"/v1/cases/{answer.json()['case']}").json())


def test_a_thread_is_one_case_and_each_message_is_taken_once(world: Served) -> None:
    bridge = world.as_("admin", scopes=["receive_mails"])
    contacts = f"/v1/accounts/{world.pine}/contacts"
    ada = {"name": "Ada Byron", "email": "ada@pine.example"}
    contact = world.operator.post(contacts, json=ada).json()["id"]
    first = hand(bridge, "C1/1", "1", "Line 3 stands\nSince nine", email="Ada@Pine.example")
    assert (first.status_code, first.json()["is_new"]) == (201, True)
    case = case_of(world, first)
    assert (case["account"], case["contact"]) == (world.pine, contact)
    assert (case["channel"], case["subject"]) == ("shared_channel", "Line 3 stands")
    again = hand(bridge, "C1/1", "1", "Line 3 stands\nSince nine", email="ada@pine.example")
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    other = hand(bridge, "C1/1", "1", "Something else").json()
    assert (other["status"], other["code"]) == (409, "another_message")
    hand(bridge, "C1/1", "2", "We look at it.", is_ours=True)
    hand(bridge, "C1/1", "3", "4111 1111 1111 1111")
    case = case_of(world, again)
    told = [each["text"] for each in case["messages"]]
    assert told[:3] == ["Line 3 stands\nSince nine", "We look at it.",
                        "[card number removed, it ended in 1111]"]  # fmt: skip
    kinds = [each["kind"] for each in case["events"]]
    assert kinds == ["opened", "public_reply", "customer_message", "automatic_reply"]


def test_what_follows_on_a_closed_case_begins_another_and_we_begin_none(world: Served) -> None:
    first = hand(world.operator, "C2/1", "1", "Help", account=world.pine).json()["case"]
    world.operator.post(f"/v1/cases/{first}/resolution", json={"how": "Done.", "why": "So."})
    world.operator.put(f"/v1/cases/{first}/closure")
    second = hand(world.operator, "C2/1", "2", "Again", account=world.pine).json()["case"]
    assert second != first
    assert hand(world.operator, "C2/1", "3", "And again").json()["case"] == second
    assert hand(world.operator, "C3/1", "1", "Hi", is_ours=True).json()["code"] == "no_thread"
    stranger = case_of(world, hand(world.operator, "C4/1", "1", "Who am I?"))
    assert (stranger["account"], stranger["coverage"]) == (None, "unknown")


def test_a_chat_is_a_case_that_came_by_chat(world: Served) -> None:
    raised = {"subject": "Camera 2", "text": "No picture.", "account": world.pine}
    case = world.operator.post("/v1/cases", json={**raised, "channel": "chat"}).json()["id"]
    assert world.operator.get(f"/v1/cases/{case}/chat").json() == {
        "case": case, "is_staff_here": False, "is_customer_here": False, "ended_at": None,
    }  # fmt: skip
    ended = world.operator.delete(f"/v1/cases/{case}/chat").json()
    assert ended["messages"][-1]["author"] == "machine"
    other = world.operator.post("/v1/cases", json=raised).json()["id"]
    assert world.operator.get(f"/v1/cases/{other}/chat").status_code == 404
    assert world.operator.delete(f"/v1/cases/{other}/chat").status_code == 404
