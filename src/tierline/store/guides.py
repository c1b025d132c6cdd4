"""Guides of playbooks and scripts in the database, and what was done by them on each case."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from tierline.cases.playbook import NO_GUIDE, Guide
from tierline.cases.playbook_run import GuideEvent, GuideEventKind
from tierline.kernel.digest import canonical_json
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import Row
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

guide_table = table(
    "guide",
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("statement", Words, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", Words, nullable=False),
)
case_guide_event_table = table(
    "case_guide_event",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("guide", Whole, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("value", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
_guide, _event = guide_table.c, case_guide_event_table.c

_NEWEST = sa.select(_guide.number, _guide.statement).order_by(_guide.number.desc()).limit(1)
_OF_CASE = (
    sa.select(case_guide_event_table)
    .where(_event.case_id == sa.bindparam("its_case"))
    .order_by(_event.place)
)


def guide_event_of(row: Row) -> GuideEvent:
    """The fact of a row."""
    return GuideEvent(
        guide=row["guide"],
        kind=GuideEventKind(row["kind"]),
        value=row["value"],
        at=row["at"],
        by=row["by"],
    )


class GuideReads:
    """Reads of guides, and of what was done by them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def newest(self) -> tuple[int, Guide]:
        """The guide in force with its number; 0 and an empty one where there is none."""
        row = self._snapshot.row(_NEWEST, {})
        return (0, NO_GUIDE) if row is None else (row.number, _guide_of(row.statement))

    def get(self, number: int) -> Guide:
        """A version of the guide. Raises NotFound."""
        chosen = sa.select(_guide.statement).where(_guide.number == number)
        statement = self._snapshot.execute(chosen).scalar()
        if statement is None:
            raise NotFound(f"There is no version {number} of the playbooks.")
        return _guide_of(statement)

    def of_case(self, case: str) -> tuple[GuideEvent, ...]:
        """What was said and ticked on a case, in its order."""
        return tuple(
            guide_event_of(row) for row in self._snapshot.rows(_OF_CASE, {"its_case": case})
        )


class GuideRecords(GuideReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def publish(self, guide: Guide, *, by: str, at: datetime) -> int:
        """Put a new version into force; its number."""
        number = self.newest()[0] + 1
        self._unit.write(
            guide_table.insert(),
            {
                "number": number,
                "statement": canonical_json(guide.model_dump(mode="json")).decode(),
                "published_at": at,
                "published_by": by,
            },
        )
        return number

    def note(self, case: str, place: int, event: GuideEvent) -> None:
        """Write down what was said or ticked. Where somebody else was quicker it is a Conflict, and
        the unit is tried again."""
        self._unit.write(
            case_guide_event_table.insert(),
            {
                "case_id": case,
                "place": place,
                "guide": event.guide,
                "kind": event.kind.value,
                "value": event.value,
                "at": event.at,
                "by": event.by,
            },
        )


@lru_cache(maxsize=64)  # a version never changes
def _guide_of(statement: str) -> Guide:
    return Guide.model_validate(json.loads(statement))
