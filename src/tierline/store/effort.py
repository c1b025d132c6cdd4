"""What cases took, when they come back, and how their customers found them, in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from tierline.accounts.naming import is_named
from tierline.cases.effort import FollowUp, Rating, TimeEntry
from tierline.store.cases import case_table
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

time_entry_table = table(
    "time_entry",
    sa.Column("id", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("user_id", Words, nullable=False),
    sa.Column("minutes", Whole, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("is_billable", Whole, nullable=False),
    sa.Column("worked_on", Words, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
    sa.Index("time_entry_case_id", "case_id", "id"),
)
case_follow_up_table = table(
    "case_follow_up",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("set_at", Instant, nullable=False),
    sa.Index("case_follow_up_at", "at", "case_id"),
)
case_rating_table = table(
    "case_rating",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("score", Whole, nullable=False),
    sa.Column("comment", Words, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
    sa.Index("case_rating_answered_at", "answered_at"),
)
EFFORT_TABLES = (time_entry_table, case_follow_up_table, case_rating_table)
"""The tables in which people may be named."""
_entry, _follow, _rating = time_entry_table.c, case_follow_up_table.c, case_rating_table.c
_TEXTS = (
    (time_entry_table, "what"),
    (case_follow_up_table, "what"),
    (case_rating_table, "comment"),
)
_REMOVE_ENTRY = (
    time_entry_table.update()
    .where(_entry.id == sa.bindparam("its_id"))
    .values(removed_at=sa.bindparam("new_at"))
)
_FORGET_FOLLOW_UP = case_follow_up_table.delete().where(_follow.case_id == sa.bindparam("its_case"))

_ENTRIES = (
    sa.select(time_entry_table).where(_entry.case_id == sa.bindparam("its_id")).order_by(_entry.id)
)
_FOLLOW_UPS = sa.select(case_follow_up_table).where(_follow.case_id.in_(any_of("ids")))


class EffortReads:
    """Reads of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def entries(self, case: str) -> tuple[TimeEntry, ...]:
        """All that was entered for a case, also what counts no more, in the order of entering."""
        return tuple(_entry_of(row) for row in self._snapshot.rows(_ENTRIES, {"its_id": case}))

    def follow_up(self, case: str) -> FollowUp | None:
        """When it comes back; None: it does not."""
        return self.follow_ups([case]).get(case)

    def follow_ups(self, cases: Collection[str]) -> dict[str, FollowUp]:
        """The same of several cases."""
        rows = self._snapshot.rows(_FOLLOW_UPS, {"ids": sorted(cases)})
        return {
            row.case_id: FollowUp(case=row.case_id, at=row.at, what=row.what, by=row.by)
            for row in rows
        }

    def rating(self, case: str) -> Rating | None:
        """How its customer found it; None: they have not said."""
        chosen = sa.select(case_rating_table).where(_rating.case_id == case)
        row = self._snapshot.execute(chosen).first()
        if row is None:
            return None
        return Rating(case=case, score=row.score, comment=row.comment, answered_at=row.answered_at)

    def texts_naming(
        self, account: str, contacts: Collection[str], words: Sequence[str]
    ) -> list[tuple[str, str, str, str]]:
        """What names people in cases of an account, and what contacts of it said: table, column,
        case and text."""
        found = []
        for each, column in _TEXTS:
            chosen = (
                sa.select(each.c.case_id, each.c[column].label("text"), case_table.c.contact_id)
                .join(case_table, case_table.c.id == each.c.case_id)
                .where(case_table.c.account_id == account, each.c[column] != "")
            )
            is_theirs = each is case_rating_table
            found += [
                (each.name, column, row.case_id, row.text)
                for row in self._snapshot.execute(chosen)
                if is_named(row.text, words) or (is_theirs and row.contact_id in contacts)
            ]
        return found


class EffortRecords(EffortReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def enter(self, entry: TimeEntry) -> None:
        """Write time down."""
        self._unit.write(
            time_entry_table.insert(),
            {
                "id": entry.id,
                "case_id": entry.case,
                "user_id": entry.user,
                "minutes": entry.minutes,
                "what": entry.what,
                "is_billable": int(entry.is_billable),
                "worked_on": entry.worked_on.isoformat(),
                "recorded_at": entry.recorded_at,
                "removed_at": entry.removed_at,
            },
        )

    def remove_entry(self, entry: str, *, at: datetime) -> None:
        """It counts no more."""
        self._unit.write(_REMOVE_ENTRY, {"its_id": entry, "new_at": at})

    def keep_follow_up(self, follow_up: FollowUp | None, case: str, *, at: datetime) -> None:
        """The case comes back then, or not at all."""
        self._unit.write(_FORGET_FOLLOW_UP, {"its_case": case})
        if follow_up is not None:
            row = {"case_id": case, "at": follow_up.at, "what": follow_up.what}
            self._unit.write(
                case_follow_up_table.insert(), row | {"by": follow_up.by, "set_at": at}
            )

    def rate(self, rating: Rating) -> None:
        """Write down how the customer found it. A second answer is a Conflict."""
        row = {"case_id": rating.case, "score": rating.score, "comment": rating.comment}
        self._unit.write(case_rating_table.insert(), row | {"answered_at": rating.answered_at})

    def erase_people(
        self, account: str, contacts: Collection[str], words: Sequence[str], instead: str
    ) -> None:
        """Clear what names people in cases of an account, and what contacts of it said."""
        for name, column, case, text in self.texts_naming(account, contacts, words):
            each = next(table for table, _ in _TEXTS if table.name == name)
            self._unit.write(
                each.update()
                .where(
                    each.c.case_id == sa.bindparam("its_case"),
                    each.c[column] == sa.bindparam("old_text"),
                )
                .values({column: sa.bindparam("new_text")}),
                {"its_case": case, "old_text": text, "new_text": instead},
            )


def _entry_of(row: sa.RowMapping) -> TimeEntry:
    return TimeEntry(
        id=row["id"],
        case=row["case_id"],
        user=row["user_id"],
        minutes=row["minutes"],
        what=row["what"],
        is_billable=bool(row["is_billable"]),
        worked_on=date.fromisoformat(row["worked_on"]),
        recorded_at=row["recorded_at"],
        removed_at=row["removed_at"],
    )
