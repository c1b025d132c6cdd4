"""What is known of the quality of each source's events, by the hour of receipt."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from tierline.kernel.instants import from_micros
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import UnitOfWork

usage_quality_table = table(
    "usage_quality",
    sa.Column("source", Words, primary_key=True),
    sa.Column("from_at", Instant, primary_key=True),
    sa.Column("accepted", Whole, nullable=False),
    sa.Column("duplicates", Whole, nullable=False),
    sa.Column("conflicts", Whole, nullable=False),
    sa.Column("refused", Whole, nullable=False),
    sa.Column("late", Whole, nullable=False),
    sa.Column("skewed", Whole, nullable=False),
    sa.Column("unknown_account", Whole, nullable=False),
    sa.Column("corrected", Whole, nullable=False),
)
QUALITY = tuple(column.name for column in usage_quality_table.columns)[2:]


class UsageQualityRecords:
    """The quality of usage events inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def note(self, noted: Mapping[tuple[str, int], Mapping[str, int]]) -> None:
        """Add to what is known of the quality of each source by the hour of receipt."""
        add = self._unit.insert_or_add(
            usage_quality_table, keys=("source", "from_at"), sums=QUALITY
        )
        self._unit.write(
            add,
            [
                {
                    "source": source,
                    "from_at": from_micros(hour),
                    **{name: counts.get(name, 0) for name in QUALITY},
                }
                for (source, hour), counts in sorted(noted.items())
            ],
        )
