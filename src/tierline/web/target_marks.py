"""Marks of changed targets on a plot by month: where they stand, and in words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import from_micros

if TYPE_CHECKING:
    from datetime import date

    from tierline.accounts.target_changes import TargetChange

MOST_MARKS = 5
_DAY = "%-d %b %Y"


def marks_of(
    changes: Sequence[TargetChange], months: Mapping[str, Any] | None, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A mark for each day on which targets changed, on the lines of their tiers. More than
    MOST_MARKS are no picture; each stands in words beside it."""
    if months is None:
        return []
    by_day: dict[date, list[str]] = {}
    for change in changes:
        if not change.is_other:
            continue
        tiers = by_day.setdefault(from_micros(change.at).date(), [])
        if change.tier in months["tiers"] and change.tier not in tiers:
            tiers.append(change.tier)
    found = [_mark(day, tiers, months, names) for day, tiers in by_day.items() if tiers]
    return [mark for mark in found if mark is not None][:MOST_MARKS]


def changes_in_words(
    changes: Sequence[TargetChange], names: Mapping[str, str]
) -> list[tuple[str, str, str, bool]]:
    """Tier, catalog version and day of each, and whether its targets are others."""
    return [
        (
            names.get(change.tier, change.tier),
            f"{change.catalog} {change.version}",
            from_micros(change.at).date().isoformat(),
            change.is_other,
        )
        for change in changes
    ]


def _mark(
    day: date, tiers: Sequence[str], months: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any] | None:
    month = f"{day:%Y-%m}"
    if month not in months["months"]:
        return None
    place = months["months"].index(month)
    share = (day.day - 1) / monthrange(day.year, day.month)[1]
    listed = ", ".join(names.get(tier, tier) for tier in tiers)
    on = []
    for tier in tiers:
        series = months["tiers"].index(tier)
        value = _value_at(months["series"][series]["values"], place, share)
        if value is not None:
            on.append((series, value))
    is_last = place == len(months["months"]) - 1
    return {
        "place": place if is_last else place + share,
        "text": f"New targets from {day.strftime(_DAY)}: {listed}",
        "on": on,
    }


def _value_at(values: Sequence[float | None], place: int, share: float) -> float | None:
    """Where the line is between the point of a month and that of the next one."""
    here, later = values[place], values[place + 1] if place + 1 < len(values) else None
    if here is None or later is None:
        return here
    return here + (later - here) * share
