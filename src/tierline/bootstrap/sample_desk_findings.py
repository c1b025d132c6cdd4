"""What the product says of the desk of an installation, in the form that a truth file has."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from tierline.cases.post_mortem import ActionState
from tierline.kernel.instants import from_micros
from tierline.knowledge.article import name_of
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_share import article_shares
from tierline.queries.knowledge_stretch import usual_stretch
from tierline.queries.post_mortems import list_actions
from tierline.queries.uptime import uptime_by_region as region_uptimes
from tierline.sample.story import FIRST_DAY
from tierline.sample.truth import Found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tierline.queries.post_mortems import ActionRow
    from tierline.scorecards.recurrence import Recurrence
    from tierline.store.records import Reads

_ACTIONS = 1_000
_CLEAR = 2
"""What is looked for so many times as often as the next is missing most."""


def knowledge_by_tier(reads: Reads, at: int) -> Iterator[Found]:
    """An article that spares much in one tier, and that nobody reads in another which asks."""
    shares = article_shares(reads.snapshot, usual_stretch(from_micros(at)))
    for unused in (each for each in shares if each.is_unused):
        best = next(each for each in shares if each.article == unused.article)
        values = {
            "tier": best.tier,
            "spared": str(best.spared),
            "raised": str(best.raised),
            "percent": str(round(100 * (best.share or 0))),
            "unused_in": unused.tier,
        }
        yield Found("knowledge_by_tier", name_of(unused.number), values)


def knowledge_gap(reads: Reads, at: int) -> Iterator[Found]:
    """What is looked for in vain, and far more often than anything else."""
    first, *others = [*knowledge_report(reads.snapshot, usual_stretch(from_micros(at))).gaps, None]
    following = others[0].searches if others and others[0] else 0
    if first is not None and first.searches >= _CLEAR * max(1, following):
        yield Found("knowledge_gap", first.words, {"rank": "1", "searches": str(first.searches)})


def action_helped(reads: Reads, at: int) -> Iterator[Found]:
    """After which action a failure mode came clearly less often: the first one of each mode."""
    done = list_actions(reads.snapshot, from_micros(at), state=ActionState.done, limit=_ACTIONS)
    first: dict[str, tuple[ActionRow, Recurrence]] = {}
    for row in sorted(done.items, key=_closed_at):
        counted = row.recurrence
        if counted is not None and counted.is_clear and (counted.change or 0) < 0:
            first.setdefault(row.failure_mode, (row, counted))
    for mode, (row, counted) in first.items():
        values = {
            "done": _closed_at(row).date().isoformat(),
            "before": str(counted.before),
            "after": str(counted.after),
            "percent": str(round(100 * (counted.change or 0.0))),
        }
        yield Found("action_helped", mode, values)


def uptime_by_region(reads: Reads, at: int) -> Iterator[Found]:
    """Regions that had less in a month than everybody reads, by a hundredth of a percent or more;
    both are cut off there."""
    for month in range(1, 13):
        first = date(FIRST_DAY.year, month, 1)
        public, regions = region_uptimes(reads, from_micros(at), first)
        for each in regions:
            shown, own = (_hundredths(uptime.percent) for uptime in (public, each.uptime))
            if own < shown:
                values = {
                    "month": f"{first:%Y-%m}",
                    "public_percent": str(shown),
                    "own_percent": str(own),
                }
                yield Found("uptime_by_region", each.region, values)


def _hundredths(percent: Decimal | None) -> Decimal:
    return (percent or Decimal(0)).quantize(Decimal("0.01"), ROUND_FLOOR)


def _closed_at(row: ActionRow) -> datetime:
    return row.action.closed_at or row.action.added_at


DESK_FINDERS = (knowledge_by_tier, knowledge_gap, action_helped, uptime_by_region)
