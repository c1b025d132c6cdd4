"""Is everybody told in time, when ten thousand milestones fall due in one business minute?

100,000 cases have an open milestone; 10,000 of these run out at instants spread over one minute,
and whoever holds the role is written to for each. Real `tierline worker` processes on PostgreSQL
(two), and `tierline serve` on a file (one process), hand the letters to a mail server on this
machine. What waits for one person is one letter with a line for each case (decision 0204). It
passes where each breach was told once, each case stands in one letter, and the last one came at
most 2 seconds after the minute was over. What is printed besides: how long after its own instant
each breach was written down and its letter was taken, and the processor time of the workers.

    python benchmarks/due_milestones.py [--cases 100000] [--due 10000] [--workers 2]
        [--on server file]

PostgreSQL is started as the tests start it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
import yaml
from desk_against_helpdesk import cpu_seconds, loop_seconds

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
from postgresql_server import running_server

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.accounts.coverage import CoverageState
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.case_clocks import KIND, LANE, row_of
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.due_work import DueWork
from tierline.actions.routing_plans import publish_plan
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.cases import promise_now
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.catalog.catalog import Catalog
from tierline.catalog.document import parse_document
from tierline.kernel.ids import CASE
from tierline.store.case_rows import case_row, event_row
from tierline.store.cases import case_event_table, case_table
from tierline.store.engine import open_to_read
from tierline.store.records import Records

LATEST = timedelta(seconds=2)
MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
TARGET, LATER = timedelta(days=20), timedelta(days=10)
LEADS, ACCOUNTS, AT_ONCE = 5, 100, 2_000
PORT = 8_775
_LONGEST_BYTES = 2**20
"""Of a letter: one of two hundred cases has some hundred thousand."""
_INSERT_CASES, _INSERT_EVENTS = case_table.insert(), case_event_table.insert()
_CATALOG = """
format: tierline/catalog/1
catalog: halyard
version: 2025-01-01
company: Halyard
severities: {S1: {name: Critical}}
features: {portal: {name: Portal, axis: support_experience}}
business_hours:
  # A real calendar, and open at whatever hour and day this runs.
  desk: {time_zone: Europe/Berlin, week: {mon-sun: "00:00-24:00"}}
escalation:
  tree: {name: Tree, levels: [{role: Support lead, after_percent: 100}]}
tiers:
  priority:
    name: Priority
    hours: desk
    escalation: {any: tree}
    targets: [{severity: S1, milestone: resolution, within: PT480H}]
    terms: {portal: {kind: channel, channel: portal}}
"""


@dataclass
class PostOffice:
    """A mail server that takes whatever comes, and notes the instant."""

    port: int = 0
    letters: list[tuple[bytes, datetime]] = field(default_factory=list)

    @property
    def took(self) -> list[tuple[int, datetime]]:
        """The number of each case that was told, in its words for people, and when it came."""
        return [(number, at) for mail, at in self.letters for number in numbers_in(mail)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        try:
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    self.letters.append((mail, datetime.now(UTC)))
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                if word == b"QUIT":
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def numbers_in(mail: bytes) -> list[int]:
    """The cases of which a letter tells: one of several has a line for each."""
    body = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    return [int(number) for number in re.findall(r"^Case (\d+) ", body.get_content(), re.MULTILINE)]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office, loop = PostOffice(), asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(office.serve, "127.0.0.1", 0, limit=_LONGEST_BYTES)
    )
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def make_world(opened: Application) -> list[tuple[str, str, str]]:
    """Who is called, and customers: account, contract and what they are promised."""
    for number in range(LEADS):
        email = f"lead{number}@vendor.example"
        invited, _ = opened.access.invite(email, frozenset({Role.lead}), None, operator())
        opened.access.accept(invited.secret, f"Lea {number}", None, "four boring words here")
    plan = parse_document("roles: {Support lead: {shifts: [{people: [lead0@vendor.example]}]}}", "")
    catalog, occasion = Catalog.model_validate(yaml.safe_load(_CATALOG)), opened.occasion()

    def work(records: Records) -> list[tuple[str, str]]:
        publish_catalog(records, catalog, occasion)
        publish_plan(records, plan, occasion)
        made = []
        for number in range(ACCOUNTS):
            account = open_account(records, AccountDetails(name=f"Account {number}"), occasion).id
            start = datetime(2025, 1, 1, tzinfo=UTC)
            order = ContractOrder(account=account, catalog="halyard", tier="priority", start=start)
            made.append((account, sign_contract(records, order, occasion).id))
        return made

    signed = opened.change(work)

    def promised(records: Records) -> str:
        promise = promise_now(opened, records, signed[0][0], occasion)
        return records.cases.keep_terms(promise.statement)

    digest = opened.change(promised)
    return [(account, contract, digest) for account, contract in signed]


def add_cases(
    opened: Application,
    customers: Sequence[tuple[str, str, str]],
    due: Iterator[datetime],
    number: int,
) -> int:
    """A case for each of these instants at which its milestone runs out; the highest number."""
    while some := list(islice(due, AT_ONCE)):
        occasion, cases, rows = opened.occasion(), [], []
        for at in some:
            number += 1
            account, contract, digest = customers[number % ACCOUNTS]
            case = Case(
                id=occasion.new_id(CASE), number=number, account=account, contact=None,
                channel=Channel.portal, subject="It stands", coverage=CoverageState.covered,
                contract=contract, tier="priority", terms=digest, time_zone="Europe/Berlin",
                events=(CaseEvent(at - TARGET, EventKind.opened, "S1"),),
            )  # fmt: skip
            cases.append((case, at))
            rows.append(DueWork(id=row_of(case.id), kind=KIND, lane=LANE, body={"case": case.id},
                                run_at=at + MICROSECOND))  # fmt: skip

        def work(records: Records, cases: list[tuple[Case, datetime]] = cases,
                 rows: list[DueWork] = rows, now: datetime = occasion.now) -> None:  # fmt: skip
            records.unit.write(
                _INSERT_CASES,
                [case_row(each, each.standing.state, "S1", at) for each, at in cases],
            )
            records.unit.write(
                _INSERT_EVENTS,
                [event_row(each.id, 0, each.events[0], by="x", recorded_at=now)
                 for each, _ in cases],
            )  # fmt: skip
            records.due_work.add(rows, now=now)

        opened.change(work)
    return number


@contextmanager
def workers(commands: Sequence[list[str]], home: Path) -> Iterator[list[int]]:
    """Real processes, until the end."""
    environment = os.environ | {"TIERLINE_HOME": str(home)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield [each.pid for each in running]
    finally:
        for each in running:
            each.send_signal(signal.SIGTERM)
        for each in running:
            each.wait(60)


def run(
    name: str, database: str, start: Sequence[list[str]], home: Path, stated: argparse.Namespace
) -> bool:
    """Fill, let the minute pass, and look; whether it passed."""
    chance = random.Random(stated.seed)  # noqa: S311 - chance that can be repeated
    with post_office() as office:
        commands = [[*each, "--mail-server", f"smtp://127.0.0.1:{office.port}", "--mail-from",
                     "desk@vendor.example"] for each in start]  # fmt: skip
        began = time.monotonic()
        with open_application(database=database) as opened:
            customers = make_world(opened)
            later = opened.now() + LATER
            others = (later + chance.random() * LATER for _ in range(stated.cases - stated.due))
            number = add_cases(opened, customers, others, 0)
            minute = _next_minute(opened.now() + timedelta(seconds=stated.lead))
            due = sorted(minute + chance.random() * MINUTE for _ in range(stated.due))
            add_cases(opened, customers, iter(due), number)
            assert opened.now() < minute, "it took too long to fill; --lead 60"
        print(f"{name}: {stated.cases:,} open milestones after {time.monotonic() - began:.0f} s")
        with workers(commands, home) as processes:
            time.sleep(max(0.0, (minute - datetime.now(UTC)).total_seconds() - 1))
            before = sum(map(cpu_seconds, processes))
            _wait_for(office, stated.due, minute + MINUTE + timedelta(seconds=stated.patience))
            used = sum(map(cpu_seconds, processes)) - before
        return told(database, office, dict(enumerate(due, number + 1)), minute + MINUTE, used)


def _next_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + MINUTE


def _wait_for(office: PostOffice, count: int, until: datetime) -> None:
    """Until all have come, and a moment longer for what might come twice."""
    seen = told = 0
    while told < count and datetime.now(UTC) < until:
        time.sleep(0.2)
        new = office.letters[seen:]
        seen, told = seen + len(new), told + sum(len(numbers_in(mail)) for mail, _ in new)
    time.sleep(3)


def told(
    database: str, office: PostOffice, due: dict[int, datetime], over: datetime, used: float
) -> bool:
    facts = _facts(database)
    breaches = Counter(case for case, _, _ in facts)
    instants = sorted(at for _, at, _ in facts)
    took = office.took
    came = Counter(number for number, _ in took)
    written = [recorded - at for _, at, recorded in facts]
    letters = [at - due[number] for number, at in took]
    last = max((at for _, at in took), default=over)
    print(f"  breach written down after its instant: {_spread(written)}")
    print(f"  letter taken after its instant:        {_spread(letters)}")
    each = used / len(due) * 1_000
    print(f"  workers used {used:.1f} s of processor time, {each:.2f} ms for each")
    late = (last - over).total_seconds()
    results = [
        (breaches.total() == len(breaches) == len(due)
         and instants == sorted(at + MICROSECOND for at in due.values()),
         f"{breaches.total():,} breaches told of {len(due):,}, each once, with its own instant"),
        (came.total() == len(came) == len(due),
         f"{came.total():,} notices of {len(came):,} cases in {len(office.letters):,} letters"),
        (late <= LATEST.total_seconds() and len(came) == len(due),
         f"the last letter came {late:+.2f} s after the minute was over (at most 2)"),
    ]  # fmt: skip
    for passed, words in results:
        print("PASS" if passed else "FAIL", words)
    return all(passed for passed, _ in results)


def _facts(database: str) -> list[tuple[str, datetime, datetime]]:
    """Case, instant and when it was written down, of every breach."""
    from tierline.store.journal import fact_of, fact_table  # noqa: PLC0415 - after the workers

    chosen = sa.select(fact_table).where(fact_table.c.kind == "MilestoneBreached")
    with open_to_read(database) as readers:
        found = readers.read(lambda snapshot: list(map(fact_of, snapshot.execute(chosen))))
    return [(str(each.body["case"]), each.at, each.recorded_at) for each in found]


def _spread(lengths: Sequence[timedelta]) -> str:
    if not lengths:
        return "none"
    seconds = sorted(each.total_seconds() for each in lengths)
    middle, most = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    return f"half within {middle:.2f} s, 99% within {most:.2f} s, all within {seconds[-1]:.2f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lead", type=float, default=25, help="seconds to fill the due ones")
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for the last")
    parser.add_argument("--on", nargs="+", choices=("server", "file"), default=["server", "file"])
    parser.add_argument("--seed", type=int, default=7)
    stated = parser.parse_args()
    program = str(Path(sys.executable).with_name("tierline"))
    print(f"20 million additions take {loop_seconds():.2f} s here")
    results = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        os.environ["TIERLINE_HOME"] = str(folder / "home")
        for each in stated.on:
            if each == "server":
                database = running.enter_context(running_server()).fresh_database()
                command = [program, "worker", "--database", database]
                commands = [command] * stated.workers
                title = f"PostgreSQL, {stated.workers} workers"
            else:
                (folder / "data").mkdir()
                database = str(folder / "data/tierline.db")
                command = [program, "serve", "--data", str(folder / "data"), "--port", str(PORT)]
                commands, title = [command], "SQLite, one process"
            results.append(run(title, database, commands, folder / "home", stated))
    print(f"20 million additions take {loop_seconds():.2f} s here")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
