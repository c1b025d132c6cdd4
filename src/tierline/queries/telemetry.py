"""How well usage reaches us: what came twice, what came late, and sources that fell silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.store.usage_quality import QUALITY, usage_quality_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.store.unit_of_work import Snapshot

_column = usage_quality_table.c
_LEAST_SILENCE = timedelta(hours=6)
_TIMES_USUAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A source that was heard at `last_at` (the hour of it) and not again before `again_at`, where
    it is usually heard every `usual`."""

    source: str
    last_at: datetime
    again_at: datetime
    usual: timedelta

    @property
    def missed(self) -> int:
        """How many times it would have been heard in between."""
        return int((self.again_at - self.last_at) / self.usual) - 1


def telemetry_counts(snapshot: Snapshot, start: datetime, end: datetime) -> dict[str, int]:
    """How many events were received in [start, end), by what became of them."""
    sums = [sa.func.sum(_column[name]).label(name) for name in QUALITY]
    row = snapshot.execute(sa.select(*sums).where(*_within(start, end))).mappings().one()
    return {name: int(row[name] or 0) for name in QUALITY}


def silences(snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Silence, ...]:
    """Stretches in [start, end) in which a source that sends in a rhythm sent nothing for more than
    twice as long as usual, the earliest first."""
    chosen = sa.select(_column.source, _column.from_at).where(
        *_within(start, end), _column.accepted > 0
    )
    heard: dict[str, list[datetime]] = {}
    for row in snapshot.execute(chosen.order_by(_column.from_at)):
        heard.setdefault(row.source, []).append(row.from_at)
    found = [each for source, hours in heard.items() for each in _silences(source, hours)]
    return tuple(sorted(found, key=lambda each: (each.last_at, each.source)))


def _silences(source: str, hours: Sequence[datetime]) -> list[Silence]:
    apart = [later - earlier for earlier, later in pairwise(hours)]
    if not apart:
        return []
    usual = median_low(apart)
    return [
        Silence(source=source, last_at=earlier, again_at=later, usual=usual)
        for earlier, later in pairwise(hours)
        if later - earlier > max(_TIMES_USUAL * usual, _LEAST_SILENCE)
    ]


def _within(start: datetime, end: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _column.from_at >= start, _column.from_at < end
