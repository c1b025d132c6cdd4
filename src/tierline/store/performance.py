"""What the public was told of each month, edition after edition: none is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from tierline.actions.performance import Publication
from tierline.scorecards.performance import Edition, Figure
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

performance_publication_table = table(
    "performance_publication",
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("since", Words),
)
performance_edition_table = table(
    "performance_edition",
    sa.Column("month", Words, primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("figures", Document, nullable=False),
)
_edition = performance_edition_table.c
_INSERT = performance_edition_table.insert()
_STATE = performance_publication_table.insert()
_LAST = (
    sa.select(performance_publication_table)
    .order_by(performance_publication_table.c.number.desc())
    .limit(1)
)


class PerformanceReads:
    """Reads of what was published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def publication(self) -> Publication | None:
        """The team's last word on it."""
        row = self._snapshot.execute(_LAST).mappings().first()
        return None if row is None else Publication(**row)

    def months(self) -> frozenset[str]:
        """The months that were told of."""
        chosen = sa.select(_edition.month).where(_edition.number == 1)
        return frozenset(self._snapshot.execute(chosen).scalars())

    def editions(self, months: Sequence[str]) -> tuple[Edition, ...]:
        """All that was told of some months, in their order and that of the editions."""
        chosen = (
            sa.select(performance_edition_table)
            .where(_edition.month.in_(months))
            .order_by(_edition.month, _edition.number)
        )
        return tuple(
            Edition(
                month=row.month,
                number=row.number,
                at=row.at,
                figures=tuple(
                    Figure(**each | {"value": each["value"] and tuple(each["value"])})
                    for each in row.figures
                ),
            )
            for row in self._snapshot.execute(chosen)
        )


class PerformanceRecords(PerformanceReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def state(self, publication: Publication) -> None:
        """Write down what the team said."""
        self._unit.write(_STATE, [asdict(publication)])

    def keep(self, edition: Edition) -> None:
        """Write down what was told, for ever."""
        row = {"month": edition.month, "number": edition.number, "at": edition.at}
        figures = [asdict(each) for each in edition.figures]
        self._unit.write(_INSERT, [{**row, "figures": figures}])
