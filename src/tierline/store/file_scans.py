"""Which files were looked at for malware, by what they hold."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from tierline.cases.file_scan import FileScan, ScanState
from tierline.store.columns import Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

file_scan_table = table(
    "file_scan",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("said", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("file_scan_state", "state"),
)
_scan = file_scan_table.c
_SET = (
    file_scan_table.update()
    .where(_scan.digest == sa.bindparam("its_digest"))
    .values(
        state=sa.bindparam("new_state"),
        said=sa.bindparam("new_said"),
        at=sa.bindparam("new_at", type_=Instant),
    )
)


class FileScanReads:
    """Reads of what was found in files."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of(self, digests: Iterable[str]) -> dict[str, FileScan]:
        """What is known of files, by digest."""
        wanted = sorted(set(digests))
        if not wanted:
            return {}
        chosen = sa.select(file_scan_table).where(_scan.digest.in_(wanted))
        return {row["digest"]: scan_of(row) for row in self._snapshot.execute(chosen).mappings()}

    def unasked(self, limit: int) -> tuple[str, ...]:
        """Files that nobody asked to be looked at, by digest."""
        chosen = sa.select(_scan.digest).where(_scan.state == ScanState.unasked.value)
        return tuple(self._snapshot.execute(chosen.limit(limit)).scalars())


class FileScanRecords(FileScanReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def set(self, scans: Iterable[FileScan]) -> None:
        """Write down how files stand."""
        self._unit.write(
            _SET,
            [
                {
                    "its_digest": each.digest,
                    "new_state": each.state.value,
                    "new_said": each.said,
                    "new_at": each.at,
                }
                for each in scans
            ],
        )


def scan_of(row: sa.RowMapping) -> FileScan:
    """The scan of a row."""
    return FileScan(
        digest=row["digest"], state=ScanState(row["state"]), said=row["said"], at=row["at"]
    )
