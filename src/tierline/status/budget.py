"""Error budgets: how long a component may be down in a period, and how much of that is left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.calendars.months import month_after
from tierline.catalog.statement import Period
from tierline.kernel.instants import SECOND_US

if TYPE_CHECKING:
    from datetime import date

    from tierline.status.commitment import Commitment
    from tierline.status.stretches import Stretch
    from tierline.status.uptime import Record, Uptime

_MONTHS = {Period.month: 1, Period.quarter: 3, Period.year: 12}
_MINUTE_US = 60 * SECOND_US


class BudgetState(StrEnum):
    """How a commitment stands; `kept` once its period is over."""

    kept = auto()
    so_far = auto()
    missed = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Of one component for the period that begins on `first` and ends before `until`."""

    commitment: Commitment
    first: date
    until: date
    length_us: int
    """How much of the period is to be watched, what is to come with it."""
    uptime: Uptime
    down_us: int
    """What counts by the commitment: where parts of a minute do not, less than of the uptime."""

    @property
    def allowed_us(self) -> int:
        """How long it may be down."""
        share = (100 - self.commitment.percent) / 100
        return int((share * self.length_us).to_integral_value(ROUND_FLOOR))

    @property
    def left_us(self) -> int:
        """What of it is left; below nothing where more was down."""
        return self.allowed_us - self.down_us

    @property
    def state(self) -> BudgetState:
        """Missed as soon as more was down than the whole period allows; kept not before its end."""
        if self.left_us < 0:
            return BudgetState.missed
        is_over = self.uptime.watched_us == self.length_us
        return BudgetState.kept if is_over else BudgetState.so_far


def is_measured(per: Period) -> bool:
    """Whether uptime is measured over such periods: whole months, and what is made of them."""
    return per in _MONTHS


def period_with(month: date, per: Period) -> tuple[date, date]:
    """The first day of the period in which a month lies, and of the next one. Raises KeyError for
    one that is not measured."""
    months = _MONTHS[per]
    first = month_after(month, -((month.month - 1) % months))
    return first, month_after(first, months)


def budget_of(
    record: Record, commitment: Commitment, days: tuple[date, date], during: Stretch
) -> Budget | None:
    """Of a component for the period of `days`, which is [start, end) as instants. None where it is
    not watched in it."""
    length = record.length_us(*during)
    if not length:
        return None
    whole = 1 if commitment.does_part_of_a_minute_count else _MINUTE_US
    return Budget(
        commitment=commitment,
        first=days[0],
        until=days[1],
        length_us=length,
        uptime=record.uptime(*during),
        down_us=record.down_us(*during, whole_us=whole),
    )
