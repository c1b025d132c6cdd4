"""How use reaches us: a batch a day and source, shortly after midnight; some of it twice, some of
it days late, and of one source for some days nothing at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tierline.sample.usage import Diary, Habit, Use, days_of_the_year

if TYPE_CHECKING:
    from tierline.sample.cast import Cast
    from tierline.sample.customers import Customer

_AFTER_MIDNIGHT = time(0, 30)
LATE_DAYS = 5


class Batch(NamedTuple):
    """Events as they come in together."""

    received_at: datetime
    uses: list[Use]


@dataclass(slots=True)
class Mishaps:
    """What goes wrong on the way. Events are named by their ids."""

    gap_source: str | None = None
    gap: tuple[date, date] | None = None
    """First and last day that is missing."""
    repeated: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)


def batches(
    customers: list[Customer], cast: Cast, habits: Mapping[str, Habit], mishaps: Mishaps
) -> Iterator[Batch]:
    """Every batch of the year in the order of arrival."""
    diaries = [Diary(each, cast, habits.get(each.part) or Habit()) for each in customers]
    waiting: dict[date, list[Use]] = {}
    last = days_of_the_year()[-1]
    for number, day in enumerate(days_of_the_year()):
        arriving = waiting.setdefault(day + timedelta(1), [])
        for diary in diaries:
            for use in diary.on(day, number):
                if _is_lost(use, day, mishaps):
                    continue
                if use.id in mishaps.late:
                    waiting.setdefault(day + timedelta(1 + LATE_DAYS), []).append(use)
                    continue
                arriving.append(use)
                if use.id in mishaps.repeated:
                    waiting.setdefault(day + timedelta(2), []).append(use)
        if day < last:
            yield _batch(day + timedelta(1), waiting)
    for day in sorted(waiting):
        yield _batch(day, waiting)


def _batch(day: date, waiting: dict[date, list[Use]]) -> Batch:
    return Batch(datetime.combine(day, _AFTER_MIDNIGHT, UTC), waiting.pop(day))


def _is_lost(use: Use, day: date, mishaps: Mishaps) -> bool:
    if mishaps.gap is None or use.source != mishaps.gap_source:
        return False
    return mishaps.gap[0] <= day <= mishaps.gap[1]
