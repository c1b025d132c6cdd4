"""What is decided about an invented case when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.sample.accounts import Account
from tierline.sample.chance import Chance
from tierline.sample.story import (
    AGENTS,
    CATEGORIES,
    CHANNELS,
    QUEUE_OF,
    RELEASES,
    SPECIALISTS,
    TIER_NAMES,
    TIERS,
    TierStory,
)

CELLS = (
    (("1 - High", "1 - High"),),
    (("1 - High", "2 - Medium"), ("2 - Medium", "1 - High")),
    (("2 - Medium", "2 - Medium"), ("1 - High", "3 - Low"), ("3 - Low", "1 - High")),
    (("3 - Low", "2 - Medium"), ("2 - Medium", "3 - Low"), ("3 - Low", "3 - Low")),
)
"""Impact and urgency that make each severity, S1 first."""


@dataclass(frozen=True)
class CaseStory:
    """What is decided about a case when it is opened."""

    seed: int
    number: str
    account: Account
    opened: int
    severity: int
    """0 to 3 for S1 to S4."""
    category: str
    queue: str
    agent: int
    channel: str
    has_plants: bool = True
    """Whether somebody plays a part in it."""

    @property
    def tier(self) -> TierStory:
        """The tier held at the opening."""
        day = from_micros(self.opened * SECOND_US).date()
        return TIERS[TIER_NAMES.index(self.account.tier_on(day))]


def opened_case(seed: int, number: str, account: Account, opened_at: datetime) -> CaseStory:
    """Decide what kind of case this is."""
    chance = Chance(seed, "case", number)
    opened = to_micros(opened_at) // SECOND_US
    tier = TIERS[TIER_NAMES.index(account.tier_on(opened_at.date()))]
    severity = chance.weighted(list(zip(range(4), tier.severity_percent, strict=True)))
    category = chance.weighted([(c, _category_weight(c, w, opened_at)) for c, w in CATEGORIES])
    queue = QUEUE_OF[category]
    channel = chance.weighted(CHANNELS[tier.name])
    if account.name == "Casterline Motors":
        queue = SPECIALISTS if chance.happens(610) else queue
        channel = "Phone" if chance.happens(290) else channel
    elif severity < 2 and chance.happens(120):
        queue = SPECIALISTS
    agent = chance.one_of(AGENTS[queue])
    return CaseStory(seed, number, account, opened, severity, category, queue, agent, channel)


def first_cells(story: CaseStory) -> tuple[str, str]:
    """Impact and urgency at the opening."""
    return Chance(story.seed, "cells", story.number).one_of(CELLS[story.severity])


def _category_weight(category: str, weight: int, at: datetime) -> int:
    if category == "Certificate expiry" and at >= datetime(2025, 10, 1, tzinfo=UTC):
        return max(1, weight // 5)
    after = min(((at.date() - release).days for release in RELEASES), key=abs)
    if category in ("Model quality", "Edge sync") and 0 <= after < 10:
        return weight * 2
    return weight
