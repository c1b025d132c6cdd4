"""Disputes, precedents, and how often the rows of the triage table are changed by hand and
disputed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.kernel.instants import format_instant, parse_instant
from tierline.queries.pages import PAGE_LIMIT_ROWS, PAGE_ROWS, Page, key_of, page_of
from tierline.store.cases import case_table
from tierline.store.columns import Whole
from tierline.store.triage import case_triage_table, dispute_of, severity_dispute_table

if TYPE_CHECKING:
    from tierline.cases.dispute import Dispute
    from tierline.store.unit_of_work import Snapshot

_case, _triage, _dispute = case_table.c, case_triage_table.c, severity_dispute_table.c
_ONE: sa.ColumnElement[int] = sa.literal_column("1", Whole())
_NONE: sa.ColumnElement[int] = sa.literal_column("0", Whole())
_WITH_CASE = sa.select(severity_dispute_table, _case.number, _case.subject).join(
    case_table, _case.id == _dispute.case_id
)


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute with the case that it is about."""

    dispute: Dispute
    number: int
    subject: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often somebody triaged, or a row decided, and how often another severity was set."""

    name: str
    triaged: int
    overridden: int


@dataclass(frozen=True, slots=True)
class DisputedRule:
    """How often a row decided, was disputed, and was not upheld."""

    rule: str
    triaged: int
    disputed: int
    open: int
    changed: int


def list_disputes(
    snapshot: Snapshot,
    *,
    accounts: Collection[str] | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[DisputeRow]:
    """What is not decided, by when it is due; of `accounts` alone where they are stated."""
    chosen = _WITH_CASE.where(_dispute.is_open == 1)
    if accounts is not None:
        chosen = chosen.where(_dispute.account_id.in_(sorted(accounts)))
    if after is not None:
        due, id_ = key_of(after, 2)
        at = parse_instant(due)
        same = sa.and_(_dispute.due_at == at, _dispute.id > id_)
        chosen = chosen.where(sa.or_(_dispute.due_at > at, same))
    ordered = chosen.order_by(_dispute.due_at, _dispute.id).limit(limit + 1)
    return page_of(_rows(snapshot, ordered), limit, _by_due)


def list_precedents(
    snapshot: Snapshot,
    *,
    rule: str | None = None,
    words: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[DisputeRow]:
    """What was decided, the last first: on one row of the table, or with words in it."""
    chosen = _WITH_CASE.where(_dispute.is_open == 0)
    if rule is not None:
        chosen = chosen.where(_dispute.rule == rule)
    for word in (words or "").lower().split():
        texts = (_dispute.words, _dispute.ruling, _dispute.rule)
        chosen = chosen.where(
            sa.or_(*(sa.func.lower(text).contains(word, autoescape=True) for text in texts))
        )
    if after is not None:
        ruled, id_ = key_of(after, 2)
        at = parse_instant(ruled)
        same = sa.and_(_dispute.ruled_at == at, _dispute.id < id_)
        chosen = chosen.where(sa.or_(_dispute.ruled_at < at, same))
    ordered = chosen.order_by(_dispute.ruled_at.desc(), _dispute.id.desc()).limit(limit + 1)
    return page_of(_rows(snapshot, ordered), limit, _by_ruling)


def overrides_by_agent(snapshot: Snapshot, since: datetime) -> tuple[Overrides, ...]:
    """Who set another severity than the table's, and how often; who did most of it first."""
    return _overrides(snapshot, since, case_triage_table.c.by)


def overrides_by_rule(snapshot: Snapshot, since: datetime) -> tuple[Overrides, ...]:
    """Which rows were changed by hand, and how often."""
    return _overrides(snapshot, since, case_triage_table.c.rule)


def disputed_rules(snapshot: Snapshot, since: datetime) -> tuple[DisputedRule, ...]:
    """The rows that were disputed, the most disputed first. What no row decided has an empty
    rule."""
    disputed = sa.func.count().label("disputed")
    still = sa.func.sum(_dispute.is_open).label("open")
    is_changed = sa.case((_dispute.ruled_severity != _dispute.severity, _ONE), else_=_NONE)
    changed = sa.func.sum(is_changed).label("changed")
    chosen = (
        sa.select(_dispute.rule, disputed, still, changed)
        .where(_dispute.raised_at >= since)
        .group_by(_dispute.rule)
        .order_by(disputed.desc(), _dispute.rule)
        .limit(PAGE_LIMIT_ROWS)
    )
    rows = snapshot.execute(chosen).mappings().all()
    counted = (
        sa.select(_triage.rule, sa.func.count().label("triaged"))
        .where(_triage.at >= since, _triage.rule.in_([row["rule"] for row in rows]))
        .group_by(_triage.rule)
    )
    triaged = {row["rule"]: int(row["triaged"]) for row in snapshot.execute(counted).mappings()}
    return tuple(
        DisputedRule(
            rule=row["rule"],
            triaged=triaged.get(row["rule"], 0),
            disputed=int(row["disputed"]),
            open=int(row["open"]),
            changed=int(row["changed"]),
        )
        for row in rows
    )


def _overrides(
    snapshot: Snapshot, since: datetime, by: sa.ColumnElement[str]
) -> tuple[Overrides, ...]:
    is_overridden = sa.case((_triage.agreed != _triage.severity, _ONE), else_=_NONE)
    overridden = sa.func.sum(is_overridden).label("overridden")
    chosen = (
        sa.select(by.label("name"), sa.func.count().label("triaged"), overridden)
        .where(_triage.at >= since, _triage.is_customers == 0)
        .group_by(by)
        .order_by(overridden.desc(), by)
        .limit(PAGE_LIMIT_ROWS)
    )
    return tuple(
        Overrides(row["name"], int(row["triaged"]), int(row["overridden"]))
        for row in snapshot.execute(chosen).mappings()
    )


def _rows(snapshot: Snapshot, chosen: sa.Select[tuple[object, ...]]) -> list[DisputeRow]:
    return [
        DisputeRow(dispute_of(row), row["number"], row["subject"])
        for row in snapshot.execute(chosen).mappings()
    ]


def _by_due(row: DisputeRow) -> tuple[str, str]:
    return format_instant(row.dispute.due_at), row.dispute.id


def _by_ruling(row: DisputeRow) -> tuple[str, str]:
    ruling = row.dispute.ruling
    return format_instant(ruling.at if ruling else row.dispute.raised_at), row.dispute.id
