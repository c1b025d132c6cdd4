"""Health reports: drawn up when their period ends, kept as they are, and told to who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.contact import ContactRole
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.care.schedule import ReportPeriod, report_periods
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.ids import HEALTH_REPORT, HealthReportId
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.accounts.contract import Contract
    from tierline.actions.occasion import Occasion
    from tierline.scorecards.health_report import HealthReport

LANE = "health reports"
KIND = "health reports"
READER = "health reports"
FACTS = frozenset(
    {
        "ContractSigned",
        "ContractUpgraded",
        "ContractDowngraded",
        "ContractEnded",
        "AddOnAdded",
        "OverrideGranted",
        "UpliftGranted",
    }
)
"""After these another report may be promised, or none."""
LATEST = timedelta(days=31)
"""A period that ended longer ago is reported of no more: nobody reads it as news."""
_AHEAD = (timedelta(days=40), timedelta(days=800))
"""So far the next report is looked for: a month, then two years."""
READERS = (ContactRole.executive, ContactRole.admin)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """A report about [start, end), without what it says. `digest` is that of its content."""

    id: HealthReportId
    account: str
    contract: str
    start: datetime
    end: datetime
    made_at: datetime
    made_by: str
    digest: str


class Reports(Protocol):
    """The records of reports."""

    def ends_of(self, contracts: Iterable[str], since: int) -> set[tuple[str, int, int]]: ...
    def keep(self, kept: KeptReport, content: str) -> None: ...


class ReportBooks(Journal, Protocol):
    """What keeping a report needs."""

    @property
    def health_reports(self) -> Reports: ...


class WatchBooks(Protocol):
    """What waiting for the next one needs."""

    @property
    def due_work(self) -> DueWorkBook: ...


def due_periods(
    contracts: Sequence[Contract], known: set[tuple[str, int, int]], now: datetime
) -> list[ReportPeriod]:
    """The periods that have ended lately, and of which no report is known."""
    return [
        each
        for contract in contracts
        for each in report_periods(contract, oldest_end(now), to_micros(now) + 1)
        if (each.contract, each.start, each.end) not in known
    ]


def oldest_end(now: datetime) -> int:
    """A period that ended before this instant (microseconds) is reported of no more."""
    return to_micros(now - LATEST)


def next_end(contracts: Sequence[Contract], now: datetime) -> datetime | None:
    """When the next period ends; None where no report is promised."""
    start = to_micros(now) + 1
    for ahead in _AHEAD:
        until = to_micros(now + ahead)
        ends = [each.end for one in contracts for each in report_periods(one, start, until)]
        if ends:
            return from_micros(min(ends))
    return None


def watch_reports(
    books: WatchBooks, account: str, contracts: Sequence[Contract], occasion: Occasion
) -> None:
    """Have the next report of an account drawn up when it is due; one that is due already, now."""
    row = f"health reports of {account}"
    books.due_work.remove([row])
    is_due = bool(due_periods(contracts, set(), occasion.now))
    at = occasion.now if is_due else next_end(contracts, occasion.now)
    if at is not None:
        due = DueWork(id=row, kind=KIND, lane=LANE, body={"account": account}, run_at=at)
        books.due_work.add([due], now=occasion.now)


def keep_report(
    books: ReportBooks, period: ReportPeriod, report: HealthReport, occasion: Occasion
) -> KeptReport | None:
    """The report as it is kept from now on; None where one of this contract and period is there."""
    known = books.health_reports.ends_of([period.contract], period.end)
    if (period.contract, period.start, period.end) in known:
        return None
    content = report.model_dump_json()
    kept = KeptReport(
        id=occasion.new_id(HEALTH_REPORT),
        account=period.account,
        contract=period.contract,
        start=from_micros(period.start),
        end=from_micros(period.end),
        made_at=occasion.now,
        made_by=occasion.by,
        digest=digest_of_bytes(content.encode()),
    )
    books.health_reports.keep(kept, content)
    body = {"report": kept.id, "contract": kept.contract, "digest": kept.digest,
            "start": report.start, "end": report.end}  # fmt: skip
    books.append([occasion.fact("HealthReportMade", kept.account, body)])
    return kept


def readers_of(contacts: Iterable[Contact], at: datetime) -> list[str]:
    """Whom a report is written to: executives and admins of the account; where there is none, the
    named contacts. By address."""
    there = [
        (contact.person.email, contact.roles_at(to_micros(at)))
        for contact in contacts
        if contact.person is not None and contact.person.email and contact.removed_at is None
    ]
    for wanted in (frozenset(READERS), frozenset({ContactRole.named_contact})):
        found = sorted({email for email, roles in there if email and roles & wanted})
        if found:
            return found
    return []
