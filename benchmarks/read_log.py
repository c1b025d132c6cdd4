"""What does turning an export into facts cost, beside only reading the file?

    python benchmarks/read_log.py [--log FILE.csv.gz] [--times 1 10 50]

Prints the time of Polars and of DuckDB for reading all columns of the unpacked file, the time of
this program for reading and mapping the packed one, and both ratios; then time, rows a second and
peak memory for the log repeated (case ids suffixed), each in a process of its own. Exit 1 where the
log needs 2 seconds or 1 GB, or where ten times the rows need more than 13 times the time.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from tierline import bootstrap

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", HERE.parents[1] / "shared"))
LOG = SHARED / "data/uci-incident-log/incident_event_log.csv.gz"
MAPPING = HERE.parent / "examples/servicenow/mapping.yaml"
RUNS = 5
MOST_SECONDS, MOST_MEGABYTES = 2.0, 1024
MOST_GROWTH = 1.3
"""Time for n times the rows, over n times the time for ten times the rows."""


def main() -> int:
    """Ask both questions."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--log", type=Path, default=LOG)
    arguments.add_argument("--times", type=int, nargs="*", default=[1, 10, 50])
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        return measure(given.measure)
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "log.csv"
        with gzip.open(given.log) as packed, plain.open("wb") as target:
            shutil.copyfileobj(packed, target)
        beside_reading(given.log, plain, missed)
        repeated(plain, given.times, missed)
    for each in missed:
        print(f"MISSED: {each}")
    return 1 if missed else 0


def beside_reading(log: Path, plain: Path, missed: list[str]) -> None:
    """Medians of several runs in one process, the libraries already loaded."""
    mapping = bootstrap.read_mapping(MAPPING)
    ours = median(lambda: bootstrap.read_log(log, mapping))
    polars = median(lambda: pl.read_csv(plain))
    duck = median(lambda: duckdb.read_csv(str(plain)).fetchnumpy())
    print(f"read and map the packed log    {ours:7.3f} s")
    print(f"Polars, the plain CSV alone    {polars:7.3f} s   ratio {ours / polars:5.1f}")
    print(f"DuckDB, the plain CSV alone    {duck:7.3f} s   ratio {ours / duck:5.1f}")
    if ours > MOST_SECONDS:
        missed.append(f"reading took {ours:.2f} s of {MOST_SECONDS:.0f}")


def median(work: Callable[[], object]) -> float:
    """Seconds of the middle run."""
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[RUNS // 2]


def repeated(plain: Path, times: list[int], missed: list[str]) -> None:
    """The log several times over, each copy with case ids of its own."""
    print("\n times        rows   seconds   rows a second   peak MB")
    found: dict[int, float] = {}
    for count in times:
        path = plain.with_name("repeated.csv")
        rows = repeat(plain, path, count)
        answer = subprocess.run(
            [sys.executable, __file__, "--measure", str(path)],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds, megabytes = map(float, answer.stdout.split())
        found[count] = seconds
        print(f"{count:6} {rows:11,}  {seconds:8.2f}  {rows / seconds:14,.0f}  {megabytes:8,.0f}")
        if count == 1 and megabytes > MOST_MEGABYTES:
            missed.append(f"the log took {megabytes:.0f} MB of {MOST_MEGABYTES}")
    for count, seconds in found.items():
        if count > 10 and 10 in found and seconds / found[10] > MOST_GROWTH * count / 10:
            missed.append(f"{count} times the log took {seconds / found[10]:.1f} times ten")


def repeat(plain: Path, path: Path, count: int) -> int:
    """Write the log `count` times; the case id is the first field."""
    header, *lines = plain.read_bytes().splitlines(keepends=True)
    with path.open("wb") as target:
        target.write(header)
        for copy in range(count):
            mark = b"-%d," % copy
            target.write(b"".join(line.replace(b",", mark, 1) for line in lines))
    return len(lines) * count


def measure(path: Path) -> int:
    """One reading in this process: seconds and the most memory that it held."""
    mapping = bootstrap.read_mapping(MAPPING)
    started = time.perf_counter()
    bootstrap.read_log(path, mapping)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, peak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
