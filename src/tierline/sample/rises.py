"""What those pay who move up, so that most of what comes in more comes from those who tried it out.

Expansion is what accounts that were there at the beginning of the year and at its end pay a month
more than before: a fee of a tier above, or an add-on that is for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.sample.chance import Chance
from tierline.sample.customers import Customer, terms_of
from tierline.sample.happenings import Adds, Happening
from tierline.sample.ordinary import life_of_contracts

if TYPE_CHECKING:
    from tierline.sample.cast import Cast

_SHARE, _REST = 71, 29
"""Percent of the expansion that comes from those who tried out what is above, and from others."""
_RANGE = {"Priority": (1900, 3600), "Enterprise": (7500, 14500)}
_MONTHLY = {"round_the_clock": 900, "named_engineer": 4500, "sandbox": 250}
_TOLD = 900
"""The add-on of Monarch Textiles."""
_STEP = 10

Bounds = list[tuple[int, int]]


def with_risen_fees(found: list[Customer], cast: Cast) -> list[Customer]:
    """The customers, with a fee for each that moves up."""
    rising = [each for each in found if each.rises_on is not None]
    trying = [each for each in rising if each.is_trier]
    others = [each for each in rising if not each.is_trier]
    bought = _TOLD + sum(grown_by_add_ons(each, life_of_contracts(each, cast)) for each in found)
    low, high = _sums(_bounds(trying))
    least, most = (bought + each for each in _sums(_bounds(others)))
    rest = Chance(cast.seed, "expansion").between(least, most)
    rest = min(max(rest, least, low * _REST // _SHARE), most, max(least, high * _REST // _SHARE))
    fees = {
        **_fees(trying, rest * _SHARE // _REST),
        **_fees(others, rest - bought),
    }
    return [replace(each, risen_fee=fees.get(each.part)) for each in found]


def grown_by_add_ons(customer: Customer, happenings: Iterable[Happening]) -> int:
    """What add-ons, bought in the year, add to the month after it; a contract that begins anew
    begins without them."""
    if not customer.is_there_all_year:
        return 0
    renewed = customer.midnight(terms_of(customer)[-1].start)
    return sum(
        _MONTHLY[each.deed.add_on]
        for each in happenings
        if isinstance(each.deed, Adds) and each.deed.end is None and each.at >= renewed
    )


def grown_by_rise(customer: Customer) -> int:
    """What moving up adds to a month."""
    return 0 if customer.risen_fee is None else int(customer.risen_fee - customer.fee)


def _fees(rising: list[Customer], total: int) -> dict[str, Decimal]:
    """Fees that bring about so much more together, as far as the tiers above allow."""
    steps = _shared(_bounds(rising), total)
    return {each.part: each.fee + step for each, step in zip(rising, steps, strict=True)}


def _bounds(rising: list[Customer]) -> Bounds:
    """How much more each can pay."""
    return [
        (low - int(each.fee), high - int(each.fee))
        for each in rising
        for low, high in [_RANGE[each.rises_to]]
    ]


def _sums(bounds: Bounds) -> tuple[int, int]:
    return sum(low for low, _ in bounds), sum(high for _, high in bounds)


def _shared(bounds: Bounds, total: int) -> Iterator[int]:
    """Each the least, and of what is left a part by its room."""
    low, high = _sums(bounds)
    left = min(max(total - low, 0), high - low)
    for least, most in bounds:
        yield least + left * (most - least) // max(high - low, 1) // _STEP * _STEP
