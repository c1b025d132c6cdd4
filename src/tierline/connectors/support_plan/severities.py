"""The severities of a plan, worst first, gathered from the rows of its tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.connectors.keys import key_of
from tierline.connectors.support_plan.durations import read_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "any"


def severity_order(tiers: Iterable[dict[str, Any]]) -> list[str]:
    """The names of all rows, worst first.

    The longest list of rows is the base, turned round where it goes from slow answers to quick
    ones; rows that only other tiers have are put next to the neighbours that they have there.
    """
    lists = [_worst_first(tier.get("severities")) for tier in tiers]
    order: list[str] = []
    for names in sorted(lists, key=len, reverse=True):
        place = 0
        for name in names:
            if name in order:
                place = order.index(name) + 1
            else:
                order.insert(place, name)
                place += 1
    return [name for name in order if key_of(name) != ANY]


def _worst_first(rows: object) -> list[str]:
    if not isinstance(rows, dict):
        return []
    seconds = [length for row in rows.values() if (length := _first_response(row)) is not None]
    names = [str(name) for name in rows]
    is_rising = len(seconds) > 1 and seconds[0] > seconds[-1]
    return names[::-1] if is_rising else names


def _first_response(row: object) -> int | None:
    value = row.get("first_response") if isinstance(row, dict) else None
    stated = read_duration(value) if isinstance(value, str) else None
    if stated is None:
        return None
    day = 8 * 3600 if stated.is_business else 86_400
    return stated.duration.open_seconds(day)
