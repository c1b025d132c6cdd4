"""Components of the status page in the database."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.kernel.errors import NotFound
from tierline.status.component import Component
from tierline.status.scope import Scope
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

component_table = table(
    "status_component",
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("about", Words, nullable=False),
    sa.Column("place", Whole, nullable=False),
    sa.Column("is_public", Whole, nullable=False),
    sa.Column("accounts", Document, nullable=False),
    sa.Column("regions", Document, nullable=False),
    sa.Column("watched_from", Instant, nullable=False),
    sa.Column("retired_at", Instant),
)
_column = component_table.c
_INSERT = component_table.insert()
_CHANGED = ("name", "about", "place", "is_public", "accounts", "regions", "retired_at")
_UPDATE = (
    component_table.update()
    .where(_column.id == sa.bindparam("changed"))
    .values({name: sa.bindparam(f"new_{name}") for name in _CHANGED})
)


class ComponentReads:
    """Reads of components."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def all(self) -> tuple[Component, ...]:
        """Every component in the order of the page. There are at most 200."""
        chosen = sa.select(component_table).order_by(_column.place, _column.name, _column.id)
        return tuple(_component_of(row) for row in self._snapshot.execute(chosen).mappings())

    def get(self, component: str) -> Component:
        """The component of an id. Raises NotFound."""
        chosen = sa.select(component_table).where(_column.id == component)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no component '{component}'.")
        return _component_of(row)


class ComponentRecords(ComponentReads):
    """Components inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, component: Component) -> None:
        """Write a new component."""
        row = {"id": component.id, "watched_from": component.watched_from, **_row_of(component)}
        self._unit.write(_INSERT, row)

    def save(self, component: Component) -> None:
        """Write what has changed about a component."""
        row = {f"new_{name}": value for name, value in _row_of(component).items()}
        self._unit.write(_UPDATE, {"changed": component.id, **row})


def scope_columns(scope: Scope) -> dict[str, object]:
    """A scope as columns."""
    return {
        "is_public": int(scope.is_public),
        "accounts": sorted(scope.accounts),
        "regions": sorted(scope.regions),
    }


def scope_of(row: sa.RowMapping) -> Scope:
    """The scope of a row."""
    return Scope(bool(row["is_public"]), frozenset(row["accounts"]), frozenset(row["regions"]))


def _row_of(component: Component) -> dict[str, object]:
    return {
        "name": component.name,
        "about": component.about,
        "place": component.place,
        "retired_at": component.retired_at,
        **scope_columns(component.scope),
    }


def _component_of(row: sa.RowMapping) -> Component:
    return Component(
        id=row["id"],
        name=row["name"],
        about=row["about"],
        place=row["place"],
        scope=scope_of(row),
        watched_from=row["watched_from"],
        retired_at=row["retired_at"],
    )
