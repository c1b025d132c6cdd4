"""How many of the real pricings does each lint rule flag, and how long does the largest take?

Needs the real pricings beside the project (TIERLINE_FIXTURES, or ../shared). Imports each, lints
it, and prints a table: rule, level, pricings flagged, findings. The last lines time the slowest.

    python benchmarks/lint_real_pricings.py [--rule RULE]

With --rule every finding of that rule is printed with its file, to check it by hand.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from tierline.catalog.document import read_document
from tierline.catalog.lint.report import Report, lint_catalog
from tierline.catalog.lint.rule_pack import all_rules
from tierline.catalog.lint.rules import RULE_PACK
from tierline.connectors.pricing2yaml import import_pricing

AS_OF = date(2025, 7, 1)
SLOWEST_ALLOWED_SECONDS = 1.0


def main() -> int:
    """Print the table; 1 where the slowest pricing takes longer than allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rule", help="print every finding of this rule")
    rule = parser.parse_args().rule
    root = Path(os.environ.get("TIERLINE_FIXTURES", Path(__file__).parents[2] / "shared"))
    folder = root / "data" / "saas-pricing-isa" / "TSC25"
    paths = sorted(folder.glob("*/*.yml"))
    if not paths:
        print(f"There are no pricings in {folder}.")
        return 2
    flagged, findings, seconds = Counter[str](), Counter[str](), {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        report, seconds[name] = timed(path)
        flagged.update({finding.rule for finding in report.findings})
        findings.update(finding.rule for finding in report.findings)
        if rule:
            print_rule(name, report, rule)
    if not rule:
        print_table(len(paths), flagged, findings)
    slowest = max(seconds, key=lambda name: seconds[name])
    print(f"slowest lint: {slowest}, {seconds[slowest]:.2f} s")
    return int(seconds[slowest] > SLOWEST_ALLOWED_SECONDS)


def timed(path: Path) -> tuple[Report, float]:
    """The report on a pricing, and how long its lint took without the import."""
    catalog = import_pricing(read_document(path)).catalog
    began = time.perf_counter()
    report = lint_catalog(catalog, as_of=AS_OF)
    return report, time.perf_counter() - began


def print_table(count: int, flagged: Counter[str], findings: Counter[str]) -> None:
    """Rules that flag something, most pricings first; then how many flag nothing."""
    print(f"{count} pricings, rule pack {RULE_PACK}\n")
    print("| rule | level | pricings flagged | findings |")
    print("|---|---|---:|---:|")
    rules = all_rules()
    for rule_id, pricings in sorted(flagged.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"| `{rule_id}` | {rules[rule_id].level} | {pricings} | {findings[rule_id]} |")
    print(f"\n{len(rules) - len(flagged)} of {len(rules)} rules flag none of them")


def print_rule(name: str, report: Report, rule: str) -> None:
    """Each finding of a rule on a line of its own."""
    for finding in report.findings:
        if finding.rule == rule:
            print(f"{name}: {finding.message}")


if __name__ == "__main__":
    sys.exit(main())
