"""How playbooks are used: a page for those who lead, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.instants import SECOND_US
from tierline.queries.playbook_use import PlaybookReport, playbook_report
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.scorecards.playbook_use import MOST_FREQUENT, without_playbook
from tierline.web import replay_words as words
from tierline.web.formats import signed_percent
from tierline.web.forms import csv_file
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from tierline.scorecards.desk import Stretch
    from tierline.scorecards.playbook_use import PlaybookUse
    from tierline.scorecards.with_and_without import WithAndWithout

PATH = "/playbooks/use"
_HEAD = (
    "playbook", "name", "step", "within", "cases", "ticked", "share", "share_low", "share_high",
    "median_open_seconds", "timed", "in_time", "restored_with", "restored_without",
    "restored_change", "restored_low", "restored_high", "resolved_with", "resolved_without",
    "resolved_change", "resolved_low", "resolved_high",
)  # fmt: skip


@shown_to(Permission.manage_desk)
def use_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during, report = _read(visit)
    return visit.page(
        "pages/playbook_use.html",
        during=during,
        report=report,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        without=without_playbook(report.modes),
        frequent=min(MOST_FREQUENT, len(report.modes)),
        change_words=change_words,
        signed=signed_percent,
        weak_below=WEAK_BELOW,
        words=words,
    )


@shown_to(Permission.manage_desk)
def use_file(visit: Visit) -> Response:
    """The same: a row for each playbook, and one for each of its steps."""
    during, report = _read(visit)
    rows = (row for each in report.playbooks for row in _lines(each))
    return csv_file(table_name("playbooks", during), _HEAD, rows)


def change_words(row: WithAndWithout) -> str:
    """What a comparison comes to, in one line."""
    if row.change is None:
        return "No like cases to compare"
    if row.is_weak:
        return "Too few to say"
    if not row.is_clear:
        return "No difference beyond chance"
    return "Clearly shorter with it" if row.change < 0 else "Clearly longer with it"


def _read(visit: Visit) -> tuple[Stretch, PlaybookReport]:
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts
    return during, visit.application.read(
        lambda reads: playbook_report(reads, during, accounts=accounts)
    )


def _lines(row: PlaybookUse) -> Iterator[tuple[object, ...]]:
    own, between = row.used, row.used.interval
    yield (
        row.playbook, row.name, None, None, own.total, own.hits, own.share,
        between and between.low, between and between.high, None, None, None,
        *_taken(row.restored), *_taken(row.resolved),
    )  # fmt: skip
    for step in row.steps:
        own, between = step.ticked, step.ticked.interval
        yield (
            row.playbook, step.do, step.step, step.within and str(step.within),
            own.total, own.hits, own.share,
            between and between.low, between and between.high,
            None if step.median is None else step.median / SECOND_US,
            step.in_time.total, step.in_time.hits, *(None,) * 10,
        )  # fmt: skip


def _taken(row: WithAndWithout) -> tuple[object, ...]:
    between = row.interval
    return (
        row.cases_with,
        row.cases_without,
        row.change,
        between and between.low,
        between and between.high,
    )


ROUTES = [
    Route(PATH, use_page, methods=["GET"]),
    Route(f"{PATH}.csv", use_file, methods=["GET"]),
]
