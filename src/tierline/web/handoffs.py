"""How often cases go from one to another, by tier: a plot, its table, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.adherence import stretch
from tierline.queries.handoffs import TierHandoffs, handoffs_by_tier
from tierline.queries.named_people import people_effect
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web import replay_words as words
from tierline.web.formats import number, signed_percent
from tierline.web.forms import csv_file
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tierline.scorecards.desk import Stretch

PATH = "/agents/handoffs"
_HEAD = ("tier", "cases", "handoffs", "median", "most")


@shown_to(Permission.work_cases)
def handoffs_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`."""
    during = _asked(visit)
    found, effect, tiers = visit.application.read(
        lambda reads: (
            handoffs_by_tier(reads.snapshot, start=during.since, end=during.until),
            people_effect(reads.snapshot, during),
            tiers_offered(reads),
        )
    )
    return visit.page(
        "pages/handoffs.html",
        effect=effect,
        signed=signed_percent,
        weak_below=WEAK_BELOW,
        words=words,
        during=during,
        found=[(_name_of(each.tier, tiers), each) for each in found],
        bars=[_bar(each, tiers) for each in found],
        stated=stated_stretch(visit),
        query=stated_query(visit),
    )


@shown_to(Permission.work_cases)
def handoffs_file(visit: Visit) -> Response:
    """The same: a row for each tier."""
    during, found = _read(visit)
    rows = ([getattr(each, name) for name in _HEAD] for each in found)
    return csv_file(table_name("handoffs", during), _HEAD, rows)


def _name_of(tier: str, tiers: Mapping[str, str]) -> str:
    return tiers.get(tier, tier) or "Nothing is promised"


def _asked(visit: Visit) -> Stretch:
    return stretch(visit.now, visit.instant("since"), visit.instant("until"), None)


def _read(visit: Visit) -> tuple[Stretch, tuple[TierHandoffs, ...]]:
    during = _asked(visit)
    return during, visit.application.read(
        lambda reads: handoffs_by_tier(reads.snapshot, start=during.since, end=during.until)
    )


def _bar(row: TierHandoffs, tiers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "label": _name_of(row.tier, tiers),
        "value": row.median,
        "text": f"{row.median} of n = {number(row.cases)}",
    }


ROUTES = [
    Route(PATH, handoffs_page, methods=["GET"]),
    Route(f"{PATH}.csv", handoffs_file, methods=["GET"]),
]
