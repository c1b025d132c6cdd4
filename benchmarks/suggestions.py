"""How often is what alike solved cases suggest right? On real texts and on a real log.

Topics of an internal help desk (tickets-endava), and the line of support that finally solved each
incident at Volvo IT (bpic2013-volvo-incidents, by product, countries, impact and the team it came
to, in the order of time: only what was solved before votes), both of TIERLINE_FIXTURES. The cases
stand in a database, and the product's own search and vote are asked.

    python benchmarks/suggestions.py [--texts 10000] [--asked 1000] [--seed 7]

Exit 1 where topics are right for less than 65%, or lines no more often than where a case arrived.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tierline.knowledge.document import Document, DocumentKind, Reach, part, scope_of
from tierline.knowledge.suggestion import MOST_VOTES, SURE, SolvedCase, Suggestion, likely_topic
from tierline.store.engine import open_store
from tierline.store.search import SearchReads, SearchRecords
from tierline.store.store import Store
from tierline.store.unit_of_work import UnitOfWork

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared")) / "data"
TEXTS = DATA / "tickets-endava/all_tickets_processed_improved_v3.csv.gz"
LOG = DATA / "bpic2013-volvo-incidents/VINST-new.csv.gz"
REACH = Reach(frozenset({DocumentKind.case}), None)
FLOOR_TOPICS = 0.65
WRITTEN_AT_ONCE = 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000, help="solved cases with a topic")
    parser.add_argument("--asked", type=int, default=1_000, help="cases to suggest for")
    parser.add_argument("--seed", type=int, default=7)
    stated = parser.parse_args()
    texts, topics = _topics(stated.texts, stated.asked, stated.seed)
    right = _measured("Topic of a text", texts, topics, stated.asked)
    values, lines, arrived = _lines()
    asked = len(values) * 3 // 10
    by_line = _measured("Line that solves an incident", values, lines, asked)
    known, late = lines[:-asked], lines[-asked:]
    most = Counter(known).most_common(1)[0][0]
    at_first = sum(map(str.__eq__, arrived[-asked:], late)) / asked
    print(f"  always {most}: {late.count(most) / asked:.1%}; where it arrived: {at_first:.1%}")
    passed = right >= FLOOR_TOPICS and by_line > at_first
    print("PASS" if passed else "FAIL")
    return 0 if passed else 1


def _measured(name: str, texts: Sequence[str], labels: Sequence[str], asked: int) -> float:
    """The last so many are asked of those before them."""
    solved = len(texts) - asked
    with tempfile.TemporaryDirectory() as folder, open_store(str(Path(folder) / "s.db")) as store:
        _write(store, texts[:solved])
        found = [_suggested(store, text, labels) for text in texts[solved:]]
    pairs = list(zip(found, labels[solved:], strict=True))
    told = [(each, label) for each, label in pairs if each is not None]
    right = sum(each.label == label for each, label in told) / asked
    sure = [(each, label) for each, label in told if each.confidence >= SURE]
    right_of_sure = sum(each.label == label for each, label in sure) / max(len(sure), 1)
    print(f"{name}: {solved:,} solved cases, {asked:,} asked, right {right:.1%}")
    share = len(sure) / asked
    print(f"  sure ({SURE:.0%} or more) of {share:.0%}, and right there {right_of_sure:.1%}")
    for low, group in sorted(_by_confidence(told).items()):
        share = sum(each.label == label for each, label in group) / len(group)
        print(f"  confidence {low}0 to {low + 1}0 %: {len(group):5,} asked, right {share:.0%}")
    return right


def _by_confidence(
    told: Iterable[tuple[Suggestion, str]],
) -> dict[int, list[tuple[Suggestion, str]]]:
    found: defaultdict[int, list[tuple[Suggestion, str]]] = defaultdict(list)
    for each, label in told:
        found[min(int(each.confidence * 10), 9)].append((each, label))
    return found


def _suggested(store: Store, text: str, labels: Sequence[str]) -> Suggestion | None:
    alike = store.read(lambda snapshot: SearchReads(snapshot).alike([text], REACH, most=MOST_VOTES))
    votes = [
        SolvedCase(
            record=found.record, number=int(found.record), score=how.score,
            topic=labels[int(found.record)], skills=frozenset(), level="",
        )
        for found, how in alike
    ]  # fmt: skip
    return likely_topic(votes, set(labels))


def _write(store: Store, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), WRITTEN_AT_ONCE):
        documents = [
            Document(
                kind=DocumentKind.case, number=number, record=str(number),
                scope=scope_of(DocumentKind.case), title="", words=part([text]), notes="",
            )
            for number, text in enumerate(texts[start : start + WRITTEN_AT_ONCE], start)
        ]  # fmt: skip
        store.run(partial(_put, documents))


def _put(documents: Sequence[Document], unit: UnitOfWork) -> None:
    SearchRecords(unit).put_new(documents)


def _topics(texts: int, asked: int, seed: int) -> tuple[list[str], list[str]]:
    rows = list(_rows(TEXTS))
    random.Random(seed).shuffle(rows)  # noqa: S311 - no secret
    chosen = rows[: texts + asked]
    return [row["Document"] for row in chosen], [row["Topic_group"] for row in chosen]


def _lines() -> tuple[list[str], list[str], list[str]]:
    """What is known of each incident as it comes in, the line of its last event, and its first."""
    incidents: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(LOG):
        incidents[row["SR Number"]].append(row)
    ordered = sorted(
        (sorted(events, key=lambda row: row["Change Date+Time"]) for events in incidents.values()),
        key=lambda events: events[0]["Change Date+Time"],
    )
    return (
        [_known(events[0]) for events in ordered],
        [events[-1]["ST Level"] for events in ordered],
        [events[0]["ST Level"] for events in ordered],
    )


def _known(row: dict[str, str]) -> str:
    named = {
        "product": row["Product"],
        "country": row["Country"],
        "owner": row["Owner Country"],
        "impact": row["SR Latest Impact"],
        "team": row["Involved ST 2"],
        "org": row["Involved Org line 3"],
        "division": row["Involved ST Function Div"],
    }
    return " ".join(f"{name}{''.join(filter(str.isalnum, value))}" for name, value in named.items())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    sys.exit(main())
