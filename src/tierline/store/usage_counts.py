"""Usage inside of a unit of work, which remembers what it added: limits are looked at with that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tierline.metering.meter import Meter
from tierline.store.unit_of_work import UnitOfWork
from tierline.store.usage import UsageRecords

Totals = Mapping[tuple[str, str, int], tuple[Decimal, int]]


class CountedUsage(UsageRecords):
    """`UsageRecords` that can be asked what it has counted."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self.counted: list[tuple[Totals, Mapping[str, str]]] = []
        """What was added to totals by account, meter and half-hour, and the features of meters."""
        self.revalued: set[tuple[str, str, int]] = set()
        """Account, feature and instant of values of meters that do not add up."""

    def count(self, totals: Totals, meters: Iterable[Meter]) -> None:
        """Add to the totals."""
        super().count(totals, meters)
        features = {each.key: each.feature for each in meters if each.feature is not None}
        if totals and features:
            self.counted.append((totals, features))

    def keep_values(self, values: Sequence[tuple[str, Meter, int, int, Decimal | str]]) -> None:
        """Keep values of meters that do not add up."""
        super().keep_values(values)
        for account, meter, at, *_ in values:
            if meter.feature is not None:
                self.revalued.add((account, meter.feature, at))

    def drop_value(self, account: str, meter: Meter, at: int, sequence: int) -> None:
        """Take back a value that was corrected."""
        super().drop_value(account, meter, at, sequence)
        if meter.feature is not None:
            self.revalued.add((account, meter.feature, at))
