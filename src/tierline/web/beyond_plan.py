"""Who was helped with what their plan does not include: a page for those who lead, and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.instants import format_instant
from tierline.queries.beyond_plan import BeyondPlan, beyond_plan
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web import replay_words as words
from tierline.web.forms import csv_file
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Reads

PATH = "/playbooks/exceptions"
SHOWN = 200
_VIEWS = (("tier", "Tier"), ("account", "Account"), ("topic", "Topic"))
_HEAD = ("at", "case", "number", "account", "account_name", "tier", "topic", "by", "reason")


@shown_to(Permission.manage_desk)
def exceptions_page(visit: Visit) -> Response:
    """Of the cases raised from `?since=` until before `?until=`, as of `?at=`, by `?by=`."""
    by = visit.asked("by", 20) or "tier"
    during, found, names = _read(visit)
    return visit.page(
        "pages/beyond_plan.html",
        during=during,
        found=found,
        groups=found.by(by),
        by=by,
        views=_VIEWS,
        names=names,
        shown=found.exceptions[:SHOWN],
        stated=stated_stretch(visit),
        query=stated_query(visit),
        weak_below=WEAK_BELOW,
        words=words,
    )


@shown_to(Permission.manage_desk)
def exceptions_file(visit: Visit) -> Response:
    """All of them."""
    during, found, names = _read(visit)
    rows = (
        (
            format_instant(each.at), each.case, each.number, each.account,
            names.get(each.account), each.tier, each.topic, names.get(each.by, each.by),
            each.reason,
        )
        for each in found.exceptions
    )  # fmt: skip
    return csv_file(table_name("exceptions", during), _HEAD, rows)


def _read(visit: Visit) -> tuple[Stretch, BeyondPlan, dict[str, str]]:
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts

    def work(reads: Reads) -> tuple[BeyondPlan, dict[str, str]]:
        found = beyond_plan(reads, during, accounts=accounts)
        return found, {**tiers_offered(reads), **found.names}

    found, names = visit.application.read(work)
    return during, found, names


ROUTES = [
    Route(PATH, exceptions_page, methods=["GET"]),
    Route(f"{PATH}.csv", exceptions_file, methods=["GET"]),
]
