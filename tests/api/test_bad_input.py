"""Bad input to every operation: a clear error, nothing lost, nothing told of what is inside."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from served import Client, Served, problem, serve_small_world
from shaped import Place, body_of, places, replaced

from tierline.api.hot_routes import HOT_ROUTES
from tierline.api.problems import MEDIA_TYPE

SQL = "x'; DROP TABLE account; --"
MOMENTS = frozenset({"start", "end", "at", "since", "expires", "expires_at", "anchor", "trial_end"})
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_small_world(tmp_path_factory.mktemp("bad")) as served:
        yield served


@pytest.fixture(scope="module")
def document(world: Served) -> dict[str, Any]:
    return dict(world.nobody.get("/openapi.json").json())


@pytest.fixture(scope="module")
def admin(world: Served) -> Client:
    return world.as_("admin")


Operation = tuple[str, str, dict[str, Any]]


def readers_of_a_body(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation:
                yield method.upper(), path, operation


def filled(world: Served, path: str) -> str:
    own = {"account": world.pine, "partner": world.oak, "catalog": "acme", "version": "2025-01-01"}
    return re.sub(r"\{(\w+)\}", lambda found: own.get(found[1], f"{found[1]}_x"), path)


def is_refused_well(operation: dict[str, Any], answer: httpx.Response) -> bool:
    """A documented status below 500, and a sentence (OpenFeature has its own form of one)."""
    if str(answer.status_code) not in operation["responses"] or answer.status_code >= 500:
        return False
    told = answer.json()
    return bool(told.get("detail") or told.get("errorDetails"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"a": "' + b"x" * 10_000_000 + b'"}', id="10 MB of JSON"),
        pytest.param(b"[" * 200_000, id="a bomb of lists"),
        pytest.param(b'{"a":' * 200_000, id="a bomb of objects"),
        pytest.param(b'{"account": "acc', id="cut off in the middle"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"1e999999", id="a number beyond all floats"),
        pytest.param(b'{"a":' + b"9" * 5_000 + b"}", id="a number of 5,000 digits"),
        pytest.param(b'{"\\ud800": "\\ud800"}', id="half of a pair"),
        pytest.param(b"\xff\xfe{}", id="no UTF-8"),
    ],
)
def test_a_body_that_is_no_such_document_is_refused(
    world: Served, admin: Client, document: dict[str, Any], content: bytes
) -> None:
    for method, path, operation in readers_of_a_body(document):
        kind = next(iter(operation["requestBody"]["content"]))
        headers = {"Content-Type": kind}
        answer = admin.request(method, filled(world, path), content=content, headers=headers)
        assert is_refused_well(operation, answer), (method, path, answer.status_code, answer.text)


LAST_ONE_COUNTS = {
    "/ofrep/v1/evaluate/flags": "OpenFeature's protocol, read as its clients write it",
    "/ofrep/v1/evaluate/flags/{key}": "as above",
    "/v1/usage-events": "thousands of events a second; a sender's own idea of JSON",
    "/v1/usage-events/segment": "as above",
}


@pytest.mark.parametrize("at", ["first", "last", "deep", "escaped"])
def test_a_key_that_stands_twice_is_refused_and_named(
    world: Served, admin: Client, document: dict[str, Any], at: str
) -> None:
    tried = 0
    for method, path, operation in readers_of_a_body(document):
        body = with_accounts(body_of(document, operation), world)
        if not isinstance(body, dict) or not body or path in LAST_ONE_COUNTS:
            continue
        name = next(iter(body)) if at != "last" else list(body)[-1]
        text = twice(body, name, at)
        answer = admin.request(method, filled(world, path), content=text, headers=JSON)
        told = problem(answer)
        assert (answer.status_code, told["code"]) == (422, "duplicate_key"), (path, told)
        assert told["faults"][0]["path"].endswith(name if at != "deep" else "twin"), path
        tried += 1
    assert tried > 30


def twice(body: dict[str, Any], name: str, at: str) -> str:
    """The body with a key of it once more."""
    again = f'"{name}": {json.dumps(body[name])}'
    if at == "deep":
        return json.dumps(body)[:-1] + ', "more": [1, {"twin": 1, "twin": 2}]}'
    if at == "escaped":
        again = again.replace(name[0], f"\\u{ord(name[0]):04x}", 1)
    return "{" + again + ", " + json.dumps(body)[1:]


def test_a_check_in_a_batch_that_names_a_key_twice_is_refused(world: Served, admin: Client) -> None:
    one = f'"account": "{world.pine}", "feature": "reports"'
    for check in (
        '"quantity": 2, "quantity": 1',
        '"quantity": 1, "quantity": 2',
        '"feature": "hours"',
        '"explain": false, "explain": true',
    ):
        for checks in (f"{{{one}, {check}}}", f"{{{one}}}, {{{one}, {check}}}"):
            text = f'{{"checks": [{checks}]}}'
            answer = admin.post("/v1/checks/batch", content=text, headers=JSON)
            assert problem(answer)["code"] == "duplicate_key", text


def test_values_that_look_like_keys_are_no_keys(world: Served, admin: Client) -> None:
    odd = {"account": world.pine, "feature": "account", "severity": "feature"}
    assert admin.post("/v1/checks", json=odd).status_code == 200
    assert admin.post("/v1/checks/batch", json={"checks": [odd, odd]}).status_code == 200
    assert admin.post("/v1/checks", json=odd | {"severity": 'quoted "account"'}).status_code == 200


@pytest.mark.parametrize(
    ("nested", "status"), [("[" * 64 + "]" * 64, 422), ("[" * 65 + "]" * 65, 413)]
)
def test_lists_are_64_deep_at_most(admin: Client, nested: str, status: int) -> None:
    told = admin.post("/v1/accounts", content=nested, headers=JSON)
    assert told.status_code == status
    assert (problem(told)["code"] == "too_deep") is (status == 413)


def test_brackets_in_texts_are_no_depth(admin: Client) -> None:
    text = json.dumps({"name": "[{" * 40 + '\\"[', "region": "x"})
    answer = admin.post("/v1/accounts", content=text, headers=JSON)
    assert (answer.status_code, answer.json()["name"]) == (201, "[{" * 40 + '\\"[')


@pytest.mark.parametrize("is_announced", [True, False])
def test_no_more_is_read_of_a_body_than_its_limit(
    world: Served, document: dict[str, Any], is_announced: bool
) -> None:
    """Two pieces of 64 KiB come after the limit at most; of what says its length, nothing."""
    token = world.operator.post("/v1/tokens", json={"role": "admin"}).json()["token"]
    for method, path, operation in readers_of_a_body(document):
        kind = next(iter(operation["requestBody"]["content"]))
        sent = asyncio.run(poured(world, method, filled(world, path), token, kind, is_announced))
        assert sent.status == 413, (path, sent)
        limit = LARGER.get(path, 1_048_576)
        assert sent.bytes_read <= (0 if is_announced else limit + 2 * PIECE), (path, sent)


PIECE = 65_536
LARGER = {
    "/v1/account-imports": 64 * 1024**2,
    "/v1/case-imports": 64 * 1024**2,
    "/v1/imports": 64 * 1024**2,
    "/v1/identity-links": 8 * 1024**2,
    "/v1/mails": 25 * 1024**2,
    "/v1/usage-events": 8 * 1024**2,
    "/v1/usage-events/segment": 8 * 1024**2,
}


@dataclass
class Poured:
    status: int = 0
    bytes_read: int = 0


async def poured(
    world: Served, method: str, path: str, token: str, kind: str, is_announced: bool
) -> Poured:
    """Send 100 MB, as long as somebody reads."""
    seen = Poured()

    async def receive() -> Any:
        seen.bytes_read += PIECE
        return {"type": "http.request", "body": b" " * PIECE, "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]

    headers = [
        (b"authorization", f"Bearer {token}".encode()),
        (b"content-type", kind.encode()),
        *([(b"content-length", b"100000000")] if is_announced else []),
    ]
    await world.app(scope_of(method, path, headers), receive, send)
    return seen


@pytest.mark.parametrize(
    "bad", [SQL, "a\x00b", "a\ud800b", "x" * 3_000, "9" * 40, "1e400", "NaN", "-1"]
)
def test_no_text_in_any_field_is_a_fault_of_ours(
    world: Served, admin: Client, document: dict[str, Any], bad: str
) -> None:
    before = world.operator.get(f"/v1/accounts/{world.oak}").json()
    for method, path, operation in readers_of_a_body(document):
        for at, body in bodies_with(document, operation, str, bad, world):
            answer = sent(admin, method, filled(world, path), body)
            assert answer.status_code < 500, (method, path, at, answer.text)
            assert str(answer.status_code) in operation["responses"], (method, path, at)
            assert "sqlite" not in answer.text.lower(), (method, path, at, answer.text)
    assert world.operator.get(f"/v1/accounts/{world.oak}").json() == before


def test_a_naive_time_is_refused_wherever_one_is_stated(
    world: Served, admin: Client, document: dict[str, Any]
) -> None:
    tried = 0
    for method, path, operation in readers_of_a_body(document):
        for at, body in bodies_with(document, operation, str, "2025-03-01T00:00:00", world):
            if at and at[-1] in MOMENTS:
                answer = sent(admin, method, filled(world, path), body)
                assert 400 <= answer.status_code < 500, (method, path, at, answer.text)
                tried += 1
    assert tried > 15


@pytest.mark.parametrize("bad", [-1, 2**63, 10**30, 1e300, True, None])
def test_no_number_in_any_field_is_a_fault_of_ours(
    world: Served, admin: Client, document: dict[str, Any], bad: Any
) -> None:
    for method, path, operation in readers_of_a_body(document):
        for at, body in bodies_with(document, operation, int, bad, world):
            answer = sent(admin, method, filled(world, path), body)
            assert answer.status_code < 500, (method, path, at, answer.text)
            assert str(answer.status_code) in operation["responses"], (method, path, at)


def test_a_negative_quantity_is_refused(world: Served, admin: Client) -> None:
    stated = {"account": world.pine, "feature": "hours", "quantity": -1}
    for path in ("/v1/checks", "/v1/reservations"):
        answer = admin.post(path, json=stated)
        assert answer.status_code == 422
        assert "quantity" in answer.text


@pytest.mark.parametrize("bad", ["%00", "%ED%A0%80", "x" * 5_000, "%27%3B--", "%FF"])
def test_no_id_in_a_path_is_a_fault_of_ours(
    world: Served, admin: Client, document: dict[str, Any], bad: str
) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for name in re.findall(r"\{(\w+)\}", path):
                asked = filled(world, path.replace(f"{{{name}}}", bad))
                answer = admin.request(method.upper(), asked, **({} if method == "get" else EMPTY))
                assert str(answer.status_code) in operation["responses"], (method, asked[:80])


EMPTY: dict[str, Any] = {"json": {}}


@pytest.mark.parametrize("bad", ["%00", "x" * 5_000, "-1", "2025-01-01T00:00:00", "9" * 30, "W10"])
def test_no_query_is_a_fault_of_ours(
    world: Served, admin: Client, document: dict[str, Any], bad: str
) -> None:
    for path, methods in document["paths"].items():
        operation = methods.get("get", {})
        if "text/event-stream" in operation.get("responses", {}).get("200", {}).get("content", ()):
            continue  # it never ends; test_flag_listeners has its own
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                answer = admin.get(f"{filled(world, path)}?{parameter['name']}={bad}")
                assert str(answer.status_code) in operation["responses"], (path, parameter["name"])


def test_a_query_parameter_that_is_not_known_is_refused_and_the_known_ones_are_named(
    world: Served, admin: Client, document: dict[str, Any]
) -> None:
    hot = {route.path for route in HOT_ROUTES}
    for path, methods in document["paths"].items():
        if not path.startswith("/v1/"):
            continue
        for method, operation in methods.items():
            if path in hot and method == "post":
                continue
            answer = admin.request(method.upper(), f"{filled(world, path)}?nobody_asks=1&x=2")
            assert answer.status_code == 422, (method, path)
            told = problem(answer)
            assert [each["code"] for each in told["faults"]] == ["unknown_parameter"] * 2
            asked = (each for each in operation.get("parameters", ()) if each["in"] == "query")
            for each in asked:
                assert each["name"] in told["faults"][0]["write_instead"], path


def test_a_report_asked_by_the_names_of_another_is_not_answered_with_its_usual_time(
    admin: Client,
) -> None:
    asked = "?start=2025-01-01T00:00:00Z&end=2025-02-01T00:00:00Z"
    told = problem(admin.get(f"/v1/reports/experience{asked}"))
    assert told["faults"][0]["write_instead"] == "Known are: as_of, since, until."


@pytest.mark.parametrize("kind", ["text/xml", "multipart/form-data; boundary=x"])
def test_another_kind_of_body_is_refused(
    world: Served, admin: Client, document: dict[str, Any], kind: str
) -> None:
    for method, path, operation in readers_of_a_body(document):
        if not path.startswith(READS_ANY_KIND):
            headers = {"Content-Type": kind}
            answer = admin.request(method, filled(world, path), content=b"<a/>", headers=headers)
            assert is_refused_well(operation, answer), (method, path, answer.text)


READS_ANY_KIND = ("/v1/account-imports", "/v1/case-imports", "/v1/imports")


def test_a_body_in_pieces_without_a_length_is_read_like_any_other(
    world: Served, admin: Client
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"account": "'
        yield f'{world.pine}", "feature": "reports"'.encode()
        yield b"}"

    answer = admin.post("/v1/checks", content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["account"]) == (200, world.pine)


def test_a_body_whose_sender_goes_away_changes_nothing(world: Served) -> None:
    """The server is told of it as of the end of the connection."""
    before = len(world.operator.get("/v1/accounts").json()["items"])
    token = world.operator.post("/v1/tokens", json={"role": "admin"}).json()["token"]
    for path in ("/v1/accounts", "/v1/reservations", "/v1/usage-events"):
        statuses = asyncio.run(cut_off(world, path, token))
        assert all(400 <= status < 500 for status in statuses), (path, statuses)
    assert len(world.operator.get("/v1/accounts").json()["items"]) == before


async def cut_off(world: Served, path: str, token: str) -> list[int]:
    messages = iter(
        (
            {"type": "http.request", "body": b'{"name": "Elm"', "more_body": True},
            {"type": "http.disconnect"},
        )
    )
    statuses: list[int] = []

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", JSON_BYTES)]
    await world.app(scope_of("POST", path, headers), receive, send)
    return statuses


def scope_of(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": headers,
        "server": ("tierline.test", 80),
        "client": ("192.0.2.1", 1),
    }


JSON_BYTES = b"application/json"


def test_a_revoked_token_is_known_no_more(world: Served) -> None:
    made = world.operator.post("/v1/tokens", json={"role": "admin"}).json()
    client = Client(world.app, {"Authorization": f"Bearer {made['token']}"})
    assert client.get("/v1/accounts").status_code == 200
    assert world.operator.delete(f"/v1/tokens/{made['id']}").status_code == 204
    assert problem(client.get("/v1/accounts"))["code"] == "unauthenticated"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PATCH", "/v1/accounts", 405),
        ("DELETE", "/v1/checks", 405),
        ("GET", "/v1/usage-events", 405),
        ("POST", "/v1/checks/", 404),
    ],
)
def test_what_is_no_route_is_a_problem_too(
    admin: Client, method: str, path: str, status: int
) -> None:
    answer = admin.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)


def bodies_with(
    document: dict[str, Any], operation: dict[str, Any], kind: type, bad: Any, world: Served
) -> Iterator[tuple[Place, Any]]:
    body = with_accounts(body_of(document, operation), world)
    for at in places(body, kind):
        yield at, replaced(body, at, bad)


def with_accounts(body: Any, world: Served) -> Any:
    """The body, about an account that is there."""
    for at in places(body, str):
        if at and at[-1] in ("account", "targetingKey", "subject"):
            body = replaced(body, at, world.pine)
    return body


def sent(client: Client, method: str, path: str, body: Any) -> httpx.Response:
    return client.request(method, path, content=json.dumps(body), headers=JSON)
