"""Balances: what a period hands on, and when the rest will be used up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tierline.kernel.instants import SECOND_US

DAY_US = 86_400 * SECOND_US
WEEK_DAYS = 7
MOST_WEEKS = 4


class Outlook(StrEnum):
    """What can be said of the rest of a period."""

    used_up = "used_up"
    """Nothing is left."""
    runs_out = "runs_out"
    """It will be used up before it resets."""
    lasts = "lasts"
    """It resets first, or nothing is being used."""
    not_enough_data = "not_enough_data"
    """There is less than a week of use to go by."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`at` is when it is or will be used up, in microseconds; None where it is not. `a_day` is what
    was used a day in the `days` that it rests on."""

    outlook: Outlook
    at: int | None = None
    a_day: Decimal | None = None
    days: int = 0


def carried_over(included: Decimal, used: Decimal, *, rollover: bool) -> Decimal:
    """What a period hands on to the next one: what is left of its own units, never of those that
    were handed to it, so that nothing is carried for more than one period."""
    return max(included - used, Decimal(0)) if rollover else Decimal(0)


def weeks_of_data(first_use: int, now: int) -> int:
    """How many of the last whole weeks there is use to go by: at most four. Whole weeks, so that
    weekends weigh what they weigh."""
    return min((now - first_use) // (WEEK_DAYS * DAY_US), MOST_WEEKS)


def forecast(left: Decimal, used: Decimal, days: int, *, now: int, end: int | None) -> Forecast:
    """When what is left will be used up, if use goes on as in the last `days`, in which so much was
    `used`; it resets at `end`. A straight line: no season, no trend."""
    if left <= 0:
        return Forecast(Outlook.used_up, now)
    if days < WEEK_DAYS:
        return Forecast(Outlook.not_enough_data, days=max(days, 0))
    a_day = used / days
    if a_day <= 0:
        return Forecast(Outlook.lasts, a_day=Decimal(0), days=days)
    at = now + int(left / a_day * DAY_US)
    if end is not None and at >= end:
        return Forecast(Outlook.lasts, a_day=a_day, days=days)
    return Forecast(Outlook.runs_out, at, a_day, days)
