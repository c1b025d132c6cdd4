"""Health reports: what one says, by the queries of pages and programs, and which are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.coverage import coverage_at
from tierline.calendars.local_time import zone_named
from tierline.care.item import CareState
from tierline.care.schedule import ReportPeriod, report_periods
from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import (
    counted,
    milestone_name,
    number_in_words,
    percent_in_words,
    severity_name,
)
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.kernel.instants import (
    SECOND_US,
    format_instant,
    from_micros,
    parse_instant,
    to_micros,
)
from tierline.queries.adherence import MOST_DAYS, desk_adherence
from tierline.queries.care import CareQuestion, care_items
from tierline.queries.open_cases import open_cases_at
from tierline.queries.pages import PAGE_LIMIT_ROWS, PAGE_ROWS, Page, key_of, page_of
from tierline.queries.promises_kept import Window, promise_name, promises_kept
from tierline.queries.report_actions import open_risks, report_actions
from tierline.queries.status import incidents_between
from tierline.scorecards.adherence import OPEN, OUTSIDE
from tierline.scorecards.desk import Stretch, milestone_rows
from tierline.scorecards.health_report import (
    BalanceRow,
    CareRow,
    CommitmentRow,
    HealthReport,
    IncidentRow,
    KeptRow,
    LimitRow,
    MissRow,
    NextRow,
    OpenCaseRow,
    PromiseRow,
    PublishedPostMortem,
)
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.promises_kept import score_of
from tierline.status.scope import Reader
from tierline.store.cases import case_event_table, case_table
from tierline.store.health_reports import health_report_table, report_of
from tierline.store.post_mortems import post_mortem_case_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.actions.health_reports import KeptReport
    from tierline.care.item import CareItem
    from tierline.catalog.catalog import Catalog
    from tierline.queries.balances import FeatureBalance
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.desk import DeskAdherence
    from tierline.scorecards.promises_kept import PromiseKept, Score
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

MISSES_LIMIT = 100
_AHEAD = timedelta(days=100)
"""So far care to come is told: a quarter, and some days for a report that is drawn up late."""
_case, _event = case_table.c, case_event_table.c
_debt, _report = post_mortem_case_table.c, health_report_table.c
_PUBLISHED = (
    sa.select(_case.id, _case.number, _debt.published_at)
    .join(case_table, _case.id == _debt.case_id)
    .where(
        _case.account_id == sa.bindparam("whose"),
        _debt.published_at >= sa.bindparam("from_at"),
        _debt.published_at < sa.bindparam("to_at"),
    )
    .order_by(_case.number)
)
_RESOLVED = (
    sa.select(sa.func.count(sa.distinct(_event.case_id)).label("number"))
    .join_from(case_table, case_event_table, _case.id == _event.case_id)
    .where(
        _case.account_id == sa.bindparam("whose"),
        _event.kind == EventKind.resolved.name,
        _event.at >= sa.bindparam("from_at"),
        _event.at < sa.bindparam("to_at"),
        _event.recorded_at <= sa.bindparam("known"),
    )
)


@dataclass(frozen=True, slots=True)
class _Period:
    """The period with what every part of the report needs."""

    account: Account
    contract: Contract
    plan: SignedTerms
    catalog: Catalog
    start: datetime
    end: datetime
    now: datetime
    zone: tzinfo

    def day(self, at: datetime) -> str:
        return at.astimezone(self.zone).date().isoformat()


def health_report(
    reads: Reads,
    period: ReportPeriod,
    balances: Sequence[FeatureBalance],
    now: datetime,
) -> HealthReport:
    """What is reported of a period, as it was known at `now`. `balances` are those of its last
    instant, without what is told by its dates.
    Each figure is that of the query which a page or a program asks for it."""
    contract = reads.contracts.get(period.contract)
    plan = contract.plan_at(period.end - 1)
    about = _Period(
        account=reads.accounts.get(period.account),
        contract=contract,
        plan=plan,
        catalog=reads.catalogs.get(plan.catalog, plan.version.isoformat()),
        start=from_micros(period.start),
        end=from_micros(period.end),
        now=now,
        zone=zone_named(contract.time_zone),
    )
    desk = desk_adherence(
        reads.snapshot, Stretch(about.start, about.end, now), accounts=[period.account]
    )
    return _report_of(reads, about, period.promise_id, desk, balances)


def _report_of(
    reads: Reads,
    about: _Period,
    promise_id: str,
    desk: DeskAdherence,
    balances: Sequence[FeatureBalance],
) -> HealthReport:
    window = {about.account.id: Window(about.start, about.end)}
    kept = promises_kept(reads, desk, window, about.now).rows
    score = score_of(kept)
    care = _care_items(reads, about)
    misses = desk.adherence.where({}, [Outcome.missed]).tolist()
    return HealthReport(
        title=f"Health report of {about.account.name}",
        company=about.catalog.company,
        account=about.account.id,
        account_name=about.account.name,
        contract=about.contract.id,
        promise_id=promise_id,
        tier_name=about.plan.tier_name,
        catalog=about.plan.catalog,
        version=about.plan.version.isoformat(),
        digest=about.plan.digest,
        start=format_instant(about.start),
        end=format_instant(about.end),
        first_on=about.day(about.start),
        last_on=about.day(about.end - timedelta(microseconds=1)),
        time_zone=about.contract.time_zone,
        as_of=format_instant(about.now),
        cases_opened=desk.adherence.cases,
        cases_resolved=_resolved(reads.snapshot, about),
        met=score.kept,
        missed=score.missed,
        over=score.over,
        percent=_percent(score),
        kept=tuple(_kept(about, row) for row in kept if row.score.due or row.score.over),
        promises=tuple(_promises(desk)),
        misses=tuple(_misses(about, desk, misses[:MISSES_LIMIT])),
        misses_more=max(0, len(misses) - MISSES_LIMIT),
        commitments=tuple(_commitments(about, desk)),
        open_cases=tuple(_open_cases(reads, about)),
        incidents=tuple(_incidents(reads, about)),
        post_mortems=tuple(_post_mortems(reads.snapshot, about)),
        care=tuple(_care(about, care)),
        actions=report_actions(reads, about.account.id, about.now),
        advice=open_risks(reads, about.account.id, (about.now, about.day)),
        balances=tuple(_balance(each) for each in balances),
        limits=tuple(_limits(reads, about, balances)),
        next=tuple(_next(about, care)),
    )


def _kept(about: _Period, row: PromiseKept) -> KeptRow:
    severity, name = promise_name(row)
    return KeptRow(
        area=row.area.value,
        promise_id=row.promise,
        severity=severity_name(about.catalog, severity) if severity else "",
        name=name,
        due=row.score.due,
        kept=row.score.kept,
        missed=row.score.missed,
        over=row.score.over,
    )


def _percent(found: Attainment | Score) -> str | None:
    return None if found.share is None else f"{found.share:.1%}"


def _promises(desk: DeskAdherence) -> Iterator[PromiseRow]:
    for each in desk.adherence.by(["milestone"]):
        (kind,) = each.group
        if not (each.decided or any(each.counts[outcome] for outcome in OPEN)):
            continue
        yield PromiseRow(
            milestone=kind,
            name=milestone_name(MilestoneKind(kind)),
            met=each.met,
            missed=each.missed,
            open=sum(each.counts[outcome] for outcome in OPEN),
            outside=sum(each.counts[outcome] for outcome in OUTSIDE),
            percent=_percent(each),
        )


def _misses(about: _Period, desk: DeskAdherence, rows: Sequence[int]) -> Iterator[MissRow]:
    for each in milestone_rows(desk, rows):
        yield MissRow(
            case=each.case,
            number=each.number,
            milestone=each.milestone,
            name=milestone_name(MilestoneKind(each.milestone)),
            severity=severity_name(about.catalog, each.severity),
            allowed_seconds=(each.allowance or 0) // SECOND_US,
            used_seconds=(each.used or 0) // SECOND_US,
            missed_at=None if each.breached_at is None else format_instant(each.breached_at),
        )


def _commitments(about: _Period, desk: DeskAdherence) -> Iterator[CommitmentRow]:
    for each in desk.commitments:
        kind = milestone_name(MilestoneKind(each.milestone)).lower()
        yield CommitmentRow(
            month=each.month,
            words=f"{severity_name(about.catalog, each.severity)}, {kind}",
            promised_percent=percent_in_words(each.percent),
            met=each.met,
            missed=each.missed,
            kept=each.kept.value,
        )


def _resolved(snapshot: Snapshot, about: _Period) -> int:
    asked = {"whose": about.account.id, "from_at": about.start, "to_at": about.end,
             "known": about.now}  # fmt: skip
    found = snapshot.row(_RESOLVED, asked)
    return 0 if found is None else int(found.number)


def _open_cases(reads: Reads, about: _Period) -> Iterator[OpenCaseRow]:
    found = open_cases_at(reads, about.account.id, about.now)
    for each in found[:PAGE_LIMIT_ROWS]:
        due = each.next_due_at
        yield OpenCaseRow(
            case=each.id,
            number=each.number,
            severity=severity_name(about.catalog, each.severity),
            state=each.state.value,
            next_due_at=None if due is None else format_instant(due),
        )


def _incidents(reads: Reads, about: _Period) -> Iterator[IncidentRow]:
    reader = Reader(about.account.id, about.account.region, about.account.time_zone)
    for each in incidents_between(reads, reader, (about.start, about.end), about.now):
        yield IncidentRow(
            incident=each.incident.id,
            title=each.incident.title,
            kind=each.incident.kind.value,
            phase=each.phase.value,
            started_at=format_instant(each.started_at),
            ended_at=None if each.ended_at is None else format_instant(each.ended_at),
            components=each.touched,
        )


def _post_mortems(snapshot: Snapshot, about: _Period) -> Iterator[PublishedPostMortem]:
    asked = {"whose": about.account.id, "from_at": about.start, "to_at": about.end}
    for row in snapshot.rows(_PUBLISHED, asked):
        at = format_instant(row.published_at)
        yield PublishedPostMortem(case=row.id, number=row.number, published_at=at)


def _care_items(reads: Reads, about: _Period) -> list[CareItem]:
    """What runs out after the period began, up to what is told of the future."""
    start, end = about.start + timedelta.resolution, about.now + _AHEAD
    asked = CareQuestion(start=start, end=end, accounts=[about.account.id])
    return care_items(reads, asked, about.now)


def _care(about: _Period, items: Sequence[CareItem]) -> Iterator[CareRow]:
    """What ran out in the period, an item that ends with it being the period's."""
    for item in items:
        if item.promised.until <= to_micros(about.end):
            yield CareRow(
                due_on=item.promised.key.due_on.isoformat(),
                what=item.promised.what,
                state=item.state.value,
            )


def _balance(found: FeatureBalance) -> BalanceRow:
    return BalanceRow(
        feature=found.feature,
        name=found.name,
        used="not known" if found.used is None else counted(found.used, found.unit),
        included=number_in_words(found.included),
        left="not known" if found.left is None else number_in_words(found.left),
        state=found.state,
    )


def _limits(reads: Reads, about: _Period, balances: Sequence[FeatureBalance]) -> Iterator[LimitRow]:
    names = {each.feature: each.name for each in balances}
    for notice in reads.limit_notices.of_account(about.account.id):
        if about.start <= notice.noticed_at < about.end:
            yield LimitRow(
                name=names.get(notice.feature, notice.feature.replace("_", " ")),
                percent=percent_in_words(notice.level),
                at=format_instant(notice.noticed_at),
            )


def _next(about: _Period, items: Sequence[CareItem]) -> Iterator[NextRow]:
    """Care that is to come, the next report, and the end of the contract, by date."""
    found = [
        (item.promised.key.due_on.isoformat(), item.promised.what)
        for item in items
        if item.promised.until > to_micros(about.end) and item.state is CareState.due
    ]
    until = to_micros(about.now + _AHEAD)
    periods = report_periods(about.contract, to_micros(about.now) + 1, until)
    ahead = next((each for each in periods), None)
    if ahead is not None:
        found.append((about.day(from_micros(ahead.end)), "Next health report"))
    if about.contract.end is not None and about.contract.end > to_micros(about.now):
        last = from_micros(about.contract.end) - timedelta(microseconds=1)
        found.append((about.day(last), "The contract's last day"))
    yield from (NextRow(on=on, what=what) for on, what in sorted(found))


def list_reports(
    snapshot: Snapshot, account: str, *, after: str | None = None, limit: int = PAGE_ROWS
) -> Page[KeptReport]:
    """The reports of an account that are kept, the newest period first."""
    listed = [each for each in _report if each.name != "content"]
    chosen = sa.select(*listed).where(_report.account_id == account)
    if after is not None:
        end, id_ = key_of(after, 2)
        at = parse_instant(end)
        same = sa.and_(_report.end_at == at, _report.id < id_)
        chosen = chosen.where(sa.or_(_report.end_at < at, same))
    ordered = chosen.order_by(_report.end_at.desc(), _report.id.desc()).limit(limit + 1)
    rows = [report_of(row) for row in snapshot.execute(ordered).mappings()]
    return page_of(rows, limit, lambda each: (format_instant(each.end), each.id))


def asked_period(
    reads: Reads, account: str, start: datetime, end: datetime, now: datetime
) -> ReportPeriod:
    """A stated period, under the contract that held at its end. Raises NotFound where none did, and
    Invalid for a period that is not over, or is longer than MOST_DAYS."""
    if not start < end <= now or end - start > timedelta(days=MOST_DAYS):
        told = f"A report is about a period of at most {MOST_DAYS} days that is over."
        raise Invalid(told, [Fault("bad_period", told, "end")], code="bad_period")
    at = to_micros(end) - 1
    contract = coverage_at(reads.contracts.of_account(account), at).contract
    if contract is None or at < contract.start:
        raise NotFound("No contract of this account holds at the end of that period.")
    return ReportPeriod(
        contract=contract.id, account=account, promise_id="", start=to_micros(start), end=at + 1
    )
