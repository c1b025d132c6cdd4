"""Tables that only tests have, and short words for what tests do with a store."""

from __future__ import annotations

import sqlalchemy as sa

from tierline.store import dialect
from tierline.store.columns import Document, Exact, Instant, Scaled, Whole, Words
from tierline.store.store import Store
from tierline.store.unit_of_work import Snapshot, UnitOfWork

_METADATA = sa.MetaData()
counter = sa.Table(
    "counter",
    _METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("count", Whole, nullable=False),
    **dialect.STRICT,
)
mark = sa.Table("mark", _METADATA, sa.Column("name", Words, primary_key=True), **dialect.STRICT)
value = sa.Table(
    "value",
    _METADATA,
    sa.Column("name", Words, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("minor", Whole),
    sa.Column("rate", Scaled(6)),
    sa.Column("exact", Exact),
    sa.Column("document", Document),
    **dialect.STRICT,
)
_INSERT_MARK = mark.insert()
TABLES = (counter, mark, value)


def make_tables(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        for table in TABLES:
            unit.execute(sa.schema.CreateTable(table))

    store.run(work)


def put(unit: UnitOfWork, name: str) -> str:
    unit.write(_INSERT_MARK, {"name": name})
    return name


def put_later(unit: UnitOfWork, *some: str) -> None:
    unit.write_later(_INSERT_MARK, [{"name": name} for name in some])


def names(snapshot: Snapshot) -> list[str]:
    return list(snapshot.execute(sa.select(mark.c.name).order_by(mark.c.name)).scalars())


def add_one(unit: UnitOfWork, name: str) -> None:
    add = unit.insert_or_add(counter, keys=("name",), sums=("count",))
    unit.write(add, {"name": name, "count": 1})


def counted(snapshot: Snapshot, name: str) -> int:
    chosen = sa.select(counter.c.count).where(counter.c.name == name)
    return int(snapshot.execute(chosen).scalar() or 0)
