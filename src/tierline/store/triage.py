"""How severities were found and disputed, in the database. Rows are appended; of a dispute the end
is written into its row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.cases.dispute import Dispute, Ruling
from tierline.cases.triage import CaseTriage, Origin, TriageInput, TriageResult
from tierline.kernel.errors import NotFound
from tierline.store.cases import case_table
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.evidence import without_words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

case_triage_table = table(
    "case_triage",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("is_customers", Whole, nullable=False),
    sa.Column("catalog", Words, nullable=False),
    sa.Column("version", Words, nullable=False),
    sa.Column("table_digest", Words, nullable=False),
    sa.Column("answers", Document, nullable=False),
    sa.Column("inputs", Document, nullable=False),
    sa.Column("row_number", Whole, nullable=False),
    sa.Column("rule", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("severity", Words, nullable=False),
    sa.Column("level", Words, nullable=False),
    sa.Column("agreed", Words, nullable=False),
    sa.Column("override_reason", Words),
    sa.Index("case_triage_at", "at"),
)
severity_dispute_table = table(
    "severity_dispute",
    sa.Column("id", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("raised_by", Words, nullable=False),
    sa.Column("is_customers", Whole, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("severity", Words, nullable=False),
    sa.Column("wanted", Words, nullable=False),
    sa.Column("rule", Words, nullable=False),
    sa.Column("decided_by", Words, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("overdue_at", Instant),
    sa.Column("is_open", Whole, nullable=False),
    sa.Column("ruled_at", Instant),
    sa.Column("ruled_by", Words),
    sa.Column("ruled_severity", Words),
    sa.Column("ruling", Words),
    sa.Index("severity_dispute_case_id", "case_id", "raised_at"),
    sa.Index("severity_dispute_queue", "is_open", "due_at", "id"),
    sa.Index("severity_dispute_rule", "rule", "ruled_at"),
    sa.Index("severity_dispute_account_id", "account_id"),
)
_case, _triage, _dispute = case_table.c, case_triage_table.c, severity_dispute_table.c
_INSERT, _RAISE = case_triage_table.insert(), severity_dispute_table.insert()
_MARK_OVERDUE = (
    severity_dispute_table.update()
    .where(_dispute.id == sa.bindparam("its_id"))
    .values(overdue_at=sa.bindparam("new_at", type_=Instant))
)
_RULE = (
    severity_dispute_table.update()
    .where(_dispute.id == sa.bindparam("its_id"))
    .values(
        is_open=sa.bindparam("new_open"),
        ruled_at=sa.bindparam("new_at", type_=Instant),
        ruled_by=sa.bindparam("new_by"),
        ruled_severity=sa.bindparam("new_severity"),
        ruling=sa.bindparam("new_ruling"),
    )
)
_CLEAR_OVERRIDE = (
    case_triage_table.update()
    .where(_triage.case_id == sa.bindparam("its_case"), _triage.place == sa.bindparam("its_place"))
    .values(override_reason=sa.bindparam("new_text"))
)
_CLEAR_DISPUTE = (
    severity_dispute_table.update()
    .where(_dispute.id == sa.bindparam("its_id"))
    .values(words=sa.bindparam("new_words"), ruling=sa.bindparam("new_ruling"))
)

_TRIAGES_OF = (
    sa.select(case_triage_table)
    .where(_triage.case_id == sa.bindparam("its_case"))
    .order_by(_triage.place)
)
_DISPUTES_OF = (
    sa.select(severity_dispute_table)
    .where(_dispute.case_id == sa.bindparam("its_case"))
    .order_by(_dispute.raised_at, _dispute.id)
)


class TriageReads:
    """Reads of triage and disputes."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> tuple[CaseTriage, ...]:
        """Every triage of a case, in its order."""
        rows = self._snapshot.rows(_TRIAGES_OF, {"its_case": case})
        return tuple(case_triage_of(row) for row in rows)

    def disputes_of(self, case: str) -> tuple[Dispute, ...]:
        """Every dispute of a case, in its order."""
        rows = self._snapshot.rows(_DISPUTES_OF, {"its_case": case})
        return tuple(dispute_of(row) for row in rows)

    def dispute(self, dispute: str) -> Dispute:
        """The dispute of an id. Raises NotFound."""
        chosen = sa.select(severity_dispute_table).where(_dispute.id == dispute)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no dispute '{dispute}'.")
        return dispute_of(row)

    def texts_naming(self, account: str, words: Sequence[str]) -> tuple[str, ...]:
        """Reasons and words of an account's cases in which one of these stands."""
        overrides, disputes = self._texts_of(account)
        texts = [row.override_reason for row in overrides]
        texts += [text for row in disputes for text in (row.words, row.ruling) if text]
        lowered = [word.lower() for word in words if word]
        return tuple(text for text in texts if any(word in text.lower() for word in lowered))

    def _texts_of(self, account: str) -> tuple[list[sa.Row[Any]], list[sa.Row[Any]]]:
        cases = sa.select(_case.id).where(_case.account_id == account)
        overrides = sa.select(_triage.case_id, _triage.place, _triage.override_reason).where(
            _triage.case_id.in_(cases), _triage.override_reason.is_not(None)
        )
        disputes = sa.select(_dispute.id, _dispute.words, _dispute.ruling).where(
            _dispute.account_id == account
        )
        return (
            list(self._snapshot.execute(overrides)),
            list(self._snapshot.execute(disputes)),
        )


class TriageRecords(TriageReads):
    """Triage and disputes inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, triage: CaseTriage) -> None:
        """Write a triage. Where somebody else was quicker it is a Conflict."""
        result = triage.result
        self._unit.write(
            _INSERT,
            {
                "case_id": triage.case,
                "place": triage.place,
                "at": triage.at,
                "by": triage.by,
                "is_customers": int(triage.is_customers),
                "catalog": triage.catalog,
                "version": triage.version,
                "table_digest": result.digest,
                "answers": dict(triage.answers),
                "inputs": {
                    name: [each.value, each.origin.value] for name, each in result.inputs.items()
                },
                "row_number": result.row,
                "rule": result.rule,
                "reason": result.reason,
                "severity": result.severity,
                "level": result.level,
                "agreed": triage.agreed,
                "override_reason": triage.override_reason,
            },
        )

    def raise_dispute(self, dispute: Dispute) -> None:
        """Write a new dispute."""
        self._unit.write(
            _RAISE,
            {
                "id": dispute.id,
                "case_id": dispute.case,
                "account_id": dispute.account,
                "raised_at": dispute.raised_at,
                "raised_by": dispute.raised_by,
                "is_customers": int(dispute.is_customers),
                "words": dispute.words,
                "severity": dispute.severity,
                "wanted": dispute.wanted,
                "rule": dispute.rule,
                "decided_by": dispute.decided_by,
                "due_at": dispute.due_at,
                "overdue_at": None,
                "is_open": 1,
                "ruled_at": None,
                "ruled_by": None,
                "ruled_severity": None,
                "ruling": None,
            },
        )

    def mark_overdue(self, dispute: str, at: datetime) -> None:
        """Note that it was told to be over its time."""
        self._unit.write(_MARK_OVERDUE, {"its_id": dispute, "new_at": at})

    def rule_on(self, dispute: str, ruling: Ruling) -> None:
        """Write how it was decided."""
        self._unit.write(
            _RULE,
            {
                "its_id": dispute,
                "new_open": 0,
                "new_at": ruling.at,
                "new_by": ruling.by,
                "new_severity": ruling.severity,
                "new_ruling": ruling.reason,
            },
        )

    def erase_people(self, account: str, words: Collection[str]) -> None:
        """Put a mark where one of the words stands in a text of an account's cases."""
        named = sorted(words)
        overrides, disputes = self._texts_of(account)
        self._unit.write(
            _CLEAR_OVERRIDE,
            [
                {"its_case": row.case_id, "its_place": row.place, "new_text": plain}
                for row in overrides
                if (plain := without_words(row.override_reason, named)) != row.override_reason
            ],
        )
        cleared = [
            (row, without_words(row.words, named), row.ruling and without_words(row.ruling, named))
            for row in disputes
        ]
        self._unit.write(
            _CLEAR_DISPUTE,
            [
                {"its_id": row.id, "new_words": said, "new_ruling": ruling}
                for row, said, ruling in cleared
                if (said, ruling) != (row.words, row.ruling)
            ],
        )


def dispute_of(row: sa.RowMapping) -> Dispute:
    """The dispute that stands in a row."""
    ruling = None
    if not row["is_open"]:
        ruling = Ruling(
            at=row["ruled_at"],
            by=row["ruled_by"],
            severity=row["ruled_severity"],
            reason=row["ruling"],
        )
    return Dispute(
        id=row["id"],
        case=row["case_id"],
        account=row["account_id"],
        raised_at=row["raised_at"],
        raised_by=row["raised_by"],
        is_customers=bool(row["is_customers"]),
        words=row["words"],
        severity=row["severity"],
        wanted=row["wanted"],
        rule=row["rule"],
        decided_by=row["decided_by"],
        due_at=row["due_at"],
        overdue_at=row["overdue_at"],
        ruling=ruling,
    )


def case_triage_of(row: sa.RowMapping) -> CaseTriage:
    """The triage that stands in a row."""
    result = TriageResult(
        severity=row["severity"],
        level=row["level"],
        reason=row["reason"],
        row=row["row_number"],
        rule=row["rule"],
        digest=row["table_digest"],
        inputs={
            name: TriageInput(value, Origin(origin))
            for name, (value, origin) in row["inputs"].items()
        },
    )
    return CaseTriage(
        case=row["case_id"],
        place=row["place"],
        at=row["at"],
        by=row["by"],
        is_customers=bool(row["is_customers"]),
        answers=row["answers"],
        result=result,
        catalog=row["catalog"],
        version=row["version"],
        agreed=row["agreed"],
        override_reason=row["override_reason"],
    )
