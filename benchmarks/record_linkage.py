"""How many of the records that stand for one thing are found, and how many are wrongly joined?

    python benchmarks/record_linkage.py [--set NAME ...]

One configuration, which follows from the kinds of the columns, for every set; nothing is labelled
for it. The merge weight is fixed on the historical set: the lowest whole number of bits at which
0.99 of the pairs inside of the merged groups are true. It is reported on all the others.
Precision and recall are of pairs: those merged on their own weight, and those that end up in one
group, through a third record too, which is what a merge really does. Exit 1 where a target is
missed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import comb
from pathlib import Path

import duckdb

from tierline.accounts.evidence import (
    MERGE_WEIGHT,
    FieldKind,
    MatchEvidence,
    RecordKey,
    groups_of,
)
from tierline.connectors.record_linkage.pairs import score_pairs

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared"))
FOLDER = SHARED / "data/entity-resolution"
FIXED_ON = "historical"
PRECISION = 0.99
KINDS = {kind.value: kind for kind in FieldKind}
PEOPLE = {
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "house_number",
    "address_1": "address",
    "address_2": "address",
    "suburb": "place",
    "postcode": "postcode",
    "state": "category",
    "date_of_birth": "date",
    "soc_sec_id": "identifier",
}
HISTORICAL = {
    "first_name": "given_name",
    "surname": "surname",
    "dob": "date",
    "birth_place": "place",
    "postcode_fake": "postcode",
    "gender": "category",
    "occupation": "category",
}
RESTAURANTS = {"name": "full_name", "address": "address", "city": "place", "cuisine": "category"}
FAKE = {
    "first_name": "given_name",
    "surname": "surname",
    "dob": "date",
    "city": "place",
    "email": "email",
}


@dataclass(frozen=True)
class LabelledSet:
    """Records with what they truly stand for, and the recall that is asked for."""

    name: str
    records: Mapping[RecordKey, Mapping[str, str | None]]
    truth: Mapping[RecordKey, str]
    kinds: Mapping[str, FieldKind]
    recall: float | None
    between_systems_only: bool = False


@dataclass(frozen=True)
class Counts:
    """Pairs that are joined, those of them that are true, and all true ones."""

    joined: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true


def main() -> None:
    """Score every set and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--set", action="append", dest="sets", metavar="NAME")
    chosen = arguments.parse_args().sets
    print(
        f"{'set':<14}{'records':>8}{'pairs':>9}{'reached':>9}   "
        f"{'pair precision':>14}{'recall':>8}   {'group precision':>15}{'recall':>8}"
        f"{'review':>8}{'seconds':>9}"
    )
    missed = [
        fault
        for labelled in sets()
        if chosen is None or labelled.name in chosen
        for fault in report(labelled)
    ]
    print(f"merge weight {MERGE_WEIGHT / 100:.0f} bits, fixed on {FIXED_ON}")
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


def report(labelled: LabelledSet) -> list[str]:
    """Print the line of a set; what it misses."""
    started = time.perf_counter()
    pairs = score_pairs(
        labelled.records, labelled.kinds, between_systems_only=labelled.between_systems_only
    )
    seconds = time.perf_counter() - started
    alone = of_pairs(pairs, labelled, MERGE_WEIGHT)
    grouped = of_groups(pairs, labelled, MERGE_WEIGHT)
    reached = sum(is_true(pair, labelled) for pair in pairs) / alone.true
    print(
        f"{labelled.name:<14}{len(labelled.records):>8,}{alone.true:>9,}{reached:>9.3f}   "
        f"{alone.precision:>14.4f}{alone.recall:>8.3f}   "
        f"{grouped.precision:>15.4f}{grouped.recall:>8.3f}"
        f"{len(pairs) - alone.joined:>8,}{seconds:>9.1f}",
        flush=True,
    )
    if labelled.name == FIXED_ON:
        fixed(pairs, labelled)
    if labelled.recall is None:
        return []
    faults = []
    for what, counts in (("pairs", alone), ("groups", grouped)):
        if counts.precision < PRECISION:
            faults.append(f"{labelled.name} precision of {what} {counts.precision:.4f}")
    if grouped.recall < labelled.recall:
        faults.append(f"{labelled.name} recall {grouped.recall:.3f} of {labelled.recall}")
    return faults


def fixed(pairs: list[MatchEvidence], labelled: LabelledSet) -> None:
    """Print what each whole number of bits would give here, and which is the lowest that does."""
    lowest = None
    for bits in range(4, 15):
        counts = of_groups(pairs, labelled, bits * 100)
        lowest = bits if lowest is None and counts.precision >= PRECISION else lowest
        print(f"    at {bits:>2} bits  groups {counts.precision:.4f} {counts.recall:.3f}")
    print(f"    lowest with group precision {PRECISION}: {lowest} bits")


def of_pairs(pairs: list[MatchEvidence], labelled: LabelledSet, at_least: int) -> Counts:
    """The pairs that are merged on their own weight."""
    joined = [pair for pair in pairs if pair.weight >= at_least and not pair.contradictions]
    right = sum(is_true(pair, labelled) for pair in joined)
    return Counts(len(joined), right, true_pairs(labelled))


def of_groups(pairs: list[MatchEvidence], labelled: LabelledSet, at_least: int) -> Counts:
    """All pairs inside of the groups that the merges make."""
    groups = groups_of(pairs, at_least=at_least)
    sizes = Counter(groups.values())
    pure = Counter((group, labelled.truth[key]) for key, group in groups.items())
    joined, right = (sum(comb(n, 2) for n in each.values()) for each in (sizes, pure))
    return Counts(joined, right, true_pairs(labelled))


def is_true(pair: MatchEvidence, labelled: LabelledSet) -> bool:
    return labelled.truth[pair.first] == labelled.truth[pair.second]


def true_pairs(labelled: LabelledSet) -> int:
    return sum(comb(size, 2) for size in Counter(labelled.truth.values()).values())


def sets() -> Iterator[LabelledSet]:
    """Every set of the folder that says which records belong together."""
    connection = duckdb.connect()
    found = connection.sql(
        f"SELECT * FROM '{FOLDER}/splink/historical_figures_with_errors_50k.parquet'"  # noqa: S608 - our own path
    )
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    yield labelled("historical", rows, HISTORICAL, ("unique_id", "cluster"), recall=0.60)
    rows = read("dedupe/restaurant-nophone-training.csv.gz")
    for number, row in enumerate(rows):
        row["row"] = str(number)
    yield labelled("restaurants", rows, RESTAURANTS, ("row", "unique_id"), recall=0.80)
    for name in ("dataset1", "dataset2", "dataset3"):
        rows = of_febrl(f"febrl/{name}.csv.gz")
        yield labelled(f"febrl {name[-1]}", rows, PEOPLE, ("rec_id", "truth"), recall=0.80)
    rows = of_febrl("febrl/dataset4a.csv.gz") + of_febrl("febrl/dataset4b.csv.gz")
    yield labelled("febrl 4", rows, PEOPLE, ("rec_id", "truth"), recall=0.80, linked=True)
    rows = read("splink/fake_1000.csv.gz")
    yield labelled("fake 1000", rows, FAKE, ("unique_id", "cluster"), recall=None)


def labelled(
    name: str,
    rows: list[dict[str, str | None]],
    kinds: Mapping[str, str],
    id_and_truth: tuple[str, str],
    *,
    recall: float | None,
    linked: bool = False,
) -> LabelledSet:
    id_, truth = id_and_truth
    keyed = {(str(row.get("system") or name), str(row[id_])): row for row in rows}
    return LabelledSet(
        name,
        {key: {field: row[field] for field in kinds} for key, row in keyed.items()},
        {key: str(row[truth]) for key, row in keyed.items()},
        {field: KINDS[kind] for field, kind in kinds.items()},
        recall,
        linked,
    )


def of_febrl(file: str) -> list[dict[str, str | None]]:
    rows = read(file)
    for row in rows:
        row["truth"] = str(row["rec_id"]).split("-")[1]
        row["system"] = file
    return rows


def read(file: str) -> list[dict[str, str | None]]:
    """The rows of a file, without the quotes inside of its quotes; what is empty is None."""
    with gzip.open(FOLDER / file, "rt", newline="") as text:
        return [
            {name.strip(): (value or "").strip().strip("'") or None for name, value in row.items()}
            for row in csv.DictReader(text, skipinitialspace=True)
        ]


if __name__ == "__main__":
    main()
