"""Who else takes part in a case, and which cases go together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from tierline.access.user import User
from tierline.cases.participant import Copy, Follower, Merge, Split
from tierline.store.cases import case_message_table, case_table
from tierline.store.columns import Instant, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.users import user_of, user_table

case_copy_table = table(
    "case_copy",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("email", Words, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Index("case_copy_email", "email"),
)
case_follower_table = table(
    "case_follower",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("since", Instant, nullable=False),
)
case_merge_table = table(
    "case_merge",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("into_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Index("case_merge_into_id", "into_id"),
)
case_split_table = table(
    "case_split",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("origin_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("message_id", Words, sa.ForeignKey("case_message.id"), nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Index("case_split_origin_id", "origin_id"),
)
_copy, _follower = case_copy_table.c, case_follower_table.c
_merge, _split, _said = case_merge_table.c, case_split_table.c, case_message_table.c
_COPIES = (
    sa.select(case_copy_table)
    .where(_copy.case_id == sa.bindparam("its_id"))
    .order_by(_copy.since, _copy.email)
)
_FOLLOWERS = (
    sa.select(case_follower_table)
    .where(_follower.case_id == sa.bindparam("its_id"))
    .order_by(_follower.since, _follower.user_id)
)
_its_own = sa.bindparam("its_id", type_=Words)
_ORIGIN = sa.select(_split.origin_id).where(_split.case_id == _its_own).scalar_subquery()
_AUTHOR = (
    sa.select(_said.author)
    .where(
        _said.case_id == sa.func.coalesce(_ORIGIN, _its_own),
        _said.place == 0,
    )
    .order_by(_said.id)
    .limit(1)
    .scalar_subquery()
)
_RAISED_BY = sa.select(user_table).where(user_table.c.id == _AUTHOR)
_MERGES = sa.select(case_merge_table).order_by(_merge.case_id)
_MERGE_OF = _MERGES.where(_merge.case_id == sa.bindparam("its_id"))
_MERGED_INTO = _MERGES.where(_merge.into_id == sa.bindparam("its_id"))
_MERGES_AMONG = _MERGES.where(_merge.case_id.in_(any_of("ids")))
_MERGES_AROUND = _MERGES.where(
    sa.or_(_merge.case_id == sa.bindparam("its_id"), _merge.into_id == sa.bindparam("its_id"))
)
_SPLITS = sa.select(case_split_table).order_by(_split.case_id)
_SPLIT_OF = _SPLITS.where(_split.case_id == sa.bindparam("its_id"))
_SPLITS_FROM = _SPLITS.where(_split.origin_id == sa.bindparam("its_id"))
_SPLITS_AROUND = _SPLITS.where(
    sa.or_(_split.case_id == sa.bindparam("its_id"), _split.origin_id == sa.bindparam("its_id"))
)
_REMOVE_COPY = case_copy_table.delete().where(
    _copy.case_id == sa.bindparam("its_case"), _copy.email == sa.bindparam("its_email")
)
_REMOVE_FOLLOWER = case_follower_table.delete().where(
    _follower.case_id == sa.bindparam("its_case"), _follower.user_id == sa.bindparam("its_user")
)
_UNMERGE = case_merge_table.delete().where(_merge.case_id == sa.bindparam("its_case"))


class ParticipantReads:
    """Reads of who takes part."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def copies(self, case: str) -> tuple[Copy, ...]:
        """To whom copies go, the first one first."""
        rows = self._snapshot.rows(_COPIES, {"its_id": case})
        return tuple(Copy(email=row.email, since=row.since, by=row.by) for row in rows)

    def followers(self, case: str) -> tuple[Follower, ...]:
        """Who of ours follows it."""
        rows = self._snapshot.rows(_FOLLOWERS, {"its_id": case})
        return tuple(Follower(user=row.user_id, since=row.since) for row in rows)

    def raiser_of(self, case: str) -> User | None:
        """The user who wrote what it began with, or what the case began with that it was split off;
        None where that was a contact, a token or somebody at the machine itself."""
        found = self._snapshot.row(_RAISED_BY, {"its_id": case})
        return None if found is None else user_of(found)


class ParticipantRecords(ParticipantReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add_copy(self, case: str, copy: Copy) -> None:
        """Have copies go to an address."""
        row = {"case_id": case, "email": copy.email, "since": copy.since, "by": copy.by}
        self._unit.write(case_copy_table.insert(), row)

    def remove_copy(self, case: str, email: str) -> bool:
        """Whether copies went there; now none do."""
        return self._unit.write(_REMOVE_COPY, {"its_case": case, "its_email": email}) == 1

    def add_follower(self, case: str, follower: Follower) -> None:
        """Have somebody told."""
        row = {"case_id": case, "user_id": follower.user, "since": follower.since}
        self._unit.write(case_follower_table.insert(), row)

    def remove_follower(self, case: str, user: str) -> bool:
        """Whether they were told; now they are not."""
        return self._unit.write(_REMOVE_FOLLOWER, {"its_case": case, "its_user": user}) == 1

    def erase_people(self, account: str, words: Iterable[str]) -> None:
        """No copies go to these people any more, in cases of an account."""
        addresses = sorted({word.lower() for word in words if "@" in word})
        own = sa.select(case_table.c.id).where(case_table.c.account_id == account)
        chosen = sa.select(_copy.case_id, _copy.email).where(
            _copy.email.in_(addresses), _copy.case_id.in_(own)
        )
        rows = [{"its_case": row.case_id, "its_email": row.email}
                for row in self._unit.execute(chosen).all()]  # fmt: skip
        self._unit.write(_REMOVE_COPY, rows)


class LinkReads:
    """Reads of which cases go together."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def merge_of(self, case: str) -> Merge | None:
        """With which case this one goes; None where it is on its own."""
        return next(iter(self._merges(_MERGE_OF, {"its_id": case})), None)

    def merged_into(self, case: str) -> tuple[Merge, ...]:
        """The cases that go with this one."""
        return self._merges(_MERGED_INTO, {"its_id": case})

    def merges_among(self, cases: Collection[str]) -> dict[str, str]:
        """Of cases those that go with another one, each with that one."""
        found = self._merges(_MERGES_AMONG, {"ids": sorted(cases)})
        return {each.case: each.into for each in found}

    def split_of(self, case: str) -> Split | None:
        """Of which message it began; None where it was raised."""
        return next(iter(self._splits(_SPLIT_OF, {"its_id": case})), None)

    def splits_from(self, case: str) -> tuple[Split, ...]:
        """What was split off this one."""
        return self._splits(_SPLITS_FROM, {"its_id": case})

    def around(self, case: str) -> tuple[tuple[Merge, ...], tuple[Split, ...]]:
        """Every merge and split that this case is on one side of."""
        asked = {"its_id": case}
        return self._merges(_MERGES_AROUND, asked), self._splits(_SPLITS_AROUND, asked)

    def _merges(self, chosen: sa.Select[Any], asked: Mapping[str, Any]) -> tuple[Merge, ...]:
        rows = self._snapshot.rows(chosen, asked)
        return tuple(Merge(row.case_id, row.into_id, row.at, row.by) for row in rows)

    def _splits(self, chosen: sa.Select[Any], asked: Mapping[str, Any]) -> tuple[Split, ...]:
        return tuple(
            Split(row.case_id, row.origin_id, row.message_id, row.at, row.by)
            for row in self._snapshot.rows(chosen, asked)
        )


class LinkRecords(LinkReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def merge(self, merge: Merge) -> None:
        """Have a case go with another one."""
        row = {"case_id": merge.case, "into_id": merge.into, "at": merge.at, "by": merge.by}
        self._unit.write(case_merge_table.insert(), row)

    def unmerge(self, case: str) -> None:
        """Have it go on its own."""
        self._unit.write(_UNMERGE, {"its_case": case})

    def split(self, split: Split) -> None:
        """Write down of which message a case began."""
        row = {"case_id": split.case, "origin_id": split.origin, "message_id": split.message}
        self._unit.write(case_split_table.insert(), row | {"at": split.at, "by": split.by})
