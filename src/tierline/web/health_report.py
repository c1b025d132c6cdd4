"""The health report of an account as a page of its own and as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import parse_instant
from tierline.languages.language import ENGLISH
from tierline.web.pages import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.scorecards.health_report import HealthReport

_INSTANT = re.compile(r'"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"')


def health_report_html(report: HealthReport) -> bytes:
    """The report as one self-contained page without scripts."""
    local = on_its_clock(report)
    return render("health_report.html", report=report, local=local, places=(), digest="").encode()


def on_its_clock(report: HealthReport) -> Callable[[str], datetime]:
    """Its instants, which are in UTC, on the wall clock of its account."""
    zone = zone_named(report.time_zone)
    return lambda text: parse_instant(text).astimezone(zone)


def health_report_for_paper(report: HealthReport) -> str:
    """The report as JSON, with `clock`: each of its instants in words."""
    written, local = report.model_dump_json(), on_its_clock(report)
    clock = {text: ENGLISH.moment(local(text)) for text in _INSTANT.findall(written)}
    return json.dumps({**json.loads(written), "clock": clock})


def health_report_json(report: HealthReport) -> bytes:
    """The report in `tierline/health-report/1`."""
    return (report.model_dump_json(indent=2) + "\n").encode()
