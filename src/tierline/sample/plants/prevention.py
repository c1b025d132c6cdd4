"""A plant in care (F28): monthly health checks lower the severe cases of the customers who have
them by 31%. What would come without them is told of the time before: whoever takes part in the
pilot has so many more severe cases until its first check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from tierline.kernel.instants import to_micros
from tierline.sample.accounts import accounts
from tierline.sample.case_life import lived
from tierline.sample.case_story import opened_case
from tierline.sample.chance import Chance
from tierline.sample.desk import PARTS
from tierline.sample.plants.case_lives import opened_at, severity_in_the_end
from tierline.sample.story import AGENTS, FIRST_DAY, QUEUE_OF, TIERS
from tierline.sample.usage import HEALTH_CHECK
from tierline.scorecards.prevention import Begun, prevention_of
from tierline.scorecards.prevention import Customer as Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tierline.sample.company import Company
    from tierline.sample.customers import Customer
    from tierline.sample.pilot import TakesPart

_EFFECT_PERCENT = -31
_SEVERE = 2
"""So many severities from the top are severe."""
_STRETCH = timedelta(days=45)
_AFTER_CHECKS = timedelta(0), timedelta(days=90)
_BEFORE_CHECKS = timedelta(days=-90), timedelta(0)
_ENOUGH = 2
"""So many severe cases come in these days at least, or none can be fewer."""
_STRETCHES = 3
"""Before the first check, as far as the year reaches."""
_FIRST_NUMBER = 90_001
_OPENS, _CLOSES = 9, 16
_WEEKEND = 5
_START = datetime.combine(FIRST_DAY, time(0), UTC)
_CATEGORIES = ("Edge box", "Camera", "Model quality", "Integration", "API")
"""What a check sees to."""

Cases = dict[str, list[datetime]]
Around = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Who takes part, and who is like them without checks, by name; `severe` by name."""

    part: Sequence[TakesPart]
    alike: Mapping[str, Sequence[str]]
    severe: Cases

    def own(self, around: Around) -> int:
        """Severe cases of those who take part, each around its first check."""
        return sum(self._count(each.customer.name, each, around) for each in self.part)

    def usual(self, around: Around) -> Fraction:
        """The same of those who are like them, each in the same days."""
        return sum(
            (
                Fraction(sum(self._count(name, each, around) for name in names), len(names))
                for each in self.part
                if (names := self.alike.get(each.customer.name))
            ),
            Fraction(0),
        )

    def change(self, around: Around) -> Fraction:
        """How many come in these days for each one after the checks, were it as without them."""
        as_without = Fraction(100, 100 + _EFFECT_PERCENT)
        after = self.usual(_AFTER_CHECKS)
        return self.usual(around) / after * as_without if after else Fraction(0)

    @property
    def is_enough(self) -> bool:
        """Whether there are severe cases of both to compare."""
        usual = self.usual(_AFTER_CHECKS), self.usual(_BEFORE_CHECKS)
        return self.own(_AFTER_CHECKS) >= _ENOUGH and all(usual)

    def since(self, start: timedelta) -> _Compared:
        """Those whose time before the first check lies in the year so far back."""
        part = [each for each in self.part if each.begins_at + start >= _START]
        return replace(self, part=part)

    def _count(self, name: str, part: TakesPart, around: Around) -> int:
        start, end = (part.begins_at + each for each in around)
        return sum(start <= at < end for at in self.severe.get(name, ()))


def checks_prevent(company: Company) -> None:
    """In each stretch before the checks those who take part have so many severe cases that it is
    31% fewer from then on, against what those who are like them have in the same days."""
    chance = Chance(company.cast.seed, "checks prevent")
    compared = _compared(company)
    if not compared.is_enough:
        return
    after = _after(compared)
    told = _moments(compared.part, _AFTER_CHECKS, after - compared.own(_AFTER_CHECKS), chance)
    for number in range(_STRETCHES):
        stretch = -_STRETCH * (number + 1), -_STRETCH * number
        far = compared.since(stretch[0])
        share = Fraction(far.own(_AFTER_CHECKS), compared.own(_AFTER_CHECKS))
        wanted = round(after * share * far.change(stretch))
        told += _moments(far.part, stretch, wanted - far.own(stretch), chance)
    told.sort(key=lambda each: (each[0], each[1].name))
    _raise_cases(company, told)
    values = {"effect_percent": str(_EFFECT_PERCENT), "trends": "no difference shown"}
    company.plant("F28", "effect_of_care", HEALTH_CHECK, values)


def _compared(company: Company) -> _Compared:
    """As the product matches them: who writes as much, on the same tier, and has no checks."""
    severe, others = _cases_by_name(company)
    part = company.taking_part
    known = {each.name: _written(each, others.get(each.name, [])) for each in company.customers}
    taking_part = {each.customer.name for each in part}
    free = [each for each in company.customers if each.name not in taking_part]
    begun = [
        Begun(
            customer=known[each.customer.name],
            at=to_micros(each.begins_at),
            without=tuple(known[one.name] for one in free if _is_like(one, each.checks[0])),
        )
        for each in part
    ]
    found = prevention_of(HEALTH_CHECK, begun).matched
    alike = {_name(each.begun.customer): [_name(one) for one in each.matches] for each in found}
    return _Compared(part, alike, severe)


def _is_like(customer: Customer, day: date) -> bool:
    """Whether it is on Standard all the time around the first check of another."""
    start, end = day + _BEFORE_CHECKS[0], day + _AFTER_CHECKS[1]
    tiers = {customer.tier_on(start), customer.tier_on(end)}
    return customer.is_active_on(start) and customer.is_active_on(end) and tiers == {"standard"}


def _written(customer: Customer, others: Iterable[datetime]) -> Written:
    """Accounts are told apart by their ids, which are in the order of their opening."""
    return Written(
        account=f"{customer.midnight(customer.opened_on)}/{customer.name}",
        tier=customer.tier,
        region=customer.region,
        severe=(),
        others=tuple(map(to_micros, others)),
    )


def _name(written: Written) -> str:
    return written.account.partition("/")[2]


def _cases_by_name(company: Company) -> tuple[Cases, Cases]:
    """The severe ones, and the others."""
    found: tuple[Cases, Cases] = {}, {}
    for each in company.cases:
        if each.who is not None:
            of = found[severity_in_the_end(each.life) >= _SEVERE]
            of.setdefault(each.who, []).append(opened_at(each))
    return found


def _after(compared: _Compared) -> int:
    """How many severe cases come after the checks: as many as do, or so many more that those before
    are not too many already."""
    own = compared.own(_BEFORE_CHECKS) / compared.change(_BEFORE_CHECKS)
    return max(compared.own(_AFTER_CHECKS), ceil(own))


def _moments(
    part: Sequence[TakesPart], around: Around, number: int, chance: Chance
) -> list[tuple[datetime, Customer]]:
    """So many more, in working hours of customers of the pilot."""
    found: list[tuple[datetime, Customer]] = []
    while len(found) < number:
        one = chance.one_of(part)
        days = chance.below((around[1] - around[0]).days)
        day = (one.begins_at + around[0]).date() + timedelta(days)
        if day.weekday() < _WEEKEND:
            hour = timedelta(hours=chance.between(_OPENS, _CLOSES), seconds=chance.below(3600))
            found.append((one.customer.midnight(day) + hour, one.customer))
    return found


def _raise_cases(company: Company, told: Sequence[tuple[datetime, Customer]]) -> None:
    known = {each.name: each for each in accounts(company.cast.seed, company.shape)}
    percents = TIERS[0].severity_percent[:_SEVERE]
    for number, (at, customer) in enumerate(told, start=_FIRST_NUMBER):
        story = opened_case(company.cast.seed, f"INC{number:07}", known[customer.part], at)
        chance = Chance(company.cast.seed, "prevented", story.number)
        queue = QUEUE_OF[category := chance.one_of(_CATEGORIES)]
        severity = chance.weighted(list(enumerate(percents)))
        agent = chance.one_of([each for each in AGENTS[queue] if each not in PARTS])
        told_so = replace(story, category=category, queue=queue, severity=severity, agent=agent)
        company.raise_case(lived(told_so), customer)
