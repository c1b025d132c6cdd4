"""Uptime of everything together and of each component by month, and what each figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tierline.calendars.months import month_after
from tierline.kernel.instants import to_micros
from tierline.status.budget import Budget, budget_of, is_measured, period_with
from tierline.status.component import Component
from tierline.status.outages import Outage
from tierline.status.seen import MONTHS, Day, Seen
from tierline.status.uptime import Uptime

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.status.commitment import Commitment, UptimePromises
    from tierline.status.scope import Reader


@dataclass(frozen=True, slots=True)
class Part:
    """A component in a month, with the budgets of what is promised of it."""

    component: Component
    uptime: Uptime
    budgets: tuple[Budget, ...]
    outages: tuple[Outage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeMonth:
    """`public` is what everybody reads of the same month. `unmeasured` is promised for periods that
    are no months. `others` are outages in the public figure that did not concern the reader."""

    first: date
    uptime: Uptime
    public: Uptime | None
    parts: tuple[Part, ...]
    unmeasured: tuple[Commitment, ...]
    others: tuple[Outage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeView:
    """Days in the order of time, months the newest first. What is public stands beside what a
    customer has, and is None where everybody reads it."""

    reader: Reader
    now: datetime
    last: date
    days: tuple[Day, ...]
    public_days: tuple[Day, ...] | None
    months: tuple[UptimeMonth, ...]


def uptime_view(
    own: Seen, public: Seen | None, promises: UptimePromises | None, last: date | None = None
) -> UptimeView:
    """The twelve months that end with `last` (its first day), or with the present one."""
    last = min(last or own.month, own.month)
    day = min(month_after(last) - timedelta(days=1), own.today)
    firsts = [month_after(last, -back) for back in range(MONTHS)]
    months = (_month(own, public, promises, first) for first in firsts)
    return UptimeView(
        reader=own.reader,
        now=own.now,
        last=last,
        days=own.days(day),
        public_days=None if public is None else public.days(day),
        months=tuple(each for each in months if each.uptime.watched_us),
    )


def _month(
    own: Seen, public: Seen | None, promises: UptimePromises | None, first: date
) -> UptimeMonth:
    during = own.stretch(first, month_after(first))
    found = list(own.outages(during))
    budgets, unmeasured = budgets_in(own, promises, first)
    there = None if public is None else public.stretch(first, month_after(first))
    known = {each.incident.id for each in found}
    return UptimeMonth(
        first=first,
        uptime=own.uptime(during),
        public=None if public is None or there is None else public.uptime(there),
        parts=tuple(
            Part(
                each,
                own.records[each.id].uptime(*during),
                tuple(budget for component, budget in budgets if component is each),
                tuple(outage for outage in found if outage.component is each),
            )
            for each in own.components
            if own.records[each.id].was_watched(*during)
        ),
        unmeasured=unmeasured,
        others=()
        if public is None or there is None
        else tuple(each for each in public.outages(there) if each.incident.id not in known),
    )


def budgets_in(
    own: Seen, promises: UptimePromises | None, first: date
) -> tuple[list[tuple[Component, Budget]], tuple[Commitment, ...]]:
    """What is promised in a month, each for its whole period; and what no period here measures."""
    if promises is None:
        return [], ()
    now = to_micros(own.now)
    start, end = own.stretch(first, month_after(first))
    held = promises.during(start, min(end, now))
    found = []
    for one in (each for each in held if is_measured(each.per)):
        days = period_with(first, one.per)
        during = own.stretch(*days)
        whole = promises.during(during[0], min(during[1], now))
        alike = (each for each in whole if (each.feature, each.per) == (one.feature, one.per))
        strictest = next(alike, one)
        found += [
            (component, budget)
            for component in own.components
            if strictest.is_about(component, own.components)
            and (budget := budget_of(own.records[component.id], strictest, days, during))
        ]
    return found, tuple(each for each in held if not is_measured(each.per))
