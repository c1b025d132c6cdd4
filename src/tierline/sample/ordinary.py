"""The ordinary life of contracts: catalogs are published, accounts open, sign, renew, try, move up,
buy add-ons, pay late, and leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.contract import PaymentState
from tierline.sample.catalogs import published_catalogs, version_on
from tierline.sample.chance import Chance
from tierline.sample.customers import Customer, Term, at_noon, terms_of
from tierline.sample.happenings import (
    Adds,
    Deed,
    Happening,
    Leaves,
    Opens,
    Pays,
    Publishes,
    Signs,
    Upgrades,
)
from tierline.sample.story import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from tierline.sample.cast import Cast

_BEFORE = timedelta(hours=6)
TRIAL_DAYS = 30
_LATE_OF_THOUSAND = 90
_ADD_ON_OF_THOUSAND = 220
_SOLD = {
    "priority": ("round_the_clock", "sandbox", "hours_pack", "named_engineer"),
    "enterprise": ("sandbox", "hours_pack"),
}
_GROUP_OF_THOUSAND = 70
_PROJECT_DAYS = 75
_PASSING = {"hours_pack": TRIAL_DAYS, "named_engineer": _PROJECT_DAYS}
"""Days for which an add-on is bought that is not for good."""


def ordinary_happenings(
    customers: list[Customer], cast: Cast, *, has_plants: bool
) -> Iterator[Happening]:
    """What would happen without any plant."""
    for published in published_catalogs(has_unenforced=has_plants):
        deed = Publishes(catalog=published.catalog)
        yield Happening(published.at, published.catalog.catalog, deed)
    parents = _parents(customers, cast)
    for customer in customers:
        yield Happening(
            customer.midnight(customer.opened_on) - _BEFORE,
            customer.name,
            Opens(
                time_zone=customer.time_zone,
                region=customer.region,
                segment=customer.segment,
                parent=parents.get(customer.name),
            ),
        )
        yield from _contracts(customer)
        yield from life_of_contracts(customer, cast)


def _contracts(customer: Customer) -> Iterator[Happening]:
    for term in terms_of(customer):
        yield Happening(customer.midnight(term.start), customer.name, _signature(customer, term))
    risen = customer.rises_on
    if risen is not None and all(term.start != risen for term in terms_of(customer)):
        rises = Upgrades(
            tier=customer.tier_on(risen),
            version=version_on(risen).isoformat(),
            fee=customer.risen_fee or customer.fee,
        )
        yield Happening(at_noon(risen), customer.name, rises)
    if customer.left_on is not None:
        yield Happening(customer.midnight(customer.left_on), customer.name, Leaves())


def _signature(customer: Customer, term: Term) -> Signs:
    """The fee is that of the tier signed on. A year that begins anew in 2025 brings a trier on
    Standard a month of Priority."""
    has_risen = term.tier != customer.tier.lower() and not customer.is_gold
    tries = customer.is_trier and term.tier == "standard" and term.start >= FIRST_DAY
    return Signs(
        catalog=term.catalog,
        version=term.version,
        tier=term.tier,
        fee=(customer.risen_fee or customer.fee) if has_risen else customer.fee,
        anchor=customer.midnight(term.start.replace(day=1)),
        end=None if term.end is None else customer.midnight(term.end),
        trial_tier="priority" if tries else None,
        trial_end=customer.midnight(term.start + timedelta(TRIAL_DAYS)) if tries else None,
    )


def life_of_contracts(customer: Customer, cast: Cast) -> Iterator[Happening]:
    """An add-on, and a late payment; nothing of it to those who have a part in the story. Who tries
    out what is above buys nothing beside."""
    chance = Chance(cast.seed, "life of a contract", customer.part)
    happens_late, happens_add = (
        chance.happens(_LATE_OF_THOUSAND),
        chance.happens(_ADD_ON_OF_THOUSAND),
    )
    late, added, lasts = chance.between(20, 280), chance.between(20, 280), chance.between(10, 40)
    if customer.is_named or customer.is_gold:
        return
    if happens_late:
        since = FIRST_DAY + timedelta(late)
        yield from _on(customer, since, Pays(state=PaymentState.past_due))
        yield from _on(customer, since + timedelta(lasts), Pays(state=PaymentState.paid))
    day = FIRST_DAY + timedelta(added)
    sold = _SOLD.get(customer.tier_on(day))
    if happens_add and sold and not customer.is_trier:
        add_on = chance.one_of(sold)
        days = _PASSING.get(add_on)
        end = None if days is None else customer.midnight(day + timedelta(days))
        yield from _on(customer, day, Adds(add_on=add_on, end=end))


def _on(customer: Customer, day: date, deed: Deed) -> Iterator[Happening]:
    """Only while it is a customer."""
    if customer.is_active_on(day) and customer.is_active_on(day - timedelta(1)) and day <= LAST_DAY:
        yield Happening(at_noon(day), customer.name, deed)


def _parents(customers: list[Customer], cast: Cast) -> dict[str, str]:
    """Some belong to a group: to an older account on Enterprise or Priority."""
    chance = Chance(cast.seed, "groups")
    heads = [each for each in customers if each.tier == "Priority" and not each.is_named]
    found: dict[str, str] = {}
    for each in customers:
        if each.tier == "Standard" and not each.is_named and chance.happens(_GROUP_OF_THOUSAND):
            older = [head for head in heads if head.opened_on < each.opened_on]
            if older:
                found[each.name] = chance.one_of(older).name
    return found
