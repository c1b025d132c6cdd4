"""What does judging a year of cases cost, beside only reading the file it stands in?

    python benchmarks/replay.py [--log FILE.csv.gz] [--times 10 50]

Prints, in one run: the fold of all seven milestone kinds against reading the unpacked CSV with
Polars and with DuckDB; the whole command with JSON (seconds, peak memory); the same log repeated;
and twenty drafts in one command against twenty commands. Exit 1 where a floor is missed.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from tierline import bootstrap
from tierline.catalog.load import load_catalog
from tierline.catalog.statement import MilestoneKind
from tierline.milestones.columns import judge
from tierline.milestones.terms import PromisedTarget, Terms, terms_of

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared"))
EXAMPLE = HERE.parent / "examples" / "servicenow"
RUNS = 7
DRAFTS = 20
MISSED: list[str] = []


def main() -> None:
    """Run all four questions."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    log = SHARED / "data/uci-incident-log/incident_event_log.csv.gz"
    arguments.add_argument("--log", type=Path, default=log)
    arguments.add_argument("--times", type=int, nargs="*", default=[10, 50])
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "log.csv"
        with gzip.open(given.log) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file)
        fold_beside_reading(plain)
        whole_command(given.log, Path(folder))
        many_drafts(given.log, Path(folder))
        straight_line(plain, given.times, Path(folder))
    if MISSED:
        sys.exit("MISSED: " + "; ".join(MISSED))


def fold_beside_reading(plain: Path) -> None:
    """The fold without explanation and output, against reading the file."""
    mapping = bootstrap.read_mapping(EXAMPLE / "mapping.yaml")
    log = bootstrap.read_log(plain, mapping).log
    terms = all_kinds(terms_of(load_catalog(EXAMPLE / "catalog.yaml")))
    table = judge(log, terms)
    fold = timed(lambda: judge(log, terms))
    polars = timed(lambda: pl.read_csv(plain, infer_schema_length=10_000))
    duck = timed(lambda: duckdb.read_csv(str(plain)).fetchnumpy())
    print(f"{len(log):,} cases, {len(log.at):,} facts, {len(table):,} milestones of 7 kinds")
    print(f"fold {fold * 1000:.0f} ms · Polars reads {polars * 1000:.0f} ms · "
          f"DuckDB reads {duck * 1000:.0f} ms (medians of {RUNS})")  # fmt: skip
    floor(fold / min(polars, duck), 1.0, "fold / reading the CSV (the faster of the two)")


def all_kinds(terms: Terms) -> Terms:
    """The same tiers and hours with a target for every kind at every severity."""
    (hours, *_) = {target.hours for target in terms.targets.values()}
    targets = {
        (tier, severity, kind): PromisedTarget(f"x/{tier}/{severity}.{kind}", 28_800_000_000, hours)
        for tier in terms.tiers
        for severity in terms.severities
        for kind in MilestoneKind
    }
    return dataclasses.replace(terms, targets=targets)


def whole_command(log: Path, folder: Path) -> None:
    """From the packed file to JSON, a fresh process."""
    seconds, mebibytes = run(replay_of(log, folder / "out.json"))
    print(f"tierline replay --format json: {seconds:.2f} s, {mebibytes:,.0f} MiB at its peak")
    floor(seconds, 5.0, "seconds of the whole command")
    floor(mebibytes, 1024, "MiB of the whole command")


def many_drafts(log: Path, folder: Path) -> None:
    """Twenty drafts in one command, against twenty commands of one draft."""
    text = (EXAMPLE / "catalog.yaml").read_text()
    drafts = []
    for number in range(DRAFTS):
        draft = folder / f"draft-{number}.yaml"
        draft.write_text(text)
        drafts += ["--draft", str(draft)]
    one, _ = run([*replay_of(log, folder / "one.json"), *drafts[:2]])
    all_, _ = run([*replay_of(log, folder / "all.json"), *drafts])
    print(f"one draft {one:.2f} s · {DRAFTS} drafts in one command {all_:.2f} s")
    floor(all_ / (DRAFTS * one), 1 / 3, f"{DRAFTS} drafts / {DRAFTS} commands")


def straight_line(plain: Path, times: list[int], folder: Path) -> None:
    """The same log repeated, each copy with case numbers of its own."""
    base, _ = run(replay_of(plain, folder / "out.json"))
    print(f"  1 x {base:.2f} s")
    frame = pl.read_csv(plain, infer_schema=False)
    for count in times:
        large = folder / f"log-{count}.csv"
        with large.open("wb") as file:
            for copy in range(count):
                renamed = frame.with_columns(pl.col("number") + f"-{copy}")
                renamed.write_csv(file, include_header=copy == 0)
        seconds, mebibytes = run(replay_of(large, folder / "out.json"))
        print(f" {count:2} x {seconds:.2f} s, {mebibytes:,.0f} MiB at its peak")
        floor(seconds / (count * base), 1.1, f"{count} x / {count} times 1 x")
        large.unlink()


def replay_of(log: Path, out: Path) -> list[str]:
    """The command line."""
    command = str(Path(sys.executable).parent / "tierline")
    mapping, catalog = EXAMPLE / "mapping.yaml", EXAMPLE / "catalog.yaml"
    return [command, "replay", str(log), "--mapping", str(mapping), "--catalog", str(catalog),
            "-o", str(out)]  # fmt: skip


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of a fresh process."""
    begun = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, out, os.devnull, os.O_WRONLY, 0) for out in (1, 2)],
    )  # fmt: skip
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"this failed; run it by hand to see why: {' '.join(command)}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def timed(work: Callable[[], object]) -> float:
    """The median of RUNS runs, in seconds."""
    seconds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def floor(figure: float, most: float, what: str) -> None:
    """Print a figure beside the most that it may be."""
    passed = figure <= most
    print(f"{'PASS' if passed else 'MISS'}  {what}: {figure:.2f} (at most {most:.2f})")
    if not passed:
        MISSED.append(what)


if __name__ == "__main__":
    main()
