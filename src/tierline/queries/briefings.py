"""Briefings: what the pack for a call says, by the queries of pages and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tierline.actions.components import reader_of
from tierline.calendars.local_time import zone_named
from tierline.calendars.months import month_after
from tierline.care.item import CareState, counted
from tierline.care.schedule import ReportPeriod, promised_of
from tierline.catalog.words import severity_name
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros, parse_instant, to_micros
from tierline.queries.adherence import desk_adherence
from tierline.queries.advice import advice_rows
from tierline.queries.care import CareQuestion, care_items, open_actions
from tierline.queries.uptime import uptime_of
from tierline.scorecards.briefing import (
    MONTHS,
    MOST_CHARACTERS,
    MOST_ROWS,
    Briefing,
    CareCount,
    MonthRow,
    RiskRow,
    SeverityRow,
    TodoRow,
)
from tierline.scorecards.desk import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.contract import Contract
    from tierline.care.item import CareItem
    from tierline.catalog.catalog import Catalog
    from tierline.scorecards.desk import DeskAdherence
    from tierline.scorecards.health_report import HealthReport
    from tierline.store.records import Reads

OFFERED_BEFORE = timedelta(days=31)
"""So long before its day the pack of an item is offered."""
_LOOKED_BACK = timedelta(days=800)
_SETTLED = (CareState.done, CareState.late, CareState.missed, CareState.excused)


def is_offered(item: CareItem, now: datetime) -> bool:
    """Whether a pack is prepared for an item: it is due soon or overdue, and was not held."""
    return item.settled_at is None and from_micros(item.promised.until) <= now + OFFERED_BEFORE


def briefing_period(contract: Contract, item: CareItem, now: datetime) -> ReportPeriod:
    """What a pack is about: from the item before it, or the contract's beginning, until its day or
    now. Raises NotFound where that has not begun."""
    promised = item.promised
    earliest = promised.until - _micros(_LOOKED_BACK)
    before = promised_of(contract, promised.key.feature, earliest, promised.until)
    start = max((each.until for each in before), default=contract.start)
    end = min(promised.until, to_micros(now))
    if start >= end:
        raise NotFound("The period of this has not begun.")
    return ReportPeriod(
        contract=contract.id,
        account=promised.account,
        promise_id=promised.promise_id,
        start=start,
        end=end,
    )


def briefing(reads: Reads, item: CareItem, report: HealthReport, now: datetime) -> Briefing:
    """The pack of an item, about the period of a report that was drawn up for it."""
    contract = reads.contracts.get(item.promised.key.contract)
    about = _About.of(contract, report, now)
    asked = Stretch(about.since, about.end, now)
    desk = desk_adherence(reads.snapshot, asked, accounts=[report.account])
    catalog = reads.catalogs.get(report.catalog, report.version)
    risks, actions = list(_risks(reads, about)), list(_actions(reads, about))
    return Briefing(
        what=item.promised.what,
        due_on=item.promised.key.due_on.isoformat(),
        report=_cut(report),
        open_more=max(0, len(report.open_cases) - MOST_ROWS),
        months=tuple(_months(reads, about, desk)),
        severities=tuple(_severities(about, desk, catalog)),
        care=tuple(_care(reads, about)),
        risks=tuple(risks[:MOST_ROWS]),
        risks_more=max(0, len(risks) - MOST_ROWS),
        actions=tuple(actions[:MOST_ROWS]),
        actions_more=max(0, len(actions) - MOST_ROWS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Whose pack it is. Its charts go from `since`, where the first of its months begins, to the
    end of the period, which lies in the last one."""

    account: str
    report: HealthReport
    first: date
    last: date
    since: datetime
    start: int
    end: datetime
    now: datetime

    @classmethod
    def of(cls, contract: Contract, report: HealthReport, now: datetime) -> _About:
        zone = zone_named(contract.time_zone)
        last = date.fromisoformat(report.last_on).replace(day=1)
        first = month_after(last, 1 - MONTHS)
        return cls(
            account=report.account,
            report=report,
            first=first,
            last=last,
            since=datetime(first.year, first.month, 1, tzinfo=zone),
            start=to_micros(parse_instant(report.start)),
            end=parse_instant(report.end),
            now=now,
        )


def _cut(report: HealthReport) -> HealthReport:
    """The report with as many rows as a pack has of each list; its worst misses stay."""
    return report.model_copy(
        update={
            "misses": report.misses[:MOST_ROWS],
            "misses_more": report.misses_more + max(0, len(report.misses) - MOST_ROWS),
            "open_cases": report.open_cases[:MOST_ROWS],
            "incidents": report.incidents[:MOST_ROWS],
            "next": report.next[:MOST_ROWS],
        }
    )


def _months(reads: Reads, about: _About, desk: DeskAdherence) -> Iterator[MonthRow]:
    kept = {each.group[0]: each for each in desk.adherence.by(["month"])}
    reader = reader_of(reads.accounts.get(about.account))
    view = uptime_of(reads, reader, about.now, f"{about.last:%Y-%m}", with_promises=False)
    uptime = {f"{each.first:%Y-%m}": each.uptime.percent for each in view.months}
    for back in range(MONTHS):
        month = f"{month_after(about.first, back):%Y-%m}"
        found, up = kept.get(month), uptime.get(month)
        share = None if found is None else found.share
        yield MonthRow(
            month=month,
            met=0 if found is None else found.met,
            missed=0 if found is None else found.missed,
            percent=None if share is None else f"{share:.1%}",
            uptime=None if up is None else str(up),
        )


def _severities(about: _About, desk: DeskAdherence, catalog: Catalog) -> Iterator[SeverityRow]:
    codes, names = desk.cases.severity.codes, desk.cases.severity.names
    lately = desk.cases.opened >= about.start
    for code in sorted(range(len(names)), key=lambda code: (not names[code], names[code])):
        is_it = np.asarray(codes) == code
        if is_it.any():
            yield SeverityRow(
                severity=severity_name(catalog, names[code]),
                cases=int(is_it.sum()),
                lately=int((is_it & lately).sum()),
            )


def _care(reads: Reads, about: _About) -> Iterator[CareCount]:
    asked = CareQuestion(start=about.since, end=about.end, accounts=[about.account])
    counts = counted(care_items(reads, asked, about.now))
    for state in _SETTLED:
        if counts[state]:
            yield CareCount(state=state.value, count=counts[state])


def _risks(reads: Reads, about: _About) -> Iterator[RiskRow]:
    found = [each for each in reads.advice.of_accounts([about.account]) if each.is_open]
    for row in advice_rows(reads, found):
        advice = row.advice
        yield RiskRow(
            advice=advice.given.id,
            number=advice.given.number,
            title=shortened(advice.given.title),
            state=advice.state.value,
            follow_up_on=advice.follow_up_on.isoformat(),
            is_overdue=advice.is_overdue(about.now),
            later=len(row.later) + row.later_more,
        )


def _actions(reads: Reads, about: _About) -> list[TodoRow]:
    """Those of care with their words, those of post-mortems as the report tells them."""
    found = [
        TodoRow(
            text=shortened(each.finding.text),
            number=None,
            due_on=str(each.finding.due_on),
            is_overdue=each.finding.is_overdue(about.now),
        )
        for each in open_actions(reads, [about.account], about.now)
    ]
    found += [
        TodoRow(text="", number=each.number, due_on=each.due_on, is_overdue=each.is_overdue)
        for each in about.report.actions
        if each.source == "post_mortem"
    ]
    return sorted(found, key=lambda row: (row.due_on, row.number or 0, row.text))


def shortened(text: str) -> str:
    """The beginning of what somebody wrote, where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_CHARACTERS else f"{plain[: MOST_CHARACTERS - 1]}…"


def _micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
