"""Is the note of the true twin among the first five that are suggested?

Real texts of an internal help desk (tickets-endava of TIERLINE_FIXTURES) stand as notes of resolved
cases. Some are planted again as new cases: half of their words, in another order, with a fifth as
many words of an unrelated text. Beside it the same question as one OR query of FTS5 with its own
ranking. Exit 1 where fewer than 70% of the twins are suggested.

    python benchmarks/similar_notes.py [--notes 20000] [--repeats 300] [--seed 7]
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
from pathlib import Path

import sqlalchemy as sa

from tierline.knowledge.document import DocumentKind, Reach, note_document
from tierline.store.engine import open_store
from tierline.store.search import SearchReads, SearchRecords
from tierline.store.store import Store
from tierline.store.unit_of_work import Snapshot

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared"))
FILE = SHARED / "data/tickets-endava/all_tickets_processed_improved_v3.csv.gz"
REACH = Reach(frozenset({DocumentKind.note}), None)
FIRST = 5
FEWEST_WORDS = 12
_PLAIN = sa.text(
    "SELECT rowid FROM search_index WHERE search_index MATCH :asked ORDER BY rank LIMIT :most"
)


def texts(count: int) -> list[str]:
    """Real texts, each with words enough to tell it from others."""
    folder = Path(os.environ["TIERLINE_FIXTURES"]) / "data" / "tickets-endava"
    with gzip.open(
        folder / "all_tickets_processed_improved_v3.csv.gz", "rt", encoding="utf-8"
    ) as file:
        found = [row["Document"] for row in csv.DictReader(file)]
    return [each for each in found if len(set(each.split())) >= FEWEST_WORDS][:count]


def repeat(text: str, other: str, chance: random.Random) -> str:
    """The same matter in other words."""
    words, noise = text.split(), other.split()
    kept = chance.sample(words, max(FEWEST_WORDS // 2, len(words) // 2))
    kept += chance.sample(noise, min(len(noise), max(1, len(kept) // 5)))
    chance.shuffle(kept)
    return " ".join(kept)


def filled(store: Store, notes: list[str]) -> None:
    store.run(
        lambda unit: SearchRecords(unit).put_new(
            note_document(number, f"case_{number}", "", asked=[text], how=[], why=[])
            for number, text in enumerate(notes, start=1)
        )
    )


def suggested(snapshot: Snapshot, text: str) -> list[str]:
    return [found.record for found, _ in SearchReads(snapshot).alike([text], REACH, most=FIRST)]


def plain(snapshot: Snapshot, text: str) -> list[str]:
    asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(text.split()))
    rows = snapshot.execute(_PLAIN, {"asked": asked, "most": FIRST})
    return [f"case_{row.rowid - (1 << 40)}" for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    stated = parser.parse_args()
    chance, notes = random.Random(stated.seed), texts(stated.notes)  # noqa: S311 - no secret
    chosen = chance.sample(range(len(notes)), stated.repeats)
    asked = [
        (f"case_{place + 1}", repeat(notes[place], notes[(place + 1) % len(notes)], chance))
        for place in chosen
    ]
    with tempfile.TemporaryDirectory() as folder, open_store(str(Path(folder) / "t.db")) as store:
        filled(store, notes)
        print(f"{len(notes):,} notes, {len(asked)} planted repeats, seed {stated.seed}")
        for name, how in (("tierline", suggested), ("FTS5 OR, bm25", plain)):
            hits, times = 0, []
            for twin, text in asked:
                start = time.perf_counter()
                found = store.read(lambda snapshot, text=text, how=how: how(snapshot, text))
                times.append((time.perf_counter() - start) * 1_000)
                hits += twin in found
            times.sort()
            print(
                f"{name:<14} twin in the first {FIRST}: {hits / len(asked):6.1%}   "
                f"p50 {times[len(times) // 2]:6.1f} ms   "
                f"p95 {times[int(len(times) * 0.95)]:6.1f} ms"
            )
            if name == "tierline" and hits < 0.7 * len(asked):
                sys.exit("Fewer than 70% of the twins were suggested.")


if __name__ == "__main__":
    main()
