"""What our own people work with: macros, saved views, and who looks at which case right now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.cases.macro import KeptMacro, Macro
from tierline.cases.saved_view import CaseFilter, SavedView
from tierline.kernel.errors import NotFound
from tierline.store.columns import Document, Instant, Words
from tierline.store.prepared_reads import Row
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

LIMIT = 500
PRESENT_FOR = timedelta(seconds=45)
"""So long somebody counts as there after their page last said so."""
_FORGOTTEN_AFTER = timedelta(minutes=10)

macro_table = table(
    "macro",
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner_id", Words, sa.ForeignKey("user.id")),
    sa.Column("name", Words, nullable=False),
    sa.Column("statement", Document, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sa.Index("macro_owner_id", "owner_id", "name"),
)
saved_view_table = table(
    "saved_view",
    sa.Column("id", Words, primary_key=True),
    sa.Column("owner_id", Words, sa.ForeignKey("user.id")),
    sa.Column("name", Words, nullable=False),
    sa.Column("filter", Document, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Index("saved_view_owner_id", "owner_id", "name"),
)
case_presence_table = table(
    "case_presence",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("what", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
_macro, _view, _there = macro_table.c, saved_view_table.c, case_presence_table.c
_CHANGE_MACRO = (
    macro_table.update()
    .where(_macro.id == sa.bindparam("its_id"))
    .values(
        name=sa.bindparam("new_name"),
        statement=sa.bindparam("new_statement"),
        changed_at=sa.bindparam("new_at"),
        changed_by=sa.bindparam("new_by"),
    )
)
_REMOVE_MACRO = macro_table.delete().where(_macro.id == sa.bindparam("its_id"))
_REMOVE_VIEW = saved_view_table.delete().where(_view.id == sa.bindparam("its_id"))
_LEAVE = case_presence_table.delete().where(
    _there.case_id == sa.bindparam("its_case"),
    sa.or_(_there.user_id == sa.bindparam("its_user"), _there.at < sa.bindparam("before")),
)

_SEEN_BY = (
    sa.select(macro_table)
    .where(sa.or_(_macro.owner_id.is_(None), _macro.owner_id == sa.bindparam("its_user")))
    .order_by(_macro.name, _macro.id)
    .limit(LIMIT)
)


def _kept(row: Row) -> KeptMacro:
    return KeptMacro(id=row.id, owner=row.owner_id, macro=Macro.model_validate(row.statement))


class MacroReads:
    """Reads of macros."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, macro: str) -> KeptMacro:
        """The macro of an id. Raises NotFound."""
        found = self._macros(_macro.id == macro)
        if not found:
            raise NotFound(f"There is no macro '{macro}'.")
        return found[0]

    def seen_by(self, user: str) -> tuple[KeptMacro, ...]:
        """Everybody's and their own, by name."""
        return tuple(_kept(row) for row in self._snapshot.rows(_SEEN_BY, {"its_user": user}))

    def _macros(self, condition: sa.ColumnElement[bool]) -> tuple[KeptMacro, ...]:
        chosen = sa.select(macro_table).where(condition).order_by(_macro.name, _macro.id)
        return tuple(_kept(row) for row in self._snapshot.execute(chosen.limit(LIMIT)))


class MacroRecords(MacroReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def keep(self, kept: KeptMacro, *, by: str, occasion: Occasion) -> None:
        """Write a macro down, new or worded otherwise."""
        statement = kept.macro.model_dump(mode="json")
        changed = {
            "its_id": kept.id,
            "new_name": kept.macro.name,
            "new_statement": statement,
            "new_at": occasion.now,
            "new_by": by,
        }
        if self._unit.write(_CHANGE_MACRO, changed) == 0:
            row: dict[str, Any] = {"id": kept.id, "owner_id": kept.owner}
            row["name"] = kept.macro.name
            row |= {"statement": statement, "changed_at": occasion.now, "changed_by": by}
            self._unit.write(macro_table.insert(), row)

    def remove(self, macro: str) -> None:
        """Take a macro away."""
        self._unit.write(_REMOVE_MACRO, {"its_id": macro})


class SavedViewReads:
    """Reads of saved views."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, view: str) -> SavedView:
        """The view of an id. Raises NotFound."""
        found = self._views(_view.id == view)
        if not found:
            raise NotFound(f"There is no view '{view}' of cases.")
        return found[0]

    def seen_by(self, user: str) -> tuple[SavedView, ...]:
        """Everybody's and their own, by name."""
        return self._views(sa.or_(_view.owner_id.is_(None), _view.owner_id == user))

    def _views(self, condition: sa.ColumnElement[bool]) -> tuple[SavedView, ...]:
        chosen = sa.select(saved_view_table).where(condition).order_by(_view.name, _view.id)
        return tuple(
            SavedView(
                id=row["id"],
                name=row["name"],
                owner=row["owner_id"],
                filter=CaseFilter.model_validate(row["filter"]),
            )
            for row in self._snapshot.execute(chosen.limit(LIMIT)).mappings()
        )


class SavedViewRecords(SavedViewReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, view: SavedView, *, at: datetime) -> None:
        """Write a view down."""
        row: dict[str, Any] = {"id": view.id, "owner_id": view.owner, "made_at": at}
        row["name"] = view.name
        row["filter"] = view.filter.model_dump(mode="json")
        self._unit.write(saved_view_table.insert(), row)

    def remove(self, view: str) -> None:
        """Take a view away."""
        self._unit.write(_REMOVE_VIEW, {"its_id": view})


class PresenceReads:
    """Reads of who looks at a case right now."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def others(self, case: str, user: str, now: datetime) -> tuple[tuple[str, str], ...]:
        """Who else is there, and what they do: `looks` or `writes`."""
        chosen = sa.select(_there.user_id, _there.what).where(
            _there.case_id == case, _there.user_id != user, _there.at > now - PRESENT_FOR
        )
        rows = self._snapshot.execute(chosen.order_by(_there.user_id))
        return tuple((row.user_id, row.what) for row in rows)


class PresenceRecords(PresenceReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def put(self, case: str, user: str, what: str, now: datetime) -> None:
        """Somebody is there, and does this."""
        left = {"its_case": case, "its_user": user, "before": now - _FORGOTTEN_AFTER}
        self._unit.write(_LEAVE, left)
        row = {"case_id": case, "user_id": user, "what": what, "at": now}
        self._unit.write(case_presence_table.insert(), row)
