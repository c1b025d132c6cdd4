"""Health reports of an account: the list, and each as it was drawn up, as a page and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.health_reports import KeptReport, next_end
from tierline.bootstrap.health_reports import seen_report
from tierline.calendars.local_time import zone_named
from tierline.queries.health_reports import list_reports
from tierline.web.documents import health_report_pdf
from tierline.web.forms import download
from tierline.web.health_report import health_report_json, shown_with
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import account_of_path, is_staff

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.queries.pages import Page
    from tierline.scorecards.health_report import HealthReport
    from tierline.store.records import Reads


@shown_to(Permission.read_contracts)
def reports_page(visit: Visit) -> Response:
    """The reports that are kept, the newest first, and when the next one comes."""
    id_ = account_of_path(visit, Permission.read_contracts)
    after, now = visit.asked("after", 2_000), visit.now

    def work(reads: Reads) -> tuple[Account, Page[KeptReport], datetime | None]:
        account = reads.accounts.get(id_)
        page = list_reports(reads.snapshot, id_, after=after or None)
        return account, page, next_end(reads.contracts.of_account(id_), now)

    account, page, next_at = visit.application.read(work)
    zone = zone_named(account.time_zone)
    return visit.page(
        "pages/health_reports.html",
        account=account,
        is_staff=is_staff(visit),
        is_first=not after,
        next=page.next,
        next_at=None if next_at is None else next_at.astimezone(zone),
        rows=[
            {
                "kept": each,
                "start": each.start.astimezone(zone).date(),
                "end": each.end.astimezone(zone),
                "made": each.made_at.astimezone(zone),
            }
            for each in page.items
        ],
    )


@shown_to(Permission.read_contracts)
def report_page(visit: Visit) -> Response:
    """One report."""
    kept, report = _report(visit)
    path = f"/health-reports/{kept.id}"
    places = [("PDF", f"{path}.pdf"), ("JSON", f"{path}.json")]
    return visit.page(
        "health_report.html",
        **shown_with(report), report=report, places=places, digest=kept.digest,
    )  # fmt: skip


@shown_to(Permission.read_contracts)
def report_pdf(visit: Visit) -> Response:
    """The same on paper, in the reader's language."""
    kept, report = _report(visit)
    return download(
        _name(kept, report, "pdf"), health_report_pdf(report, visit.language), "application/pdf"
    )


@shown_to(Permission.read_contracts)
def report_json(visit: Visit) -> Response:
    """The same for programs."""
    kept, report = _report(visit)
    return download(_name(kept, report, "json"), health_report_json(report), "application/json")


def _report(visit: Visit) -> tuple[KeptReport, HealthReport]:
    id_ = visit.path_word("report")
    return visit.application.read(lambda reads: seen_report(reads, id_, visit.caller))


def _name(kept: KeptReport, report: HealthReport, ending: str) -> str:
    return f"health-report-{kept.account}-{report.last_on}.{ending}"


_PATH = "/health-reports/{report}"
ROUTES: list[Any] = [
    Route("/accounts/{account}/health-reports", reports_page, methods=["GET"]),
    Route(f"{_PATH}.pdf", report_pdf, methods=["GET"]),
    Route(f"{_PATH}.json", report_json, methods=["GET"]),
    Route(_PATH, report_page, methods=["GET"]),
]
