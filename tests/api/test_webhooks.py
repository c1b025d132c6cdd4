from __future__ import annotations

from collections.abc import Iterator

import pytest
from hook_server import Hook, hook_server
from served import Client, Served, problem
from standardwebhooks import Webhook

from tierline.worker.kinds import worker_of


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as running:
        yield running


@pytest.fixture
def admin(served: Served) -> Client:
    return served.as_("admin")


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")


def added(client: Client, url: str = "https://partner.example/hook", **body: object) -> dict:
    made = client.post("/v1/webhooks", json={"url": url, **body})
    assert made.status_code == 201, made.text
    return made.json()


def test_a_secret_is_told_once_and_never_again(admin: Client) -> None:
    made = added(admin, kinds=["ContractSigned"])
    assert made["secret"].startswith("whsec_")
    read = admin.get(f"/v1/webhooks/{made['id']}").json()
    assert read == {name: value for name, value in made.items() if name != "secret"}
    assert admin.get("/v1/webhooks").json() == {"items": [read], "next": None}


def test_webhooks_come_in_pages(admin: Client) -> None:
    made = [added(admin)["id"] for _ in range(3)]
    first = admin.get("/v1/webhooks", params={"limit": 2}).json()
    rest = admin.get("/v1/webhooks", params={"limit": 2, "after": first["next"]}).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == made
    assert rest["next"] is None


def test_every_fault_is_told_at_once(admin: Client) -> None:
    refused = admin.post("/v1/webhooks", json={"url": "http://10.0.0.1/", "kinds": ["no kind"]})
    assert [fault["path"] for fault in problem(refused)["faults"]] == ["url", "kinds[0]"]


def test_who_may_not_manage_webhooks_is_refused(served: Served) -> None:
    assert served.nobody.get("/v1/webhooks").status_code == 401
    assert served.as_("agent").get("/v1/webhooks").status_code == 403


def test_a_webhook_of_an_account_needs_one_that_there_is(served: Served, admin: Client) -> None:
    assert added(admin, account=served.pine)["account"] == served.pine
    refused = admin.post(
        "/v1/webhooks", json={"url": "https://partner.example/", "account": "account_nobody"}
    )
    assert refused.status_code == 404


def test_a_webhook_is_changed_disabled_and_removed(admin: Client) -> None:
    path = f"/v1/webhooks/{added(admin)['id']}"
    changed = admin.put(path, json={"url": "https://other.example/", "is_enabled": False}).json()
    assert (changed["url"], changed["is_enabled"]) == ("https://other.example/", False)
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404
    assert admin.delete(path).status_code == 404


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("private")
def test_a_fact_is_delivered_logged_and_replayed(served: Served, admin: Client, hook: Hook) -> None:
    made = added(admin, hook.address, kinds=["AccountOpened"])
    served.operator.post("/v1/accounts", json={"name": "Elm"})
    worker = worker_of(served.opened)
    worker.start()
    hook.wait_for(1)
    ((headers, content),) = hook.got
    assert Webhook(made["secret"]).verify(content, headers)["type"] == "AccountOpened"
    path = f"/v1/webhooks/{made['id']}/messages"
    while (message := admin.get(path).json()["items"][0])["state"] == "waiting":
        pass
    assert message["id"] == headers["webhook-id"]
    assert admin.post(f"{path}/{message['id']}/replay").status_code == 202
    hook.wait_for(2)
    while len(attempts := admin.get(f"{path}/{message['id']}").json()["attempts"]) < 2:
        pass
    worker.stop()
    assert [(each["status"], each["is_success"]) for each in attempts] == [(204, True)] * 2
    assert hook.got[1][1] == content


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("private")
def test_a_test_message_says_whether_it_arrived(admin: Client, hook: Hook) -> None:
    made = added(admin, hook.address)
    tried = admin.post(f"/v1/webhooks/{made['id']}/test-messages").json()
    assert (tried["status"], tried["is_success"]) == (204, True)
    ((headers, content),) = hook.got
    assert Webhook(made["secret"]).verify(content, headers)["type"] == "WebhookTested"


def test_our_own_network_is_not_called_by_a_test_message_either(admin: Client) -> None:
    made = added(admin, "https://127.0.0.1:9/")
    tried = admin.post(f"/v1/webhooks/{made['id']}/test-messages").json()
    assert tried["status"] is None
    assert "blocked" in tried["error"]


def test_a_new_secret_is_another_one(admin: Client) -> None:
    made = added(admin)
    renewed = admin.put(f"/v1/webhooks/{made['id']}/secret")
    assert renewed.headers["cache-control"] == "no-store"
    assert renewed.json()["secret"] != made["secret"]


def test_a_message_of_another_webhook_is_not_found(admin: Client) -> None:
    one = added(admin)["id"]
    path = f"/v1/webhooks/{one}/messages"
    assert admin.get(f"{path}/message_nothing").status_code == 404
    assert admin.get("/v1/webhooks/webhook_nothing/messages").status_code == 404
    replayed = admin.post(f"/v1/webhooks/{one}/replay", json={"since": "2026-01-01T00:00:00Z"})
    assert replayed.json() == {"messages": 0}
