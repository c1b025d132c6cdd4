"""How many times a second is every flag of somebody evaluated: Tierline against Unleash?

Both answer "all 64 flags for this context" (Unleash: its frontend API on PostgreSQL; Tierline: the
OpenFeature protocol on its own file, a quarter of the flags counted), in turn, each pinned to one
core, from one `wrk` script that goes through 100 contexts. The order alternates, and the median of
the rounds counts.

    npm install --prefix DIR unleash-server
    .venv/bin/python benchmarks/check_against_unleash.py --unleash DIR [--seconds 5] [--rounds 3]

Needs Node.js, `wrk` and `taskset`; PostgreSQL is started as the tests start it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from check_over_http import (
    CONNECTIONS,
    FEATURES,
    OUR_PORT,
    SERVER_CORE,
    load,
    make_world,
    pinned,
    written_script,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
from postgresql_server import running_server

FLOOR, CONTEXTS, THEIR_PORT = 5.0, 100, 8_767
_SECRET = "default:development.benchmark"  # noqa: S105 - of a server that lives for a minute
_START = """
require('unleash-server').start({
  databaseUrl: process.env.DATABASE_URL, db: {ssl: false}, authentication: {type: 'none'},
  server: {port: %d, host: '127.0.0.1'}, logLevel: 'error', versionCheck: {enable: false},
}).then(() => console.log('STARTED'));
"""
_PATHS = """
local paths = {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
local headers, number = {["Authorization"] = "%(secret)s"}, 0
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number], headers)
end
done = function(summary, latency, requests)
  print(string.format("RESULT %%f %%f %%d", summary.requests / (summary.duration / 1e6),
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.timeout))
end
"""


@contextmanager
def unleash(folder: Path, database: str) -> Iterator[None]:
    """Unleash with 64 flags that are on."""
    environment = os.environ | {
        "DATABASE_URL": database.replace("postgresql:", "postgres:"),
        "INIT_FRONTEND_API_TOKENS": _SECRET,
    }
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, "node", "-e", _START % THEIR_PORT],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        while "STARTED" not in (line := process.stdout.readline()):
            assert line, "Unleash ended before it had started"
        with httpx.Client(base_url=f"http://127.0.0.1:{THEIR_PORT}", timeout=30) as client:
            make_flags(client)
        yield
    finally:
        process.terminate()
        process.wait(20)


def make_flags(client: httpx.Client) -> None:
    base = "/api/admin/projects/default/features"
    for number in range(FEATURES):
        name = f"feature_{number}"
        environment = f"{base}/{name}/environments/development"
        client.post(base, json={"name": name, "type": "release"}).raise_for_status()
        client.post(f"{environment}/strategies", json={"name": "default"}).raise_for_status()
        client.post(f"{environment}/on").raise_for_status()
    headers = {"Authorization": _SECRET}
    for _ in range(60):
        found = client.get("/api/frontend", headers=headers, params={"userId": "1"}).json()
        if len(found.get("toggles", ())) == FEATURES:
            return
        time.sleep(0.5)
    raise RuntimeError("Unleash does not evaluate its flags")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unleash", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_server() as server:
        folder = Path(name)
        accounts, token = make_world(folder / "data", CONTEXTS)
        bodies = [json.dumps({"context": {"targetingKey": account}}) for account in accounts]
        ours = written_script(folder, "ours", "/ofrep/v1/evaluate/flags", bodies, token)
        (folder / "paths.txt").write_text(
            "\n".join(f"/api/frontend?userId={number}" for number in range(CONTEXTS))
        )
        theirs = folder / "theirs.lua"
        theirs.write_text(_PATHS % {"paths": folder / "paths.txt", "secret": _SECRET})
        program = str(Path(sys.executable).with_name("tierline"))
        command = [program, "serve", "--data", str(folder / "data"), "--port", str(OUR_PORT)]
        rates: dict[str, list[float]] = {"tierline": [], "unleash": []}
        with pinned(command, OUR_PORT), unleash(options.unleash, server.fresh_database()):
            for turn in range(options.rounds):
                order = [("tierline", OUR_PORT, ours), ("unleash", THEIR_PORT, theirs)]
                for who, port, script in order if turn % 2 == 0 else reversed(order):
                    load(port, script, seconds=1, connections=CONNECTIONS)
                    rate, p99 = load(port, script, seconds=options.seconds, connections=CONNECTIONS)
                    print(f"{who:<10} {rate:>8,.0f} evaluations of 64 flags/s  p99 {p99:.1f} ms")
                    rates[who].append(rate)
    ratio = statistics.median(rates["tierline"]) / statistics.median(rates["unleash"])
    print(f"{'PASS' if ratio >= FLOOR else 'FAIL'} {ratio:.1f} times Unleash (floor {FLOOR:g})")
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
