"""What an account used in its last whole weeks, on which forecasts rest, and day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.balance import DAY_US, WEEK_DAYS, weeks_of_data
from tierline.store.usage import usage_total_table

if TYPE_CHECKING:
    from tierline.metering.meter import Meter
    from tierline.store.records import Reads

MOST_DAYS = 400
"""So many days are listed of what never resets."""
_total = usage_total_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentUse:
    """By feature what was used in the last whole weeks, and in how many days. What does
    `not_add_up` (a maximum, a number of people) is not used up by use."""

    metered: Mapping[str, tuple[Decimal, int]]
    not_adding_up: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What was used on a day, and what was left at its end."""

    day: date
    used: Decimal
    left: Decimal


def recent_use(reads: Reads, account: str, at: int) -> RecentUse:
    """Read by three queries."""
    meters = _by_feature(reads.meters.newest())
    adding = {meter.key: feature for feature, meter in meters.items() if meter.is_additive}
    weeks = {
        key: number
        for key, first in _first_uses(reads, account, list(adding), at).items()
        if (number := weeks_of_data(first, at)) > 0
    }
    used = _used_in(reads, account, weeks, at)
    return RecentUse(
        metered={
            feature: (used.get(key, Decimal(0)), weeks.get(key, 0) * WEEK_DAYS)
            for key, feature in adding.items()
        },
        not_adding_up=frozenset(
            feature for feature, meter in meters.items() if not meter.is_additive
        ),
    )


def _by_feature(meters: tuple[Meter, ...]) -> dict[str, Meter]:
    """The meter of each feature, as checks choose it: the first by key."""
    found: dict[str, Meter] = {}
    for meter in meters:
        if meter.feature is not None:
            found.setdefault(meter.feature, meter)
    return found


def _first_uses(reads: Reads, account: str, meters: list[str], at: int) -> dict[str, int]:
    chosen = (
        sa.select(_total.meter, sa.func.min(_total.from_at).label("first"))
        .where(
            _total.account_id == account,
            _total.meter.in_(meters),
            _total.from_at < from_micros(at),
            _total.quantity > Decimal(0),
        )
        .group_by(_total.meter)
    )
    return {row.meter: to_micros(row.first) for row in reads.snapshot.execute(chosen)}


def _used_in(reads: Reads, account: str, weeks: Mapping[str, int], at: int) -> dict[str, Decimal]:
    windows = [
        sa.and_(
            _total.meter == key, _total.from_at >= from_micros(at - number * WEEK_DAYS * DAY_US)
        )
        for key, number in weeks.items()
    ]
    chosen = (
        sa.select(_total.meter, sa.func.sum(_total.quantity).label("used"))
        .where(_total.account_id == account, sa.or_(sa.false(), *windows))
        .where(_total.from_at < from_micros(at))
        .group_by(_total.meter)
    )
    return {row.meter: row.used for row in reads.snapshot.execute(chosen)}


def days_of_use(
    reads: Reads, account: str, meter: Meter, window: tuple[int, int], zone: tzinfo
) -> tuple[tuple[date, Decimal], ...]:
    """What a meter that adds up came to on each day with use in [start, end), the oldest first. A
    half-hour counts on the day in which it begins."""
    start, end = window
    chosen = sa.select(_total.from_at, _total.quantity).where(
        _total.account_id == account,
        _total.meter == meter.key,
        _total.from_at >= from_micros(start),
        _total.from_at < from_micros(end),
        _total.quantity > Decimal(0),
    )
    found: dict[date, Decimal] = {}
    for row in reads.snapshot.execute(chosen.order_by(_total.from_at)):
        day = row.from_at.astimezone(zone).date()
        found[day] = found.get(day, Decimal(0)) + row.quantity
    return tuple(found.items())


def burn_down(days: tuple[tuple[date, Decimal], ...], left: Decimal) -> tuple[DayOfUse, ...]:
    """The same with what was left at the end of each day, where `left` is what is left now; below
    zero where more was used than there was."""
    found: list[DayOfUse] = []
    for day, used in reversed(days):
        found.append(DayOfUse(day, used, left))
        left += used
    return tuple(reversed(found))
