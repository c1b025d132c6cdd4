"""Calling leads in from the page of a case, and how call-ins went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import call_ins as actions
from tierline.kernel.errors import Fault, Invalid
from tierline.queries.call_ins import call_in_report
from tierline.scorecards.call_ins import BY
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web import replay_words as words
from tierline.web.case_forms import done_with
from tierline.web.case_page import CASE_PATH
from tierline.web.formats import capitalize_first
from tierline.web.forms import csv_file, sent_with, whole_number
from tierline.web.shell import shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.queries.call_ins import CallInReport
    from tierline.scorecards.call_ins import CallInScore, Took
    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/subject-leads/call-ins"
_ANCHOR = "call-in"
_SHOWN_CASES = 50
_HEAD = (
    "by", "group", "cases", "decided", "in_first_hour", "share", "low", "high", "calls",
    "unanswered", "answered", "answered_median_seconds", "arrived", "arrived_median_seconds",
)  # fmt: skip


@sent_with(Permission.work_cases)
def call(visit: Visit, form: Form) -> Response:
    """The lead of the case's domain is called in, or of another one that was chosen."""
    domain = form.get("domain", "")[:200] or None
    return done_with(
        visit,
        lambda records, case, at: actions.call_in(records, case, domain, at),
        about="domain",
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def go_on(visit: Visit, form: Form) -> Response:
    """Somebody comes, is there, or is not needed any more."""
    what, user = form.get("what", ""), form.get("user", "")[:200] or visit.caller.id
    number = whole_number(visit.path_word("number")) or 0

    def act(records: Records, case: str, at: Occasion) -> None:
        if what == "acknowledged":
            actions.acknowledge_call_in(records, case, number, user, at)
        elif what == "arrived":
            actions.arrive(records, case, number, user, at)
        elif what == "called_off":
            actions.call_off(records, case, number, at)
        else:
            fault = Fault("unknown_step", "Say what happened.", "domain")
            raise Invalid("Nothing was noted.", [fault])

    return done_with(visit, act, about="domain", anchor=_ANCHOR)


@shown_to(Permission.manage_desk)
def report_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during, report = _read(visit)
    late = [each for each in report.cases if each.is_decided(report.as_of) and not each.is_in_time]
    late.sort(key=lambda each: each.worst_at, reverse=True)
    return visit.page(
        "pages/call_ins.html",
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        overall=report.overall,
        views=[("Tier", _shown(report, "tier")), ("Domain", _shown(report, "domain"))],
        late=[(each, _name(report, "tier", each.tier)) for each in late[:_SHOWN_CASES]],
        more=max(0, len(late) - _SHOWN_CASES),
        weak_below=WEAK_BELOW,
        minutes=_minutes,
        words=words,
    )


@shown_to(Permission.manage_desk)
def report_file(visit: Visit) -> Response:
    """The same: a row for each tier, and for each domain."""
    during, report = _read(visit)
    rows = [(by, *_line(each)) for by in BY for each in report.by(by)]
    return csv_file(table_name("call-ins", during), _HEAD, rows)


def _read(visit: Visit) -> tuple[Stretch, CallInReport]:
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts
    return during, visit.application.read(
        lambda reads: call_in_report(reads, during, accounts=accounts)
    )


def _shown(report: CallInReport, by: str) -> list[dict[str, Any]]:
    return [{"name": _name(report, by, each.group), "row": each} for each in report.by(by)]


def _name(report: CallInReport, by: str, key: str) -> str:
    names = report.tiers if by == "tier" else report.domains
    return names.get(key) or capitalize_first(words.kind_words(key)) or "No domain"


def _minutes(took: Took) -> str:
    """`12 min`; under a minute in seconds."""
    seconds = took.median_seconds
    if seconds is None:
        return "–"
    return f"{seconds} s" if seconds < _MINUTE_SECONDS else f"{seconds // _MINUTE_SECONDS} min"


_MINUTE_SECONDS = 60


def _line(row: CallInScore) -> tuple[object, ...]:
    share, between = row.in_first_hour, row.in_first_hour.interval
    return (
        row.group, row.cases, share.total, share.hits, share.share,
        between and between.low, between and between.high, row.calls, row.unanswered,
        row.answered.of, row.answered.median_seconds, row.arrived.of, row.arrived.median_seconds,
    )  # fmt: skip


ROUTES = [
    Route(PATH, report_page, methods=["GET"]),
    Route(f"{PATH}.csv", report_file, methods=["GET"]),
    Route(f"{CASE_PATH}/call-ins", call, methods=["POST"]),
    Route(f"{CASE_PATH}/call-ins/{{number}}", go_on, methods=["POST"]),
]
