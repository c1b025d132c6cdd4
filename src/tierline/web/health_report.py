"""The health report of an account as a page of its own and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.web.pages import render

if TYPE_CHECKING:
    from tierline.scorecards.health_report import HealthReport


def health_report_html(report: HealthReport) -> bytes:
    """The report as one self-contained page without scripts."""
    return render("health_report.html", report=report, places=(), digest="").encode()


def health_report_json(report: HealthReport) -> bytes:
    """The report in `tierline/health-report/1`."""
    return (report.model_dump_json(indent=2) + "\n").encode()
