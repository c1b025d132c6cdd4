"""How many checks a second does one worker on one core answer over HTTP?

In the same run, by the same `wrk` script, each server pinned to one core and `wrk` to another: the
product's `tierline serve`, and a Starlette route that decodes the same JSON and encodes the same
answer. Then the product at half of that load, for its 99th percentile, and 100 static checks in one
request. The two are asked in turn, in rounds so short that a machine that is now slow and now quick
is as slow for both; the median of the rounds' ratios counts.

    .venv/bin/python benchmarks/check_over_http.py [--accounts 1000] [--seconds 2] [--rounds 11]

Needs `wrk` (Debian's package) and `taskset`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import truediv
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
import uvloop
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.api.application import application
from tierline.api.server import AlwaysOperator
from tierline.bootstrap.application import Application, open_application
from tierline.catalog.catalog import Catalog
from tierline.store.records import Records

FEATURES = 64
SERVER_CORE, CLIENT_CORE = "0", "1"
FLOOR_OF_BARE, CEILING_P99_MS, FLOOR_IN_BATCH = 0.75, 5.0, 200_000
CONNECTIONS = 32
WARM_SECONDS = 3
OUR_PORT, BARE_PORT = 8_765, 8_766
_SCRIPT = """
local paths, bodies = {}, {}
for line in io.lines("%(bodies)s") do bodies[#bodies + 1] = line end
local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer %(token)s"}
local number = 0
request = function()
  number = number %% #bodies + 1
  return wrk.format("POST", "%(path)s", headers, bodies[number])
end
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  print(string.format("RESULT %%f %%f %%d", summary.requests / (summary.duration / 1e6),
    latency:percentile(99) / 1000, bad))
end
"""


def catalog() -> Catalog:
    """64 features; every fourth is counted."""
    features = {
        f"feature_{n}": {"name": f"Feature {n}", "axis": "outcome"} for n in range(FEATURES)
    }
    terms: dict[str, Any] = {
        key: {"kind": "quantity", "limit": 100, "per": "month", "at_limit": {"behaviour": "stop"}}
        if number % 4 == 0
        else {"kind": "included"}
        for number, key in enumerate(features)
    }
    stated = {
        "format": "tierline/catalog/1",
        "catalog": "bench",
        "version": "2025-01-01",
        "company": "Bench",
        "features": features,
        "tiers": {"plan": {"name": "Plan", "terms": terms}},
    }
    return Catalog.model_validate(yaml.safe_load(yaml.safe_dump(stated)))


def make_world(folder: Path, accounts: int) -> tuple[list[str], str]:
    """The ids of accounts on one plan, and a token."""
    with open_application(data=folder) as opened:
        occasion = opened.occasion()

        def work(records: Records) -> list[str]:
            publish_catalog(records, catalog(), occasion)
            found = []
            for number in range(accounts):
                details = AccountDetails(name=f"Account {number}")
                account = open_account(records, details, occasion).id
                start = datetime(2025, 1, 1, tzinfo=UTC)
                order = ContractOrder(account=account, catalog="bench", tier="plan", start=start)
                sign_contract(records, order, occasion)
                found.append(account)
            return found

        ids = opened.change(work)
        return ids, _token(opened)


def _token(opened: Application) -> str:
    async def ask() -> str:
        transport = httpx.ASGITransport(AlwaysOperator(application(opened)))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            made = await client.post("/v1/tokens", json={"role": "product"})
            return str(made.raise_for_status().json()["token"])

    return asyncio.run(ask())


def bare_server(port: int, answer: bytes) -> None:
    """Decode the JSON of a check, encode the JSON of its answer, and nothing else."""
    decoder, encoder = msgspec.json.Decoder(), msgspec.json.Encoder()
    said = msgspec.json.decode(answer)

    async def check(request: Request) -> Response:
        decoder.decode(await request.body())
        return Response(encoder.encode(said), media_type="application/json")

    app = Starlette(routes=[Route("/v1/checks", check, methods=["POST"])])
    uvicorn.run(app, port=port, log_config=None, access_log=False)


@contextmanager
def pinned(command: list[str], port: int) -> Iterator[int]:
    """A server on one core, for as long as it is measured."""
    process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *command], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


def load(port: int, script: Path, *, seconds: float, connections: int) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s"]
    command += ["--latency", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\d+)", said)
    assert found is not None, said
    assert found[3] == "0", f"{found[3]} requests failed: {said}"
    return float(found[1]), float(found[2])


def written_script(folder: Path, name: str, path: str, bodies: list[str], token: str) -> Path:
    (folder / f"{name}.txt").write_text("\n".join(bodies), encoding="utf-8")
    script = folder / f"{name}.lua"
    values = {"bodies": folder / f"{name}.txt", "path": path, "token": token}
    script.write_text(_SCRIPT % values, encoding="utf-8")
    return script


def one_answer(port: int, token: str, body: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"http://127.0.0.1:{port}/v1/checks", content=body, headers=headers).content


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--bare", nargs=2, metavar=("PORT", "ANSWER"), help=argparse.SUPPRESS)
    parser.add_argument("--steady", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.steady:
        print(uvloop.run(steady_load(options.steady)))
        return 0
    if options.bare:
        bare_server(int(options.bare[0]), Path(options.bare[1]).read_bytes())
        return 0
    for tool in ("wrk", "taskset"):
        assert shutil.which(tool), f"{tool} is not installed"
    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), options)


def measure(folder: Path, options: argparse.Namespace) -> int:
    accounts, token = make_world(folder / "data", options.accounts)
    bodies = [
        json.dumps({"account": account, "feature": f"feature_{number % FEATURES}"})
        for number, account in enumerate(accounts)
    ]
    static = [
        {"account": accounts[number % len(accounts)], "feature": f"feature_{number * 4 % 64 + 1}"}
        for number in range(100)
    ]
    single = written_script(folder, "single", "/v1/checks", bodies, token)
    batch_body = [json.dumps({"checks": static})]
    batch = written_script(folder, "batch", "/v1/checks/batch", batch_body, token)
    program = str(Path(sys.executable).with_name("tierline"))
    ours = [program, "serve", "--data", str(folder / "data"), "--port", str(OUR_PORT)]
    bare = [sys.executable, __file__, "--bare", str(BARE_PORT), str(folder / "answer.json")]
    rates: dict[str, list[float]] = {"tierline": [], "bare": []}
    with pinned(ours, OUR_PORT):
        (folder / "answer.json").write_bytes(one_answer(OUR_PORT, token, bodies[0]))
        with pinned(bare, BARE_PORT):
            for number in range(options.rounds):
                order = [("tierline", OUR_PORT), ("bare", BARE_PORT)]
                for who, port in order if number % 2 == 0 else reversed(order):
                    if number == 0:
                        load(port, single, seconds=WARM_SECONDS, connections=CONNECTIONS)
                    rate, _ = load(port, single, seconds=options.seconds, connections=CONNECTIONS)
                    rates[who].append(rate)
        in_batch = statistics.median(
            load(OUR_PORT, batch, seconds=options.seconds, connections=8)[0] for _ in range(3)
        )
        half = statistics.median(rates["tierline"]) / 2
        p99 = statistics.median(p99_at_half(token, bodies[0], half) for _ in range(3))
    return told(rates, p99, in_batch * 100)


def p99_at_half(token: str, body: str, rate: float) -> float:
    """The 99th percentile while requests come at a steady rate, whatever the answers take: each is
    measured from the instant at which it should have been sent."""
    given = json.dumps({"token": token, "body": body, "rate": rate, "seconds": 5})
    command = ["taskset", "-c", CLIENT_CORE, sys.executable, __file__, "--steady", given]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(said)


class Line(asyncio.Protocol):
    """One connection that sends a request when it is due, and notes how long after that it was
    answered. One that is due while another is under way is sent right after it."""

    def __init__(self, sent: bytes, end: bytes, took: list[float]) -> None:
        self._sent, self._end, self._took = sent, end, took
        self._due: deque[float] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self, due: float) -> None:
        self._due.append(due)
        if len(self._due) == 1:
            self._transport.write(self._sent)  # type: ignore[attr-defined]  # a TCP transport

    def data_received(self, data: bytes) -> None:
        if not data.endswith(self._end):  # the rest of it is on its way
            return
        self._took.append(time.perf_counter() - self._due.popleft())
        if self._due:
            self._transport.write(self._sent)  # type: ignore[attr-defined]  # as above


async def steady_load(given: dict[str, Any]) -> float:
    """The 99th percentile in milliseconds of a steady load over 32 connections."""
    body = given["body"].encode()
    head = (
        f"POST /v1/checks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {given['token']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sent = head.encode() + body
    end = one_answer(OUR_PORT, given["token"], given["body"])[-10:]  # cheap to look for
    took: list[float] = []
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: Line(sent, end, took), "127.0.0.1", OUR_PORT))[1]
        for _ in range(CONNECTIONS)
    ]
    start, count = time.perf_counter(), int(given["rate"] * given["seconds"])
    asked = 0
    while asked < count:
        due = int((time.perf_counter() - start) * given["rate"])
        for number in range(asked, min(due, count)):
            lines[number % CONNECTIONS].ask(start + number / given["rate"])
        asked = max(asked, min(due, count))
        await asyncio.sleep(0)
    await asyncio.sleep(1)
    assert len(took) == count, f"{count - len(took)} requests were not answered"
    return sorted(took)[int(len(took) * 0.99)] * 1_000


def told(rates: dict[str, list[float]], p99: float, in_batch: float) -> int:
    ratios = sorted(map(truediv, rates["tierline"], rates["bare"]))
    ours, bare = (statistics.median(rates[who]) for who in ("tierline", "bare"))
    ratio = statistics.median(ratios)
    print(f"tierline serve, one check a request   {ours:>10,.0f} requests/s")
    print(f"Starlette route, decode and encode    {bare:>10,.0f} requests/s")
    print(f"their ratio in each of {len(ratios)} rounds, from {ratios[0]:.2f} to {ratios[-1]:.2f}")
    results = [
        (ratio >= FLOOR_OF_BARE, f"ratio {ratio:.2f} (floor {FLOOR_OF_BARE})"),
        (p99 < CEILING_P99_MS, f"p99 at half of that load {p99:.2f} ms (below {CEILING_P99_MS})"),
        (in_batch >= FLOOR_IN_BATCH, f"100 in one request {in_batch:,.0f} checks/s (200,000)"),
    ]
    for is_good, words in results:
        print("PASS" if is_good else "FAIL", words)
    return 0 if all(is_good for is_good, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
