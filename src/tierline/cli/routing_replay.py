"""`tierline routing replay`: past cases as they were given to people, beside how the plan would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.durations import in_words

_SHOWN_LATE = 20


@click.command("replay")
@of_installation
@click.option("--start", required=True, metavar="INSTANT", help="2025-01-01T00:00:00Z")
@click.option("--end", required=True, metavar="INSTANT", help="Before then.")
@click.option("--json", "as_json", is_flag=True, help="The whole answer, for programs.")
def replay_past(
    data: Path | None, database: str | None, *, start: str, end: str, as_json: bool
) -> None:
    """Give out the cases opened from START to before END anew, by the plan in force.

    How many of the two worst severities of the highest tier came to the right seniority in time,
    how often a case first came to the wrong person and what that cost, how often seniors had what
    the plan keeps from them, and which skills nobody had: as it was, and by the plan.
    """
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/routing-replay", start=start, end=end)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: dict[str, Any]) -> list[str]:
    first = f"{found['tier'].replace('_', ' ').capitalize()} {' and '.join(found['severities'])}"
    lowest = found["lowest_tier"].replace("_", " ").capitalize()
    lines = [f"Plan {found['plan_number']}, {found['agents']} agents", ""]
    lines += [f"{'':<34}{'as it was':>22}{'by the plan':>22}"]
    lines += [
        _line(f"{first}: cases", found["first"], lambda side: f"{side['cases']:,}"),
        _line("  right seniority in time", found["first"], _in_time),
        _line("  opening to right hands, median", found["first"], _length_of("median_seconds")),
        _line(f"{lowest}: cases", found["lowest"], lambda side: f"{side['cases']:,}"),
        _line("  touched against the plan", found["lowest"], lambda s: _part(s, "too_senior")),
        _line("All: cases", found["all"], lambda side: f"{side['cases']:,}"),
        _line("  with a reason", found["all"], lambda s: _part(s, "with_reason")),
        _line("  misrouted", found["all"], lambda s: _part(s, "misrouted")),
        _line("    never to the right one", found["all"], lambda s: f"{s['never_right']:,}"),
        _line("    lost in all", found["all"], lambda s: f"{s['lost_seconds'] // 3_600:,} h"),
        _line("    lost, median", found["all"], _length_of("lost_median_seconds")),
    ]
    lines += ["", *_severities(found["rows"]), "", *_missing(found["missing"])]
    lines += [*_late(found["late"]), "", found["explanation"].rstrip()]
    return lines


def _line(name: str, sides: dict[str, Any], shown: Any) -> str:
    return f"{name:<34}{shown(sides['was']):>22}{shown(sides['plan']):>22}"


def _in_time(side: dict[str, Any]) -> str:
    if not side["cases"]:
        return "-"
    return f"{side['in_time_percent']}% ({side['in_time']:,})"


def _part(side: dict[str, Any], name: str) -> str:
    if not side["cases"]:
        return "-"
    return f"{100 * side[name] / side['cases']:.1f}% ({side[name]:,})"


def _length_of(name: str) -> Any:
    return lambda side: "-" if side[name] is None else in_words(side[name])


def _severities(rows: list[dict[str, Any]]) -> list[str]:
    head = f"{'tier and severity':<24}{'levels':>8}{'cases':>8}"
    lines = [f"{head}{'in time, as it was':>22}{'by the plan':>22}"]
    for row in rows:
        name = f"{row['tier'] or 'nothing promised'} {row['severity']}"
        levels = f"{row['lowest']}-{row['highest']}"
        lines.append(
            f"{name:<24}{levels:>8}{row['was']['cases']:>8,}"
            f"{_in_time(row['was']):>22}{_in_time(row['plan']):>22}"
        )
    return lines


def _missing(found: list[dict[str, Any]]) -> list[str]:
    if not found:
        return ["Nothing was missing when cases were opened."]
    lines = ["Missing when a case was opened, by the plan:"]
    for each in found:
        waited = each["median_seconds"]
        tail = "" if waited is None else f", waited {in_words(waited)} in the middle"
        never = f", {each['never_given']:,} given to nobody" if each["never_given"] else ""
        lines.append(f"  {each['words']}: {each['cases']:,} cases{tail}{never}")
    return lines


def _late(found: list[dict[str, Any]]) -> list[str]:
    if not found:
        return []
    lines = ["", f"Not in time by the plan ({len(found)} listed):"]
    lines += [
        f"  {each['number']}  {each['opened_at']}  {each['severity']}: {each['reason']}"
        for each in found[:_SHOWN_LATE]
    ]
    if len(found) > _SHOWN_LATE:
        lines.append(f"  ... and {len(found) - _SHOWN_LATE} more")
    return lines
