"""Idempotency keys: what is asked twice is done once, and answered twice the same."""

from __future__ import annotations

from typing import Any

import pytest
from served import Client, Served, problem

from tierline.api.idempotency import HEADER, KEY_LIMIT_CHARACTERS

REPLAYED = "idempotency-replayed"
WITHOUT_A_KEY = {
    "/v1/checks": "uses nothing up",
    "/v1/checks/batch": "uses nothing up",
    "/ofrep/v1/evaluate/flags": "uses nothing up",
    "/ofrep/v1/evaluate/flags/{key}": "uses nothing up",
    "/v1/usage-events": "every event has its own id",
    "/v1/usage-events/segment": "every call has its own id",
    "/v1/mails": "the same mail again changes nothing",
    "/v1/slack-events": "the same message again changes nothing",
    "/v1/outside-messages": "the same message again changes nothing",
    "/v1/sessions": "a browser's cookie is a secret",
    "/v1/users": "an invitation's code works once",
    "/v1/password-resets": "an answer without anything, and tries are counted",
    "/v1/password-resets/completion": "a reset's code works once",
    "/v1/invitations": "the link is a secret, and a second letter is a second link",
    "/v1/identity-resolutions": "doing it again changes nothing",
    "/v1/usage-audits": "counts anew, and what is right stays right",
    "/v1/triage/expectations": "makes nothing",
    "/v1/contracts/{contract}/plan-previews": "makes nothing",
    "/v1/contracts/{contract}/uplift-previews": "makes nothing",
    "/v1/search-rebuilds": "makes the same index again",
    "/v1/care-calendars": "the path is a secret that is told once, and a second one is another",
    "/v1/webhooks/{webhook}/test-messages": "makes nothing",
}


def keyed(key: str = "4f9c1b", **stated: Any) -> dict[str, Any]:
    return {"headers": {HEADER: key}, **stated}


def names(served: Served) -> list[str]:
    return [each["name"] for each in served.operator.get("/v1/accounts").json()["items"]]


def test_the_same_again_is_answered_as_the_first_time(served: Served) -> None:
    first = served.operator.post("/v1/accounts", **keyed(json={"name": "Elm"}))
    again = served.operator.post("/v1/accounts", **keyed(json={"name": "Elm"}))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.headers.get(REPLAYED), again.headers[REPLAYED]) == (None, "true")
    assert names(served).count("Elm") == 1


def test_headers_that_matter_come_again(served: Served) -> None:
    path = f"/v1/accounts/{served.pine}/contacts"
    first, again = (served.operator.post(path, **keyed(json={"name": "Ana"})) for _ in range(2))
    assert first.headers["etag"] == again.headers["etag"]
    assert first.headers["location"] == again.headers["location"]


def test_another_key_makes_another_thing(served: Served) -> None:
    for key in ("a", "b"):
        served.operator.post("/v1/accounts", **keyed(key, json={"name": "Elm"}))
    assert names(served).count("Elm") == 2


def test_another_callers_key_is_another_key(served: Served) -> None:
    for client in (served.operator, served.as_("admin"), served.as_("admin")):
        assert client.post("/v1/accounts", **keyed(json={"name": "Elm"})).status_code == 201
    assert names(served).count("Elm") == 3


def test_a_key_for_another_path_is_another_key(served: Served) -> None:
    for account in (served.pine, served.oak):
        path = f"/v1/accounts/{account}/contacts"
        answer = served.operator.post(path, **keyed(json={"name": "Ana"}))
        assert (answer.status_code, answer.json()["account"]) == (201, account)


def test_something_else_under_the_same_key_is_refused(served: Served) -> None:
    served.operator.post("/v1/accounts", **keyed(json={"name": "Elm"}))
    other = served.operator.post("/v1/accounts", **keyed(json={"name": "Fir"}))
    assert (other.status_code, problem(other)["code"]) == (422, "idempotency_key_reused")
    assert "Fir" not in names(served)


def test_a_key_in_quotes_is_the_same_key(served: Served) -> None:
    for key in ("4f9c1b", '"4f9c1b"'):
        served.operator.post("/v1/accounts", **keyed(key, json={"name": "Elm"}))
    assert names(served).count("Elm") == 1


@pytest.mark.parametrize("key", ["", "x" * (KEY_LIMIT_CHARACTERS + 1), "\xe9", " "])
@pytest.mark.parametrize("path", ["/v1/accounts", "/v1/reservations"])
def test_a_key_is_1_to_255_printable_characters(served: Served, path: str, key: str) -> None:
    held = {"account": served.pine, "feature": "hours"}
    body = held if path.endswith("reservations") else {"name": "Elm"}
    headers = {HEADER: key.encode("latin-1")}
    answer = served.operator.post(path, json=body, headers=headers)
    assert answer.status_code == 422
    assert HEADER in problem(answer)["faults"][0]["path"]


def test_what_is_not_valid_takes_no_key(served: Served) -> None:
    assert served.operator.post("/v1/accounts", **keyed(json={"nme": "Elm"})).status_code == 422
    assert served.operator.post("/v1/accounts", **keyed(json={"name": "Elm"})).status_code == 201


def test_a_refusal_is_replayed_as_well(served: Served) -> None:
    order = {
        "account": served.pine,
        "catalog": "acme",
        "tier": "gold",
        "start": "2025-01-01T00:00Z",
    }
    first, again = (served.operator.post("/v1/contracts", **keyed(json=order)) for _ in range(2))
    assert 400 <= first.status_code < 500
    assert problem(first) == problem(again)
    assert again.headers[REPLAYED] == "true"


def test_a_token_is_made_once_and_its_secret_kept_nowhere(served: Served) -> None:
    first, again = (
        served.operator.post("/v1/tokens", **keyed(json={"role": "agent"})) for _ in range(2)
    )
    assert first.status_code == 201
    assert (again.status_code, problem(again)["code"]) == (409, "idempotency_answer_not_kept")
    assert len(served.operator.get("/v1/tokens").json()["items"]) == 1


def test_units_are_held_once(served: Served) -> None:
    order = {"account": served.pine, "feature": "hours", "quantity": 2}
    first, again = (served.operator.post("/v1/reservations", **keyed(json=order)) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (first.headers.get(REPLAYED), again.headers[REPLAYED]) == (None, "true")
    asked = served.operator.post("/v1/checks", json=order | {"quantity": 0}).json()
    assert asked["remaining"] == "8"


def test_units_are_finalised_once(served: Served) -> None:
    order = {"account": served.pine, "feature": "hours", "quantity": 2}
    held = served.operator.post("/v1/reservations", json=order).json()["reservation"]["id"]
    path = f"/v1/reservations/{held}/finalisation"
    first, again = (served.operator.post(path, **keyed(json={"used": 1})) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content


def test_an_import_is_done_once(served: Served) -> None:
    stated = keyed(content=b"external_id,name\ne-1,Elm\n", params={"name": "accounts.csv"})
    stated["headers"]["Content-Type"] = "text/csv"
    first, again = (served.operator.post("/v1/account-imports", **stated) for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers[REPLAYED] == "true"


def test_what_was_answered_about_a_person_who_is_erased_is_told_no_more(served: Served) -> None:
    path = f"/v1/accounts/{served.pine}/contacts"
    made = served.operator.post(path, **keyed(json={"name": "Ana Quux"})).json()["id"]
    served.operator.delete(f"/v1/contacts/{made}/personal-data")
    again = served.operator.post(path, **keyed(json={"name": "Ana Quux"}))
    assert (again.status_code, problem(again)["code"]) == (409, "idempotency_answer_not_kept")


def test_what_was_wrong_about_a_person_is_not_told_again(served: Served) -> None:
    path = f"/v1/accounts/{served.pine}/contacts"
    made = served.operator.post(path, **keyed(json={"name": "Ana Quux"})).json()["id"]
    served.operator.put(f"/v1/contacts/{made}", json={"name": "Ana Quuz"})
    again = served.operator.post(path, **keyed(json={"name": "Ana Quux"}))
    assert (again.status_code, problem(again)["code"]) == (409, "idempotency_answer_not_kept")


def test_every_operation_that_makes_something_takes_a_key(served: Served) -> None:
    paths = served.nobody.get("/openapi.json").json()["paths"]
    without = set()
    for path, methods in paths.items():
        if "post" in methods:
            said = methods["post"]
            taken = {each["name"] for each in said.get("parameters", ()) if each["in"] == "header"}
            if HEADER in taken:
                assert {"409", "422"} <= set(said["responses"]), path
            else:
                without.add(path)
    assert without == set(WITHOUT_A_KEY)


def test_a_caller_who_may_do_it_no_more_hears_no_answer(served: Served) -> None:
    made = served.operator.post("/v1/tokens", json={"role": "admin"}).json()
    client = Client(served.app, {"Authorization": f"Bearer {made['token']}"})
    assert client.post("/v1/accounts", **keyed(json={"name": "Elm"})).status_code == 201
    served.operator.delete(f"/v1/tokens/{made['id']}")
    assert client.post("/v1/accounts", **keyed(json={"name": "Elm"})).status_code == 401
