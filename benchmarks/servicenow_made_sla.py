"""Does the replay agree with ServiceNow's own `made_sla`, on incidents it has not seen?

Hours and targets are chosen on the incidents opened before 2016-05-01 alone: a family of calendars
is searched, and for each severity the threshold on open time that agrees best with `made_sla`
there. The catalog is written, read again, and judged by the product itself; the agreement is shown
on the later incidents, beside that of always saying "met".

    python benchmarks/servicenow_made_sla.py --log incident_event_log.csv.gz

writes examples/servicenow/catalog.yaml (the same bytes each time) and exits with 1 where the
agreement on later Moderate incidents that never waited is under 99%. `--disagreements FILE` lists
them.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tierline import bootstrap
from tierline.calendars.business_hours import WEEKDAYS, BusinessHours, Window, week_of
from tierline.calendars.calendar import Calendar
from tierline.cases.event import EventKind
from tierline.cases.log import CaseLog
from tierline.catalog.load import load_catalog
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import format_micros, to_micros
from tierline.milestones.columns import judge
from tierline.milestones.terms import terms_of
from tierline.scorecards.agreement import Confusion, agreement_of, old_verdicts
from tierline.scorecards.groups import Dimension

EXAMPLE = Path(__file__).parents[1] / "examples" / "servicenow"
SHARED = Path(os.environ.get("TIERLINE_FIXTURES", Path(__file__).parents[2] / "shared"))
LOG = SHARED / "data/uci-incident-log/incident_event_log.csv.gz"
TRAINING_ENDS = datetime(2016, 5, 1, tzinfo=UTC)
MUST_AGREE = 0.99
HOUR_US = 3_600_000_000

ZONES = ("UTC", "America/Sao_Paulo", "America/New_York", "Europe/Berlin", "Asia/Kolkata")
OPENS = (0, *range(6, 13))
CLOSES = (*range(16, 23), 24)
DAYS = (5, 6, 7)
SEVERITIES = ("critical", "high", "moderate", "low")


@dataclass(frozen=True)
class Cases:
    """One value for each incident."""

    opened: NDArray[np.int64]
    ended: NDArray[np.int64]
    severity: NDArray[np.int64]
    met: NDArray[np.bool_]
    waited: NDArray[np.bool_]
    training: NDArray[np.bool_]


@dataclass(frozen=True)
class Hours:
    """One calendar of the family."""

    days: int
    opens: int
    closes: int
    zone: str

    def calendar(self) -> Calendar:
        window = (Window(self.opens * 3600, self.closes * 3600),)
        week = week_of(dict.fromkeys(WEEKDAYS[: self.days], window))
        return Calendar(BusinessHours(time_zone=self.zone, week=week))

    def __str__(self) -> str:
        last = WEEKDAYS[self.days - 1]
        return f"mon-{last} {self.opens:02}:00-{self.closes:02}:00 {self.zone}"


@dataclass(frozen=True)
class Choice:
    """The threshold that agrees best: `used <= allowance` as met."""

    agreeing: int
    minutes: int


def main() -> int:
    """Search, write, judge, report."""
    arguments = _arguments()
    started = time.perf_counter()
    mapping = bootstrap.read_mapping(EXAMPLE / "mapping.yaml")
    reading = bootstrap.read_log(arguments.log, mapping)
    listed = len(reading.refused)
    print(
        f"{reading.cases_read:,} incidents read: {len(reading.log):,} to judge, {listed:,} listed."
    )
    cases = cases_of(reading.log)
    hours, choices = search(cases)
    catalog = EXAMPLE / "catalog.yaml"
    text = catalog_text(hours, choices, _medians(reading.log, cases, hours))
    same = catalog.is_file() and catalog.read_text(encoding="utf-8") == text
    catalog.write_text(text, encoding="utf-8")
    print(f"{catalog.name}: {'as it was' if same else 'written anew'}.")
    agreement = report(reading.log, cases, catalog, arguments.disagreements)
    print(f"{time.perf_counter() - started:.1f} s in all.")
    return 0 if agreement >= MUST_AGREE else 1


def cases_of(log: CaseLog) -> Cases:
    """Opening, last end, final severity and the old verdict of each incident."""
    first = log.first_row[:-1]
    verdicts = old_verdicts(MilestoneKind.resolution, log)
    assert verdicts is not None
    is_end = log.kind == EventKind.resolved
    waits = np.isin(log.kind, (EventKind.paused, EventKind.paused_without_question))
    names = np.array([*(_place(name) for name in log.value.names), -1])
    carries = np.isin(log.kind, (EventKind.opened, EventKind.severity_changed))
    rows = np.maximum.reduceat(np.where(carries, np.arange(len(log.at)), -1), first)
    return Cases(
        opened=log.opened_at,
        ended=np.maximum.reduceat(np.where(is_end, log.at, -1), first),
        severity=names[log.value.codes[rows]],
        met=verdicts == 1,
        waited=np.add.reduceat(waits.astype(np.int64), first) > 0,
        training=log.opened_at < to_micros(TRAINING_ENDS),
    )


def search(cases: Cases) -> tuple[Hours, dict[str, Choice]]:
    """The calendar under which the training part agrees best, and a threshold for each severity.

    The calendar is chosen on Moderate incidents that never waited; the others are too few.
    """
    chosen = cases.training & (cases.severity == _place("moderate")) & ~cases.waited
    opened, ended, met = cases.opened[chosen], cases.ended[chosen], cases.met[chosen]
    family = [
        Hours(days, opens, closes, zone)
        for days, zone, opens, closes in product(DAYS, ZONES, OPENS, CLOSES)
        if closes - opens >= 8
    ]
    found = [
        (best_threshold(hours.calendar().open_us_between(opened, ended), met), hours)
        for hours in family
    ]
    found.sort(key=lambda pair: -pair[0].agreeing)
    print(f"{len(family)} calendars tried on {len(met):,} Moderate incidents opened before")
    print(f"{TRAINING_ENDS:%Y-%m-%d} that never waited; the best five:")
    for choice, hours in found[:5]:
        print(f"  {choice.agreeing / len(met):8.3%}  {choice.minutes / 60:7.2f} h  {hours}")
    hours = found[0][1]
    choices = {}
    for severity in SEVERITIES:
        mine = cases.training & (cases.severity == _place(severity))
        used = hours.calendar().open_us_between(cases.opened[mine], cases.ended[mine])
        choices[severity] = best_threshold(used, cases.met[mine])
    return hours, choices


def best_threshold(used: NDArray[np.int64], met: NDArray[np.bool_]) -> Choice:
    """The threshold that agrees most often; of the lengths that agree alike, the whole hour (else
    minute) nearest to the middle."""
    order = np.argsort(used, kind="stable")
    used, met = used[order], met[order]
    right = np.concatenate([[0], np.cumsum(met)]) + np.concatenate(
        [np.cumsum(~met[::-1])[::-1], [0]]
    )
    edges = np.concatenate([[True], used[1:] != used[:-1], [True]])
    place = int(np.argmax(np.where(edges, right, -1)))
    low = int(used[place - 1]) if place else 0
    high = int(used[place]) if place < len(used) else low + HOUR_US
    for unit in (60, 1):
        size = unit * HOUR_US // 60
        middle = round((low + high) / 2 / size) * size
        if low <= middle < high:
            return Choice(int(right[place]), middle * 60 // HOUR_US)
    return Choice(int(right[place]), -(-low * 60 // HOUR_US))


def _medians(log: CaseLog, cases: Cases, hours: Hours) -> dict[str, dict[str, int]]:
    """Whole hours in which half of the training incidents were acknowledged and restored."""
    first, calendar = log.first_row[:-1], hours.calendar()
    answer: dict[str, dict[str, int]] = {}
    never = np.iinfo(np.int64).max
    for kind in (EventKind.acknowledged, EventKind.restored):
        reached = np.minimum.reduceat(np.where(log.kind == kind, log.at, never), first)
        reached = np.minimum(reached, cases.ended)
        used = calendar.open_us_between(cases.opened, reached)
        answer[kind.name] = {
            severity: max(1, -(-int(np.median(used[mine])) // HOUR_US))
            for severity in SEVERITIES
            if (mine := cases.training & (cases.severity == _place(severity))).any()
        }
    return answer


def report(log: CaseLog, cases: Cases, catalog: Path, listing: Path | None) -> float:
    """Judge with the product and print agreement; the answer is the share that must be kept."""
    terms = terms_of(load_catalog(catalog))
    table = judge(log, terms)
    theirs = old_verdicts(MilestoneKind.resolution, log)
    assert theirs is not None
    part = Dimension(np.where(cases.training, 0, 1), ("training", "later"))
    severity = Dimension(cases.severity, SEVERITIES)
    wait = Dimension(cases.waited.astype(np.int64), ("never waited", "waited"))

    def agree(*dimensions: Dimension) -> tuple[Confusion, ...]:
        return agreement_of(MilestoneKind.resolution, theirs, table, dimensions).groups

    moderate = [row for row in agree(severity, wait) if row.group == ("moderate", "never waited")]
    later = [row for row in agree(part) if row.group == ("later",)]
    rows = [row for row in agree(part, severity, wait) if row.group[0] == "later"]
    decisive = next(row for row in rows if row.group[1:] == ("moderate", "never waited"))
    print("\nagreement with made_sla            incidents  agree     always 'met'")
    everything = agreement_of(MilestoneKind.resolution, theirs, table)
    for name, row in (
        ("all incidents", everything.overall),
        ("all Moderate, never waited", moderate[0]),
        ("later incidents", later[0]),
        *((" ".join(row.group), row) for row in rows),
    ):
        print(f"  {name:<32} {row.compared:>9,}  {row.share:8.3%}  {row.baseline:8.3%}")
    print("\nlater Moderate incidents that never waited:")
    print("                       made_sla true   made_sla false")
    print(f"  replay says met      {decisive.both_met:>13,}   {decisive.only_theirs_missed:>14,}")
    print(f"  replay says missed   {decisive.only_ours_missed:>13,}   {decisive.both_missed:>14,}")
    if listing:
        _list(log, cases, everything.disagreeing, everything.ours, listing)
    assert decisive.share is not None
    return decisive.share


def _list(
    log: CaseLog,
    cases: Cases,
    places: NDArray[np.int64],
    ours: NDArray[np.int8],
    listing: Path,
) -> None:
    with listing.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(
            ["case", "opened_at", "ended_at", "severity", "waited", "part", "replay", "made_sla"]
        )
        for place in places:
            writer.writerow(
                [
                    log.case_ids[place],
                    format_micros(cases.opened[place]),
                    format_micros(cases.ended[place]),
                    SEVERITIES[cases.severity[place]],
                    "yes" if cases.waited[place] else "no",
                    "training" if cases.training[place] else "later",
                    "met" if ours[place] == 1 else "missed",
                    "met" if cases.met[place] else "missed",
                ]
            )
    print(f"{len(places):,} disagreements listed in {listing}.")


def catalog_text(hours: Hours, choices: dict[str, Choice], usual: dict[str, dict[str, int]]) -> str:
    """The catalog, as benchmarks/servicenow_made_sla.py writes it."""
    rows = [
        f"      - {{severity: {severity}, milestone: {milestone}, within: {_length(minutes)}}}"
        for severity in SEVERITIES
        for milestone, minutes in (
            ("acknowledge", usual["acknowledged"][severity] * 60),
            ("restore", min(usual["restored"][severity] * 60, choices[severity].minutes)),
            ("resolution", choices[severity].minutes),
        )
    ]
    week = f'mon-{WEEKDAYS[hours.days - 1]}: "{hours.opens:02}:00-{hours.closes:02}:00"'
    return _CATALOG.format(zone=hours.zone, week=week, targets="\n".join(rows))


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"PT{hours}H" + (f"{rest}M" if rest else "")


def _place(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--disagreements", type=Path, metavar="FILE")
    return parser.parse_args()


_CATALOG = """\
# The promise behind made_sla of the ServiceNow incident log, as far as the log shows it. Written by
#   python benchmarks/servicenow_made_sla.py
# which chooses hours and resolution targets on the incidents opened before 2016-05-01 alone.
# Acknowledge and restore are no promise of that company: they are the whole hours in which half
# of those incidents got there, and no longer than the resolution.
format: tierline/catalog/1
catalog: servicenow_incidents
version: 2016-05-01
company: The company of the log
currency: USD

severities:                       # impact x urgency, worst first
  critical: {{name: Critical, means: Priority 1}}
  high: {{name: High, means: Priority 2}}
  moderate: {{name: Moderate, means: Priority 3}}
  low: {{name: Low, means: Priority 4}}

business_hours:
  desk:
    time_zone: {zone}
    week: {{{week}}}

clock_rules:
  pauses:                         # made_sla counts every wait, so no reason stops a clock
    waiting_on_user: {{name: Awaiting User Info, stops: []}}
    waiting_on_vendor: {{name: Awaiting Vendor, stops: []}}
    waiting_on_problem: {{name: Awaiting Problem, stops: []}}
    waiting_on_evidence: {{name: Awaiting Evidence, stops: []}}
  retarget: from_original_start
  reopen: {{rule: resume, within: P400D}}

tiers:
  internal:
    name: Internal users
    lead_line: This desk restores the work of colleagues
    hours: desk
    targets:
{targets}
    exclusions:
      requests: {{text: Service requests, alternative: Order them in the service catalog}}
"""

if __name__ == "__main__":
    sys.exit(main())
