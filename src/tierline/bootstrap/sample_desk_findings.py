"""What the product says of the desk of an installation, in the form that a truth file has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.kernel.instants import from_micros
from tierline.knowledge.article import name_of
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_share import article_shares
from tierline.sample.truth import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.store.records import Reads

_CLEAR = 2
"""What is looked for so many times as often as the next is missing most."""


def knowledge_by_tier(reads: Reads, at: int) -> Iterator[Found]:
    """An article that spares much in one tier, and that nobody reads in another which asks."""
    shares = article_shares(reads.snapshot, now=from_micros(at))
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
    first, *others = [*knowledge_report(reads.snapshot, now=from_micros(at)).gaps, None]
    following = others[0].searches if others and others[0] else 0
    if first is not None and first.searches >= _CLEAR * max(1, following):
        yield Found("knowledge_gap", first.words, {"rank": "1", "searches": str(first.searches)})


DESK_FINDERS = (knowledge_by_tier, knowledge_gap)
