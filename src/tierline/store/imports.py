"""Imports in the database: the file in pieces until it is decided about, what was found in it, and
what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.actions.imports import ImportKind, KeptImport, Looked
from tierline.kernel.errors import Conflict, NotFound
from tierline.kernel.ids import ImportId
from tierline.store.attachments import pieces_of
from tierline.store.columns import Bytes, Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

kept_import_table = table(
    "kept_import",
    sa.Column("id", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("desk", Words, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("size_bytes", Whole, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("sent_by", Words, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("total", Whole, nullable=False),
    sa.Column("changes", Whole, nullable=False),
    sa.Column("done", Whole, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("has_file", Whole, nullable=False),
    sa.Column("failure", Words, nullable=False),
    sa.Column("counts", Document, nullable=False),
    sa.Column("details", Document),
    sa.Index("kept_import_has_file", "has_file", "sent_at"),
    sa.Index(
        "kept_import_details",
        "sent_at",
        sqlite_where=sa.text("details IS NOT NULL"),
        postgresql_where=sa.text("details IS NOT NULL"),
    ),
)
kept_import_piece_table = table(
    "kept_import_piece",
    sa.Column("import_id", Words, sa.ForeignKey("kept_import.id"), primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("content", Bytes, nullable=False),
)
_column, _piece = kept_import_table.c, kept_import_piece_table.c
LISTED = [each for each in _column if each.name != "details"]
_ITS = _column.id == sa.bindparam("its_id")
_INSERT = kept_import_table.insert()
_INSERT_PIECE = kept_import_piece_table.insert()
_FORGET_FILE = kept_import_piece_table.delete().where(_piece.import_id == sa.bindparam("its_id"))
_START = kept_import_table.update().where(_ITS).values(started_at=sa.bindparam("new_start"))
_ADVANCE = (
    kept_import_table.update()
    .where(_ITS, _column.done == sa.bindparam("seen"), _column.failure == "")
    .values(
        done=sa.bindparam("new_done"),
        counts=sa.bindparam("new_counts"),
        details=sa.bindparam("new_details"),
        finished_at=sa.bindparam("new_end"),
    )
)
_FAIL = kept_import_table.update().where(_ITS).values(failure=sa.bindparam("new_failure"))
_WITHOUT_FILE = kept_import_table.update().where(_ITS).values(has_file=0)
_WITHOUT_DETAILS = kept_import_table.update().where(_ITS).values(details=sa.null())
_RUNS = sa.and_(
    _column.started_at.is_not(None), _column.finished_at.is_(None), _column.failure == ""
)
_WAITS = sa.and_(_column.has_file == 1, _column.started_at.is_(None))


class ImportReads:
    """Reads of imports."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, import_: str) -> KeptImport:
        """The import of an id. Raises NotFound."""
        chosen = sa.select(*LISTED).where(_column.id == import_)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no import '{import_}'.")
        return import_of(row)

    def details(self, import_: str) -> Mapping[str, Any] | None:
        """What was said of single rows; None where it is not kept any more."""
        chosen = sa.select(_column.details).where(_column.id == import_)
        found: Mapping[str, Any] | None = self._snapshot.execute(chosen).scalar_one_or_none()
        return found

    def content(self, import_: str) -> bytes:
        """The file. Raises NotFound where it is not kept any more."""
        chosen = sa.select(_piece.content).where(_piece.import_id == import_)
        pieces = list(self._snapshot.execute(chosen.order_by(_piece.number)).scalars())
        if not pieces:
            raise NotFound("The file of this import is not kept any more.", code="not_kept")
        return b"".join(pieces)

    def waiting(self) -> int:
        """How many files wait until somebody decides about them."""
        chosen = sa.select(sa.func.count()).select_from(kept_import_table).where(_WAITS)
        return int(self._snapshot.execute(chosen).scalar_one())

    def old_files(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Imports whose files have waited since before then."""
        return self._ids(sa.and_(_WAITS, _column.sent_at < before), limit)

    def old_details(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Imports of before then that still say what was wrong with single rows."""
        return self._ids(sa.and_(_column.details.is_not(None), _column.sent_at < before), limit)

    def _ids(self, condition: sa.ColumnElement[bool], limit: int) -> tuple[str, ...]:
        chosen = sa.select(_column.id).where(condition)
        chosen = chosen.order_by(_column.sent_at, _column.id).limit(limit)
        return tuple(self._snapshot.execute(chosen).scalars())


class ImportRecords(ImportReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, kept: KeptImport, looked: Looked, content: bytes) -> None:
        """Write an import down, with its file where that is still to be imported."""
        self._unit.write(_INSERT, _row(kept) | {"details": dict(looked.details)})
        if kept.has_file:
            self._unit.write(
                _INSERT_PIECE,
                [
                    {"import_id": kept.id, "number": number, "content": piece}
                    for number, piece in enumerate(pieces_of(content))
                ],
            )

    def start(self, import_: str, at: datetime) -> None:
        """Somebody has decided that it is imported."""
        self._unit.write(_START, {"its_id": import_, "new_start": at})

    def advance(
        self,
        kept: KeptImport,
        to: int,
        told: tuple[Mapping[str, Any], Mapping[str, Any]],
        finished_at: datetime | None,
    ) -> None:
        """So many are imported, with what is `told` of them: counts and details. Raises Conflict
        where somebody else has gone on with it."""
        counts, details = told
        changed = {
            "its_id": kept.id,
            "seen": kept.done,
            "new_done": to,
            "new_counts": dict(counts),
            "new_details": dict(details),
            "new_end": finished_at,
        }
        if self._unit.write(_ADVANCE, changed) != 1:
            raise Conflict("This import has gone on meanwhile.", code="import_went_on")
        if finished_at is not None:
            self.discard(kept.id)

    def fail(self, import_: str, failure: str) -> None:
        """It cannot go on, and why."""
        self._unit.write(_FAIL, {"its_id": import_, "new_failure": failure})
        self.discard(import_)

    def discard(self, import_: str) -> None:
        """Let the file go."""
        self._unit.write(_FORGET_FILE, {"its_id": import_})
        self._unit.write(_WITHOUT_FILE, {"its_id": import_})

    def forget_details(self, import_: str) -> None:
        """Let go what was said of single rows."""
        self._unit.write(_WITHOUT_DETAILS, {"its_id": import_})

    def erase_people(self) -> None:
        """Let go of every file, and of all that was said of single rows: it may name somebody, and
        a packed file cannot be searched. What runs ends."""
        said = sa.or_(_column.has_file == 1, _column.details.is_not(None))
        ended = "Somebody was erased meanwhile. Send the file again."
        self._unit.execute(kept_import_table.update().where(_RUNS).values(failure=ended))
        self._unit.execute(kept_import_piece_table.delete())
        self._unit.execute(
            kept_import_table.update().where(said).values(has_file=0, details=sa.null())
        )


def import_of(row: sa.RowMapping) -> KeptImport:
    """The import of a row."""
    return KeptImport(
        id=ImportId(row["id"]),
        kind=ImportKind(row["kind"]),
        desk=row["desk"],
        source=row["source"],
        name=row["name"],
        size_bytes=row["size_bytes"],
        digest=row["digest"],
        sent_by=row["sent_by"],
        sent_at=row["sent_at"],
        total=row["total"],
        changes=row["changes"],
        done=row["done"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        has_file=bool(row["has_file"]),
        failure=row["failure"],
        counts=row["counts"],
    )


def _row(kept: KeptImport) -> dict[str, Any]:
    return {
        "id": kept.id,
        "kind": kept.kind.value,
        "desk": kept.desk,
        "source": kept.source,
        "name": kept.name,
        "size_bytes": kept.size_bytes,
        "digest": kept.digest,
        "sent_by": kept.sent_by,
        "sent_at": kept.sent_at,
        "total": kept.total,
        "changes": kept.changes,
        "done": kept.done,
        "started_at": kept.started_at,
        "finished_at": kept.finished_at,
        "has_file": int(kept.has_file),
        "failure": kept.failure,
        "counts": dict(kept.counts),
    }
