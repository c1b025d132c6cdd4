"""The pilot of the year: customers on Standard, whose plan has no health checks, get one a month,
by an uplift that ends by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tierline.catalog.statement import Period
from tierline.catalog.term import Deliverable
from tierline.sample.chance import Chance
from tierline.sample.customers import terms_of
from tierline.sample.happenings import Happening, Lifts
from tierline.sample.usage import HEALTH_CHECK

if TYPE_CHECKING:
    from tierline.sample.cast import Cast
    from tierline.sample.customers import Customer

_ENDS_ON = date(2026, 7, 1)
_FIRST_MONTH, _LAST_MONTH = 4, 6
"""In which the first check is held, so that three months of the year lie before it."""
_DAYS = (5, 25)
_HELD_OF_THOUSAND = 930
_OF_THREE = 2
"""So many of three who may take part do."""
_MONTHLY = Deliverable(kind="deliverable", what="Health check", times=1, per=Period.month)
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class TakesPart:
    """A customer of the pilot, with the days of its checks."""

    customer: Customer
    checks: tuple[date, ...]

    @property
    def begins_at(self) -> datetime:
        """When the first check is held."""
        return datetime.combine(self.checks[0], time(12), UTC)


def pilot(customers: Iterable[Customer], cast: Cast, written: Counter[str]) -> list[TakesPart]:
    """Who takes part: most of those who may, first who wrote to us most in the year. `written` by
    name."""
    found = [TakesPart(each, _checks(cast, each)) for each in customers if _may_take_part(each)]
    found.sort(key=lambda each: (-written[each.customer.name], each.customer.name))
    return found[: len(found) * _OF_THREE // 3]


def pilot_happenings(taking_part: Sequence[TakesPart]) -> Iterator[Happening]:
    """What was agreed with each, from the first of the month of its first check; once more where
    its contract begins anew."""
    for each in taking_part:
        who, since = each.customer, each.checks[0].replace(day=1)
        for term in terms_of(who):
            if term.end is None or term.end > since:
                yield Happening(who.midnight(max(since, term.start)), who.name, _agreed(who))


def _agreed(customer: Customer) -> Lifts:
    return Lifts(
        id="monthly_checks",
        feature=HEALTH_CHECK,
        reason="Pilot: a health check each month, beside the plan",
        end=customer.midnight(_ENDS_ON),
        to=_MONTHLY,
    )


def _may_take_part(customer: Customer) -> bool:
    """It stays what it is all year, and nothing else is told of it."""
    is_free = not (customer.is_named or customer.is_trier or customer.rises_on)
    return customer.tier == "Standard" and customer.is_there_all_year and is_free


def _checks(cast: Cast, customer: Customer) -> tuple[date, ...]:
    """The first is held; of the others nearly all."""
    chance = Chance(cast.seed, "pilot", customer.part)
    first, days = chance.between(_FIRST_MONTH, _LAST_MONTH), []
    for month in range(first, 13):
        day = date(2025, month, chance.between(*_DAYS))
        day -= timedelta(max(0, day.weekday() - _WEEKEND + 1))
        if chance.happens(_HELD_OF_THOUSAND) or month == first:
            days.append(day)
    return tuple(days)
