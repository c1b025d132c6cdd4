"""Files in cases. What a file holds stands there once, by its digest, in pieces that are small
enough to be read by the thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from tierline.cases.file_scan import FileScan, ScanState
from tierline.cases.mail import Attachment, MailFile
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import AttachmentId, MailId
from tierline.kernel.instants import from_micros
from tierline.store.columns import Bytes, Whole, Words
from tierline.store.file_scans import file_scan_table
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

PIECE_BYTES = 64 * 1024

attachment_table = table(
    "attachment",
    sa.Column("id", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("place", Whole, nullable=False),
    sa.Column("mail_id", Words, sa.ForeignKey("mail.id"), nullable=False),
    sa.Column("number", Whole, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("media_type", Words, nullable=False),
    sa.Column("size_bytes", Whole, nullable=False),
    sa.Column("digest", Words, nullable=False),
    sa.Column("is_kept", Whole, nullable=False),
    sa.Column("is_inline", Whole, nullable=False),
    sa.Index("attachment_case_id", "case_id", "place", "number"),
    sa.Index("attachment_digest", "digest"),
)
attachment_piece_table = table(
    "attachment_piece",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("content", Bytes, nullable=False),
)
_column, _piece = attachment_table.c, attachment_piece_table.c
_INSERT = attachment_table.insert()
_NEVER = from_micros(0)
_FORGET_CONTENT = attachment_piece_table.delete().where(_piece.digest == sa.bindparam("its_digest"))


class AttachmentReads:
    """Reads of files in cases."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> tuple[Attachment, ...]:
        """All of a case, in the order in which they came."""
        chosen = attachments_with_scans().where(_column.case_id == case)
        rows = self._snapshot.execute(chosen.order_by(_column.place, _column.number, _column.id))
        return tuple(attachment_of(row) for row in rows.mappings())

    def get(self, case: str, attachment: str) -> Attachment:
        """One of a case. Raises NotFound, also for one of another case."""
        chosen = attachments_with_scans().where(_column.id == attachment, _column.case_id == case)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no attachment '{attachment}' in this case.")
        return attachment_of(row)

    def content(self, attachment: Attachment) -> bytes:
        """What a file holds. Raises NotFound where a limit left it out, or it was erased."""
        chosen = sa.select(_piece.content).where(_piece.digest == attachment.digest)
        pieces = list(self._snapshot.execute(chosen.order_by(_piece.number)).scalars())
        if not attachment.is_kept or not pieces:
            raise NotFound("What this attachment held was not kept.", code="not_kept")
        return b"".join(pieces)

    def contents(self, digests: Collection[str]) -> dict[str, bytes]:
        """What files hold, by digest; without those of which nothing is kept."""
        chosen = sa.select(_piece.digest, _piece.content).where(_piece.digest.in_(sorted(digests)))
        found: dict[str, list[bytes]] = {}
        for row in self._snapshot.execute(chosen.order_by(_piece.digest, _piece.number)):
            found.setdefault(row.digest, []).append(row.content)
        return {digest: b"".join(pieces) for digest, pieces in found.items()}

    def cases_with(self, digest: str) -> tuple[str, ...]:
        """The cases in which a file stands."""
        chosen = sa.select(_column.case_id).where(_column.digest == digest).distinct()
        return tuple(self._snapshot.execute(chosen.order_by(_column.case_id)).scalars())


class AttachmentRecords(AttachmentReads):
    """Files in cases, inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, files: Iterable[tuple[Attachment, MailFile]]) -> None:
        """Write files, with what they hold, to be looked at."""
        new = list(files)
        self._unit.write(_INSERT, [_row(each) for each, _ in new])
        self.keep(file for _, file in new)
        asked = self._unit.insert_new(file_scan_table, "digest")
        self._unit.write(
            asked,
            [
                {"digest": each, "state": ScanState.unasked.value, "said": "", "at": _NEVER}
                for each in sorted({file.digest for _, file in new if file.content is not None})
            ],
        )

    def keep(self, files: Iterable[MailFile]) -> None:
        """Write what files hold unless it stands there already."""
        pieces = [
            {"digest": file.digest, "number": number, "content": piece}
            for file in files
            if file.content is not None
            for number, piece in enumerate(pieces_of(file.content))
        ]
        self._unit.write(self._unit.insert_new(attachment_piece_table, "digest", "number"), pieces)

    def forget_contents(self, digests: Collection[str]) -> None:
        """Remove what files held, wherever else the same file stands."""
        self._unit.write(_FORGET_CONTENT, [{"its_digest": each} for each in sorted(digests)])


def attachments_with_scans() -> sa.Select[Any]:
    """Every file, with whether it was looked at."""
    scan = file_scan_table.c
    return sa.select(
        attachment_table,
        scan.state.label("scan_state"),
        scan.said.label("scan_said"),
        scan.at.label("scan_at"),
    ).outerjoin(file_scan_table, scan.digest == _column.digest)


def pieces_of(content: bytes) -> list[bytes]:
    """What a file holds, in pieces; an empty one is one empty piece."""
    starts = range(0, len(content), PIECE_BYTES) or range(1)
    return [content[start : start + PIECE_BYTES] for start in starts]


def _row(attachment: Attachment) -> dict[str, object]:
    return {
        "id": attachment.id,
        "case_id": attachment.case,
        "place": attachment.place,
        "mail_id": attachment.mail,
        "number": attachment.number,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "digest": attachment.digest,
        "is_kept": int(attachment.is_kept),
        "is_inline": int(attachment.is_inline),
    }


def attachment_of(row: sa.RowMapping) -> Attachment:
    """The file of a row of `attachments_with_scans`."""
    scan = None
    if row["scan_state"] is not None:
        scan = FileScan(digest=row["digest"], state=ScanState(row["scan_state"]),
                        said=row["scan_said"], at=row["scan_at"])  # fmt: skip
    return Attachment(
        id=AttachmentId(row["id"]),
        case=row["case_id"],
        place=row["place"],
        mail=MailId(row["mail_id"]),
        number=row["number"],
        name=row["name"],
        media_type=row["media_type"],
        size_bytes=row["size_bytes"],
        digest=row["digest"],
        is_kept=bool(row["is_kept"]),
        is_inline=bool(row["is_inline"]),
        scan=scan,
    )
