"""Halyard's customers in 2025, all invented: who, from when to when, and on what tier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tierline.sample.chance import Chance
from tierline.sample.shape import STANDARD, Shape
from tierline.sample.story import (
    FIRST_DAY,
    FIRST_WORDS,
    LAST_DAY,
    MORE_SECOND_WORDS,
    NAMED_ACCOUNTS,
    REGIONS,
    SECOND_WORDS,
    SEED,
    TIERS,
)

_FIXED_CASES = {"Brightwell Foods": 90, "Casterline Motors": 31, "Delmarva Logistics": 54}
_AMERICAN = (
    "Brightwell Foods", "Casterline Motors", "Gulfport Medical", "Delmarva Logistics",
    "Evergreen Labs", "Holloway Steel",
)  # fmt: skip
FALLS_SILENT = "Delmarva Logistics"
"""Who raises no case any more from a day on; where nothing is planted it goes on."""
_GONE_QUIET = date(2025, 9, 27)


@dataclass(frozen=True)
class Account:
    """A customer, the number of its cases and the days between which they come."""

    name: str
    tier: str
    region: str
    cases: int
    first_day: date
    last_day: date
    upgrade_on: date | None = None
    upgrade_to: str = ""
    is_gold: bool = False
    """On the plan of before, Gold Care, which is served as Priority."""

    def tier_on(self, day: date) -> str:
        """The tier that it holds on a day."""
        return self.upgrade_to if self.upgrade_on and day >= self.upgrade_on else self.tier

    def plan_on(self, day: date) -> str:
        """The tier as the helpdesk writes it."""
        held = self.tier_on(day)
        return "Gold Care" if self.is_gold and held == "Priority" else held


def accounts(seed: int = SEED, shape: Shape = STANDARD) -> list[Account]:
    """All customers seen in the year, by tier. Parts of the story have their names of seed 7; a
    `Cast` says who plays them."""
    names = _invented_names(seed)
    found: list[Account] = []
    for tier, seen in zip(TIERS, shape.seen, strict=True):
        named = list(NAMED_ACCOUNTS[tier.name])
        named += [names.pop() for _ in range(seen - len(named))]
        cases = tier.cases * seen // tier.accounts * shape.cases_percent // 100
        counts = _case_counts(named, cases, Chance(seed, "counts", tier.name))
        for name, count in zip(named, counts, strict=True):
            chance = Chance(seed, "account", name)
            weights = list(zip(REGIONS, (55, 30, 15), strict=True))
            region = "Americas" if name in _AMERICAN else chance.weighted(weights)
            found.append(Account(name, tier.name, region, count, FIRST_DAY, LAST_DAY))
    return _with_changes(found, seed, shape)


def _invented_names(seed: int) -> list[str]:
    """The last ones are taken first; only a large company comes to the further trades."""
    chance = Chance(seed, "names")
    further = [f"{first} {second}" for first in FIRST_WORDS for second in MORE_SECOND_WORDS]
    pairs = [f"{first} {second}" for first in FIRST_WORDS for second in SECOND_WORDS]
    return further + chance.shuffled(pairs)


def _case_counts(names: list[str], cases: int, chance: Chance) -> list[int]:
    """Cases of each account: some ask a lot, most little; they add up to the tier's."""
    weights = [0 if name in _FIXED_CASES else 20 + chance.below(100) for name in names]
    left = cases - sum(_FIXED_CASES.get(name, 0) for name in names)
    total = sum(weights)
    counts = [
        _FIXED_CASES.get(name, left * weight // total)
        for name, weight in zip(names, weights, strict=True)
    ]
    for place in range(cases - sum(counts)):
        counts[len(counts) - 1 - place] += 1
    return counts


def _with_changes(found: list[Account], seed: int, shape: Shape) -> list[Account]:
    """Who leaves, who comes, who moves up, who falls silent, and who is on the plan of before."""
    named = {name for names in NAMED_ACCOUNTS.values() for name in names}
    chance = Chance(seed, "changes")
    mixed = chance.shuffled([account for account in found if account.name not in named])
    churned = {account.name for account in mixed[: shape.churned]}
    moving = shape.churned + shape.new
    new = {account.name for account in mixed[shape.churned : moving]}
    staying = mixed[moving:]
    rising: dict[str, str] = {}
    for tier, above, number in shape.upgrades:
        movable = [account.name for account in staying if account.tier == tier]
        rising |= dict.fromkeys(movable[:number], above)
    golden = {account.name for account in staying if account.tier == "Priority"}
    golden = set(sorted(golden - rising.keys())[: shape.golden])
    return [
        replace(
            account,
            first_day=_day(chance, 30, 240) if account.name in new else account.first_day,
            last_day=_last_day(account, chance, churned),
            upgrade_on=_day(chance, 60, 300) if account.name in rising else None,
            upgrade_to=rising.get(account.name, ""),
            is_gold=account.name in golden,
        )
        for account in found
    ]


def _last_day(account: Account, chance: Chance, churned: set[str]) -> date:
    if account.name == FALLS_SILENT:
        return _GONE_QUIET
    return _day(chance, 120, 330) if account.name in churned else account.last_day


def _day(chance: Chance, earliest: int, latest: int) -> date:
    return FIRST_DAY + timedelta(chance.between(earliest, latest))
