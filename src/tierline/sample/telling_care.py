"""Telling what came of dated promises: who has them, which were done and when; the others are
missed by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tierline.actions.care import CareBooks, CareReport, report_care
from tierline.care.item import CareEventKind
from tierline.care.schedule import Promised, promised_between
from tierline.kernel.instants import from_micros, to_micros
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY
from tierline.sample.usage import HEALTH_CHECK, REVIEW, Diary, Habit

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.actions.occasion import Occasion
    from tierline.sample.company import Company
    from tierline.sample.customers import Customer

Moment = Callable[[datetime, str], "Occasion"]
YEAR = datetime.combine(FIRST_DAY, time(0), UTC)
_LATE = timedelta(days=14)
"""So long after its day an item is made up for; then the next one is done."""
_WRITTEN = timedelta(hours=2)
_AHEAD = timedelta(days=92)
"""What is due by then may be done already."""
_ARCHITECT = 22
_CHECKERS = {"Americas": (14, 21), "Europe": (13, 16), "Asia Pacific": (15, 18)}
_CAME_OF_IT = {
    HEALTH_CHECK: (
        "All boxes run the version of the month. Nothing to do.",
        "Two cameras want cleaning; the site does it with the next stop of the line.",
        "One box renews its certificate by hand. It is to be online once a month.",
        "Disk of one box four fifths full. Old pictures are deleted after 60 days from now on.",
    ),
    REVIEW: (
        "Two lines share one box: a second one is advised before the next product.",
        "Results go through one switch. A second way is drawn, and costs one day on site.",
    ),
}
_NOT_WANTED = "The line is being rebuilt, and they asked to leave this one out."
_EXCUSED_OF_THOUSAND = 15


def tell_care(
    books: CareBooks,
    made: Company,
    contracts: Mapping[str, Sequence[Contract]],
    agents: Mapping[int, str],
    moment: Moment,
) -> None:
    """What came of every dated promise of the year. `contracts` by the name of the customer."""
    for customer in made.customers:
        habit = made.habits.get(customer.part) or Habit()
        diary = Diary(customer, made.cast, habit)
        for feature in (HEALTH_CHECK, REVIEW):
            chance = Chance(made.cast.seed, "care", customer.part, feature)
            owner = agents[_owner(customer, feature, chance)]
            for items in _by_contract(contracts.get(customer.name, ()), feature):
                told = _Items(books, items, owner, chance, moment)
                told.tell(diary.days_of(feature))


def _owner(customer: Customer, feature: str, chance: Chance) -> int:
    return _ARCHITECT if feature == REVIEW else chance.one_of(_CHECKERS[customer.region])


def _by_contract(contracts: Iterable[Contract], feature: str) -> Iterator[list[Promised]]:
    start, end = to_micros(YEAR), to_micros(COMPLETE_UNTIL + _AHEAD)
    for contract in sorted(contracts, key=lambda each: each.start):
        items = [each for each in promised_between(contract, start, end)
                 if each.key.feature == feature]  # fmt: skip
        if items:
            yield items


class _Items:
    """The items of one promise of a contract."""

    def __init__(
        self,
        books: CareBooks,
        items: list[Promised],
        owner: str,
        chance: Chance,
        moment: Moment,
    ) -> None:
        self._books, self._items, self._owner = books, items, owner
        self._chance, self._moment = chance, moment

    def tell(self, days: Sequence[date]) -> None:
        """Somebody has them; those on whose day something was held are done."""
        first = self._items[0]
        self._report(first, CareEventKind.assigned, max(YEAR, self._begin(first)), self._owner)
        left = list(self._items)
        for day in days:
            at = at_noon(day)
            waiting = [each for each in left if from_micros(each.until) > at - _LATE]
            if not waiting or at < self._begin(waiting[0]):
                continue
            left.remove(waiting[0])
            text = self._chance.one_of(_CAME_OF_IT[first.key.feature])
            self._report(waiting[0], CareEventKind.done, at, text)
        for each in left:
            if from_micros(each.until) < COMPLETE_UNTIL and self._chance.happens(
                _EXCUSED_OF_THOUSAND
            ):
                at = from_micros(each.until) - timedelta(days=3)
                self._report(each, CareEventKind.excused, at, _NOT_WANTED)

    def _begin(self, item: Promised) -> datetime:
        """When the one before it ran out, or as long before as its promise is given."""
        place = self._items.index(item)
        if place:
            return from_micros(self._items[place - 1].until)
        following = self._items[1].until if len(self._items) > 1 else item.until
        length = following - item.until or to_micros(YEAR + _MONTH) - to_micros(YEAR)
        return from_micros(item.until - length)

    def _report(self, item: Promised, kind: CareEventKind, at: datetime, said: str) -> None:
        is_assigned = kind is CareEventKind.assigned
        report = CareReport(
            kind=kind, about=said if is_assigned else "", text="" if is_assigned else said, at=at
        )
        report_care(self._books, item.key, report, self._moment(at + _WRITTEN, self._owner))


_MONTH = timedelta(days=31)
