"""The journal to read: what happened to one subject, or everything, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tierline.kernel.facts import Fact
from tierline.kernel.instants import format_instant, parse_instant
from tierline.queries.pages import Page, key_of, page_of
from tierline.store.journal import fact_of, fact_table
from tierline.store.seals import seal_table
from tierline.store.unit_of_work import Snapshot

_column = fact_table.c


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A fact and its place in the chain; None while it waits for its seal."""

    fact: Fact
    position: int | None


def facts_of(
    snapshot: Snapshot, subject: str, *, after: str | None, limit: int
) -> Page[JournalEntry]:
    """What happened to a subject, by when it happened."""
    chosen = _entries().where(_column.subject == subject)
    if after is not None:
        at, identifier = key_of(after, 2)
        happened = parse_instant(at)
        earlier = sa.and_(_column.at == happened, _column.id < identifier)
        chosen = chosen.where(sa.or_(_column.at < happened, earlier))
    ordered = chosen.order_by(_column.at.desc(), _column.id.desc())
    return page_of(
        _read(snapshot, ordered, limit),
        limit,
        lambda each: (format_instant(each.fact.at), each.fact.id),
    )


def all_facts(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[JournalEntry]:
    """Everything, by when it was recorded."""
    chosen = _entries()
    if after is not None:
        chosen = chosen.where(_column.id < key_of(after, 1)[0])
    entries = _read(snapshot, chosen.order_by(_column.id.desc()), limit)
    return page_of(entries, limit, lambda each: (each.fact.id,))


def _entries() -> sa.Select[tuple[object, ...]]:
    return sa.select(fact_table, seal_table.c.position).outerjoin(
        seal_table, seal_table.c.fact_id == _column.id
    )


def _read(
    snapshot: Snapshot, chosen: sa.Select[tuple[object, ...]], limit: int
) -> list[JournalEntry]:
    rows = snapshot.execute(chosen.limit(limit + 1))
    return [JournalEntry(fact_of(row), row.position) for row in rows]
