"""What is looked for, read and solved by articles in the story: plain values, told to the product
once the cases are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from tierline.knowledge.article import Audience
from tierline.sample.articles import ARTICLES, CERTIFICATE
from tierline.sample.catalogs import LEGACY
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon
from tierline.sample.story import COMPLETE_UNTIL, LAST_DAY

if TYPE_CHECKING:
    from datetime import date

    from tierline.sample.cast import Cast
    from tierline.sample.customers import Customer

PERIOD = timedelta(days=180)
"""So far back the report on knowledge looks."""
SINCE = COMPLETE_UNTIL - PERIOD
TIERS = ("standard", "priority", "enterprise", LEGACY)
_WEEKS = 24
_USED_OFTEN = (104, 105, 110)
_LOOKED_FOR = ("label printer", "dark mode", "lens cleaning", "report template", "torque values")


@dataclass(frozen=True, slots=True)
class Solves:
    """Somebody of a customer says that an article solved it."""

    article: int
    who: str
    tier: str
    at: datetime


@dataclass(slots=True)
class KnowledgeStory:
    """`views` by article, tier and day; `searches` in vain by words, tier and day."""

    solved: list[Solves] = field(default_factory=list)
    views: Counter[tuple[int, str, date]] = field(default_factory=Counter)
    searches: Counter[tuple[str, str, date]] = field(default_factory=Counter)


def ordinary_knowledge(customers: list[Customer], cast: Cast) -> KnowledgeStory:
    """What would happen without any plant: everybody reads and looks for a little of everything."""
    story, chance = KnowledgeStory(), Chance(cast.seed, "knowledge")
    for each in ARTICLES:
        often = chance.between(1, 6)
        for tier in ("",) if each.audience is Audience.us else TIERS:
            for day in weeks():
                if not each.is_draft and day > each.written:
                    story.views[each.number, tier, day] = chance.between(1, often + 1)
    for words in _LOOKED_FOR:
        for _ in range(chance.between(4, 6)):
            day = chance.one_of(weeks())
            story.searches[words, chance.one_of(TIERS), day] += 1
    for customer in customers:
        for article in (*_USED_OFTEN, CERTIFICATE):
            if customer.is_there_all_year and chance.happens(150):
                day = chance.one_of(weeks())
                at = at_noon(day) + timedelta(hours=chance.below(8))
                story.solved.append(Solves(article, customer.name, customer.tier_on(day), at))
    return story


def weeks() -> list[date]:
    """A day in each week of the period."""
    first = SINCE.date() + timedelta(days=1)
    return [first + timedelta(days=7 * week) for week in range(_WEEKS)]


def in_period(at: datetime) -> bool:
    """Whether the report counts it."""
    return SINCE <= at < datetime.combine(LAST_DAY + timedelta(1), time(0), UTC)
