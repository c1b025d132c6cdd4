"""How our own people want to be written to, and what waits for their digests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from tierline.routing.digest import DigestEntry
from tierline.routing.notice_choice import NoticeChoice, NoticeKind, Way
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

ENTRIES_LIMIT = 1_000
"""So many are told in one digest; what is more waits for the next."""

notice_choice_table = table(
    "notice_choice",
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("ways", Document, nullable=False),
    sa.Column("hour", Whole, nullable=False),
    sa.Column("time_zone", Words, nullable=False),
    sa.Column("last_on", Words),
)
digest_entry_table = table(
    "digest_entry",
    sa.Column("id", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id")),
    sa.Column("about", Words, nullable=False),
    sa.Index("digest_entry_user_id", "user_id", "at", "id"),
    sa.Index("digest_entry_case_id", "case_id"),
)
_choice, _entry = notice_choice_table.c, digest_entry_table.c
_OF_USERS = sa.select(notice_choice_table).where(_choice.user_id.in_(any_of("ids")))
_ENTRIES = (
    sa.select(digest_entry_table)
    .where(_entry.user_id == sa.bindparam("its_user"))
    .order_by(_entry.kind != NoticeKind.breaches.value, _entry.at, _entry.id)
    .limit(ENTRIES_LIMIT)
)
_HAD_DIGEST = (
    notice_choice_table.update()
    .where(_choice.user_id == sa.bindparam("its_user"))
    .values(last_on=sa.bindparam("on"))
)
_REMOVE = digest_entry_table.delete().where(_entry.id == sa.bindparam("removed"))


class NoticeChoiceReads:
    """Reads of what was chosen."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_user(self, user: str) -> NoticeChoice | None:
        """What somebody chose; None where nothing: they are told all at once."""
        return self.of_users([user]).get(user)

    def of_users(self, users: Collection[str]) -> dict[str, NoticeChoice]:
        """The same of several; who chose nothing is not there."""
        rows = self._snapshot.rows(_OF_USERS, {"ids": sorted(users)})
        return {row.user_id: _choice_of(row) for row in rows}

    def entries(self, user: str) -> tuple[DigestEntry, ...]:
        """What waits for somebody's digest, at most 1,000: missed targets first, then the rest, in
        the order in which it happened."""
        return tuple(_entry_of(row) for row in self._snapshot.rows(_ENTRIES, {"its_user": user}))


class NoticeChoiceRecords(NoticeChoiceReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep(self, choice: NoticeChoice) -> None:
        """Write a choice; the one before is forgotten."""
        row = {
            "user_id": choice.user,
            "ways": {kind.value: way.value for kind, way in choice.ways.items()},
            "hour": choice.hour,
            "time_zone": choice.time_zone,
            "last_on": None if choice.last_on is None else choice.last_on.isoformat(),
        }
        self._unit.write(self._unit.insert_or_set(notice_choice_table, "user_id"), row)

    def note_digest(self, user: str, on: date) -> None:
        """A day had its digest; what was chosen in the meantime stays."""
        self._unit.write(_HAD_DIGEST, [{"its_user": user, "on": on.isoformat()}])

    def add_entries(self, entries: Iterable[DigestEntry]) -> None:
        """Have something told in the next digest. One that waits already is written over."""
        insert = self._unit.insert_or_set(digest_entry_table, "id")
        self._unit.write(insert, [_row_of(each) for each in entries])

    def remove_entries(self, entries: Iterable[DigestEntry]) -> None:
        """They were told, or are to be told no more."""
        self._unit.write(_REMOVE, [{"removed": each.id} for each in entries])


def _choice_of(row: sa.RowMapping) -> NoticeChoice:
    last_on = row["last_on"]
    return NoticeChoice(
        user=row["user_id"],
        ways={NoticeKind(kind): Way(way) for kind, way in row["ways"].items()},
        hour=row["hour"],
        time_zone=row["time_zone"],
        last_on=None if last_on is None else date.fromisoformat(last_on),
    )


def _row_of(entry: DigestEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "user_id": entry.user,
        "kind": entry.kind.value,
        "at": entry.at,
        "words": entry.words,
        "case_id": entry.case,
        "about": entry.about,
    }


def _entry_of(row: sa.RowMapping) -> DigestEntry:
    return DigestEntry(
        id=row["id"],
        user=row["user_id"],
        kind=NoticeKind(row["kind"]),
        at=row["at"],
        words=row["words"],
        case=row["case_id"],
        about=row["about"],
    )
