"""How good the usage is that was sent: by source, what came twice, late, wrong, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.store.usage_quality import QUALITY, usage_quality_table

if TYPE_CHECKING:
    from tierline.store.unit_of_work import Snapshot

_column = usage_quality_table.c
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuality:
    """What one source sent in [start, end), counted in the hours in which we received it.

    `longest_gap` is the longest time between two hours with anything in them, the hours that lie
    between them.
    """

    source: str
    accepted: int
    duplicates: int
    conflicts: int
    refused: int
    late: int
    skewed: int
    unknown_account: int
    corrected: int
    last_hour: datetime
    longest_gap: timedelta

    @property
    def needs_a_look(self) -> bool:
        """Whether something was not counted, or was sent by a clock that is wrong."""
        return any((self.conflicts, self.refused, self.unknown_account, self.skewed))


def usage_quality(
    snapshot: Snapshot, *, start: datetime, end: datetime
) -> tuple[SourceQuality, ...]:
    """Every source that sent anything in [start, end), by name; one query."""
    chosen = sa.select(usage_quality_table).where(_column.from_at >= start, _column.from_at < end)
    rows = snapshot.execute(chosen.order_by(_column.source, _column.from_at)).mappings()
    return tuple(_of_sources(rows))


def last_heard(snapshot: Snapshot) -> datetime | None:
    """The newest hour in which anything was sent; None where nothing ever was."""
    return snapshot.execute(sa.select(sa.func.max(_column.from_at))).scalar()


def _of_sources(rows: Iterable[Any]) -> Iterator[SourceQuality]:
    for source, grouped in groupby(rows, key=lambda row: str(row["source"])):
        hours = list(grouped)
        instants = [hour["from_at"] for hour in hours]
        gaps = [later - earlier - _HOUR for earlier, later in pairwise(instants)]
        yield SourceQuality(
            source=source,
            last_hour=instants[-1],
            longest_gap=max(gaps, default=timedelta()),
            **{name: sum(hour[name] for hour in hours) for name in QUALITY},
        )
