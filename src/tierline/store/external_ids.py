"""How other systems name our records, so that the same file imported twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from tierline.actions.account_rows import Imported
from tierline.store.columns import Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

external_id_table = table(
    "external_id",
    sa.Column("kind", Words, primary_key=True),
    sa.Column("external_id", Words, primary_key=True),
    sa.Column("record_id", Words, nullable=False),
    sa.Column("row_digest", Words, nullable=False),
    sa.Index("external_id_record_id", "record_id"),
)
_column = external_id_table.c
_INSERT = external_id_table.insert()
_RENEW = (
    external_id_table.update()
    .where(
        _column.kind == sa.bindparam("its_kind"), _column.external_id == sa.bindparam("external")
    )
    .values(row_digest=sa.bindparam("new_digest"))
)
_IDS_AT_ONCE = 500


class ExternalIdReads:
    """Reads of external ids."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def known(self, kind: str, external: Iterable[str]) -> dict[str, Imported]:
        """What we know of a kind by external ids; only those that are known."""
        names, found = sorted(set(external)), {}
        for start in range(0, len(names), _IDS_AT_ONCE):
            chosen = sa.select(external_id_table).where(
                _column.kind == kind,
                _column.external_id.in_(names[start : start + _IDS_AT_ONCE]),
            )
            for row in self._snapshot.execute(chosen):
                found[row.external_id] = Imported(row.record_id, row.row_digest)
        return found

    def all(self, kind: str) -> dict[str, str]:
        """Our ids of a kind by external ids."""
        chosen = sa.select(_column.external_id, _column.record_id).where(_column.kind == kind)
        return {row.external_id: row.record_id for row in self._snapshot.execute(chosen)}

    def of_records(self, kind: str, records: Iterable[str]) -> dict[str, str]:
        """Our ids by external ids, of these records alone."""
        wanted = sorted(set(records))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            chosen = sa.select(_column.external_id, _column.record_id).where(
                _column.kind == kind,
                _column.record_id.in_(wanted[start : start + _IDS_AT_ONCE]),
            )
            found.update((row.external_id, row.record_id) for row in self._snapshot.execute(chosen))
        return found


class ExternalIdRecords(ExternalIdReads):
    """External ids inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, kind: str, imported: Mapping[str, Imported]) -> None:
        """Write new names of a kind. One that stands there already is a Conflict."""
        self._unit.write(
            _INSERT,
            [
                {
                    "kind": kind,
                    "external_id": external,
                    "record_id": each.record,
                    "row_digest": each.digest,
                }
                for external, each in imported.items()
            ],
        )

    def renew(self, kind: str, imported: Mapping[str, Imported]) -> None:
        """Write the digests of rows that have changed."""
        self._unit.write(
            _RENEW,
            [
                {"its_kind": kind, "external": external, "new_digest": each.digest}
                for external, each in imported.items()
            ],
        )
