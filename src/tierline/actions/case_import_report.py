"""The report of an import of cases as plain values: the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import SECOND_US, format_instant, format_micros
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from tierline.actions.imported_case import CaseImportReport
    from tierline.kernel.errors import Fault
    from tierline.scorecards.differences import Comparison, Difference

FORMAT = "tierline/case-import/1"
MOST_DIFFERENCES = 1_000
MOST_FAULTS = 1_000
_CASES_SHOWN = 100

WORDS = {
    "target": "its export states another target",
    "rounding": "it counts whole minutes, and the time used is within one of the target",
    "time_zone": "it reads the hours in UTC",
    "hours": "it counts every hour of the week",
    "holidays": "it knows no holidays",
    "pause_not_counted": "its clock ran on while the case waited",
    "pause_counted": "its clock stood still in every wait",
    "reopened": "it judges a reopened case by its first end, or by all of its time",
    "severity": "it judges by one severity from the opening to the end",
    "retarget": "its clock starts anew where the severity changes",
    "triage": "its clock starts at another fact: the opening, or triage",
    "end": "its clock stops at the closing, not at the resolution",
    "unexplained": "no rule that was tried gives its verdict",
}
"""What each reason says of the old tool."""


def document_of(report: CaseImportReport) -> dict[str, Any]:
    """The whole report; lists are bounded, and their counts are of all."""
    file, counts = report.file, report.counts
    return {
        "format": FORMAT,
        "is_dry_run": report.is_dry_run,
        "source": file.source,
        "name": file.name,
        "as_of": format_instant(file.as_of),
        "records": dict(file.records),
        "cases": asdict(counts),
        "rejected_records": file.rejected_rows,
        "coverage": dict(report.coverage),
        "faults": faults_of(report.faults),
        "unknown_fields": [
            {"list": each.list, "field": each.field, "records": each.records}
            for each in file.unknown
        ],
        "unused_lists": list(file.unused),
        "comparison": comparison_of(report.comparison),
        "notices": list(report.notices),
    }


def faults_of(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """What is not taken, and why; the first thousand."""
    return [
        {
            "code": fault.code,
            "message": fault.message,
            "path": fault.path,
            "write_instead": fault.write_instead,
            "source": fault.source,
            "line": fault.line,
        }
        for fault in islice(faults, MOST_FAULTS)
    ]


def comparison_of(comparison: Comparison) -> dict[str, Any]:
    """Both verdicts by kind, and each difference with its reason."""
    return {
        "kinds": [
            {
                "milestone": each.kind.value,
                "compared": each.compared,
                "agreeing": each.agreeing,
                "both_met": each.both_met,
                "both_missed": each.both_missed,
                "only_ours_missed": each.only_ours_missed,
                "only_theirs_missed": each.only_theirs_missed,
                "undecided": each.undecided,
            }
            for each in comparison.kinds
        ],
        "reasons": [
            {
                "reason": reason,
                "means": "; and ".join(WORDS[each] for each in reason.split(" + ")),
                "cases": len(cases),
                "first": cases[:_CASES_SHOWN],
            }
            for reason, cases in comparison.by_reason().items()
        ],
        "differences": [_difference(each) for each in comparison.differences[:MOST_DIFFERENCES]],
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "case": each.case,
        "milestone": each.kind.value,
        "here": "met" if each.is_met else "missed",
        "there": "missed" if each.is_met else "met",
        "used_seconds": each.used // SECOND_US,
        "target_seconds": each.allowance // SECOND_US,
        "due_at": None if each.due == NEVER else format_micros(each.due),
        "reasons": [reason.value for reason in each.reasons],
        "others": [reason.value for reason in each.others],
    }
