"""Cases as lists show them: in the order in which something is due, and as one page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.standing import ENDED, CaseState, Standing
from tierline.kernel.instants import format_instant, parse_instant
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.improvement import tier_in_force
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.cases import NO_DUE_TIME, CaseReads, case_table
from tierline.store.prepared_reads import any_of
from tierline.store.unit_of_work import Snapshot

if TYPE_CHECKING:
    from tierline.cases.case import Case, CaseMessage
    from tierline.milestones.terms import Terms

_case = case_table.c
_NUMBERS = sa.select(_case.id, _case.number).where(_case.id.in_(any_of("ids")))
_SEVERITIES = sa.select(_case.id, _case.severity, _case.terms_digest).where(
    _case.id.in_(any_of("ids"))
)
OPEN_STATES = tuple(state.value for state in CaseState if state not in ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in a list. `next_due_at` is None where nothing of it is due."""

    id: str
    number: int
    account: str | None
    subject: str
    channel: str
    access: str
    coverage: str
    tier: str
    state: CaseState
    severity: str
    opened_at: datetime
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class WholeCase:
    """A case with the promise that it is held to, where it stands, what was said, and its
    milestones. `tier` is the one in force now; empty where nothing is promised."""

    case: Case
    terms: Terms | None
    tier: str
    standing: Standing
    messages: tuple[CaseMessage, ...]
    milestones: tuple[Milestone, ...]


def list_cases(
    snapshot: Snapshot,
    *,
    accounts: Collection[str] | None = None,
    state: CaseState | None = None,
    states: Collection[CaseState] = (),
    narrowed: sa.ColumnElement[bool] | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[CaseRow]:
    """Cases by when their next milestone is due, those with nothing due last; where all
    have ended, the newest first. In one state, or in some; without
    any stated all that have not ended. Of `accounts` alone where they are stated, and of those only
    what is `narrowed` down to."""
    stated = tuple(each.value for each in states) or OPEN_STATES
    wanted = stated if state is None else (state.value,)
    is_over = not set(wanted) & set(OPEN_STATES)
    order = (_case.next_due_at, _case.id)
    chosen = sa.select(case_table).where(_case.state.in_(wanted))
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    if after is not None:
        due, id_ = key_of(after, 2)
        at = parse_instant(due)
        same = _case.next_due_at == at
        if is_over:
            beyond = sa.or_(_case.next_due_at < at, sa.and_(same, _case.id < id_))
        else:
            beyond = sa.or_(_case.next_due_at > at, sa.and_(same, _case.id > id_))
        chosen = chosen.where(beyond)
    ordered = chosen.order_by(*(each.desc() if is_over else each for each in order))
    rows = [_row(row) for row in snapshot.execute(ordered.limit(limit + 1)).mappings()]
    return page_of(rows, limit, _key)


def numbers_of(snapshot: Snapshot, cases: Collection[str]) -> dict[str, int]:
    """What people call cases by."""
    return {row.id: row.number for row in snapshot.rows(_NUMBERS, {"ids": sorted(cases)})}


def ranks_of(reads: CaseReads, snapshot: Snapshot, cases: Collection[str]) -> dict[str, int]:
    """How severe cases are on their own scales, by case: the worst is 0, and so is one of which no
    promise says how severe it is."""
    found: dict[str, int] = {}
    for row in snapshot.rows(_SEVERITIES, {"ids": sorted(cases)}):
        scale = reads.terms(row.terms_digest).severities if row.terms_digest else ()
        found[row.id] = scale.index(row.severity) if row.severity in scale else 0
    return found


def case_of_number(snapshot: Snapshot, number: str) -> str | None:
    """The case that people call by this number; None where there is none."""
    digits = number.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    chosen = sa.select(_case.id).where(_case.number == int(digits))
    return snapshot.execute(chosen).scalar()


def cases_of_ids(snapshot: Snapshot, cases: Collection[str]) -> list[CaseRow]:
    """These cases by number, whatever their state."""
    chosen = sa.select(case_table).where(_case.id.in_(sorted(cases)))
    rows = snapshot.execute(chosen.order_by(_case.number)).mappings()
    return [_row(row) for row in rows]


def whole_case(reads: CaseReads, case: Case, *, now: datetime) -> WholeCase:
    """A case as it stands now, or at its last fact where that is later."""
    terms = reads.terms(case.terms) if case.terms else None
    at = max(now, case.in_time[-1].at)
    found = milestones_of(case.history, terms, at) if terms else ()
    tier = tier_in_force(case.history, terms) if terms else ""
    return WholeCase(case, terms, tier, case.standing, reads.messages(case.id), tuple(found))


def _key(row: CaseRow) -> tuple[str, str]:
    return format_instant(row.next_due_at or NO_DUE_TIME), row.id


def _row(row: sa.RowMapping) -> CaseRow:
    due = row["next_due_at"]
    return CaseRow(
        id=row["id"],
        number=row["number"],
        account=row["account_id"],
        subject=row["subject"],
        channel=row["channel"],
        access=row["access"],
        coverage=row["coverage"],
        tier=row["tier"],
        state=CaseState(row["state"]),
        severity=row["severity"],
        opened_at=row["opened_at"],
        next_due_at=None if due == NO_DUE_TIME else due,
    )
