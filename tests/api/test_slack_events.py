"""Slack's Events API: only what Slack signed a short time ago is heard."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from served import Served, serve_small_world

from tierline.connectors.slack_requests import is_signed

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's own documentation
# The example of "Verifying requests from Slack", api.slack.com/authentication.
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibI"
    b"GlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
AT = 1531420618


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_small_world(tmp_path_factory.mktemp("slack")) as made:
        yield made


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_SLACK_SIGNING_SECRET", SECRET)


def hear(world: Served, event: dict[str, Any], *, secret: str = SECRET, late: int = 0) -> Any:
    body = json.dumps(event).encode()
    stamp = str(int(world.opened.now().timestamp()) - late)
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed.hexdigest()}",
    }
    return world.nobody.post("/v1/slack-events", content=body, headers=headers)


def message(words: str, ts: str, **stated: Any) -> dict[str, Any]:
    event = {"type": "message", "channel": "C1", "user": "U1", "text": words, "ts": ts, **stated}
    return {"type": "event_callback", "event": event}


def test_slacks_own_example_is_signed_and_nothing_else_is() -> None:
    at = datetime.fromisoformat("2018-07-12T18:36:58+00:00")
    assert at.timestamp() == AT
    assert is_signed(SECRET, (str(AT), SIGNATURE), BODY, at)
    assert not is_signed(SECRET, (str(AT), SIGNATURE), BODY + b"x", at)
    assert not is_signed(SECRET, (str(AT + 1), SIGNATURE), BODY, at)
    assert not is_signed("", (str(AT), SIGNATURE), BODY, at)
    assert not is_signed(SECRET, ("x", "é"), BODY, at)


def test_what_people_write_in_a_thread_is_one_case(world: Served) -> None:
    assert (
        hear(world, {"type": "url_verification", "challenge": "abc"}).json()["challenge"] == "abc"
    )
    first = hear(world, message("Line 3 stands &amp; waits", "1763755200.000100")).json()["case"]
    again = hear(world, message("Line 3 stands &amp; waits", "1763755200.000100")).json()
    answer = message("Still", "1763755300.000100", thread_ts="1763755200.000100")
    assert again["case"] == hear(world, answer).json()["case"] == first
    case = world.operator.get(f"/v1/cases/{first}").json()
    assert (case["channel"], case["subject"]) == ("shared_channel", "Line 3 stands & waits")
    assert [each["text"] for each in case["messages"]] == ["Line 3 stands & waits", "Still"]
    changed = hear(world, message("Another text", "1763755200.000100")).json()
    assert changed["reason"] == "Another text was taken under this id."


@pytest.mark.parametrize(
    "stated", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"text": ""}, {"type": "reaction"}]
)
def test_what_is_no_persons_message_is_left_out(world: Served, stated: dict[str, Any]) -> None:
    answer = hear(world, message("Hello", "1763755400.000100", **stated))
    assert (answer.status_code, answer.json()["case"]) == (200, None)


def test_what_slack_did_not_sign_now_is_refused(
    world: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = message("Pay here", "1763755500.000100")
    assert hear(world, told, secret=SECRET[::-1]).status_code == 401
    assert hear(world, told, late=301).status_code == 401
    assert world.nobody.post("/v1/slack-events", json=told).status_code == 401
    assert hear(world, message("x", "no stamp")).status_code in (400, 422)
    monkeypatch.delenv("TIERLINE_SLACK_SIGNING_SECRET")
    assert hear(world, told).status_code == 404
