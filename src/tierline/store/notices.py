"""Who was told of which climb of a case: once each, whatever dies in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from tierline.routing.notice import Notice
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

case_notice_table = table(
    "case_notice",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("about", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("role", Words, nullable=False),
    sa.Column("milestone", Words, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("severity", Words, nullable=False),
    sa.Column("is_instead", Whole, nullable=False),
    sa.Column("true_at", Instant, nullable=False),
    sa.Column("noticed_at", Instant, nullable=False),
    sa.Column("deliver_at", Instant, nullable=False),
    sa.Column("told_at", Instant),
    sa.Column("corrected_at", Instant),
    sa.Column("correction_told_at", Instant),
)
_column = case_notice_table.c
_ONE = sa.and_(
    _column.case_id == sa.bindparam("its_case"),
    _column.about == sa.bindparam("its_about"),
    _column.user_id == sa.bindparam("its_user"),
)
_OF_CASES = (
    sa.select(case_notice_table)
    .where(_column.case_id.in_(any_of("ids")))
    .order_by(_column.true_at, _column.about)
)
_TELL = case_notice_table.update().where(_ONE).values(told_at=sa.bindparam("new_at"))
_CORRECT = case_notice_table.update().where(_ONE).values(corrected_at=sa.bindparam("new_at"))
_TELL_CORRECTION = (
    case_notice_table.update().where(_ONE).values(correction_told_at=sa.bindparam("new_at"))
)
_FORGET = case_notice_table.delete().where(_ONE)


class NoticeReads:
    """Reads of notices."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> tuple[Notice, ...]:
        """Every notice of a case, in the order in which their reasons became true."""
        return self.of_cases([case]).get(case, ())

    def of_cases(self, cases: Collection[str]) -> dict[str, tuple[Notice, ...]]:
        """The same of several cases; one of which nobody was told is not there."""
        found: dict[str, list[Notice]] = {}
        for row in self._snapshot.rows(_OF_CASES, {"ids": sorted(cases)}):
            found.setdefault(row.case_id, []).append(_notice_of(row))
        return {case: tuple(notices) for case, notices in found.items()}


class NoticeRecords(NoticeReads):
    """Notices inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, notices: Iterable[Notice]) -> None:
        """Write notices. One that was corrected and is true again is told again."""
        rows = [_row_of(notice) for notice in notices]
        keys = ("case_id", "about", "user_id")
        self._unit.write(
            _FORGET,
            [
                {f"its_{name}": row[key] for name, key in zip(("case", "about", "user"), keys,
                                                              strict=True)}
                for row in rows
            ],
        )  # fmt: skip
        self._unit.write_later(case_notice_table.insert(), rows)

    def correct(self, notice: Notice, *, at: datetime) -> None:
        """Say that what it told is not so."""
        self._unit.write(_CORRECT, _key(notice, at))

    def mark_told(self, notices: Iterable[Notice], *, at: datetime) -> None:
        """Say that they, or their corrections, went out."""
        told: dict[bool, list[dict[str, object]]] = {False: [], True: []}
        for notice in notices:
            told[notice.corrected_at is not None].append(_key(notice, at))
        self._unit.write(_TELL, told[False])
        self._unit.write(_TELL_CORRECTION, told[True])


def _key(notice: Notice, at: datetime) -> dict[str, object]:
    return {
        "its_case": notice.case,
        "its_about": notice.about,
        "its_user": notice.user,
        "new_at": at,
    }


def _row_of(notice: Notice) -> dict[str, object]:
    return {
        "case_id": notice.case,
        "about": notice.about,
        "user_id": notice.user,
        "role": notice.role,
        "milestone": notice.milestone,
        "what": notice.what,
        "severity": notice.severity,
        "is_instead": int(notice.is_instead),
        "true_at": notice.true_at,
        "noticed_at": notice.noticed_at,
        "deliver_at": notice.deliver_at,
        "told_at": None,
        "corrected_at": None,
        "correction_told_at": None,
    }


def _notice_of(row: sa.RowMapping) -> Notice:
    return Notice(
        case=row["case_id"],
        about=row["about"],
        user=row["user_id"],
        role=row["role"],
        milestone=row["milestone"],
        what=row["what"],
        severity=row["severity"],
        is_instead=bool(row["is_instead"]),
        true_at=row["true_at"],
        noticed_at=row["noticed_at"],
        deliver_at=row["deliver_at"],
        told_at=row["told_at"],
        corrected_at=row["corrected_at"],
        correction_told_at=row["correction_told_at"],
    )
