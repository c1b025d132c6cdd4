"""How the promises to one account were kept, by month, with the cases behind each figure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.evidence import evidence_bundle
from tierline.calendars.local_time import zone_named
from tierline.calendars.months import month_after
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.languages.language import message
from tierline.queries.attainment import MONTHS, account_attainment, promises_of_year
from tierline.queries.promises_kept import kept_document, promise_fields, promise_name
from tierline.scorecards.account_attainment import attainment_document, milestone_fields, month_of
from tierline.scorecards.commitments import Kept
from tierline.scorecards.promises_kept import Area, Came, score_of, scores_by
from tierline.web.badges import Badge
from tierline.web.forms import csv_file, download, json_file
from tierline.web.promise_names import AREAS
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import account_asked, is_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.responses import Response

    from tierline.queries.attainment import AttainedYear
    from tierline.queries.promises_kept import PromisesKept
    from tierline.scorecards.account_attainment import AccountAttainment, PromiseMonth
    from tierline.scorecards.commitments import CommitmentMonth
    from tierline.scorecards.promises_kept import PromiseKept
    from tierline.store.records import Reads

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


_PROMISE_FIELDS = (
    "tier", "area", "promise_id", "what", "due", "kept", "missed", "over", "open", "share",
)  # fmt: skip


@shown_to(Permission.read_cases)
def attainment_page(visit: Visit) -> Response:
    """The twelve months that end with `?until=2025-12`, or now; of `?account=` or one's own."""
    year, kept = _read_all(visit)
    found = year.attained
    zone, stated = zone_named(found.account.time_zone), visit.asked("account")
    query = {"account": stated} if stated else {}
    last = month_after(year.until, -1)
    return visit.page(
        "pages/attainment.html",
        account=found.account,
        is_own=not is_staff(visit),
        first=year.first,
        last=last,
        as_of=visit.now.astimezone(zone),
        cases=found.cases,
        overall=found.overall,
        score=score_of(kept.rows),
        areas=_areas(kept, found.desk.adherence.names),
        months=[_month(month, promises, found) for month, promises in found.months.items()],
        commitments=[_commitment(each, found) for each in found.commitments],
        files=urlencode({**query, "until": f"{last:%Y-%m}"}),
        earlier=urlencode({**query, "until": f"{month_after(year.first, -1):%Y-%m}"}),
        later=None if year.until > visit.now.astimezone(zone).date()
        else urlencode({**query, "until": f"{month_after(last, MONTHS):%Y-%m}"}),
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
def promises_table(visit: Visit) -> Response:
    """Every promise with what came of it, for a spreadsheet."""
    year, kept = _read_all(visit)
    rows: Iterator[Mapping[str, Any]] = (promise_fields(row) for row in kept.rows)
    return csv_file(
        f"{year.file_name('promises')}.csv",
        _PROMISE_FIELDS,
        ([row[name] for name in _PROMISE_FIELDS] for row in rows),
    )


@shown_to(Permission.read_cases)
def attainment_json(visit: Visit) -> Response:
    """Figures and milestones, to be recomputed."""
    year, kept = _read_all(visit)
    said = attainment_document(year.attained) | kept_document(kept, year.attained.desk.cases.ids)
    return json_file(f"{year.file_name('attainment')}.json", said)


@shown_to(Permission.read_cases)
def attainment_evidence(visit: Visit) -> Response:
    """Figures with all that they follow from, signed: recomputed without us."""
    year = _read(visit)
    content = evidence_bundle(year.attained, visit.language)
    return download(f"{year.file_name('evidence')}.zip", content, "application/zip")


def _read(visit: Visit) -> AttainedYear:
    return visit.application.read(_asked(visit))


def _read_all(visit: Visit) -> tuple[AttainedYear, PromisesKept]:
    """With what came of every promise, those without a clock among them."""
    of_year = _asked(visit)

    def work(reads: Reads) -> tuple[AttainedYear, PromisesKept]:
        year = of_year(reads)
        return year, promises_of_year(reads, year)

    return visit.application.read(work)


def _asked(visit: Visit) -> Callable[[Reads], AttainedYear]:
    id_ = account_asked(visit)
    visit.caller.require(Permission.read_cases, id_)
    until, now = visit.asked("until", 20), visit.now
    return lambda reads: account_attainment(reads.snapshot, reads.accounts.get(id_), now, until)


def _month(
    month: date, promises: tuple[PromiseMonth, ...], found: AccountAttainment
) -> dict[str, Any]:
    """A month, with all its promises together and each by itself."""
    return {
        "first": month,
        **_figures(*promises),
        "promises": [_promise(each, found) for each in promises],
    }


def _promise(each: PromiseMonth, found: AccountAttainment) -> dict[str, Any]:
    promise = each.promise
    return {
        "severity": promise.severity,
        "name": MILESTONE_NAMES[MilestoneKind(promise.milestone)],
        "tier": found.desk.adherence.names.get(promise.tier, promise.tier),
        **_figures(each),
    }


def _figures(*promises: PromiseMonth) -> dict[str, Any]:
    """How some promises were kept in a month, together, and the first cases in which they were
    not."""
    met, decided = (sum(getattr(each, name) for each in promises) for name in ("met", "decided"))
    cases = sorted({(row.number, row.case) for each in promises for row in each.missed})
    return {
        "met": met,
        "missed": decided - met,
        "decided": decided,
        "share": met / decided if decided else None,
        "open": sum(each.open for each in promises),
        "cases": [(case, number) for number, case in cases[:MISSED_SHOWN]],
        "more": max(0, len(cases) - MISSED_SHOWN),
    }


def _commitment(row: CommitmentMonth, found: AccountAttainment) -> dict[str, Any]:
    return {
        "row": row,
        "month": _first_day(row.month),
        "name": MILESTONE_NAMES[MilestoneKind(row.milestone)],
        "tier": found.desk.adherence.names.get(row.tier, row.tier),
        "badge": _KEPT[row.kept],
        "cases": [found.numbers[place] for place in row.missing[:MISSED_SHOWN]],
        "more": max(0, len(row.missing) - MISSED_SHOWN),
    }


def _areas(kept: PromisesKept, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What came of each promise, by what of the plan it is."""
    return [
        {
            "name": AREAS[area],
            "score": score,
            "promises": [_kept(row, kept, names) for row in kept.rows if row.area is area],
        }
        for area, score in scores_by(kept.rows, lambda row: row.area).items()
    ]


def _kept(row: PromiseKept, kept: PromisesKept, names: Mapping[str, str]) -> dict[str, Any]:
    severity, words = promise_name(row)
    days = [
        date.fromisoformat(deed.on)
        for deed in kept.deeds
        if deed.area is Area.deliverable
        and (deed.tier, deed.promise, deed.what) == (row.tier, row.promise, row.what)
        and deed.came is Came.missed
    ]
    return {
        "severity": severity,
        "name": words,
        "tier": names.get(row.tier, row.tier),
        "score": row.score,
        "days": days[:MISSED_SHOWN],
        "promise": row.promise,
    }


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


ROUTES = [
    Route(PATH, attainment_page, methods=["GET"]),
    Route(f"{PATH}.csv", attainment_table, methods=["GET"]),
    Route(f"{PATH}/promises.csv", promises_table, methods=["GET"]),
    Route(f"{PATH}.json", attainment_json, methods=["GET"]),
    Route(f"{PATH}.zip", attainment_evidence, methods=["GET"]),
]
