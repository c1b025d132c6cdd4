from __future__ import annotations

import time
import timeit

import pytest
from served import Client, Served, problem

from tierline.access.role import Role
from tierline.api.callers import caller_of_scope
from tierline.bootstrap.callers import KEPT_SECONDS, RENEWED_SECONDS


def shown(served: Served, secret: str, scheme: str = "Bearer") -> Client:
    return Client(served.app, {"Authorization": f"{scheme} {secret}"})


def test_a_token_opens_what_its_role_may_and_nothing_else(served: Served) -> None:
    agent = served.as_("agent")
    assert agent.get("/v1/accounts").status_code == 200
    refused = agent.post("/v1/accounts", json={"name": "Elm"})
    assert refused.status_code == 403
    assert "write_accounts" in problem(refused)["detail"]


def test_a_revoked_token_is_refused_at_once(served: Served) -> None:
    made = served.operator.post("/v1/tokens", json={"role": "agent"}).json()
    client = shown(served, made["token"])
    assert client.get("/v1/accounts").status_code == 200
    assert served.operator.delete(f"/v1/tokens/{made['id']}").status_code == 204
    assert client.get("/v1/accounts").status_code == 401
    hot = client.post("/v1/checks", json={"account": served.pine, "feature": "reports"})
    assert hot.status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer tl_",
        "Bearer tl_' OR '1'='1",
        "Basic dGw6eA==",
        "Bearer " + "x" * 5_000,
        "Bearer tl_" + "0" * 43,
    ],
)
def test_who_shows_nothing_that_we_made_is_nobody(served: Served, header: str) -> None:
    client = Client(served.app, {"Authorization": header} if header else None)
    for response in (client.get("/v1/accounts"), client.post("/v1/checks", json={})):
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert header[-20:] not in response.text or len(header) < 20


def test_a_secret_is_told_once(served: Served) -> None:
    response = served.operator.post("/v1/tokens", json={"role": "agent", "name": "ci"})
    made = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert made["token"].startswith("tl_")
    for later in (
        served.operator.get("/v1/tokens"),
        served.operator.get(f"/v1/tokens/{made['id']}"),
    ):
        assert made["token"] not in later.text
        assert made["shown"] in later.text


def test_tokens_are_listed_by_pages(served: Served) -> None:
    for number in range(5):
        served.operator.post("/v1/tokens", json={"role": "agent", "name": f"n{number}"})
    names, after = [], None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        page = served.operator.get("/v1/tokens", params=query).json()
        names += [token["name"] for token in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert names == ["n4", "n3", "n2", "n1", "n0"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.admin}))
def test_only_an_admin_makes_tokens(served: Served, role: Role) -> None:
    bound = {"account": served.pine} if role in (Role.customer_contact, Role.partner) else {}
    client = served.as_(role, **bound)
    assert client.post("/v1/tokens", json={"role": "agent"}).status_code == 403
    assert client.get("/v1/tokens").status_code == 403


def test_an_account_sees_only_itself(served: Served) -> None:
    client = served.as_("customer_contact", account=served.pine)
    listed = client.get("/v1/accounts").json()["items"]
    assert [account["id"] for account in listed] == [served.pine]
    own, other, none = (
        client.get(f"/v1/accounts/{account}") for account in (served.pine, served.oak, "account_x")
    )
    assert own.status_code == 200
    assert other.status_code == none.status_code == 404
    said = problem(other)["detail"].replace(served.oak, "?")
    assert said == problem(none)["detail"].replace("account_x", "?")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"role": "king"}, "role"),
        ({"role": "agent", "scopes": []}, "scopes"),
        ({"role": "agent", "scopes": ["everything"]}, "scopes"),
        ({"role": "agent", "scopes": ["operate"]}, "scopes"),
        ({"role": "customer_contact"}, "account"),
        ({"role": "agent", "expires_at": "2026-01-01T00:00:00"}, "expires_at"),
        ({"role": "agent", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"role": "agent", "name": "a\x00b"}, "name"),
        ({"role": "agent", "colour": "blue"}, "colour"),
    ],
)
def test_a_wrong_order_names_its_fault(served: Served, body: dict[str, object], fault: str) -> None:
    response = served.operator.post("/v1/tokens", json=body)
    assert response.status_code == 422
    assert any(fault in each["path"] for each in problem(response)["faults"])


def test_a_known_token_costs_microseconds(served: Served) -> None:
    made = served.operator.post("/v1/tokens", json={"role": "product"}).json()
    header = (b"authorization", f"Bearer {made['token']}".encode())
    scope = {"type": "http", "method": "POST", "headers": [(b"host", b"x"), header]}
    caller_of_scope(scope, served.opened)
    seconds = min(timeit.repeat(lambda: caller_of_scope(scope, served.opened), number=500))
    assert seconds / 500 < 20e-6


def test_before_a_token_is_forgotten_one_who_asks_reads_it_again_and_no_other_waits(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = served.operator.post("/v1/tokens", json={"role": "product"}).json()["token"]
    callers = served.opened.callers
    now = time.monotonic()
    monkeypatch.setattr("tierline.bootstrap.callers.time.monotonic", lambda: now)
    known = callers.of_token(secret)
    assert callers.known_token(secret) is known
    now += KEPT_SECONDS - RENEWED_SECONDS / 2
    assert callers.known_token(secret) is None  # this one reads it again
    assert callers.known_token(secret) is known
    renewed = callers.of_token(secret)
    assert renewed == known
    assert renewed is not known
    now += RENEWED_SECONDS
    assert callers.known_token(secret) is renewed
    now += KEPT_SECONDS
    assert callers.known_token(secret) is None
    assert callers.known_token(secret) is None  # nobody is believed for longer
