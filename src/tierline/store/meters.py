"""Meters in the database: every version, of which the newest counts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tierline.metering.meter import Aggregation, Meter
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

meter_table = table(
    "meter",
    sa.Column("key", Words, primary_key=True),
    sa.Column("version", Whole, primary_key=True),
    sa.Column("event_type", Words, nullable=False),
    sa.Column("aggregation", Words, nullable=False),
    sa.Column("value", Words),
    sa.Column("feature", Words),
    sa.Column("unit", Words, nullable=False),
    sa.Column("defined_at", Instant, nullable=False),
    sa.Column("since", Words),
    # While what came before the definition is being counted: the last account that was.
    sa.Column("counted_upto", Words),
)
_VERSIONS = sa.select(meter_table).order_by(meter_table.c.key, meter_table.c.version)
_INSERT = meter_table.insert()
COUNTING = "count usage"
"""The turn that those share who count events, and that one has alone who counts them anew."""


class MeterReads:
    """Reads of meters."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def newest(self) -> tuple[Meter, ...]:
        """The newest version of every meter, by key."""
        found = {row["key"]: row for row in self._snapshot.rows(_VERSIONS, {})}
        return tuple(
            Meter(
                key=row["key"],
                version=row["version"],
                event_type=row["event_type"],
                aggregation=Aggregation(row["aggregation"]),
                value=row["value"],
                feature=row["feature"],
                unit=row["unit"],
                since=row["since"],
            )
            for row in found.values()
        )

    def of_feature(self, feature: str) -> Meter | None:
        """The meter that uses up a feature; of several the first by key."""
        return next((meter for meter in self.newest() if meter.feature == feature), None)


class MeterRecords(MeterReads):
    """Meters inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def to_count(self) -> tuple[Meter, ...]:
        """The meters, and nobody counts anew by another definition until this unit ends."""
        self._unit.take_turn(COUNTING, is_shared=True)
        return self.newest()

    def define(self, meter: Meter, *, defined_at: datetime, is_counted: bool = False) -> None:
        """Write a version of a meter. One that stands there already is a Conflict. Unless it
        `is_counted`, the events that came before have to be counted by it."""
        self._unit.write(
            _INSERT,
            {
                "key": meter.key,
                "version": meter.version,
                "event_type": meter.event_type,
                "aggregation": meter.aggregation.value,
                "value": meter.value,
                "feature": meter.feature,
                "unit": meter.unit,
                "defined_at": defined_at,
                "since": meter.since,
                "counted_upto": None if is_counted else "",
            },
        )
