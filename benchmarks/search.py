"""How long does a search take among 100,000 documents, on both databases?

Cases of 1,000 accounts are made of real texts of an internal help desk (tickets-endava of
TIERLINE_FIXTURES). Questions are one to three words of such texts, half of them with only the
beginning of the last word, some as a phrase; one in four is a customer's. What is timed is the
whole answer: the first 20 with their marked snippets; `cpu` is what this process did of it, which
a busy machine does not lengthen. Beside it, in the same run, the same words by LIKE on the texts,
and the ratio. `--server` adds a PostgreSQL of the test extra.

    python benchmarks/search.py [--documents 100000] [--questions 200] [--server] [--seed 7]
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
from postgresql_server import running_server

from tierline.knowledge.document import DocumentKind, Reach, case_document, for_account
from tierline.queries.search import search
from tierline.store.cases import case_event_table, case_message_table, case_table
from tierline.store.engine import open_store
from tierline.store.search import SearchRecords
from tierline.store.store import Store
from tierline.store.unit_of_work import Snapshot, UnitOfWork

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared"))
FILE = SHARED / "data/tickets-endava/all_tickets_processed_improved_v3.csv.gz"
START = datetime(2025, 1, 1, tzinfo=UTC)
ACCOUNTS, AT_ONCE, SUBJECT_WORDS = 1_000, 2_000, 8
CASES = frozenset({DocumentKind.case})
_INSERTS = tuple(each.insert() for each in (case_table, case_event_table, case_message_table))


def texts() -> list[list[str]]:
    """Real texts as their words."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        found = [row["Document"].split() for row in csv.DictReader(file)]
    return [words for words in found if len(words) >= SUBJECT_WORDS]


def account_of(number: int) -> str:
    return f"account_{number % ACCOUNTS}"


def fill(store: Store, words: list[list[str]], count: int, chance: random.Random) -> None:
    """So many cases: each text once, then again with its words in another order."""
    for first in range(1, count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        told = {}
        for number in numbers:
            own = words[number % len(words)]
            told[number] = own if number <= len(words) else chance.sample(own, len(own))
        store.run(lambda unit, told=told: add(unit, told))


def add(unit: UnitOfWork, told: dict[int, list[str]]) -> None:
    rows, events, messages, documents = [], [], [], []
    for number, words in told.items():
        id_, at = f"case_{number:08}", START + timedelta(minutes=number)
        subject, text = " ".join(words[:SUBJECT_WORDS]), " ".join(words)
        blank = dict.fromkeys(("contract_id", "tier", "time_zone", "severity"), "")
        absent = dict.fromkeys(("account_id", "contact_id", "terms_digest"))
        rows.append(
            {"id": id_, "number": number, "channel": "email", "access": "no_plan",
             "subject": subject, "coverage": "covered", "opened_at": at, "state": "open",
             "next_due_at": at, **blank, **absent}
        )  # fmt: skip
        events.append(
            {"case_id": id_, "place": 0, "kind": "opened", "value": "", "at": at,
             "recorded_at": at, "by": "x"}
        )  # fmt: skip
        messages.append(
            {"id": f"message_{number}", "case_id": id_, "place": 0, "author": "x",
             "contact_id": None, "is_public": 1, "text": text}
        )  # fmt: skip
        documents.append(case_document(number, id_, account_of(number), subject, said=[text]))
    for statement, values in zip(_INSERTS, (rows, events, messages), strict=True):
        unit.write(statement, values)
    SearchRecords(unit).put_new(documents)


def questions(words: list[list[str]], count: int, chance: random.Random) -> list[tuple[str, Reach]]:
    """What people type, and who: words as often as they stand in texts."""
    found = []
    for number in range(count):
        own = chance.choice(words)
        place = chance.randrange(max(1, len(own) - 3))
        picked = own[place : place + chance.choice((1, 2, 2, 3))]
        asked = " ".join(picked)
        if number % 2:
            asked = asked[: max(2, len(asked) - 2)]
        elif number % 8 == 0:
            asked = f'"{asked}"'
        is_customer = number % 4 == 0
        account = for_account(account_of(chance.randrange(ACCOUNTS)))
        found.append((asked, Reach(CASES, frozenset({account}) if is_customer else None)))
    return found


def by_like(snapshot: Snapshot, asked: str) -> None:
    chosen = sa.select(case_message_table.c.case_id)
    for word in asked.replace('"', "").split():
        chosen = chosen.where(case_message_table.c.text.contains(word, autoescape=True))
    snapshot.execute(chosen.order_by(case_message_table.c.case_id.desc()).limit(20)).all()


def timed(store: Store, work: Callable[[Snapshot], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of this process."""
    start, own = time.perf_counter(), time.process_time()
    store.read(work)
    return (time.perf_counter() - start) * 1_000, (time.process_time() - own) * 1_000


def report(name: str, times: list[tuple[float, float]]) -> float:
    told = []
    for part in zip(*times, strict=True):
        ordered = sorted(part)
        told += [ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]]
    print(
        f"  {name:<22} p50 {told[0]:8.1f} ms   p95 {told[1]:8.1f} ms   "
        f"cpu p50 {told[2]:6.1f} ms   p95 {told[3]:6.1f} ms"
    )
    return told[1]


@contextmanager
def databases(*, with_server: bool) -> Iterator[list[tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        found = [("SQLite, FTS5", str(Path(folder) / "tierline.db"))]
        if not with_server:
            yield found
            return
        with running_server() as server:
            yield [*found, ("PostgreSQL, tsvector", server.fresh_database())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--server", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    stated = parser.parse_args()
    words = texts()
    with databases(with_server=stated.server) as found:
        for name, address in found:
            chance = random.Random(stated.seed)  # noqa: S311 - no secret
            with open_store(address) as store:
                start = time.perf_counter()
                fill(store, words, stated.documents, chance)
                seconds = time.perf_counter() - start
                print(f"{name}: {stated.documents:,} cases written in {seconds:.0f} s")
                store.run(lambda unit: unit.execute(sa.text("ANALYZE")))  # as a server does itself
                asked = questions(words, stated.questions, chance)
                for text, reach in asked[:10]:
                    timed(store, lambda s, t=text, r=reach: search(s, t, r))
                ours = report(
                    "tierline",
                    [timed(store, lambda s, t=text, r=reach: search(s, t, r))
                     for text, reach in asked],
                )  # fmt: skip
                theirs = report(
                    "LIKE, nothing ranked",
                    [timed(store, lambda s, t=text: by_like(s, t)) for text, _ in asked[:40]],
                )
                print(f"  p95 of LIKE by p95 of tierline: {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
