"""The health report of an account as a page of its own and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import parse_instant
from tierline.languages.language import ENGLISH
from tierline.web.health_report_words import advice, in_short
from tierline.web.pages import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.languages.language import Language
    from tierline.scorecards.health_report import HealthReport


def health_report_html(report: HealthReport, language: Language = ENGLISH) -> bytes:
    """The report as one self-contained page without scripts, said in a language."""
    page = render(
        "health_report.html",
        language=language,
        **shown_with(report),
        report=report,
        places=(),
        digest="",
    )
    return page.encode()


def shown_with(report: HealthReport) -> dict[str, Any]:
    """What its page needs beside the report; sentences are asked for as it is rendered, in the
    language in which it is."""
    return {"local": on_its_clock(report), "in_short": in_short, "advice": advice}


def on_its_clock(report: HealthReport) -> Callable[[str], datetime]:
    """Its instants, which are in UTC, on the wall clock of its account."""
    zone = zone_named(report.time_zone)
    return lambda text: parse_instant(text).astimezone(zone)


def health_report_json(report: HealthReport) -> bytes:
    """The report in `tierline/health-report/1`."""
    return (report.model_dump_json(indent=2) + "\n").encode()
