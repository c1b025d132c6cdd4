"""What was taken out of texts: a trail that is appended to, and holds no text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from tierline.cases.mask import CaseMask
from tierline.cases.mask_kind import MaskKind
from tierline.store.cases import case_table
from tierline.store.columns import Instant, Whole, Words
from tierline.store.evidence import without_words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

case_mask_table = table(
    "case_mask",
    sa.Column("id", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id")),
    sa.Column("message_id", Words),
    sa.Column("mail_id", Words),
    sa.Column("kind", Words, nullable=False),
    sa.Column("part", Words, nullable=False),
    sa.Column("position", Whole, nullable=False),
    sa.Column("rules", Whole, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("attachment_id", Words),
    sa.Index("case_mask_case_id", "case_id", "id"),
)
_mask = case_mask_table.c
_INSERT = case_mask_table.insert()
_CLEAR_REASON = case_mask_table.update().where(_mask.id == sa.bindparam("its_id")).values(
    reason=sa.bindparam("new_reason")
)  # fmt: skip


class MaskReads:
    """Reads of what was taken out."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> tuple[CaseMask, ...]:
        """All of a case, the first one first."""
        chosen = sa.select(case_mask_table).where(_mask.case_id == case).order_by(_mask.id)
        return tuple(mask_of(row) for row in self._snapshot.execute(chosen).mappings())

    def texts_naming(self, account: str, words: Sequence[str]) -> list[str]:
        """Why something was taken out of an account's cases, where it names somebody."""
        return [reason for _, reason in self._naming(account, words)]

    def _naming(self, account: str, words: Sequence[str]) -> list[tuple[str, str]]:
        own = sa.select(case_table.c.id).where(case_table.c.account_id == account)
        chosen = sa.select(_mask.id, _mask.reason).where(_mask.case_id.in_(own), _mask.reason != "")
        lowered = [word.lower() for word in words if word]
        rows = self._snapshot.execute(chosen)
        return [(row.id, row.reason) for row in rows
                if any(word in row.reason.lower() for word in lowered)]  # fmt: skip


class MaskRecords(MaskReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, masks: Iterable[CaseMask]) -> None:
        """Write down what was taken out."""
        self._unit.write(
            _INSERT,
            [
                {
                    "id": each.id,
                    "case_id": each.case,
                    "message_id": each.message,
                    "mail_id": each.mail,
                    "kind": each.kind.value,
                    "part": each.part,
                    "position": each.position,
                    "rules": each.rules,
                    "reason": each.reason,
                    "at": each.at,
                    "by": each.by,
                    "attachment_id": each.attachment,
                }
                for each in masks
            ],
        )

    def erase_people(self, account: str, words: Sequence[str]) -> None:
        """Put a mark where one of the words stands."""
        rows = [
            {"its_id": id_, "new_reason": without_words(reason, words)}
            for id_, reason in self._naming(account, words)
        ]
        self._unit.write(_CLEAR_REASON, rows)


def mask_of(row: sa.RowMapping) -> CaseMask:
    """The mask of a row."""
    return CaseMask(
        id=row["id"],
        case=row["case_id"],
        message=row["message_id"],
        mail=row["mail_id"],
        kind=MaskKind(row["kind"]),
        part=row["part"],
        position=row["position"],
        rules=row["rules"],
        reason=row["reason"],
        at=row["at"],
        by=row["by"],
        attachment=row["attachment_id"],
    )
