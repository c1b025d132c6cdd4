"""How other systems name our records, so that the same file imported twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from tierline.store.columns import Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

external_id_table = table(
    "external_id",
    sa.Column("kind", Words, primary_key=True),
    sa.Column("external_id", Words, primary_key=True),
    sa.Column("record_id", Words, nullable=False),
    sa.Index("external_id_record_id", "record_id"),
)
_column = external_id_table.c
_INSERT = external_id_table.insert()
_DELETE = external_id_table.delete().where(_column.record_id == sa.bindparam("record"))
_IDS_AT_ONCE = 500


class ExternalIdReads:
    """Reads of external ids."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def records(self, kind: str, external: Iterable[str]) -> dict[str, str]:
        """Our ids of a kind, by their external ids; only those that are known."""
        return self._found(_column.external_id, kind, sorted(set(external)))

    def names(self, kind: str, records: Iterable[str]) -> dict[str, str]:
        """The external ids of our records of a kind, by our ids."""
        found = self._found(_column.record_id, kind, sorted(set(records)))
        return {record: external for external, record in found.items()}

    def _found(self, by: sa.Column[str], kind: str, names: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(names), _IDS_AT_ONCE):
            chosen = sa.select(_column.external_id, _column.record_id).where(
                _column.kind == kind, by.in_(names[start : start + _IDS_AT_ONCE])
            )
            found.update((row.external_id, row.record_id) for row in self._snapshot.execute(chosen))
        return found


class ExternalIdRecords(ExternalIdReads):
    """External ids inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, kind: str, names: Mapping[str, str]) -> None:
        """Write our ids by external ids. One that stands there already is a Conflict."""
        self._unit.write(
            _INSERT,
            [
                {"kind": kind, "external_id": external, "record_id": record}
                for external, record in names.items()
            ],
        )

    def forget(self, record: str) -> None:
        """Delete the names of a record."""
        self._unit.write(_DELETE, {"record": record})
