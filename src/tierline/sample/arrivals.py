"""When cases come: by weekday, hour and region, quarter-ends, releases and the November peak."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tierline.sample.accounts import Account
from tierline.sample.chance import Chance
from tierline.sample.story import BUSIEST_HOUR, RELEASES

_WEEKDAY_WEIGHT = (118, 112, 106, 102, 92, 22, 16)
_OFFICE_WEIGHT = (112, 110, 106, 102, 94, 6, 3)
_HOUR_WEIGHT = (100, 96, 88, 78, 66, 54, 42, 32, 24, 18, 14, 12, 11)
"""By distance in hours from the busiest."""


def opening_times(account: Account, seed: int) -> list[datetime]:
    """The instants at which an account opens its cases, in order."""
    chance = Chance(seed, "arrivals", account.name)
    length = (account.last_day - account.first_day).days + 1
    days = [account.first_day + timedelta(place) for place in range(length)]
    weighted_days = [(day, _day_weight(day, account)) for day in days]
    busiest = BUSIEST_HOUR[account.region]
    hours = [(hour, _hour_weight(hour, busiest)) for hour in range(24)]
    found = []
    for _ in range(account.cases):
        day, hour = chance.weighted(weighted_days), chance.weighted(hours)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        found.append(midnight + timedelta(hours=hour, seconds=chance.below(3600)))
    return sorted(found)


def _day_weight(day: date, account: Account) -> int:
    weights = _OFFICE_WEIGHT if account.tier == "Standard" else _WEEKDAY_WEIGHT
    weight = weights[day.weekday()] * 100
    if day.month % 3 == 0 and day.day >= 22:
        weight = weight * 135 // 100
    if day.month == 11 and day.day >= 10:
        weight = weight * 140 // 100
    if day.month == 12 and day.day >= 24:
        weight = weight * 45 // 100
    for release in RELEASES:
        after = (day - release).days
        if 0 <= after < 10:
            weight = weight * (180 - 8 * after) // 100
    if account.name == "Brightwell Foods" and day.month in (2, 7, 8, 12):
        weight = weight * 30 // 100
    return weight


def _hour_weight(hour: int, busiest: int) -> int:
    distance = abs(hour - busiest)
    return _HOUR_WEIGHT[min(distance, 24 - distance)]
