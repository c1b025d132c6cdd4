"""Halyard's customers as accounts with contracts: who, since when, on what, and for how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tierline.calendars.local_time import zone_named
from tierline.sample.accounts import Account, accounts
from tierline.sample.cast import Cast
from tierline.sample.catalogs import GRID, LEGACY, version_on
from tierline.sample.chance import Chance
from tierline.sample.shape import Shape
from tierline.sample.story import FIRST_DAY, LAST_DAY, NAMED_ACCOUNTS

ZONES = {
    "Americas": "America/Chicago",
    "Europe": "Europe/Amsterdam",
    "Asia Pacific": "Asia/Singapore",
}
_SEGMENTS = {"Standard": "single_site", "Priority": "growing_plant", "Enterprise": "regulated"}
_LEGACY_VERSION = "2022-03-01"
_ANNUAL_OF_THOUSAND = 460
_TOLD_FEES = {"Farrow Energy": 10_850, "Pinecrest Robotics": 2_400}
_PARTS = {name for names in NAMED_ACCOUNTS.values() for name in names}
_QUIET = "Delmarva Logistics"
"""Its cases end in September, and it is still a customer, whose year begins anew in March."""
_QUIET_SINCE = date(2024, 3, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`part` is its name in the story, `name` the one that this company gives it."""

    part: str
    name: str
    tier: str
    """Name of the tier at first: Standard, Priority or Enterprise."""
    region: str
    opened_on: date
    left_on: date | None = None
    """The first day that it is no customer any more."""
    rises_on: date | None = None
    rises_to: str = ""
    is_gold: bool = False
    is_annual: bool = False
    fee: Decimal
    risen_fee: Decimal | None = None
    """What it pays a month on the tier above."""
    is_trier: bool = False
    """Uses a sandbox and reaches its API limit."""
    is_named: bool = False
    """Has a part in the story; ordinary things happen to the others."""

    @property
    def time_zone(self) -> str:
        """Where its periods begin and end."""
        return ZONES[self.region]

    @property
    def segment(self) -> str:
        """By the tier that it began on."""
        return _SEGMENTS[self.tier]

    def midnight(self, day: date) -> datetime:
        """The beginning of a day on its own clock."""
        return midnight(day, self.time_zone)

    def tier_on(self, day: date) -> str:
        """The key of the tier that it holds on a day."""
        if self.is_gold:
            return LEGACY
        has_risen = self.rises_on is not None and day >= self.rises_on
        return (self.rises_to if has_risen else self.tier).lower()

    def is_active_on(self, day: date) -> bool:
        """Whether it is a customer on a day."""
        return self.opened_on <= day and (self.left_on is None or day < self.left_on)

    @property
    def is_there_all_year(self) -> bool:
        """Neither came nor left in the year."""
        return self.opened_on < FIRST_DAY and self.left_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One contract of a customer, [start, end)."""

    start: date
    end: date | None
    catalog: str
    version: str
    tier: str


def customers(cast: Cast, shape: Shape) -> list[Customer]:
    """All customers seen in the year."""
    found = [_customer(account, cast) for account in accounts(cast.seed, shape)]
    return _with_triers(found, cast, shape)


def terms_of(customer: Customer) -> list[Term]:
    """The contracts that it signs up to the end of the year: one that runs on, or one each year."""
    start, terms = customer.opened_on, []
    while start <= LAST_DAY and (customer.left_on is None or start < customer.left_on):
        end = next_year(start) if customer.is_annual else None
        terms.append(
            Term(
                start=start,
                end=end,
                catalog=LEGACY if customer.is_gold else GRID,
                version=_LEGACY_VERSION if customer.is_gold else version_on(start).isoformat(),
                tier=customer.tier_on(start),
            )
        )
        if end is None:
            break
        start = end
    return terms


def at_noon(day: date) -> datetime:
    """Business is done at noon."""
    return datetime.combine(day, time(12), UTC)


def midnight(day: date, zone: str) -> datetime:
    """When contracts begin and end, on the customer's clock."""
    return datetime.combine(day, time(0), zone_named(zone)).astimezone(UTC)


def next_year(day: date) -> date:
    """The same day of the next year."""
    return day.replace(year=day.year + 1)


def _customer(account: Account, cast: Cast) -> Customer:
    is_named = account.name in _PARTS
    chance = Chance(cast.seed, "customer", account.name)
    is_new = account.first_day > FIRST_DAY
    before = 400 if account.is_gold else 20
    opened = FIRST_DAY - timedelta(chance.between(before, before + 320))
    if account.name == _QUIET:
        opened = cast.day(_QUIET, _QUIET_SINCE)
    has_left = account.last_day < LAST_DAY and account.name != _QUIET
    may_be_annual = not (has_left or account.is_gold or is_named)
    return Customer(
        part=account.name,
        name=cast.name(account.name) if is_named else account.name,
        tier=account.tier,
        region=account.region,
        opened_on=_not_leap(account.first_day if is_new else opened),
        left_on=account.last_day + timedelta(1) if has_left else None,
        rises_on=account.upgrade_on,
        rises_to=account.upgrade_to,
        is_gold=account.is_gold,
        is_annual=account.name == _QUIET or (may_be_annual and chance.happens(_ANNUAL_OF_THOUSAND)),
        fee=_fee(account, chance),
        is_named=is_named,
    )


def _not_leap(day: date) -> date:
    return day.replace(day=28) if (day.month, day.day) == (2, 29) else day


def _fee(account: Account, chance: Chance) -> Decimal:
    """A month's fee: Standard's is flat, the others follow what is spent on the platform."""
    if account.name in _TOLD_FEES:
        return Decimal(_TOLD_FEES[account.name])
    tens = {"Standard": (49, 49), "Priority": (190, 290), "Enterprise": (750, 1450)}[account.tier]
    return Decimal(1750 if account.is_gold else chance.between(*tens) * 10)


def _with_triers(found: list[Customer], cast: Cast, shape: Shape) -> list[Customer]:
    """Those who use a sandbox and reach their API limit: most of those who rise, all of those who
    rise to the top among them, and some more.
    One on Standard tries Priority for a month when its year begins anew."""
    chance = Chance(cast.seed, "triers")
    mixed = chance.shuffled([each for each in found if each.rises_on])
    rising = sorted(mixed, key=lambda each: each.rises_to != "Enterprise")
    trying = {each.name for each in rising[: shape.rising_triers]}
    others = [
        each
        for each in found
        if each.tier != "Enterprise"
        and not each.is_named
        and not each.is_gold
        and not each.rises_on
        and each.is_there_all_year
    ]
    trying |= {each.name for each in chance.shuffled(others)[: shape.triers - len(trying)]}
    return [_trier(each, chance) if each.name in trying else each for each in found]


def _trier(customer: Customer, chance: Chance) -> Customer:
    if customer.tier != "Standard":
        return replace(customer, is_trier=True)
    if customer.rises_on is not None:
        longest = min(70, (customer.rises_on - FIRST_DAY).days - 5)
        renewed = customer.rises_on - timedelta(chance.between(35, longest))
    else:
        renewed = FIRST_DAY + timedelta(chance.between(40, 200))
    opened = renewed.replace(year=renewed.year - 1)
    return replace(customer, is_trier=True, is_annual=True, opened_on=opened)
