"""What is somebody else's and what is not there are answered alike, wherever an id is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from reviewed import advised, of_ours
from served import Client, Served, serve_small_world
from shaped import body_of

PUBLIC_IDS = frozenset(
    {
        "catalog",
        "version",
        "purpose",
        "meter",
        "feature",
        "due_on",
        "finding",
        "step",
        "place",
        "number",
        "email",
    }
)
"""Not of anybody: the same for all."""
NOT_OURS = {
    "/ofrep/v1/evaluate/flags/{key}": "the key is a flag's",
}
SENT = "sent"


@dataclass
class Strangers:
    """Things of Oak's, each with an id of the same kind that nobody has, and callers who belong to
    Pine."""

    served: Served
    document: dict[str, Any]
    callers: dict[str, Client]
    things: dict[str, str]

    def absent(self, name: str) -> str:
        """An id of the same kind that is nobody's."""
        assert name in self.things, f"say in things_of_oak what {{{name}}} stands for"
        return self.things[name][:-6] + "zzzzzz"

    def ask(self, client: Client, method: str, path: str, ids: dict[str, str]) -> httpx.Response:
        filled = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
        if "rotation" in path:
            filled += "?start=2025-01-01T00:00:00Z&end=2025-07-01T00:00:00Z"
        operation = self.document["paths"][path][method.lower()]
        body = SOUND.get((method, path), body_of(self.document, operation))
        return client.request(method, filled, **({} if body is None else {"json": body}))


SOUND = {
    ("POST", "/v1/accounts/{account}/contacts"): {"name": "Bo"},
    ("PUT", "/v1/contacts/{contact}"): {"name": "Bo"},
    ("PUT", "/v1/contacts/{contact}/language"): {"language": "de"},
    ("PUT", "/v1/contacts/{contact}/case-mails"): {"wanted": False},
    ("POST", "/v1/accounts/{account}/prompt-decisions"): {"prompt": "survey"},
    ("PUT", "/v1/accounts/{account}/consents/{purpose}"): {
        "notice_version": "2026-01",
        "evidence": "form f-1",
    },
    ("POST", "/v1/reservations/{key}/finalisation"): {},
}


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strangers]:
    with serve_small_world(tmp_path_factory.mktemp("strangers")) as served:
        callers = {
            role: served.as_(role, account=served.pine)
            for role in ("customer_contact", "partner", "account_manager", "admin")
        }
        document = dict(served.nobody.get("/openapi.json").json())
        yield Strangers(served, document, callers, things_of_oak(served))


def things_of_oak(served: Served) -> dict[str, str]:
    """The id of one thing of every kind, by the name that it has in a path."""
    ask, path = served.operator, f"/v1/accounts/{served.oak}"
    contact = ask.post(f"{path}/contacts", json={"name": "Ana Oak"}).json()["id"]
    consent = {"notice_version": "2026-01", "evidence": "form f-1"}
    said = ask.put(f"{path}/consents/product_analytics", json=consent).json()
    held = ask.post("/v1/reservations", json={"account": served.oak, "feature": "sandboxes"}).json()
    asked = {"email": "di@x.example", "roles": ["customer_contact"], "account": served.oak}
    invited = ask.post("/v1/invitations", json=asked).json()
    code = invited["link"].partition("code=")[2]
    joined = {"code": code, "name": "Di", "password": "seven quiet otters paddle"}
    user = ask.post("/v1/users", json=joined).json()["id"]
    signed_in = {"email": asked["email"], "password": joined["password"]}
    session = served.nobody.post("/v1/sessions", json=signed_in).json()["id"]
    hook = {"url": "https://hooks.example.com/in", "account": served.oak}
    token = {"role": "customer_contact", "account": served.oak}
    raised = {"account": served.oak, "subject": "Slow", "text": "It is slow."}
    case = ask.post("/v1/cases", json=raised).json()["id"]
    disputed = ask.post(f"/v1/cases/{case}/disputes", json={"words": "It is worse at Oak."})
    march = {"start": "2025-03-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"}
    article = {"title": "Only for us", "text": "Oak is slow.", "audience": "us"}
    return {
        "article": ask.post("/v1/articles", json=article).json()["id"],
        "account": served.oak,
        "partner": served.oak,
        "case": case,
        "dispute": disputed.json()["id"],
        "action": "action_01m7yv2c00e6x95ws589r7bpa7",
        "post_mortem": "post_mortem_01m7yv2c00e6x95ws589r7bpa7",
        "import": "import_01m7yv2c00e6x95ws589r7bpa7",
        "calendar": ask.post("/v1/care-calendars", json={"account": served.oak}).json()["id"],
        "due_on": "2025-03-31",
        "advice": advised(served, served.oak, of_ours(served), topic="")["id"],
        "finding": "1",
        "component": "component_01m7yv2c00e6x95ws589r7bpa7",
        "incident": "incident_01m7yv2c00e6x95ws589r7bpa7",
        "problem": "problem_01m7yv2c00e6x95ws589r7bpa7",
        "update": "update_01m7yv2c00e6x95ws589r7bpa7",
        "contact": contact,
        "contract": ask.get(f"{path}/contracts").json()["items"][0]["id"],
        "report": ask.post(f"{path}/health-reports", json=march).json()["id"],
        "statement": said["statement"]["id"],
        "key": held["reservation"]["id"],
        "hold": ask.post(f"{path}/legal-holds", json={"reason": "A dispute."}).json()["id"],
        "invitation": invited["id"],
        "user": user,
        "session": session,
        "webhook": ask.post("/v1/webhooks", json=hook).json()["id"],
        "token": ask.post("/v1/tokens", json=token).json()["id"],
        "attachment": "attachment_01m7yv2c00e6x95ws589r7bpa7",
        "mail": "mail_01m7yv2c00e6x95ws589r7bpa7",
        "message": "message_01m7yv2c00e6x95ws589r7bpa7",
        "letter": ask.get("/v1/letters").json()["items"][0]["id"],
        "passkey": "passkey_01m7yv2c00e6x95ws589r7bpa7",
        "catalog": "acme",
        "version": "2025-01-01",
        "purpose": "product_analytics",
        "meter": "hours",
        "feature": "hours",
        "step": "call",
        "place": "0",
        "number": "1",
        "entry": "time_entry_01m7yv2c00e6x95ws589r7bpa7",
        "macro": "macro_01m7yv2c00e6x95ws589r7bpa7",
        "block": "block_01m7yv2c00e6x95ws589r7bpa7",
        "view": "view_01m7yv2c00e6x95ws589r7bpa7",
        "email": "ada@oak.example",
    }


def with_an_id(document: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for path, methods in document["paths"].items():
        named = [name for name in re.findall(r"\{(\w+)\}", path) if name not in PUBLIC_IDS]
        if named and path not in NOT_OURS:
            for method in methods:
                yield method.upper(), path, named


def told(answer: httpx.Response, ids: dict[str, str], named: list[str]) -> tuple[int, str]:
    """The answer, with a word in place of each id that was sent."""
    text = answer.text
    for name in named:
        text = text.replace(ids[name], SENT)
    return answer.status_code, text


@pytest.mark.parametrize("who", ["customer_contact", "partner", "account_manager", "admin"])
def test_what_is_anothers_is_answered_as_what_is_not_there(strangers: Strangers, who: str) -> None:
    client, tried = strangers.callers[who], 0
    for method, path, named in with_an_id(strangers.document):
        anothers = dict(strangers.things)
        nobodys = anothers | {name: strangers.absent(name) for name in named}
        first = strangers.ask(client, method, path, anothers)
        second = strangers.ask(client, method, path, nobodys)
        assert first.status_code in (403, 404), (method, path, first.text)
        assert told(first, anothers, named) == told(second, nobodys, named), (method, path)
        assert "Oak" not in first.text, (method, path)
        tried += 1
    assert tried > 50


def test_an_alias_of_another_account_tells_nothing_of_it(strangers: Strangers) -> None:
    served = strangers.served
    record = {"system": "crm", "external_id": "0061", "account": served.oak, "name": "Oak"}
    served.operator.post("/v1/identity-links", json={"records": [record]})
    for client in strangers.callers.values():
        for method, path, named in with_an_id(strangers.document):
            if named[0] == "account":
                known, unknown = (
                    strangers.things | {"account": alias} for alias in ("crm:0061", "crm:0069")
                )
                first = strangers.ask(client, method, path, known)
                second = strangers.ask(client, method, path, unknown)
                assert first.status_code in (403, 404), (method, path, first.text)
                assert told(first, known, named) == told(second, unknown, named), (method, path)
                assert served.oak not in first.text, (method, path)


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/reservations"])
def test_neither_does_an_alias_in_a_body(strangers: Strangers, path: str) -> None:
    served = strangers.served
    record = {"system": "crm", "external_id": "0071", "account": served.oak, "name": "Oak"}
    served.operator.post("/v1/identity-links", json={"records": [record]})
    client = strangers.callers["admin"]
    known, unknown = (
        client.post(path, json={"account": alias, "feature": "reports"})
        for alias in ("crm:0071", "crm:0079")
    )
    assert known.status_code == unknown.status_code == 404
    assert known.text.replace("0071", SENT) == unknown.text.replace("0079", SENT)


def test_a_contact_of_another_account_in_a_query_is_as_if_it_were_not_there(
    strangers: Strangers,
) -> None:
    path = f"/v1/accounts/{strangers.served.pine}/consents?contact="
    client = strangers.callers["customer_contact"]
    anothers, nobodys = strangers.things["contact"], strangers.absent("contact")
    first, second = client.get(path + anothers), client.get(path + nobodys)
    assert first.status_code == 404
    assert first.text.replace(anothers, SENT) == second.text.replace(nobodys, SENT)
