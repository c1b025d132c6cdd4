"""How the promises to one account were kept, by month, with the cases behind each figure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.evidence import evidence_bundle
from tierline.calendars.local_time import zone_named
from tierline.catalog.statement import MilestoneKind
from tierline.languages.language import message
from tierline.queries.attainment import account_attainment
from tierline.scorecards.account_attainment import attainment_document, milestone_fields, month_of
from tierline.scorecards.commitments import Kept
from tierline.web.badges import Badge
from tierline.web.forms import csv_file, download, json_file
from tierline.web.milestone_names import MILESTONES
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import account_asked, is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.attainment import AttainedYear
    from tierline.scorecards.account_attainment import AccountAttainment, PromiseMonth
    from tierline.scorecards.commitments import CommitmentMonth

PATH = "/attainment"
MISSED_SHOWN = 20
"""So many cases with a miss are named beside a figure; the files have all."""
_KEPT = {
    Kept.met: Badge("ok", "✓", message("Met")),
    Kept.missed: Badge("breach", "×", message("Missed")),
    Kept.too_early: Badge("paused", "‖", message("Too early")),
}
_FIELDS = (
    "month", "case", "number", "opened_at", "tier", "severity", "milestone", "cycle", "outcome",
    "started_at", "due_at", "stopped_at", "breached_at", "used_seconds", "allowed_seconds",
)  # fmt: skip


@shown_to(Permission.read_cases)
def attainment_page(visit: Visit) -> Response:
    """The twelve months that end with `?until=2025-12`, or now; of `?account=` or one's own."""
    year = _read(visit)
    found = year.attained
    zone, stated = zone_named(found.account.time_zone), visit.asked("account")
    query = {"account": stated} if stated else {}
    last = _month_before(year.until)
    return visit.page(
        "pages/attainment.html",
        account=found.account,
        is_own=not is_staff(visit),
        first=year.first,
        last=last,
        as_of=visit.now.astimezone(zone),
        cases=found.cases,
        overall=found.overall,
        months=[_month(month, promises, found) for month, promises in found.months.items()],
        commitments=[_commitment(each, found) for each in found.commitments],
        files=urlencode({**query, "until": f"{last:%Y-%m}"}),
        earlier=urlencode({**query, "until": f"{_month_before(year.first):%Y-%m}"}),
        later=None if year.until > visit.now.astimezone(zone).date()
        else urlencode({**query, "until": f"{_later(year.until):%Y-%m}"}),
        nearest=year.last,
        nearest_query=urlencode({**query, "until": f"{year.last:%Y-%m}"}) if year.last else "",
    )  # fmt: skip


@shown_to(Permission.read_cases)
def attainment_table(visit: Visit) -> Response:
    """Every milestone behind the figures, for a spreadsheet."""
    year = _read(visit)
    found = year.attained
    zone = found.account.time_zone
    rows = (
        {"month": f"{month_of(row, zone):%Y-%m}", **milestone_fields(row)}
        for row in found.milestones
    )
    return csv_file(
        f"{year.file_name('attainment')}.csv",
        _FIELDS,
        ([row[name] for name in _FIELDS] for row in rows),
    )


@shown_to(Permission.read_cases)
def attainment_json(visit: Visit) -> Response:
    """Figures and milestones, to be recomputed."""
    year = _read(visit)
    return json_file(f"{year.file_name('attainment')}.json", attainment_document(year.attained))


@shown_to(Permission.read_cases)
def attainment_evidence(visit: Visit) -> Response:
    """Figures with all that they follow from, signed: recomputed without us."""
    year = _read(visit)
    content = evidence_bundle(year.attained, visit.language)
    return download(f"{year.file_name('evidence')}.zip", content, "application/zip")


def _read(visit: Visit) -> AttainedYear:
    id_ = account_asked(visit)
    visit.caller.require(Permission.read_cases, id_)
    until, now = visit.asked("until", 20), visit.now
    return visit.application.read(
        lambda reads: account_attainment(reads.snapshot, reads.accounts.get(id_), now, until)
    )


def _month(
    month: date, promises: tuple[PromiseMonth, ...], found: AccountAttainment
) -> dict[str, Any]:
    """A month, with all its promises together and each by itself."""
    met, decided = (sum(getattr(each, name) for each in promises) for name in ("met", "decided"))
    rows = sorted(row.number for each in promises for row in each.missed)
    ids = {row.number: row.case for each in promises for row in each.missed}
    return {
        "first": month,
        "met": met,
        "decided": decided,
        "share": met / decided if decided else None,
        "missed": decided - met,
        "open": sum(each.open for each in promises),
        "cases": [(ids[number], number) for number in dict.fromkeys(rows)][:MISSED_SHOWN],
        "more": max(0, len(ids) - MISSED_SHOWN),
        "promises": [_promise(each, found) for each in promises],
    }


def _promise(each: PromiseMonth, found: AccountAttainment) -> dict[str, Any]:
    promise = each.promise
    cases = dict.fromkeys((row.case, row.number) for row in each.missed)
    return {
        "severity": promise.severity,
        "name": MILESTONES[MilestoneKind(promise.milestone)],
        "tier": found.desk.adherence.names.get(promise.tier, promise.tier),
        "met": each.met,
        "missed": len(each.missed),
        "decided": each.decided,
        "share": each.met / each.decided if each.decided else None,
        "open": each.open,
        "cases": list(cases)[:MISSED_SHOWN],
        "more": max(0, len(cases) - MISSED_SHOWN),
    }


def _commitment(row: CommitmentMonth, found: AccountAttainment) -> dict[str, Any]:
    return {
        "row": row,
        "month": _first_day(row.month),
        "name": MILESTONES[MilestoneKind(row.milestone)],
        "tier": found.desk.adherence.names.get(row.tier, row.tier),
        "badge": _KEPT[row.kept],
        "cases": [found.numbers[place] for place in row.missing[:MISSED_SHOWN]],
        "more": max(0, len(row.missing) - MISSED_SHOWN),
    }


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _later(until: date) -> date:
    """The last month of the twelve after those that end before `until`."""
    return until.replace(year=until.year + 1, day=1) - timedelta(days=1)


ROUTES = [
    Route(PATH, attainment_page, methods=["GET"]),
    Route(f"{PATH}.csv", attainment_table, methods=["GET"]),
    Route(f"{PATH}.json", attainment_json, methods=["GET"]),
    Route(f"{PATH}.zip", attainment_evidence, methods=["GET"]),
]
