"""What the public is told of a month, edition by edition: nothing that was told is changed, and
what differs later is a correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from tierline.calendars.months import month_after
from tierline.catalog.statement import MilestoneKind

SETTLES_FOR = timedelta(days=7)
"""So long after its end a month is told of, because what happened in it may become known later."""
ATTAINMENT, UPTIME = "attainment", "uptime"
TIMED = (MilestoneKind.first_response, MilestoneKind.restore, MilestoneKind.resolution)
"""The kinds of which the median time is told."""
Value = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a month. `what` is ATTAINMENT, UPTIME or a kind of TIMED, `tier` a key, or
    empty for all together. The value is whole numbers (microseconds): met, decided and open; median
    and how many stopped; watched, down and planned. None: it rests on too few."""

    what: str
    tier: str
    name: str
    value: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What was told of a month at one instant. The first is its publication, the others are
    corrections; all of them stay."""

    month: str
    number: int
    at: datetime
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A figure that was told otherwise before."""

    at: datetime
    what: str
    tier: str
    name: str
    was: Value | None
    now: Value | None


def due_months(since: date, now: datetime) -> list[str]:
    """The months from one on of which it is time to tell, in their order (`2025-12`)."""
    found, first = [], since
    while datetime.combine(month_after(first), time(), UTC) + SETTLES_FOR <= now:
        found.append(f"{first:%Y-%m}")
        first = month_after(first)
    return found


def has_changed(before: Sequence[Figure], after: Sequence[Figure]) -> bool:
    """Whether any figure is another one; what a tier is called is none."""
    return _values(before) != _values(after)


def corrections(editions: Sequence[Edition]) -> tuple[Correction, ...]:
    """What was told otherwise before, the latest first; of the editions of one month, in their
    order."""
    found = [each for before, after in pairwise(editions) for each in _between(before, after)]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _between(before: Edition, after: Edition) -> Iterator[Correction]:
    was, now = _values(before.figures), _values(after.figures)
    names = {each.tier: each.name for each in (*before.figures, *after.figures)}
    for key in dict.fromkeys([*was, *now]):
        if was.get(key) != now.get(key):
            what, tier = key
            yield Correction(
                at=after.at,
                what=what,
                tier=tier,
                name=names[tier],
                was=was.get(key),
                now=now.get(key),
            )


def _values(figures: Sequence[Figure]) -> dict[tuple[str, str], Value | None]:
    return {(each.what, each.tier): each.value for each in figures}
