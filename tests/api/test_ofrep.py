from __future__ import annotations

from typing import Any

import pytest
from served import Served


def evaluate(served: Served, key: str, **context: object) -> Any:
    body = {"context": {"targetingKey": served.pine, **context}}
    return served.operator.post(f"/ofrep/v1/evaluate/flags/{key}", json=body)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("reports", True, "STATIC"),
        ("phone", False, "STATIC"),
        ("sandboxes", True, "TARGETING_MATCH"),
        ("sandboxes.limit", 5, "TARGETING_MATCH"),
        ("sandboxes.remaining", 5, "TARGETING_MATCH"),
        ("hours.limit", 10.0, "TARGETING_MATCH"),
        ("S1.acknowledge", True, "STATIC"),
    ],
)
def test_a_flag_has_value_reason_and_variant(
    served: Served, key: str, value: object, reason: str
) -> None:
    said = evaluate(served, key).json()
    assert (said["key"], said["value"], said["reason"]) == (key, value, reason)
    assert type(said["value"]) is type(value)
    assert said["variant"] in {"allow", "deny", "warn", "allow_with_overage"}
    assert isinstance(said["metadata"]["sentence"], str)


def test_evaluating_uses_nothing_up(served: Served) -> None:
    for _ in range(9):
        assert evaluate(served, "sandboxes.remaining").json()["value"] == 5


def test_all_flags_come_with_a_tag_and_only_when_they_changed(served: Served) -> None:
    body = {"context": {"targetingKey": served.pine}}
    first = served.operator.post("/ofrep/v1/evaluate/flags", json=body)
    keys = {flag["key"] for flag in first.json()["flags"]}
    assert {"sandboxes", "sandboxes.limit", "sandboxes.remaining", "S1.acknowledge.value"} <= keys
    tag = {"If-None-Match": first.headers["etag"]}
    again = served.operator.post("/ofrep/v1/evaluate/flags", json=body, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    order = {"account": served.pine, "feature": "sandboxes"}
    served.operator.post("/v1/reservations", json=order)
    changed = served.operator.post("/ofrep/v1/evaluate/flags", json=body, headers=tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "PARSE_ERROR"),
        (b"{}", 400, "TARGETING_KEY_MISSING"),
        (b'{"context": {}}', 400, "TARGETING_KEY_MISSING"),
        (b'{"context": {"targetingKey": ""}}', 400, "TARGETING_KEY_MISSING"),
        (b'{"context": {"targetingKey": 5}}', 400, "INVALID_CONTEXT"),
        (b'{"context": {"targetingKey": "a", "deep": ' + b"[" * 100_000, 400, "PARSE_ERROR"),
    ],
)
def test_a_fault_is_told_in_the_protocols_words(
    served: Served, body: bytes, status: int, code: str
) -> None:
    answer = served.operator.post("/ofrep/v1/evaluate/flags/sandboxes", content=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


def test_a_feature_that_no_catalog_names_is_not_found(served: Served) -> None:
    answer = evaluate(served, "teleport")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")


def test_the_floor_is_served_to_an_account_that_nobody_knows(served: Served) -> None:
    body = {"context": {"targetingKey": "account_x"}}
    intake = served.operator.post("/ofrep/v1/evaluate/flags/intake", json=body).json()
    other = served.operator.post("/ofrep/v1/evaluate/flags/sandboxes", json=body).json()
    assert (intake["value"], other["value"]) == (True, False)
    assert intake["reason"] == "DEFAULT" or intake["variant"] == "warn"


def test_an_account_is_known_by_what_another_system_calls_it(served: Served) -> None:
    rows = "external_id,name,time_zone\ncrm-77,Elm,UTC\n"
    sent = served.operator.post(
        "/v1/account-imports?name=accounts.csv",
        content=rows.encode(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert sent.status_code == 200, sent.text
    context = {"context": {"targetingKey": "crm-77"}}
    said = served.operator.post("/ofrep/v1/evaluate/flags/intake", json=context).json()
    assert said["value"] is True
    assert served.operator.get("/v1/accounts/crm-77").json()["name"] == "Elm"


def test_all_flags_name_the_stream_of_the_account_at_our_address(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"context": {"targetingKey": served.pine, "severity": "S1"}}
    said = served.as_("product").post("/ofrep/v1/evaluate/flags", json=body).json()
    (stream,) = said["eventStreams"]
    assert stream["type"] == "sse"
    uri = f"/ofrep/v1/events?account={served.pine}&severity=S1&ticket=token_"
    assert stream["endpoint"]["requestUri"].startswith(uri)
    assert "origin" not in stream["endpoint"]
    monkeypatch.setenv("TIERLINE_ADDRESS", "https://x.example/support")
    said = served.as_("product").post("/ofrep/v1/evaluate/flags", json=body).json()
    endpoint = said["eventStreams"][0]["endpoint"]
    assert endpoint["origin"] == "https://x.example"
    assert endpoint["requestUri"].startswith(f"/support{uri}")


def test_another_token_has_another_stream_and_so_another_tag(served: Served) -> None:
    body = {"context": {"targetingKey": served.pine}}
    tags = [
        served.as_("product").post("/ofrep/v1/evaluate/flags", json=body).headers["etag"]
        for _ in range(2)
    ]
    assert tags[0] != tags[1]
    assert len({tag.partition("-")[0] for tag in tags}) == 1


def test_who_stands_for_nobody_is_told_of_no_stream(served: Served) -> None:
    body = {"context": {"targetingKey": "account_x"}}
    said = served.operator.post("/ofrep/v1/evaluate/flags", json=body).json()
    assert "eventStreams" not in said
