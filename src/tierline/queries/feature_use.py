"""What accounts use, by day of UTC: the one form in which findings about use read it. Of totals the
half-hours count whose beginning lies in the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from tierline.metering.meter import Aggregation
from tierline.store.accounts import account_table
from tierline.store.usage import usage_total_table, usage_value_table

if TYPE_CHECKING:
    from tierline.metering.meter import Meter
    from tierline.store.records import Reads

ByDay = Mapping[date, Decimal]
PORTAL_USERS = "active_users"
HIGHEST_RATE = "api_peak"
METERS_OF_FEATURES = {
    "api_rate": "api_calls",
    "sandboxes": "sandbox_hours",
    "portal": "logins",
    "chat": "chat",
    "call_back": "call_back",
    "phone": "phone",
    "shared_channel": "shared_channel",
    "engineering_hours": "engineering_hours",
    "health_check": "health_check",
    "architecture_review": "architecture_review",
}
"""The meter that shows whether a feature is used. A feature without one cannot be judged."""
_total, _value = usage_total_table.c, usage_value_table.c


class Use(Protocol):
    """Daily values of a meter."""

    def daily(self, meter: str, start: date, end: date) -> Mapping[str, ByDay]:
        """By account and day, for the days of [start, end) on which there was any."""


class StoredUse:
    """Daily values from the totals and the values that the store keeps. Each meter is read once."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._meters = {meter.key: meter for meter in reads.meters.newest()}
        self._known: dict[tuple[str, date, date], dict[str, dict[date, Decimal]]] = {}

    def daily(self, meter: str, start: date, end: date) -> Mapping[str, ByDay]:
        """As `Use` says; nothing for a meter that is not defined."""
        defined = self._meters.get(meter)
        if defined is None:
            return {}
        key = meter, start, end
        if key not in self._known:
            self._known[key] = self._read(defined, start, end)
        return self._known[key]

    def _read(self, meter: Meter, start: date, end: date) -> dict[str, dict[date, Decimal]]:
        chosen = _sums(meter) if meter.is_additive else _values(meter)
        at = _total.from_at if meter.is_additive else _value.at
        rows = self._reads.snapshot.execute(
            chosen.where(at >= _midnight(start), at < _midnight(end)).order_by(at)
        )
        found: dict[str, dict[date, Decimal]] = {}
        for row in rows:
            days, day = found.setdefault(row.account_id, {}), row.at.date()
            if day not in days or meter.aggregation is Aggregation.latest:
                days[day] = row.quantity
            elif meter.is_additive:
                days[day] += row.quantity
            else:
                days[day] = max(days[day], row.quantity)
        return found


def _sums(meter: Meter) -> sa.Select[Any]:
    """By the key of the table: each account, then the meter."""
    return sa.select(_total.account_id, _total.from_at.label("at"), _total.quantity).where(
        _total.account_id.in_(sa.select(account_table.c.id)), _total.meter == meter.key
    )


def _values(meter: Meter) -> sa.Select[Any]:
    """The same of values; words have no daily value."""
    return sa.select(_value.account_id, _value.at, _value.quantity).where(
        _value.account_id.in_(sa.select(account_table.c.id)),
        _value.meter == meter.key,
        _value.quantity.is_not(None),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
