"""Who leads which subject, in the database: versions, of which the newest is in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from tierline.kernel.digest import canonical_json
from tierline.kernel.errors import NotFound
from tierline.routing.subject_leads import NO_SUBJECT_LEADS, SubjectLeads
from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

subject_leads_table = table(
    "subject_leads",
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("statement", Words, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", Words, nullable=False),
)
_column = subject_leads_table.c
_NEWEST = sa.select(_column.number, _column.statement).order_by(_column.number.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsVersion:
    """A version, with when it came into force and by whom."""

    number: int
    leads: SubjectLeads
    at: datetime
    by: str


class SubjectLeadsReads:
    """Reads of who leads what."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def newest(self) -> tuple[int, SubjectLeads]:
        """The version in force with its number; 0 and nobody where there is none."""
        row = self._snapshot.row(_NEWEST, {})
        return (0, NO_SUBJECT_LEADS) if row is None else (row.number, _leads_of(row.statement))

    def get(self, number: int) -> SubjectLeads:
        """A version. Raises NotFound."""
        chosen = sa.select(_column.statement).where(_column.number == number)
        statement = self._snapshot.execute(chosen).scalar()
        if statement is None:
            raise NotFound(f"There is no version {number} of the subject leads.")
        return _leads_of(statement)

    def versions(self, limit: int | None = None) -> tuple[LeadsVersion, ...]:
        """The versions, the newest first."""
        chosen = sa.select(subject_leads_table).order_by(_column.number.desc()).limit(limit)
        return tuple(
            LeadsVersion(
                number=row["number"],
                leads=_leads_of(row["statement"]),
                at=row["published_at"],
                by=row["published_by"],
            )
            for row in self._snapshot.execute(chosen).mappings()
        )


class SubjectLeadsRecords(SubjectLeadsReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def publish(self, leads: SubjectLeads, *, by: str, at: datetime) -> int:
        """Put a new version into force; its number."""
        number = self.newest()[0] + 1
        self._unit.write(
            subject_leads_table.insert(),
            {
                "number": number,
                "statement": canonical_json(leads.model_dump(mode="json")).decode(),
                "published_at": at,
                "published_by": by,
            },
        )
        return number


@lru_cache(maxsize=64)  # a version never changes
def _leads_of(statement: str) -> SubjectLeads:
    return SubjectLeads.model_validate(json.loads(statement))
