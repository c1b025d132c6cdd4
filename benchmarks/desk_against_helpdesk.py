"""How many pages and changes a second: Tierline's desk against django-helpdesk's.

Both hold the same 10,000 cases with ten messages each (real texts of TIERLINE_FIXTURES, half of the
cases resolved), in the same PostgreSQL; both are asked by the same `wrk` script, signed in as an
agent: the list with 50 rows, the page of a case, a new case, a reply. Each has one worker process
on one core; the database and the client have the other. django-helpdesk is served as Tierline is,
by uvicorn, and by gunicorn (which its own container runs) with as many threads as there are
clients: for each kind of request its better figure counts. A list of django-helpdesk is a page that
asks for its rows: both requests are one list.

The three are asked in turn, in short rounds; the median of the rounds' ratios counts. `cpu` is the
processor time of the server, and of the database, for one request, which a busy machine
does not lengthen. What was written is counted afterwards.

    python benchmarks/desk_against_helpdesk.py [--cases 10000] [--seconds 3] [--rounds 5]
        [--helpdesk DIR]

DIR is a virtual environment with django-helpdesk; where there is none it is made by `uv`. Needs
`wrk` and `taskset`. PostgreSQL is started as the tests start it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import psycopg
from check_over_http import CLIENT_CORE, SERVER_CORE, _wait_for
from desk_filling import PASSWORD, Told, desk_of, email_of, fill, make_agents
from search import texts

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
from postgresql_server import Server, running_server

from tierline.bootstrap.application import open_application

HERE = Path(__file__).resolve().parent
THEIRS = HERE / "helpdesk"
NEEDED = ("django-helpdesk==2.6.1", "gunicorn", "uvicorn[standard]", "psycopg[binary,pool]")
FLOOR, BUDGET_MS = 3.0, 50.0
AGENTS, ACCOUNTS, ROWS, CONNECTIONS = 5, 200, 50, 4
LOOKED_AT = 200
"""So many cases are looked at in turn; others are answered."""
KINDS = ("list", "case", "create", "reply")
PORTS = {"tierline": 8_771, "uvicorn": 8_772, "gunicorn": 8_773}
_TICK = os.sysconf("SC_CLK_TCK")
_SCRIPT = """
local requests, number = {}, %(start)d
for line in io.lines("%(requests)s") do
  local method, path, body = line:match("^(%%S+) (%%S+) ?(.*)$")
  requests[#requests + 1] = {method, path, body ~= "" and body or nil}
end
local headers = {["Cookie"] = "%(cookie)s", ["Content-Type"] = "application/x-www-form-urlencoded"}
request = function()
  number = number %% #requests + 1
  local one = requests[number]
  return wrk.format(one[1], one[2], headers, one[3])
end
done = function(summary, latency, _)
  local bad = summary.errors.status + summary.errors.timeout
  print(string.format("RESULT %%d %%f %%f %%d", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, bad))
end
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask of a server."""

    method: str
    path: str
    body: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body}".rstrip()


@dataclass
class Desk:
    """A server with somebody signed in. `at_once` is how many requests make one of a kind."""

    name: str
    port: int
    process: int
    cookie: str
    asked: dict[str, list[Request]]
    at_once: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    next_at: dict[str, int] = field(default_factory=dict)
    """Where a round begins: behind what was under way when the one before ended."""

    def times(self, kind: str) -> int:
        return self.at_once.get(kind, 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many a second, what each takes of the processor, and how long half of them took."""

    rate: float
    cpu_ms: float
    database_ms: float
    median_ms: float


@contextmanager
def server(
    command: Sequence[str], port: int, environment: dict[str, str], cwd: Path
) -> Iterator[int]:
    """A server on one core."""
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command],
        env=os.environ | environment,
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=(cwd / f"log-{port}").open("wb"),  # both write their logs to a file
    )
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def cpu_seconds(process: int) -> float:
    """What a process and its children have used, those that ended too."""
    total, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        try:
            used = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, used))
        waiting += map(int, children)
    return total / _TICK


def postmaster(server_: Server) -> int:
    """The process of the database, moved to the client's core with all that it starts."""
    folder = Path(urlsplit(server_.fresh_database()).query.removeprefix("host="))
    found = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
    children = Path(f"/proc/{found}/task/{found}/children").read_text().split()
    for each in (found, *map(int, children)):
        subprocess.run(["taskset", "-acp", CLIENT_CORE, str(each)], check=True, capture_output=True)
    return found


# --- our side -----------------------------------------------------------------------------------


def make_ours(address: str, desk: list[Told]) -> tuple[list[str], list[str]]:
    """Fill our database; ids of cases by number, and of accounts."""
    with open_application(database=address) as opened:
        agents = make_agents(opened, AGENTS)
        fill(opened, desk, agents, ACCOUNTS)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ANALYZE")
        cases = connection.execute("SELECT id FROM support_case ORDER BY number").fetchall()
        accounts = connection.execute("SELECT id FROM account ORDER BY id").fetchall()
    return [id_ for (id_,) in cases], [id_ for (id_,) in accounts]


def sign_in_to_ours(port: int) -> tuple[str, str]:
    """The cookie of an agent, and the word that forms carry."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        word = _found(r'name="form_word" value="(\w+)"', client.get("/sign-in").text)
        form = {"form_word": word, "email": email_of(0), "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
        page = client.get("/cases/new").text
        return _cookies(client), _found(r'name="form_word" value="(\w+)"', page)


def in_any_order(desk: list[Told]) -> list[Told]:
    """The open cases in the order in which both desks are asked for them."""
    return sorted((told for told in desk if told.is_open), key=lambda told: hash((told.number, 7)))


def answer_to(told: Told) -> str:
    """What was not said in the case before: an answer that says nothing new is asked about."""
    return f"{told.texts[1]}\n\nIt is mended in version {told.number}."


def ours_asked(
    cases: list[str], accounts: list[str], word: str, desk: list[Told]
) -> dict[str, list[Request]]:
    ids = dict(zip((told.number for told in desk), cases, strict=True))
    open_ = [(ids[told.number], told) for told in in_any_order(desk)]
    return {
        "list": [Request("GET", "/cases")],
        "case": [Request("GET", f"/cases/{id_}") for id_, _ in open_[:LOOKED_AT]],
        "create": [
            Request(
                "POST",
                "/cases",
                urlencode({"form_word": word, "account": accounts[number % len(accounts)],
                           "subject": told.subject, "text": told.texts[0], "severity": "S3",
                           "channel": "portal"}),
            )
            for number, (_, told) in enumerate(open_)
        ],
        "reply": [
            Request("POST", f"/cases/{id_}/messages",
                    urlencode({"form_word": word, "text": answer_to(told)}))
            for id_, told in open_[LOOKED_AT:]
        ],
    }  # fmt: skip


# --- their side ---------------------------------------------------------------------------------


def environment_of(folder: Path) -> Path:
    """The Python of a virtual environment with django-helpdesk, made where it is not there."""
    python = folder / "bin/python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *NEEDED], check=True)
    return python


def sign_in_to_theirs(port: int) -> tuple[str, str]:
    """The cookies of an agent, and the token that forms carry."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        client.get("/login/")
        form = {"csrfmiddlewaretoken": client.cookies["csrftoken"], "username": email_of(0),
                "password": PASSWORD}  # fmt: skip
        assert client.post("/login/", data=form).status_code == 302
        client.get("/tickets/submit/")
        rows = _found(r'(/datatables_ticket_list/[^"]+)"', client.get("/tickets/").text)
        return _cookies(client), f"{client.cookies['csrftoken']} {rows}"


def theirs_asked(token: str, rows: str, desk: list[Told]) -> dict[str, list[Request]]:
    open_ = in_any_order(desk)
    form = {"csrfmiddlewaretoken": token, "queue": "1", "priority": "3", "submitter_email": "",
            "assigned_to": "", "due_date": ""}  # fmt: skip
    return {
        "list": [
            Request("GET", "/tickets/"),
            Request("GET", f"{rows}?draw=1&start=0&length={ROWS}"),
        ],
        "case": [Request("GET", f"/tickets/{told.number}/") for told in open_[:LOOKED_AT]],
        "create": [
            Request("POST", "/tickets/submit/",
                    urlencode(form | {"title": told.subject, "body": told.texts[0]}))
            for told in open_
        ],
        "reply": [
            Request(
                "POST",
                f"/tickets/{told.number}/update/",
                urlencode(form | {"title": told.subject, "comment": answer_to(told), "public": "1",
                                  "new_status": "1", "body": ""}),
            )
            for told in open_[LOOKED_AT:]
        ],
    }  # fmt: skip


# --- measuring ----------------------------------------------------------------------------------


def measured(desk: Desk, kind: str, database: int, folder: Path, seconds: float) -> Measured:
    """One short round of one kind."""
    start = desk.next_at.get(kind, 0)
    path = folder / f"{desk.name}-{kind}"
    path.with_suffix(".txt").write_text("\n".join(map(str, desk.asked[kind])), encoding="utf-8")
    values = {"requests": path.with_suffix(".txt"), "cookie": desk.cookie, "start": start}
    path.with_suffix(".lua").write_text(_SCRIPT % values, encoding="utf-8")
    before, behind = cpu_seconds(desk.process), cpu_seconds(database)
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s",
               "--timeout", "30s", "--latency", "-s", str(path.with_suffix(".lua")),
               f"http://127.0.0.1:{desk.port}"]  # fmt: skip
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used, asked = cpu_seconds(desk.process) - before, cpu_seconds(database) - behind
    found = re.search(r"RESULT (\d+) (\S+) (\S+) (\d+)", said)
    assert found is not None, said
    assert found[4] == "0", f"{desk.name}, {kind}: {found[4]} requests failed: {said}"
    count, times = max(int(found[1]), 1), desk.times(kind)
    desk.sent[kind] = desk.sent.get(kind, 0) + count
    desk.next_at[kind] = start + count + CONNECTIONS
    return Measured(
        rate=count / float(found[2]) / times,
        cpu_ms=used / count * 1_000 * times,
        database_ms=asked / count * 1_000 * times,
        median_ms=float(found[3]) / CONNECTIONS * times,
    )


def expect_written(desk: Desk, cases: int, messages: int, before: tuple[int, int]) -> None:
    """What was answered was done: all but what was under way when a round ended."""
    new, replies = desk.sent["create"], desk.sent["reply"]
    for name, there, was, sent in (
        ("cases", cases, before[0], new),
        ("messages", messages, before[1], new + replies),
    ):
        assert there - was >= sent, f"{desk.name}: {sent} {name} sent, {there - was} written"


def _cookies(client: httpx.Client) -> str:
    return "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"nothing like {pattern} in {text[:500]}"
    return match[1]


def loop_seconds() -> float:
    """What this machine takes for 20 million additions: about 1.0 s where it is quiet."""
    began, total = time.process_time(), 0
    for number in range(20_000_000):
        total += number
    return time.process_time() - began


def counts(address: str, tables: tuple[str, str]) -> tuple[int, int]:
    with psycopg.connect(address) as connection:
        found = [connection.execute(f"SELECT count(*) FROM {each}").fetchone() for each in tables]  # noqa: S608
    return found[0][0], found[1][0]  # type: ignore[index]  # a count has a row


OUR_TABLES = ("support_case", "case_message")
THEIR_TABLES = ("helpdesk_ticket", "helpdesk_followup")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000, help="more than 400")
    parser.add_argument("--messages", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--helpdesk", type=Path, default=HERE.parent / ".benchmarks/helpdesk")
    stated = parser.parse_args()
    python = environment_of(stated.helpdesk.absolute())
    words = texts()
    desk = desk_of(words, stated.cases, stated.messages, random.Random(7), AGENTS)  # noqa: S311
    print(f"20 million additions take {loop_seconds():.2f} s here")
    with tempfile.TemporaryDirectory() as name, running_server() as postgresql:
        return measure(Path(name), postgresql, python, desk, stated)


def measure(
    folder: Path, postgresql: Server, python: Path, desk: list[Told], stated: argparse.Namespace
) -> int:
    ours, theirs = postgresql.fresh_database(), postgresql.fresh_database()
    began = time.perf_counter()
    cases, accounts = make_ours(ours, desk)
    written = folder / "desk.json"
    agents = [email_of(number) for number in range(AGENTS)]
    whole = {"cases": [asdict(told) for told in desk], "agents": agents, "password": PASSWORD}
    written.write_text(json.dumps(whole), encoding="utf-8")
    host, name = urlsplit(theirs).query.removeprefix("host="), urlsplit(theirs).path.strip("/")
    environment = {"HELPDESK_DATABASE": f"{host} {name}", "PYTHONPATH": str(THEIRS)}
    subprocess.run([python, THEIRS / "fill.py", written], env=os.environ | environment, check=True)
    print(f"{len(desk):,} cases in both after {time.perf_counter() - began:.0f} s")
    programs = python.parent
    home = {"TIERLINE_HOME": str(folder / "home")}
    commands = {
        "tierline": [str(Path(sys.executable).with_name("tierline")), "serve", "--database", ours,
                     "--port", str(PORTS["tierline"])],
        "uvicorn": [str(programs / "uvicorn"), "asgi:application", "--workers", "1", "--port",
                    str(PORTS["uvicorn"]), "--no-access-log", "--log-level", "error"],
        "gunicorn": [str(programs / "gunicorn"), "wsgi:application", "--workers", "1",
                     "--worker-class", "gthread", "--threads", str(CONNECTIONS), "--bind",
                     f"127.0.0.1:{PORTS['gunicorn']}", "--log-level", "error"],
    }  # fmt: skip
    with ExitStack() as running:
        database = postmaster(postgresql)
        desks = []
        for who, command in commands.items():
            is_ours = who == "tierline"
            process = running.enter_context(
                server(command, PORTS[who], home if is_ours else environment, folder)
            )
            if is_ours:
                cookie, word = sign_in_to_ours(PORTS[who])
                asked = ours_asked(cases, accounts, word, desk)
                desks.append(Desk(who, PORTS[who], process, cookie, asked))
            else:
                cookie, found = sign_in_to_theirs(PORTS[who])
                asked = theirs_asked(*found.split(" "), desk)
                desks.append(Desk(who, PORTS[who], process, cookie, asked, {"list": 2}))
        before = counts(ours, OUR_TABLES), counts(theirs, THEIR_TABLES)
        results = rounds(desks, database, folder, stated)
        if {"create", "reply"} <= set(stated.kinds):
            expect_written(desks[0], *counts(ours, OUR_TABLES), before[0])
            both = Desk("django-helpdesk", 0, 0, "", {}, sent={
                kind: desks[1].sent[kind] + desks[2].sent[kind] for kind in ("create", "reply")
            })  # fmt: skip
            expect_written(both, *counts(theirs, THEIR_TABLES), before[1])
    print(f"20 million additions take {loop_seconds():.2f} s here")
    return told(results, stated.kinds)


Results = dict[tuple[str, str], list[Measured]]


def rounds(desks: list[Desk], database: int, folder: Path, stated: argparse.Namespace) -> Results:
    """Each kind of each server, in turn, and in the other order the next time."""
    found: Results = {}
    for kind in stated.kinds:
        for desk in desks:
            measured(desk, kind, database, folder, 1)
    for number in range(stated.rounds):
        for kind in stated.kinds:
            for desk in desks if number % 2 == 0 else reversed(desks):
                one = measured(desk, kind, database, folder, stated.seconds)
                found.setdefault((kind, desk.name), []).append(one)
    return found


def told(results: Results, kinds: Sequence[str]) -> int:
    is_good = True
    for kind in kinds:
        for who in PORTS:
            some = results[kind, who]
            name = who if who == "tierline" else f"helpdesk, {who}"
            print(
                f"{kind:<7} {name:<18} {statistics.median(each.rate for each in some):>8.1f}/s"
                f"   cpu {statistics.median(each.cpu_ms for each in some):>6.1f} ms"
                f" + database {statistics.median(each.database_ms for each in some):>5.1f} ms"
                f"   server time {statistics.median(each.median_ms for each in some):>6.1f} ms"
            )
        ratios = [
            ours.rate / max(one.rate, other.rate)
            for ours, one, other in zip(*(results[kind, who] for who in PORTS), strict=True)
        ]
        ratio = statistics.median(ratios)
        server_ms = statistics.median(each.median_ms for each in results[kind, "tierline"])
        spread = f"rounds {min(ratios):.2f} to {max(ratios):.2f}"
        for passed, words in (
            (ratio >= FLOOR, f"{ratio:.2f} times django-helpdesk (floor {FLOOR:g}; {spread})"),
            (server_ms < BUDGET_MS, f"{server_ms:.1f} ms of server time (below 50)"),
        ):
            print("PASS" if passed else "FAIL", f"{kind}: {words}")
            is_good &= passed
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
