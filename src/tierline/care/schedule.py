"""Which dated promises a contract has, and when each is due: anchor + n x interval.

A period of the promise is cut into as many parts as there are times in it, by whole days; each is
due on the last day of its part. It is owed where the promise is in force at the end of that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.effective import effective
from tierline.accounts.layers import features_giving, layers_of
from tierline.accounts.periods import cycle_of
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.catalog.statement import Period
from tierline.catalog.term import Deliverable
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.contract import Contract

PERIODS = frozenset({Period.day, Period.week, Period.month, Period.quarter, Period.year})
"""What comes more often than daily is not on a calendar."""
_AROUND = timedelta(days=2)
HEALTH_REPORT = "health_report"
"""The feature whose deliverable we draw up by ourselves at the end of its period. It is no item of
care: nobody has to have it."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which item of care it is: of a contract, a feature, and the date on which it is due."""

    contract: str
    feature: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """An item as it is promised. `until` is the first instant at which it is overdue."""

    key: Key
    account: str
    what: str
    is_on_site: bool
    promise_id: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """A stretch [start, end) (microseconds) that a health report is promised about."""

    contract: str
    account: str
    promise_id: str
    start: int
    end: int


def promised_between(contract: Contract, start: int, end: int) -> Iterator[Promised]:
    """Every item of a contract that runs out in [start, end) (microseconds), by feature and date.
    What is given on request only has no date."""
    for feature in sorted(features_giving(contract, Deliverable) - {HEALTH_REPORT}):
        yield from promised_of(contract, feature, start, end)


def promised_on(contract: Contract, key: Key) -> list[Promised]:
    """The item of a key, if it is promised."""
    noon = datetime(key.due_on.year, key.due_on.month, key.due_on.day, 12, tzinfo=UTC)
    start, end = to_micros(noon - _AROUND), to_micros(noon + _AROUND)
    return [each for each in promised_between(contract, start, end) if each.key == key]


def report_periods(contract: Contract, start: int, end: int) -> Iterator[ReportPeriod]:
    """The periods of a contract's health reports that end in [start, end), by their ends. One that
    began before the contract did begins with it."""
    for item in promised_of(contract, HEALTH_REPORT, start, end):
        yield ReportPeriod(
            contract=contract.id,
            account=contract.account,
            promise_id=item.promise_id,
            start=_part_start(contract, item.until),
            end=item.until,
        )


def _part_start(contract: Contract, until: int) -> int:
    """Where the part begins that ends at an edge."""
    term = effective(contract, HEALTH_REPORT, until - 1).value
    assert isinstance(term, Deliverable)  # noqa: S101 - an edge is made of one
    period = cycle_of(contract.period_anchor(), term.per, contract.time_zone).around(until - 1)
    earlier = [edge for edge in _parts(contract, period, term.times) if edge < until]
    return max(contract.start, period[0], *earlier)


def promised_of(contract: Contract, feature: str, start: int, end: int) -> Iterator[Promised]:
    """The items of one feature of a contract that run out in [start, end), by date."""
    cadences = {
        (layer.value.per, layer.value.times)
        for layer in layers_of(contract, feature)
        if isinstance(layer.value, Deliverable) and not layer.value.on_request
    }
    found = [
        item
        for per, times in cadences
        if per in PERIODS
        for until in _edges(contract, (per, times), start, end)
        if (item := _item(contract, feature, (per, times), until)) is not None
    ]
    yield from sorted(found, key=lambda each: each.until)


def _item(
    contract: Contract, feature: str, cadence: tuple[Period, int], until: int
) -> Promised | None:
    """The item that runs out at an edge, where the promise holds on its last day."""
    found = effective(contract, feature, until - 1)
    term = found.value
    if not isinstance(term, Deliverable) or found.winner is None or term.on_request:
        return None
    if (term.per, term.times) != cadence:
        return None
    due_on = from_micros(until - 1).astimezone(zone_named(contract.time_zone)).date()
    return Promised(
        key=Key(contract.id, feature, due_on),
        account=contract.account,
        what=term.what,
        is_on_site=term.on_site,
        promise_id=found.winner.promise_id,
        until=until,
    )


def _edges(contract: Contract, cadence: tuple[Period, int], start: int, end: int) -> Iterator[int]:
    """The ends of all parts in [start, end), in their order."""
    per, times = cadence
    cycle = cycle_of(contract.period_anchor(), per, contract.time_zone)
    last = contract.honoured_until()
    at, stop = max(start - 1, contract.start), end if last is None else min(end, last + 1)
    while at < stop:
        period = cycle.around(at)
        yield from (edge for edge in _parts(contract, period, times) if start <= edge < stop)
        at = period[1]


def _parts(contract: Contract, period: tuple[int, int], times: int) -> Iterator[int]:
    """The ends of the parts of a period: equal to a day, the last one its end."""
    zone = zone_named(contract.time_zone)
    first, last = (from_micros(each).astimezone(zone) for each in period)
    days = (last.date() - first.date()).days
    second = first.hour * 3_600 + first.minute * 60 + first.second
    count = max(1, min(times, days))
    for part in range(1, count):
        day = first.date() + timedelta(days=days * part // count)
        yield to_micros(resolve_local(day, second, zone).astimezone(UTC))
    yield period[1]
