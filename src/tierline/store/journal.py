"""The journal: facts, appended and never changed. Both databases refuse an UPDATE or a DELETE.

A body refers to people by id and holds no personal data, so that erasing a person breaks no seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Invalid, LimitReached
from tierline.kernel.facts import Fact
from tierline.kernel.ids import FactId
from tierline.store.columns import Instant, Words, document
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

BODY_LIMIT_BYTES = 256 * 1024
PAGE_LIMIT_FACTS = 1_000

fact_table = table(
    "fact",
    sa.Column("id", Words, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Column("body_digest", Words, nullable=False),
    sa.Index("fact_subject_at", "subject", "at"),
)
unsealed_table = table(
    "unsealed",
    sa.Column("fact_id", Words, sa.ForeignKey("fact.id"), primary_key=True),
)
_INSERT_FACT = fact_table.insert()
_INSERT_UNSEALED = unsealed_table.insert()


def append(unit: UnitOfWork, facts: Iterable[Fact]) -> None:
    """Write facts into the journal, where they wait for their seals. An id that stands there
    already is a Conflict."""
    rows = [_row(fact) for fact in facts]
    unit.write_later(_INSERT_FACT, rows)
    unit.write_later(_INSERT_UNSEALED, [{"fact_id": row["id"]} for row in rows])


def facts_about(
    snapshot: Snapshot,
    subject: str,
    *,
    as_of: datetime,
    known_at: datetime | None = None,
    after: Fact | None = None,
) -> tuple[Fact, ...]:
    """What had happened to `subject` by `as_of`, in order; at most a page of 1,000.

    With `known_at` also as far as it was known then: a fact recorded later is left out. `after` is
    the last fact of the page before.
    """
    column = fact_table.c
    chosen = sa.select(fact_table).where(column.subject == subject, column.at <= as_of)
    if known_at is not None:
        chosen = chosen.where(column.recorded_at <= known_at)
    if after is not None:
        later = sa.and_(column.at == after.at, column.id > after.id)
        chosen = chosen.where(sa.or_(column.at > after.at, later))
    rows = snapshot.execute(chosen.order_by(column.at, column.id).limit(PAGE_LIMIT_FACTS))
    return tuple(fact_of(row) for row in rows)


def _row(fact: Fact) -> dict[str, Any]:
    _refuse_floats(fact.body, fact.kind)
    body = document(dict(fact.body))
    if len(body) > BODY_LIMIT_BYTES:
        raise LimitReached(
            f"The body of this {fact.kind} has {len(body):,} bytes; {BODY_LIMIT_BYTES:,} is the "
            "limit. Keep the content elsewhere and its digest here."
        )
    return {
        "id": fact.id,
        "at": fact.at,
        "recorded_at": fact.recorded_at,
        "kind": fact.kind,
        "subject": fact.subject,
        "body": body,
        "body_digest": digest_of_bytes(body.encode()),
    }


def fact_of(row: sa.Row[Any]) -> Fact:
    """The fact of a row with the columns of `fact`."""
    return Fact(
        FactId(row.id), row.at, row.recorded_at, row.kind, row.subject, json.loads(row.body)
    )


def _refuse_floats(body: Mapping[str, Any], kind: str) -> None:
    """A float is written differently by different programs, and would break a digest."""
    waiting: list[object] = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, float):
            raise Invalid(
                f"The body of this {kind} holds the float {value}. Write it as text ('1.5') or as "
                "whole units.",
                code="float_in_fact",
            )
        if isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
