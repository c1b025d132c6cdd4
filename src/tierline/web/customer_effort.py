"""Whether the first contact was enough, and what cases cost customers: a page for those who lead,
and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.customer_effort import EffortReport, effort_report
from tierline.scorecards.customer_effort import (
    MOST_DAYS,
    QUIET_DAYS,
    REOPEN_POINTS,
    CustomerEffort,
    best_of,
)
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web import replay_words as words
from tierline.web.formats import capitalize_first
from tierline.web.forms import csv_file
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from tierline.scorecards.desk import Stretch

PATH = "/adherence/effort"
_PARTS = ("contacts", "handoffs", "reopens", "days", "survey")
_HEAD = (
    "channel", "tier", "cases", "decided", "first_contact", "first_contact_share", "low", "high",
    *_PARTS, "answers", "index", "index_low", "index_high", "timed", "minutes",
)  # fmt: skip


@shown_to(Permission.manage_desk)
def effort_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during, report = _read(visit)
    channels = report.by("channel")
    return visit.page(
        "pages/customer_effort.html",
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        names=report.names,
        total=len(report.cases),
        views=[
            ("Channel", channels),
            ("Tier", report.by("tier")),
            ("Channel and tier", report.by("channel", "tier")),
        ],
        best=best_of(channels),
        dots=_dots(channels),
        quiet_days=QUIET_DAYS,
        most_days=MOST_DAYS,
        reopen_points=REOPEN_POINTS,
        weak_below=WEAK_BELOW,
        words=words,
    )


@shown_to(Permission.manage_desk)
def effort_file(visit: Visit) -> Response:
    """By channel and tier, with every part."""
    during, report = _read(visit)
    name = table_name("customer-effort", during)
    return csv_file(name, _HEAD, map(_line, report.by("channel", "tier")))


def _read(visit: Visit) -> tuple[Stretch, EffortReport]:
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts
    return during, visit.application.read(
        lambda reads: effort_report(reads, during, accounts=accounts)
    )


def _dots(rows: Sequence[CustomerEffort]) -> list[dict[str, Any]]:
    """The share of each channel with its interval, in percent."""
    return [
        {
            "label": capitalize_first(words.kind_words(row.group[0])),
            "value": (share.share or 0) * 100,
            "low": between.low * 100,
            "high": between.high * 100,
            "text": f"{words.share(share.share)}{' ?' if share.is_weak else ''}",
            "interval": f"{words.interval(between)}, n = {share.total}",
        }
        for row in rows
        if (share := row.first_contact) and (between := share.interval) is not None
    ]


def _line(row: CustomerEffort) -> tuple[object, ...]:
    share, between = row.first_contact, row.first_contact.interval
    return (
        *row.group, row.cases, share.total, share.hits, share.share,
        between and between.low, between and between.high,
        *(getattr(row, part) for part in _PARTS), row.answers, row.index,
        row.interval and row.interval.low, row.interval and row.interval.high,
        row.timed, row.minutes,
    )  # fmt: skip


ROUTES = [
    Route(PATH, effort_page, methods=["GET"]),
    Route(f"{PATH}.csv", effort_file, methods=["GET"]),
]
