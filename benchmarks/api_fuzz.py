"""How much of the HTTP interface can be reached from its document alone, and does anything break?

Schemathesis asks every operation of `/openapi.json` with a token of each role, over a small world
that is there, and then follows the document's links. Prints the share of operations that came to a
2xx, by role and overall, and everything that the document does not name.

    python benchmarks/api_fuzz.py --examples 50 --walks 100
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))

from fuzzed import ROLES, Asker, Outcome, fuzz, known_values, walk
from served import Served, serve_small_world


def main() -> int:
    """1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="of each kind, an operation")
    parser.add_argument("--walks", type=int, default=50, help="along links, a role")
    parser.add_argument("--roles", default=",".join(ROLES))
    stated = parser.parse_args()
    for name in ("tierline.requests", "tierline.api"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    reached: set[str] = set()
    wrong: dict[str, str] = {}
    for role in stated.roles.split(","):
        with tempfile.TemporaryDirectory() as folder, serve_small_world(Path(folder)) as served:
            found = outcome_of(served, role, stated.examples, stated.walks)
            total = operations_of(served)
        print(told(role, found, total), flush=True)
        reached |= found.reached
        wrong |= {f"{role}: {at}": said for at, said in found.wrong.items()}
    print(f"overall: {len(reached)} of {total} operations came to a 2xx")
    for at, said in wrong.items():
        print(f"\n{at}\n{said}")
    print(f"{len(wrong)} answers that should not be")
    return 1 if wrong else 0


def outcome_of(served: Served, role: str, examples: int, walks: int) -> Outcome:
    """What came of both."""
    asker = Asker(served, role, known_values(served))
    fuzz([asker], (examples, examples))
    found = asker.outcome
    walked = walk(served, role, walks=walks, steps=8)
    for label, statuses in walked.statuses.items():
        found.statuses[label] += statuses
    found.wrong |= walked.wrong
    return found


def operations_of(served: Served) -> int:
    """How many the document names."""
    return sum(map(len, served.nobody.get("/openapi.json").json()["paths"].values()))


def told(role: str, found: Outcome, total: int) -> str:
    """One line."""
    asked = sum(statuses.total() for statuses in found.statuses.values())
    share = len(found.reached) / total
    return f"{role}: {len(found.reached)} of {total} ({share:.0%}) in {asked:,} requests"


if __name__ == "__main__":
    sys.exit(main())
