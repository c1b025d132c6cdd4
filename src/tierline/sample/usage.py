"""A year of use, as plain values: what every customer's product reports each day.

An event tells of one day of one customer. It happens at noon UTC, which is the same day
on every customer's clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tierline.sample.chance import Chance
from tierline.sample.customers import Customer
from tierline.sample.story import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from tierline.sample.cast import Cast

REPORT = "daily_report"
"""What every product sends once a day: calls, peak, logins, users, seats and inspections."""
DEPLOYMENTS, SANDBOX = "model_deployments", "sandbox_hours"
ENGINEERING, HEALTH_CHECK, REVIEW = "engineering_hours", "health_check", "architecture_review"
CHAT, PHONE, CALL_BACK, SHARED = "chat", "phone", "call_back", "shared_channel"
SOURCES = {
    "Americas": "halyard/americas",
    "Europe": "halyard/europe",
    "Asia Pacific": "halyard/asia-pacific",
}
_DAYS = tuple(FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
_NOON = {day: datetime.combine(day, time(12), UTC) for day in _DAYS}
_WEEKEND = 5
_USERS = {"Standard": (4, 14), "Priority": (15, 60), "Enterprise": (60, 220)}
_CALLS = {"Standard": (5, 40), "Priority": (40, 200), "Enterprise": (200, 900)}
"""Thousands a day."""
_RATE = {
    "gold_care": 100, "standard": 50, "priority": 150, "enterprise": 500,
}  # fmt: skip
"""Requests a second that the oldest version of a plan allows; ordinary use stays well below."""
_MOST_HOURS = 8
_CHANNELS: dict[str, tuple[str, ...]] = {
    "gold_care": (PHONE,),
    "priority": (CHAT, CALL_BACK),
    "enterprise": (CHAT, CALL_BACK, PHONE, SHARED),
}


Data = dict[str, int | str]


class Use(NamedTuple):
    """One event. `data` holds whole numbers, and hours as text."""

    id: str
    source: str
    type: str
    account: str
    at: datetime
    data: Data


@dataclass(slots=True)
class Habit:
    """How a plant lets one customer use the product otherwise. Days and months that it does not
    name are as they would be."""

    users: dict[date, int] = field(default_factory=dict)
    """People who worked with it, instead of by chance."""
    peaks: dict[date, int] = field(default_factory=dict)
    """Requests a second at the highest, instead of by chance."""
    hours: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Engineering hours of a month, entry by entry."""
    reviews: tuple[date, ...] | None = None
    """Architecture reviews, instead of by chance."""
    checks: tuple[date, ...] = ()
    """Health checks beside those by chance."""
    sandbox: tuple[date, date] | None = None
    """First and last day in a sandbox."""
    is_portal_only: bool = False
    """People sign in, and do nothing else."""


class Diary:
    """What one customer reports, day by day; ask for the days in their order."""

    def __init__(self, customer: Customer, cast: Cast, habit: Habit) -> None:
        self._customer = customer
        self._habit = habit
        self._chance = chance = Chance(cast.seed, "use", customer.part)
        self._slug = customer.name.lower().replace(" ", "-")
        self._source = SOURCES[customer.region]
        self._users = chance.between(*_USERS[customer.tier])
        self._calls = chance.between(*_CALLS[customer.tier]) * 1000
        self._rate = _RATE[customer.tier_on(FIRST_DAY)] * chance.between(30, 70) // 100
        self._growth = chance.between(-40, 160)
        usual = customer.tier == "Enterprise" or (
            customer.tier == "Priority" and not customer.is_gold and chance.happens(400)
        )
        self._sandbox = habit.sandbox or ((FIRST_DAY, LAST_DAY) if usual else None)
        self._planned = _planned(customer, chance, habit)

    def on(self, day: date, number: int) -> Iterator[Use]:
        """The events of a day, the `number`th of the year."""
        if not self._customer.is_active_on(day):
            return
        for type_, data in (*self._daily(day, number), *self._planned.get(day, ())):
            if type_ == REPORT or not self._habit.is_portal_only:
                yield self._use(type_, day, data)

    def days_of(self, type_: str) -> list[date]:
        """When something was held that does not happen every day, in order."""
        if self._habit.is_portal_only:
            return []
        held = (day for day, planned in self._planned.items() if type_ in dict(planned))
        return sorted(day for day in held if self._customer.is_active_on(day))

    def _use(self, type_: str, day: date, data: Data) -> Use:
        id_ = event_id(self._customer.name, type_, day)
        return Use(id_, self._source, type_, self._customer.name, _NOON[day], data)

    def _daily(self, day: date, number: int) -> Iterator[tuple[str, Data]]:
        chance, habit = self._chance, self._habit
        is_weekend = day.weekday() >= _WEEKEND
        share = (1000 + self._growth * number // 365) * (35 if is_weekend else 100) // 100
        share = share * chance.between(92, 108) // 100
        users = habit.users.get(day, max(1, self._users * share // 1000))
        calls = 0 if habit.is_portal_only else self._calls * share // 1000
        peak = habit.peaks.get(day, max(1, self._rate * (share + 1000) // 2000))
        yield (
            REPORT,
            {
                "calls": calls,
                "peak": peak if calls else 0,
                "logins": users * 2 + number % 3,
                "users": users,
                "seats": max(self._users, users) + self._users // 4,
                "inspections": calls // 20,
            },
        )
        if is_weekend:
            return
        if chance.happens(550):
            yield DEPLOYMENTS, {"deployments": chance.between(1, 3)}
        if self._sandbox is not None and self._sandbox[0] <= day <= self._sandbox[1]:
            yield SANDBOX, {"hours": str(chance.between(5, 80))}


def event_id(name: str, type_: str, day: date) -> str:
    """The id that the customer's product gives an event."""
    return f"{name.lower().replace(' ', '-')}/{type_}/{day}"


def days_of_the_year() -> tuple[date, ...]:
    """Every day of the story."""
    return _DAYS


def _planned(
    customer: Customer, chance: Chance, habit: Habit
) -> dict[date, list[tuple[str, Data]]]:
    """What does not happen every day, by day."""
    found: dict[date, list[tuple[str, Data]]] = {}
    workdays: dict[int, list[date]] = {month: [] for month in range(1, 13)}
    for day in _DAYS:
        if day.weekday() < _WEEKEND and customer.is_active_on(day):
            workdays[day.month].append(day)
    reviews = list(habit.reviews or ())
    for month, days in workdays.items():
        if len(days) < _WEEKEND:
            continue
        tier = customer.tier_on(days[0])
        for day, hours in _engineering(tier, days, chance, habit.hours.get(month)):
            found.setdefault(day, []).append((ENGINEERING, {"hours": str(hours)}))
        for type_, count in _care(tier, month, chance):
            found.setdefault(chance.one_of(days), []).append((type_, {"count": count}))
        if habit.reviews is None and tier == "enterprise" and month % 3 == 0:
            reviews.append(chance.one_of(days))
    for type_, held in ((REVIEW, reviews), (HEALTH_CHECK, habit.checks)):
        for day in held:
            found.setdefault(day, []).append((type_, {"count": 1}))
    return found


def _care(tier: str, month: int, chance: Chance) -> Iterator[tuple[str, int]]:
    """Health checks that were held, and ways in which they reached us."""
    is_due = tier == "enterprise" or (tier == "priority" and month % 3 == 2)
    if is_due and chance.happens(930):
        yield HEALTH_CHECK, 1
    for channel in _CHANNELS.get(tier, ()):
        if chance.happens(850):
            yield channel, chance.between(1, 12)


def _engineering(
    tier: str, days: list[date], chance: Chance, entries: tuple[int, ...] | None
) -> Iterator[tuple[date, int]]:
    """Entries of a few hours on separate days; by chance never more than is included."""
    if entries is None:
        left, made = chance.between(0, _MOST_HOURS), []
        if tier not in ("priority", "enterprise"):
            return
        while left > 0:
            made.append(min(left, chance.between(1, 3)))
            left -= made[-1]
        entries = tuple(made)
    if not entries or len(entries) > len(days):
        return
    step = len(days) // len(entries)
    for place, hours in enumerate(entries):
        yield days[place * step], hours
