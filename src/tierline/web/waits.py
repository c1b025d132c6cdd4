"""Waits that began shortly before a breach and asked nothing: a page for those who lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.adherence import desk_adherence
from tierline.queries.waits import WaitsReport, waits_report
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.scorecards.waits import NEAR_SECONDS
from tierline.web import replay_words as words
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_stretch

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.scorecards.desk import KeptCases
    from tierline.store.records import Reads

PATH = "/adherence/waits"
_SHOWN_CASES = 20


@shown_to(Permission.manage_desk)
def waits_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts

    def work(reads: Reads) -> tuple[WaitsReport, KeptCases]:
        desk = desk_adherence(reads.snapshot, during, accounts=accounts)
        return waits_report(reads.snapshot, desk), desk.cases

    report, kept = visit.application.read(work)
    return visit.page(
        "pages/waits.html",
        during=during,
        stated=stated_stretch(visit),
        report=report,
        rows=[
            {
                "row": each,
                "name": report.names.get(each.agent, each.agent or "Nobody of ours"),
                "is_weak": each.waits < WEAK_BELOW,
                "cases": [(kept.ids[at], kept.numbers[at]) for at in each.cases[:_SHOWN_CASES]],
                "reported": _share(*each.reported),
                "restated": _share(*each.restated),
            }
            for each in report.agents
        ],
        minutes=NEAR_SECONDS // 60,
        weak_below=WEAK_BELOW,
        words=words,
    )


def _share(met: int, missed: int) -> float | None:
    return met / (met + missed) if met + missed else None


ROUTES = [Route(PATH, waits_page, methods=["GET"])]
