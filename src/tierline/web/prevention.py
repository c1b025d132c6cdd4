"""Whether preventative care reduces severe cases: a page for those who lead, and the same as a
file."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import format_instant, from_micros
from tierline.queries.prevention import PreventionReport, prevention_report
from tierline.scorecards.prevention import MATCHES, SPAN
from tierline.web.forms import csv_file, whole_number
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from tierline.scorecards.desk import Stretch
    from tierline.scorecards.prevention import Prevention, Ratio

PATH = "/care/effect"
_HEAD = (
    "feature", "compared", "not_compared", "change", "low", "high", "trend_change", "trend_low",
    "trend_high", "severe_after", "avoided", "avoided_low", "avoided_high", "account", "began_at",
    "matches",
)  # fmt: skip


@shown_to(Permission.manage_desk)
def prevention_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`; `?cost=`
    is what a severe case costs, as its reader assumes."""
    during, report = _read(visit)
    cost = _cost(visit)
    return visit.page(
        "pages/prevention.html",
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        names=report.names,
        severities=report.severities,
        currency=report.currency,
        cost=cost,
        kinds=[(each, _money(each, cost), _lines(each)) for each in report.kinds],
        days=SPAN.days,
        most_matches=MATCHES,
    )


@shown_to(Permission.manage_desk)
def prevention_file(visit: Visit) -> Response:
    """Each customer who was compared, with what was found of their kind of care."""
    during, report = _read(visit)
    return csv_file(table_name("effect-of-care", during), _HEAD, _rows(report))


def _read(visit: Visit) -> tuple[Stretch, PreventionReport]:
    during = asked_stretch(visit)
    return during, visit.application.read(lambda reads: prevention_report(reads, during))


def _cost(visit: Visit) -> Decimal | None:
    """What the reader assumes. Raises Invalid for what is no whole amount."""
    stated = visit.asked("cost", 20)
    if not stated:
        return None
    cost = whole_number(stated)
    if cost is None:
        fault = Fault("no_cost", "Write a whole amount, such as 1200.", "cost")
        raise Invalid("A cost by case is a whole amount.", [fault])
    return Decimal(cost)


def _money(each: Prevention, cost: Decimal | None) -> dict[str, Decimal] | None:
    """What the avoided cases would have cost, to whole units: it is an estimate."""
    about, between = each.avoided_about, each.avoided
    if cost is None or about is None or between is None:
        return None
    ends = {"about": about, "low": between.low, "high": between.high}
    return {
        name: (Decimal(value) * cost).quantize(Decimal(1), ROUND_HALF_EVEN)
        for name, value in ends.items()
    }


def _lines(each: Prevention) -> dict[str, Any] | None:
    """The rates of both as lines, stretch by stretch."""
    if not each.matched:
        return None
    own, other = ([pair[place] for pair in each.rates] for place in (0, 1))
    return {
        "labels": ["−90 to −60", "−60 to −30", "−30 to 0", "0 to 30", "30 to 60", "60 to 90"],
        "series": [
            {"name": "With care", "values": own},
            {"name": "Matched", "values": other},
        ],
        "high": max(*own, *other, 1.0),
    }


def _rows(report: PreventionReport) -> Iterator[tuple[object, ...]]:
    for each in report.kinds:
        counts = each.feature, len(each.matched), each.unmatched
        avoided = each.avoided
        figures = (
            *_ends(each.effect), *_ends(each.trend), each.after, each.avoided_about,
            avoided and avoided.low, avoided and avoided.high,
        )  # fmt: skip
        for one in each.matched:
            matches = " ".join(other.account for other in one.matches)
            began = format_instant(from_micros(one.begun.at))
            yield (*counts, *figures, one.begun.customer.account, began, matches)
        if not each.matched:
            yield (*counts, *figures, "", "", "")


def _ends(found: Ratio | None) -> tuple[float | None, float | None, float | None]:
    if found is None:
        return None, None, None
    return found.change, found.interval.low, found.interval.high


ROUTES = [
    Route(PATH, prevention_page, methods=["GET"]),
    Route(f"{PATH}.csv", prevention_file, methods=["GET"]),
]
