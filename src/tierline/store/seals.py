"""The chain of seals: every fact gets a position, and a link that holds all before it.

A fact is written unsealed, so that writers never wait for each other; one sealer at a time gives
the waiting facts their positions in batches (decision 0074). A changed, swapped or missing fact
breaks the first link that held it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tierline.kernel.digest import digest_of, digest_of_bytes
from tierline.store.columns import Whole, Words
from tierline.store.journal import fact_table, unsealed_table
from tierline.store.prepared_reads import Row
from tierline.store.schema import table
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation, Snapshot, UnitOfWork

SEAL_BATCH_FACTS = 1_000
FIRST_LINK = digest_of_bytes(b"tierline journal")
_VERIFY_PAGE_FACTS = 1_000

seal_table = table(
    "seal",
    sa.Column("position", Whole, primary_key=True, autoincrement=False),
    sa.Column("fact_id", Words, sa.ForeignKey("fact.id"), unique=True, nullable=False),
    sa.Column("link", Words, nullable=False),
)
_INSERT_SEAL = seal_table.insert()
_OF_A_SEAL = ("position", "fact_id", "link")
_fact = fact_table.c
_LINKED = (
    _fact.id,
    sa.type_coerce(_fact.at, Whole).label("at"),
    sa.type_coerce(_fact.recorded_at, Whole).label("recorded_at"),
    _fact.kind,
    _fact.subject,
    _fact.body_digest,
)
"""What a link holds, instants as they are kept."""
_SEAL_OF = sa.select(seal_table.c.fact_id).where(
    seal_table.c.position > sa.bindparam("after", type_=Whole)
)
_DELETE_SEALED = unsealed_table.delete().where(unsealed_table.c.fact_id.in_(_SEAL_OF))
_WAITING = (
    sa.select(*_LINKED)
    .join(unsealed_table, unsealed_table.c.fact_id == _fact.id)
    .order_by(_fact.id)
    .limit(sa.bindparam("count", type_=Whole))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: who keeps it outside of the database can prove later that nothing before it
    was changed or cut off."""

    position: int
    link: str

    def __str__(self) -> str:
        return f"{self.position}:{self.link}"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    position: int
    fact_id: str
    reason: str

    def __str__(self) -> str:
        return f"position {self.position}, {self.fact_id}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What `verify_chain` found: `unsealed` facts still wait; `broken` is None if all holds."""

    head: Head
    unsealed: int
    broken: Break | None


def seal_facts(store: Store, *, batch_facts: int = SEAL_BATCH_FACTS) -> int:
    """Seal what waits, in units of `batch_facts`; how many were sealed. Safe to call anywhere."""
    sealed = 0
    while count := store.run(lambda unit: _seal_batch(unit, batch_facts), Isolation.BY_STATEMENT):
        sealed += count
    return sealed


_LAST = (
    sa.select(seal_table.c.position, seal_table.c.link)
    .order_by(seal_table.c.position.desc())
    .limit(1)
)


def head_of(snapshot: Snapshot) -> Head:
    """The last seal; position 0 where there is none."""
    last = snapshot.row(_LAST, {})
    return Head(0, FIRST_LINK) if last is None else Head(last.position, last.link)


def verify_chain(
    snapshot: Snapshot, *, kept: Head | None = None, progress: Callable[[int], None] | None = None
) -> ChainReport:
    """Recompute every link from the facts. `kept`, a head from earlier, must still stand. Now and
    then `progress` is called with the position that was reached."""
    head, broken = Head(0, FIRST_LINK), None
    for row in _sealed(snapshot):
        broken = _wrong_with(row, head)
        if broken is None and kept is not None and row.position == kept.position:
            broken = _other_link(row.position, row.fact_id, row.link, kept)
        if broken is not None:
            break
        head = Head(row.position, row.link)
        if progress is not None and row.position % _VERIFY_PAGE_FACTS == 0:
            progress(row.position)
    unsealed = _count(snapshot, unsealed_table)
    broken = broken or _cut_off(head, kept) or _never_sealed(snapshot, head, unsealed)
    return ChainReport(head, unsealed, broken)


def _seal_batch(unit: UnitOfWork, batch_facts: int) -> int:
    unit.take_turn("seal")
    waiting = unit.rows(_WAITING, {"count": batch_facts})
    if not waiting:
        return 0
    head, seals = head_of(unit), []
    for fact in waiting:
        head = Head(head.position + 1, _link(head.link, head.position + 1, fact))
        seals.append((head.position, fact.id, head.link))
    unit.write_rows(_INSERT_SEAL, _OF_A_SEAL, seals)
    unit.write(_DELETE_SEALED, {"after": head.position - len(seals)})
    return len(seals)


def _link(previous: str, position: int, fact: Row) -> str:
    return digest_of(
        {
            "previous": previous,
            "position": position,
            "id": fact.id,
            "at": fact.at,
            "recorded_at": fact.recorded_at,
            "kind": fact.kind,
            "subject": fact.subject,
            "body_digest": fact.body_digest,
        }
    )


def _sealed(snapshot: Snapshot) -> Iterator[sa.Row[Any]]:
    """Every seal with its fact (columns None where the fact is gone), page by page in order."""
    column, last = seal_table.c, 0
    chosen = (
        sa.select(column.position, column.fact_id, column.link, *_LINKED, _fact.body)
        .outerjoin(fact_table, column.fact_id == fact_table.c.id)
        .order_by(column.position)
        .limit(_VERIFY_PAGE_FACTS)
    )
    while rows := snapshot.execute(chosen.where(column.position > last)).all():
        yield from rows
        last = rows[-1].position


def _wrong_with(row: sa.Row[Any], head: Head) -> Break | None:
    reason = ""
    if row.position != head.position + 1:
        reason = f"positions {head.position + 1} to {row.position - 1} are missing before it"
    elif row.id is None:
        reason = "its fact is missing"
    elif digest_of_bytes(row.body.encode()) != row.body_digest:
        reason = "its body was changed"
    elif _link(head.link, row.position, row) != row.link:
        reason = "its fact or its seal was changed, or one before it was replaced"
    return Break(row.position, row.fact_id, reason) if reason else None


def _other_link(position: int, fact_id: str, link: str, kept: Head) -> Break | None:
    if link == kept.link:
        return None
    return Break(position, fact_id, "its link is not the one that was kept outside")


def _cut_off(head: Head, kept: Head | None) -> Break | None:
    if kept is None or head.position >= kept.position:
        return None
    reason = f"the chain ends here, and position {kept.position} was kept outside"
    return Break(head.position, "the last seal", reason)


def _never_sealed(snapshot: Snapshot, head: Head, unsealed: int) -> Break | None:
    """A fact that neither has a seal nor waits for one was slipped in, or held back."""
    if _count(snapshot, fact_table) == head.position + unsealed:
        return None
    lost = snapshot.execute(
        sa.select(fact_table.c.id)
        .outerjoin(seal_table, seal_table.c.fact_id == fact_table.c.id)
        .outerjoin(unsealed_table, unsealed_table.c.fact_id == fact_table.c.id)
        .where(seal_table.c.position.is_(None), unsealed_table.c.fact_id.is_(None))
        .order_by(fact_table.c.id)
        .limit(1)
    ).scalar()
    return Break(head.position + 1, str(lost), "it has no seal, and does not wait for one")


def _count(snapshot: Snapshot, counted: sa.Table) -> int:
    return int(snapshot.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one())
