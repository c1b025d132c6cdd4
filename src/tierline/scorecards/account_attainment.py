"""Attainment of one account: what it was promised in each month of its own calendar, what was met
and missed, and the milestones behind each figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.calendars.local_time import local_date, zone_named
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, format_instant
from tierline.scorecards.adherence import OPEN
from tierline.scorecards.desk import milestone_rows
from tierline.scorecards.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.commitments import CommitmentMonth
    from tierline.scorecards.desk import DeskAdherence, MilestoneRow, Stretch

FORMAT = "tierline/attainment/1"
_KINDS = {kind.value: place for place, kind in enumerate(MilestoneKind)}
_COUNTED = (Outcome.met, Outcome.missed, *OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The account whose figures these are: no more of it than they need."""

    id: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised of a case."""

    tier: str
    severity: str
    milestone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMonth:
    """How one promise was kept with the cases that were raised in a month. `missed` are those
    milestones themselves."""

    promise: Promise
    met: int
    open: int
    missed: tuple[MilestoneRow, ...]

    @property
    def decided(self) -> int:
        """Met and missed; what is open may still go either way."""
        return self.met + len(self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAttainment:
    """A stretch of an account. `months` are those with a case, the newest first, each by its first
    day; `milestones` all that is counted in them."""

    account: Whose
    during: Stretch
    desk: DeskAdherence
    cases: int
    overall: Attainment
    months: Mapping[date, tuple[PromiseMonth, ...]]
    commitments: tuple[CommitmentMonth, ...]
    numbers: Mapping[int, tuple[str, int]]
    milestones: tuple[MilestoneRow, ...]


def attainment_of(account: Whose, during: Stretch, desk: DeskAdherence) -> AccountAttainment:
    """The figures of an account, from its cases judged on its own calendar."""
    rows = desk.adherence.where({}, _COUNTED).tolist()
    milestones = tuple(milestone_rows(desk, rows))
    commitments = desk.commitments
    return AccountAttainment(
        account=account,
        during=during,
        desk=desk,
        cases=desk.adherence.cases,
        overall=desk.adherence.overall,
        months=_months(milestones, account.time_zone),
        commitments=commitments,
        numbers={
            place: (desk.cases.ids[place], desk.cases.numbers[place])
            for each in commitments
            for place in each.missing
        },
        milestones=milestones,
    )


def month_of(row: MilestoneRow, time_zone: str) -> date:
    """The month of the account's calendar in which its case was raised, by its first day."""
    return local_date(row.opened_at, zone_named(time_zone)).replace(day=1)


def attainment_document(found: AccountAttainment) -> dict[str, Any]:
    """All of it as JSON values, to be kept and recomputed: each figure is a count of the milestones
    below it, and each verdict is the open time that was used against what was allowed."""
    zone = found.account.time_zone
    return {
        "format": FORMAT,
        "account": found.account.id,
        "name": found.account.name,
        "time_zone": zone,
        "since": format_instant(found.during.since),
        "until": format_instant(found.during.until),
        "as_of": format_instant(found.during.as_of),
        "cases": found.cases,
        "months": [
            {
                "month": f"{month:%Y-%m}",
                "tier": each.promise.tier,
                "severity": each.promise.severity,
                "milestone": each.promise.milestone,
                "met": each.met,
                "missed": len(each.missed),
                "open": each.open,
            }
            for month, promises in found.months.items()
            for each in promises
        ],
        "commitments": [_commitment(each, found) for each in found.commitments],
        "milestones": [
            {"month": f"{month_of(row, zone):%Y-%m}", **milestone_fields(row)}
            for row in found.milestones
        ],
    }


def milestone_fields(row: MilestoneRow) -> dict[str, Any]:
    """A milestone as plain values; its case's signed receipt shows every step of it."""
    instants = {
        "started_at": row.started_at,
        "due_at": row.due_at,
        "stopped_at": row.stopped_at,
        "breached_at": row.breached_at,
    }
    return {
        "case": row.case,
        "number": row.number,
        "opened_at": format_instant(row.opened_at),
        "tier": row.tier,
        "severity": row.severity,
        "milestone": row.milestone,
        "cycle": row.cycle,
        "outcome": row.outcome.name,
        **{name: None if at is None else format_instant(at) for name, at in instants.items()},
        "used_seconds": None if row.used is None else row.used / SECOND_US,
        "allowed_seconds": None if row.allowance is None else row.allowance / SECOND_US,
    }


def _commitment(row: CommitmentMonth, found: AccountAttainment) -> dict[str, Any]:
    return {
        "month": row.month,
        "tier": row.tier,
        "severity": row.severity,
        "milestone": row.milestone,
        "committed_percent": f"{row.percent:f}",
        "met": row.met,
        "missed": row.missed,
        "open": row.open,
        "kept": row.kept.value,
        "missing": [found.numbers[place][0] for place in row.missing],
    }


def _months(rows: Sequence[MilestoneRow], time_zone: str) -> dict[date, tuple[PromiseMonth, ...]]:
    grouped: dict[date, dict[Promise, list[MilestoneRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        promise = Promise(tier=row.tier, severity=row.severity, milestone=row.milestone)
        grouped[month_of(row, time_zone)][promise].append(row)
    return {
        month: tuple(
            _promise_month(promise, found)
            for promise, found in sorted(promises.items(), key=lambda each: _place(each[0]))
        )
        for month, promises in sorted(grouped.items(), reverse=True)
    }


def _promise_month(promise: Promise, rows: Sequence[MilestoneRow]) -> PromiseMonth:
    missed = tuple(row for row in rows if row.outcome is Outcome.missed)
    return PromiseMonth(
        promise=promise,
        met=sum(row.outcome is Outcome.met for row in rows),
        open=sum(row.outcome in OPEN for row in rows),
        missed=tuple(sorted(missed, key=lambda row: (row.number, row.cycle or 0))),
    )


def _place(promise: Promise) -> tuple[str, int, str]:
    return promise.severity, _KINDS[promise.milestone], promise.tier
