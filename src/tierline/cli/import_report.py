"""The report of an import of cases for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tierline.cli.printable import printable

_SHOWN = 20
_CASES_SHOWN = 8


def report_text(report: dict[str, Any]) -> str:
    """The whole report."""
    return "".join(f"{printable(line)}\n" for line in _lines(report))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    cases = report["cases"]
    records = ", ".join(f"{count:,} {name}" for name, count in report["records"].items())
    yield f"{report['name']} ({report['source']}): {records}, up to {report['as_of']}"
    yield (
        f"Cases: {cases['added']:,} new, {cases['changed']:,} changed, "
        f"{cases['unchanged']:,} unchanged, {cases['rejected']:,} rejected; "
        f"{report['rejected_records']:,} records rejected."
    )
    if report["coverage"]:
        stood = ", ".join(f"{count:,} {state}" for state, count in report["coverage"].items())
        yield f"New cases by their account's coverage: {stood}."
    yield from _compared(report["comparison"])
    yield from _not_taken(report)
    for notice in report["notices"]:
        yield f"Note: {notice}"
    if report["is_dry_run"]:
        yield "Dry run: nothing was changed."


def _compared(comparison: dict[str, Any]) -> Iterator[str]:
    if not comparison["kinds"]:
        return
    yield ""
    yield (
        f"{'Verdicts':<16} {'compared':>9} {'same':>9} {'missed here only':>17} "
        f"{'missed there only':>18} {'undecided here':>15}"
    )
    for each in comparison["kinds"]:
        yield (
            f"{each['milestone'].replace('_', ' '):<16} {each['compared']:>9,} "
            f"{each['agreeing']:>9,} {each['only_ours_missed']:>17,} "
            f"{each['only_theirs_missed']:>18,} {each['undecided']:>15,}"
        )
    if comparison["reasons"]:
        yield ""
        yield "Judged otherwise there, because"
    for each in comparison["reasons"]:
        more = ", ..." if each["cases"] > _CASES_SHOWN else ""
        shown = ", ".join(each["first"][:_CASES_SHOWN])
        yield f"{each['cases']:>9,}  {each['means']} ({each['reason']})"
        yield f"           {shown}{more}"


def _not_taken(report: dict[str, Any]) -> Iterator[str]:
    if report["faults"]:
        yield ""
        yield "Rejected"
    for fault in report["faults"][:_SHOWN]:
        where = ": ".join(filter(None, (fault["source"], fault["path"])))
        yield f"  {where}: {fault['message']} {fault['write_instead']}"
    if len(report["faults"]) > _SHOWN:
        yield f"  and {len(report['faults']) - _SHOWN:,} more; --json lists them."
    if report["unknown_fields"]:
        yield ""
        yield "Fields that the mapping does not name"
    for each in report["unknown_fields"][:_SHOWN]:
        yield f"  {each['list']}.{each['field']} ({each['records']:,} records)"
    for each in report["unused_lists"]:
        yield f"Not read: {each}"
