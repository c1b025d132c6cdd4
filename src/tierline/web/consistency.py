"""Whether customers of one tier are served alike: a page for those who lead, and the same as a
file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.consistency import ConsistencyReport, consistency_report
from tierline.scorecards.consistency import BY, CHANCE, CUSTOMER, MOST_USED, PERMUTATIONS
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web.forms import csv_file
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.responses import Response

    from tierline.scorecards.consistency import Consistency
    from tierline.scorecards.desk import Stretch

PATH = "/adherence/consistency"
_PARTS = {
    **{name: name.capitalize() for name in BY},
    CUSTOMER: "Customer, beyond those",
}
_HEAD = ("tier", "account", "name", "cases", "difference", "p", "is_outlier")


@shown_to(Permission.manage_desk)
def consistency_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during, report = _read(visit)
    return visit.page(
        "pages/consistency.html",
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        names=report.names,
        tiers=[(each, _spread(each)) for each in report.tiers],
        part_names=_PARTS,
        chance=CHANCE,
        permutations=PERMUTATIONS,
        most_used=MOST_USED,
        weak_below=WEAK_BELOW,
    )


@shown_to(Permission.manage_desk)
def consistency_file(visit: Visit) -> Response:
    """Every customer with enough cases, by tier."""
    during, report = _read(visit)
    return csv_file(table_name("consistency", during), _HEAD, _rows(report))


def _read(visit: Visit) -> tuple[Stretch, ConsistencyReport]:
    during, accounts = asked_stretch(visit), visit.caller.visible_accounts
    return during, visit.application.read(
        lambda reads: consistency_report(reads.snapshot, during, accounts=accounts)
    )


def _spread(tier: Consistency) -> dict[str, Any] | None:
    """Where a tenth, half and nine tenths of its customers stand."""
    found = [each.difference for each in tier.customers]
    if not found:
        return None
    return {f"p{share}": _ranked(found, share) for share in (10, 50, 90)}


def _ranked(ordered: Sequence[float], share: int) -> float:
    """The smallest that so many percent do not exceed, as percentiles are everywhere."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def _rows(report: ConsistencyReport) -> Iterator[tuple[object, ...]]:
    for tier in report.tiers:
        for each in tier.customers:
            yield (
                tier.tier, each.account, report.names.get(each.account, ""), each.cases,
                each.difference, each.p, each.is_outlier,
            )  # fmt: skip


ROUTES = [
    Route(PATH, consistency_page, methods=["GET"]),
    Route(f"{PATH}.csv", consistency_file, methods=["GET"]),
]
